//! A seat as DynamoDB stores it, apart because its label and block must be read from its key.

use crate::adapters::keys;
use crate::domain::SeatStatus;
use crate::ports::Seat;
use contracts::{BookingId, Failure, Money};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The condition that nobody waits for a seat. `:nobody` is 0.
pub const NOBODY_WAITS: &str = "(attribute_not_exists(waiters) OR waiters = :nobody)";

/// A seat as its item stores it. The label and the block are in the key.
#[derive(Deserialize)]
pub struct StoredSeat {
    #[serde(rename = "PK")]
    pk: String,
    #[serde(rename = "SK")]
    sk: String,
    status: SeatStatus,
    price: Money,
    booking: Option<BookingId>,
    #[serde(default)]
    waiters: u64,
    #[serde(default)]
    unreleased: BTreeSet<BookingId>,
    #[serde(default)]
    refused_by_organiser: bool,
    #[serde(default)]
    version: u64,
}

impl StoredSeat {
    /// The seat.
    pub fn seat(self) -> Result<Seat, Failure> {
        let unreadable = || Failure::permanent("read a seat", "its key");
        let label = self.sk.strip_prefix(keys::SEATS).and_then(|label| label.parse().ok()).ok_or_else(unreadable)?;
        let block = self.pk.splitn(3, '#').nth(2).ok_or_else(unreadable)?.to_owned();
        let Self { status, price, booking, waiters, unreleased, refused_by_organiser, version, .. } = self;
        Ok(Seat { label, block, status, price, booking, waiters, unreleased, refused_by_organiser, version })
    }
}
