use crate::domain::Booking;
use crate::ports::{Bookings, Events};
use crate::usecases::edit_event::own_event;
use contracts::{BookingStatus, BookingView, Caller, EventId, Problem, UserId};
use schemars::JsonSchema;
use serde::Serialize;

/// How many pages of bookings are read at most to fill one page of those in a status.
const LOOKS: u32 = 10;

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

/// Bookings of an event, newest first.
pub async fn list_event_bookings(
    events: &dyn Events,
    bookings: &dyn Bookings,
    caller: &Caller,
    id: EventId,
    status: Option<BookingStatus>,
    limit: i32,
    cursor: Option<String>,
) -> Result<(Vec<EventBookingView>, Option<String>), Problem> {
    own_event(events, caller, id, None).await?;
    let (mut found, mut cursor): (Vec<Booking>, _) = (Vec::new(), cursor);
    for _ in 0..LOOKS {
        let want = limit - i32::try_from(found.len()).unwrap_or(limit);
        let page = bookings.of_event(id, want, cursor.as_deref()).await?;
        let (page, next) =
            page.ok_or_else(|| Problem::invalid("cursor", "Not a cursor that a page before this one answered."))?;
        found.extend(page.into_iter().filter(|booking| status.is_none_or(|status| booking.status == status)));
        cursor = next;
        if cursor.is_none() || found.len() >= usize::try_from(limit).unwrap_or(0) {
            break;
        }
    }
    let views = found.into_iter().map(|booking| EventBookingView {
        booking: booking.view(),
        user_id: booking.user_id,
        user_name: booking.user_name,
    });
    Ok((views.collect(), cursor))
}
