use crate::ports::{EventQuery, Events, SeatMaps};
use crate::usecases::EventView;
use contracts::Problem;
use futures::future::try_join_all;

/// A page of events.
#[derive(Debug)]
pub struct ListedEvents {
    /// Soonest first.
    pub events: Vec<EventView>,
    /// Where the next page begins, if there is one.
    pub next_cursor: Option<String>,
}

/// Events to come, soonest first, with their free seats.
pub async fn list_events(
    events: &dyn Events,
    maps: &dyn SeatMaps,
    asked: &EventQuery,
) -> Result<ListedEvents, Problem> {
    let page = events.list(asked).await?;
    let page = page.ok_or_else(|| Problem::invalid("cursor", "Not a cursor that a page before this one answered."))?;
    let views = page.events.iter().map(|event| async { maps.read(event.id).await.map(|m| EventView::new(event, &m)) });
    Ok(ListedEvents { events: try_join_all(views).await?, next_cursor: page.next_cursor })
}
