use crate::ports::UserTopic;
use contracts::{Failure, UserNews};

/// Publishes news of users to their topic, in the stream's order. If publishing fails, it answers the index of the
/// first item that was not published.
pub async fn relay_users(topic: &dyn UserTopic, news: &[UserNews]) -> Result<(), (usize, Failure)> {
    let (told, outcome) = topic.publish(news).await;
    outcome.map_err(|why| (told, why))
}
