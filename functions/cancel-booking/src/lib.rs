//! See [`function`].

use contracts::{BookingId, BookingView, IdempotencyKey};
use lambda::prelude::*;
use ticketing::adapters::{CancelNotice, HttpPayments, ResumeAfter};
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Bookings, "/api/bookings/{id}/cancel", "Gives a booking up; what is paid is paid back.")
        .open_to(Users)
        .problems(&[Code::NotCancellable, Code::IdempotencyKeyReused])
        .served_by(handle)
}

parts! {
    struct CancelBooking {
        ports: BookingPorts,
        payments: HttpPayments,
        notice: CancelNotice,
        late: ResumeAfter,
    }
}

async fn handle(
    on: Arc<CancelBooking>,
    (caller, Path(id), IfMatch(seen), key): (Caller, Path<BookingId>, IfMatch, Option<IdempotencyKey>),
) -> Result<Versioned<BookingView>, Problem> {
    let CancelBooking { ports, payments, notice, late } = &*on;
    let booking = usecases::cancel_booking(ports, payments, notice.0, id, &caller, &seen, key.as_ref()).await?;
    // Whoever asks again has waited for the money long enough.
    usecases::resume(&*ports.bookings, &*ports.world, late.0, &booking).await;
    Ok(Versioned { version: booking.version, body: booking.view() })
}
