//! The bookings of an event, for its organiser and for its gate.

use crate::ports::{BookingQuery, Bookings, Events};
use crate::usecases::own_event::own_event;
use contracts::edit::Seen;
use contracts::page::foreign_cursor;
use contracts::{BookingView, Caller, EventId, Page, PageRequest, Problem, Role, UserId};
use schemars::JsonSchema;
use serde::Serialize;

/// A booking as the event's organiser sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventBookingView {
    /// As its buyer sees it.
    #[serde(flatten)]
    pub booking: BookingView,
    /// The buyer.
    pub user_id: UserId,
    /// The buyer's name, as it stands on the ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
}

/// Bookings of an event, newest first. Who asks for a reference gets it wherever in the list it is. A steward, to whom
/// somebody at the gate says a reference, must ask for one.
pub async fn list_event_bookings(
    events: &dyn Events,
    bookings: &dyn Bookings,
    caller: &Caller,
    id: EventId,
    which: &BookingQuery,
    asked: &PageRequest,
) -> Result<Page<EventBookingView>, Problem> {
    if caller.role == Role::Steward {
        which.reference.as_ref().ok_or_else(|| Problem::invalid("reference", "Required for stewards."))?;
        events.get(id).await?.ok_or_else(Problem::not_found)?;
    } else {
        own_event(events, caller, id, &Seen::Any).await?;
    }
    let mut found = bookings.of_event(id, which, asked).await?.ok_or_else(foreign_cursor)?;
    while which.reference.is_some()
        && found.items.len() < asked.limit as usize
        && let Some(cursor) = found.next_cursor.take()
    {
        let next = PageRequest { cursor: Some(cursor), ..asked.clone() };
        let next = bookings.of_event(id, which, &next).await?.ok_or_else(foreign_cursor)?;
        found.items.extend(next.items);
        found.next_cursor = next.next_cursor;
    }
    Ok(found.map(|booking| EventBookingView {
        booking: booking.view(),
        user_id: booking.user_id,
        user_name: booking.user_name,
    }))
}
