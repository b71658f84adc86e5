//! See [`function`].

use contracts::{BookingStatus, EventId, Page, PageRequest, Reference};
use lambda::prelude::*;
use ticketing::adapters::{DynamoBookings, DynamoEvents};
use ticketing::ports::BookingQuery;
use ticketing::usecases::{self, EventBookingView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "An event's bookings, newest first, for its organiser. A steward finds one booking, by its reference.";
    Route::get(Tag::Events, "/api/events/{id}/bookings", does).open_to(ORGANISERS_AND_STEWARDS).served_by(handle)
}

lambda::query! {
    struct Asked {
        /// Only bookings with this status.
        status: BookingStatus,
        /// Only the booking with this reference.
        reference: Reference,
    }
}

parts! {
    struct ListEventBookings {
        events: DynamoEvents,
        bookings: DynamoBookings,
    }
}

async fn handle(
    on: Arc<ListEventBookings>,
    (caller, Path(id), Query(which), asked): (Caller, Path<EventId>, Query<Asked>, PageRequest),
) -> Result<Page<EventBookingView>, Problem> {
    let which = BookingQuery { status: which.status, reference: which.reference };
    usecases::list_event_bookings(&on.events, &on.bookings, &caller, id, &which, &asked).await
}
