//! Reads the records of the table's stream. A record that cannot be read is an error and is never skipped.

use crate::adapters::bookings::TOLD_AGAIN;
use crate::adapters::{TicketLinks, keys};
use crate::domain::Event;
use crate::domain::seat_map::sequence_key;
use crate::domain::{Booking, SeatChange, SeatStatus};
use crate::usecases::Change;
use contracts::{BookingStatus, EventNews, Failure, Mismatch};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct SeatKeys {
    pk: String,
}

#[derive(Deserialize)]
struct StreamedSeat {
    status: SeatStatus,
    ordinal: u32,
    place: usize,
    #[serde(default)]
    waiters: u64,
}

/// The change that a record of a seat describes.
pub fn seat_change(
    record_keys: serde_dynamo::Item,
    image: serde_dynamo::Item,
    sequence: &str,
) -> Result<SeatChange, Failure> {
    let SeatKeys { pk } = read(record_keys)?;
    let event_id = keys::event_of_seat(&pk).ok_or_else(|| Failure::permanent("read a record", "not a seat"))?;
    let StreamedSeat { status, ordinal, place, waiters } = read(image)?;
    // A seat that is owed to its line is on its way to somebody.
    let status = if status == SeatStatus::Open && waiters > 0 { SeatStatus::OnGoing } else { status };
    Ok(SeatChange { event_id, ordinal, place, status, sequence: sequence_key(sequence) })
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct AnyKeys {
    sk: String,
}

/// The change that a record of a booking, an event or a mismatch describes.
pub fn change(
    record_keys: serde_dynamo::Item,
    image: serde_dynamo::Item,
    links: &TicketLinks,
) -> Result<Change, Failure> {
    let AnyKeys { sk } = read(record_keys)?;
    if sk == "BOOKING" {
        let is_late = image.inner().contains_key(TOLD_AGAIN);
        let booking: Booking = read(image)?;
        let link = (booking.status == BookingStatus::Confirmed).then(|| links.of(booking.id));
        let booking = Box::new(booking);
        Ok(if is_late { Change::LateBooking(booking, link) } else { Change::Booking(booking, link) })
    } else if sk.starts_with(keys::MISMATCHES) {
        Ok(Change::News(EventNews::Mismatch(read::<Mismatch>(image)?)))
    } else {
        Ok(Change::News(EventNews::Changed(read::<Event>(image)?.changed())))
    }
}

fn read<T: serde::de::DeserializeOwned>(item: serde_dynamo::Item) -> Result<T, Failure> {
    // The reader's message could quote the record, which may hold personal data: the type's name is enough.
    serde_dynamo::from_item(item).map_err(|_| Failure::permanent("read a record", std::any::type_name::<T>()))
}
