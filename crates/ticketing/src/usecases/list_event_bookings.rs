//! The bookings of an event, for its organiser.

use crate::ports::{Bookings, Events};
use crate::usecases::own_event::own_event;
use contracts::edit::Seen;
use contracts::page::filled;
use contracts::{BookingStatus, BookingView, Caller, EventId, Page, PageRequest, Problem, UserId};
use schemars::JsonSchema;
use serde::Serialize;

/// The most pages of bookings to read in order to fill one page of those in one status.
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

/// Bookings of an event, newest first; only those in `status` if given.
pub async fn list_event_bookings(
    events: &dyn Events,
    bookings: &dyn Bookings,
    caller: &Caller,
    id: EventId,
    status: Option<BookingStatus>,
    asked: &PageRequest,
) -> Result<Page<EventBookingView>, Problem> {
    own_event(events, caller, id, &Seen::Any).await?;
    let found = filled(asked, LOOKS, |asked| async move {
        let mut page = bookings.of_event(id, &asked).await?;
        if let Some(page) = &mut page {
            page.items.retain(|booking| status.is_none_or(|status| booking.status == status));
        }
        Ok(page)
    });
    Ok(found.await?.map(|booking| EventBookingView {
        booking: booking.view(),
        user_id: booking.user_id,
        user_name: booking.user_name,
    }))
}
