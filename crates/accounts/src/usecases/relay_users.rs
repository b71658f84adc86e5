use crate::ports::UserTopic;
use contracts::{Failure, UserNews};

/// Tells the topic of users, in the stream's order. When telling fails, answers the place of the first that was not
/// told.
pub async fn relay_users(topic: &dyn UserTopic, news: &[UserNews]) -> Result<(), (usize, Failure)> {
    let (told, outcome) = topic.publish(news).await;
    outcome.map_err(|why| (told, why))
}
