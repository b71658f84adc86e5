//! See [`function`].

use contracts::{BookingView, IdempotencyKey};
use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::usecases::{self, Book, BookRequest};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(
        Tag::Bookings,
        "/api/bookings",
        "Books seats by label or the best ones: holds them, and asks for payment.",
    )
    .open_to(Users)
    .example(example)
    .problems(&[
        Code::NotFound,
        Code::SeatsTaken,
        Code::NotEnoughSeats,
        Code::OwnSeats,
        Code::SeatsLetLapse,
        Code::TooManyUnpaid,
        Code::NotOnSale,
        Code::HoldExpired,
        Code::InProgress,
        Code::TooManySeats,
        Code::IdempotencyKeyReused,
        Code::OrganiserRefused,
        Code::OrganiserUnavailable,
        Code::PaymentUnavailable,
        Code::NoPaymentProvider,
    ])
    .served_by(handle)
}

fn example() -> Value {
    json!({"event_id": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "seats": ["A-1"], "payment": "auto"})
}

async fn handle(
    on: Arc<Book>,
    (caller, Json(asked), key): (Caller, Json<BookRequest>, Option<IdempotencyKey>),
) -> Result<Created<Versioned<BookingView>>, Problem> {
    let booking = usecases::book(&on, &caller, &asked, key.as_ref()).await?;
    Ok(Created(Versioned { version: booking.version, body: booking.view() }))
}
