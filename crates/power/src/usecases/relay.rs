use crate::ports::{PurchaseChanged, Topic};
use contracts::Failure;

/// Publishes changes of purchases to their topic, in the stream's order. If publishing fails, it answers the index of
/// the first change that was not published.
pub async fn relay(topic: &dyn Topic, changes: &[PurchaseChanged]) -> Result<(), (usize, Failure)> {
    let (told, outcome) = topic.publish(changes).await;
    outcome.map_err(|why| (told, why))
}
