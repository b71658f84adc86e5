use crate::ports::{EventQuery, Events, SeatMaps};
use crate::usecases::EventView;
use contracts::Problem;
use futures::future::try_join_all;

/// How many pages are read at most to fill one of what is searched for.
const LOOKS: u32 = 50;

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
    let (mut asked, mut found) = (asked.clone(), Vec::new());
    let wanted = usize::try_from(asked.limit).unwrap_or(0);
    // What is searched for may be rare: look on until the page is full.
    for _ in 0..LOOKS {
        let page = events.list(&asked).await?;
        let page =
            page.ok_or_else(|| Problem::invalid("cursor", "Not a cursor that a page before this one answered."))?;
        found.extend(page.events);
        asked.cursor = page.next_cursor;
        asked.limit = i32::try_from(wanted.saturating_sub(found.len())).unwrap_or(1);
        if asked.cursor.is_none() || asked.limit == 0 {
            break;
        }
    }
    let views = found.iter().map(|event| async { maps.read(event.id).await.map(|m| EventView::new(event, &m)) });
    Ok(ListedEvents { events: try_join_all(views).await?, next_cursor: asked.cursor })
}
