use crate::ports::{EventQuery, ShownEvents, ShownMaps};
use crate::usecases::EventView;
use contracts::page::foreign_cursor;
use contracts::{Page, PageRequest, Problem};
use futures::future::try_join_all;

/// A page of these events, soonest first, with their free seats.
pub async fn list_events(
    events: &dyn ShownEvents,
    maps: &dyn ShownMaps,
    which: &EventQuery,
    asked: &PageRequest,
) -> Result<Page<EventView>, Problem> {
    if which.until.is_some_and(|until| until <= which.from) {
        return Err(Problem::invalid("to", "After `from`, which is now if not given."));
    }
    let found = events.list(which, asked).await?.ok_or_else(foreign_cursor)?;
    let views = found.items.iter().map(|event| async { maps.shown(event.id).await.map(|m| EventView::new(event, &m)) });
    Ok(Page { items: try_join_all(views).await?, next_cursor: found.next_cursor })
}
