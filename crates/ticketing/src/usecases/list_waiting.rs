//! The lines that a user is in, with their position in each. All are read, then sorted and cut into pages in memory.

use crate::domain::{Waiting, seat_detail};
use crate::ports::Lines;
use contracts::page::foreign_cursor;
use contracts::{EventId, Page, PageRequest, Problem, SeatDetail, SeatLabel, Timestamp, UserId};
use futures::future::try_join_all;
use schemars::JsonSchema;
use serde::Serialize;

/// The user's place in the line of a seat.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaitingView {
    /// The event.
    pub event_id: EventId,
    /// Its title.
    pub event_title: String,
    /// The seat.
    pub seat: SeatLabel,
    /// The seat as it stands on the chair.
    pub seat_detail: SeatDetail,
    /// 1 is first.
    pub position: u64,
    /// When the user joined.
    pub joined_at: Timestamp,
}

impl WaitingView {
    fn new(waiting: &Waiting, position: u64) -> Self {
        let Waiting { event_id, event_title, seat, block, joined_at, .. } = waiting.clone();
        let seat_detail = seat_detail(&seat, &block);
        Self { event_id, event_title, seat, seat_detail, position, joined_at }
    }
}

/// A page of the lines that a user is in, newest first.
pub async fn list_waiting(lines: &dyn Lines, user: UserId, asked: &PageRequest) -> Result<Page<WaitingView>, Problem> {
    let cursor = asked.from();
    let place = |at: Timestamp, event: EventId, seat: &SeatLabel| format!("{at}~{event}~{seat}");
    let place_of = |waiting: &Waiting| place(waiting.joined_at, waiting.event_id, &waiting.seat);
    let ours = |cursor: &str| {
        let mut parts = cursor.splitn(3, '~');
        parts.next().is_some_and(|part| part.parse::<Timestamp>().is_ok())
            && parts.next().is_some_and(|part| part.parse::<EventId>().is_ok())
            && parts.next().is_some_and(|part| part.parse::<SeatLabel>().is_ok())
    };
    if cursor.is_some_and(|cursor| !ours(cursor)) {
        return Err(foreign_cursor());
    }
    let mut all = lines.of_user(user).await?;
    all.sort_by_key(|waiting| std::cmp::Reverse(place_of(waiting)));
    all.retain(|waiting| cursor.is_none_or(|cursor| *place_of(waiting) < *cursor));
    // Of one who was served or passed over meanwhile, the own record may remain for a moment.
    let limit = asked.limit as usize;
    let mut shown: Vec<WaitingView> = Vec::with_capacity(limit + 1);
    for some in all.chunks(limit + 1) {
        let views = some.iter().map(|waiting| async move {
            let position = lines.position(waiting.event_id, &waiting.seat, waiting.place).await?;
            Ok::<_, Problem>(position.map(|position| WaitingView::new(waiting, position)))
        });
        shown.extend(try_join_all(views).await?.into_iter().flatten());
        if shown.len() > limit {
            break;
        }
    }
    let more = shown.len() > limit;
    shown.truncate(limit);
    let next = shown.last().filter(|_| more).map(|view| place(view.joined_at, view.event_id, &view.seat));
    Ok(Page { items: shown, next_cursor: next })
}
