//! Records of the table's stream, as what they mean. A record that cannot be read is an error and not passed over.

use crate::adapters::keys;
use crate::domain::seat_map::sequence_key;
use crate::domain::{Booking, SeatChange, SeatStatus};
use contracts::Failure;
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
}

/// What a record of a seat says.
pub fn seat_change(
    record_keys: serde_dynamo::Item,
    image: serde_dynamo::Item,
    sequence: &str,
) -> Result<SeatChange, Failure> {
    let SeatKeys { pk } = read(record_keys)?;
    let event_id = keys::event_of_seat(&pk).ok_or_else(|| Failure::permanent("read a record", "not a seat"))?;
    let StreamedSeat { status, ordinal, place } = read(image)?;
    Ok(SeatChange { event_id, ordinal, place, status, sequence: sequence_key(sequence) })
}

/// What a record of a booking says.
pub fn booking(image: serde_dynamo::Item) -> Result<Booking, Failure> {
    read(image)
}

fn read<T: serde::de::DeserializeOwned>(item: serde_dynamo::Item) -> Result<T, Failure> {
    serde_dynamo::from_item(item).map_err(|e| Failure::permanent("read a record", e))
}
