use crate::ports::{EventQuery, Events, SeatMaps};
use crate::usecases::EventView;
use contracts::page::filled;
use contracts::{Page, PageRequest, Problem};
use futures::future::try_join_all;

/// The most pages to read in order to fill one page of a search.
const LOOKS: u32 = 50;

/// A page of these events, soonest first, with their free seats.
pub async fn list_events(
    events: &dyn Events,
    maps: &dyn SeatMaps,
    which: &EventQuery,
    asked: &PageRequest,
) -> Result<Page<EventView>, Problem> {
    if which.until.is_some_and(|until| until <= which.from) {
        return Err(Problem::invalid("to", "After `from`, which is now if not given."));
    }
    let found = filled(asked, LOOKS, |asked| async move { events.list(which, &asked).await }).await?;
    let views = found.items.iter().map(|event| async { maps.read(event.id).await.map(|m| EventView::new(event, &m)) });
    Ok(Page { items: try_join_all(views).await?, next_cursor: found.next_cursor })
}
