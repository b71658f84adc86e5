use crate::domain::ticket::TicketClaim;
use crate::ports::{Bookings, TicketCodes};
use crate::usecases::get_booking;
use contracts::{BookingId, BookingStatus, Code, Problem, SeatDetail, UserId};
use schemars::JsonSchema;
use serde::Serialize;

/// The codes of a booking.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CodesView {
    /// The booking.
    pub booking_id: BookingId,
    /// One for each seat, in the order in which they were asked for.
    pub codes: Vec<SeatCode>,
}

/// A seat and the code that lets one person in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeatCode {
    /// The seat.
    #[serde(flatten)]
    pub seat: SeatDetail,
    /// What the QR code on the seat's page of the ticket says.
    pub code: String,
}

/// The codes of a confirmed booking, which are there before its ticket is printed.
pub async fn get_codes(
    bookings: &dyn Bookings,
    codes: &dyn TicketCodes,
    id: BookingId,
    buyer: UserId,
) -> Result<CodesView, Problem> {
    let booking = get_booking(bookings, id, buyer).await?;
    if booking.status != BookingStatus::Confirmed {
        return Err(Problem::new(Code::TicketNotReady));
    }
    let code = |seat: SeatDetail| {
        let seats = vec![seat.label.clone()];
        let claim = TicketClaim { booking_id: booking.id, event_id: booking.event_id, seats };
        Ok(SeatCode { code: codes.code(&claim)?, seat })
    };
    let codes = booking.seats.iter().map(|seat| code(seat.detail())).collect::<Result<_, Problem>>()?;
    Ok(CodesView { booking_id: id, codes })
}
