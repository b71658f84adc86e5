use crate::domain::Purchase;
use crate::ports::{Live, PurchaseChanged, Topic};
use contracts::{Failure, LiveState};

/// Publishes changes of purchases to their topic, in the stream's order. If publishing fails, it answers the index of
/// the first change that was not published.
///
/// Those who watch a purchase are told last. They hold nothing up: whoever is not told looks for itself a little later.
pub async fn relay(live: &dyn Live, topic: &dyn Topic, changed: &[Purchase]) -> Result<(), (usize, Failure)> {
    let news: Vec<_> = changed.iter().map(PurchaseChanged::of).collect();
    let (told, outcome) = topic.publish(&news).await;
    let states: Vec<_> = changed.iter().filter_map(state).collect();
    if let Err(why) = live.tell(&states).await {
        tracing::warn!(%why, "watchers are not told");
    }
    outcome.map_err(|why| (told, why))
}

fn state(purchase: &Purchase) -> Option<LiveState> {
    let (purchase_id, version) = (purchase.id, purchase.version);
    Some(LiveState::Purchase { purchase_id, version, purchase: serde_json::to_value(purchase.view()).ok()? })
}
