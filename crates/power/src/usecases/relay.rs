use crate::ports::{PurchaseChanged, Topic};
use contracts::Failure;

/// Tells the topic of purchases that changed, in the stream's order. When telling fails, answers the place of the first
/// change that was not told.
pub async fn relay(topic: &dyn Topic, changes: &[PurchaseChanged]) -> Result<(), (usize, Failure)> {
    let (told, outcome) = topic.publish(changes).await;
    outcome.map_err(|why| (told, why))
}
