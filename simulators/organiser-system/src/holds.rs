//! What the simulated organiser's system keeps: which booking has which seat.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | a booking's hold and its seats | `HOLD#<booking id>` | `HOLD` |
//! | a seat that a booking has | `SEAT#<event id>#<label>` | `SEAT` |

use contracts::{BookingId, EventId, Failure, SeatLabel, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use table::{Key, Table, Transaction, attribute, number, text};

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, now or before.
    Done,
    /// There is no such hold, or not any more.
    Unknown,
    /// Another booking has a seat of it.
    Taken,
}

/// A booking's hold.
#[derive(Debug, Serialize, Deserialize)]
struct Hold {
    /// Whose seats; none if the release came before the hold.
    #[serde(default)]
    event: Option<EventId>,
    #[serde(default)]
    seats: Vec<SeatLabel>,
    /// Is it given back? It cannot be asked for again then: a request may arrive late.
    is_released: bool,
    /// When DynamoDB's TTL may forget it, in seconds since 1970.
    expires: i64,
}

/// How long a hold is remembered after its end. That time never moves: telling the system twice changes nothing.
const REMEMBERED: Duration = Duration::from_hours(90 * 24);

/// The holds in the simulated system's table.
pub struct Holds(Table);

impl Holds {
    /// In this table.
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Holds seats for a booking until then, or as before if they are its own. A hold that ran out, and that nobody
    /// else took the seats of, is the booking's still.
    pub async fn hold(
        &self,
        (booking, event, seats): (BookingId, EventId, &[SeatLabel]),
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Outcome, Failure> {
        let hold = Hold {
            event: Some(event),
            seats: seats.to_vec(),
            is_released: false,
            expires: (until + REMEMBERED).seconds(),
        };
        let put = self.0.part_put(&key(booking), &hold)?;
        let put = put.condition_expression("attribute_not_exists(PK) OR is_released = :no");
        let put = put.expression_attribute_values(":no", attribute(false)?);
        let mut transaction = Transaction::new();
        transaction.add((), table::put_part(put)?);
        for label in seats {
            let update = self
                .0
                .part_update(&seat(event, label))
                .update_expression("SET booking = :booking, ends_at = :until, expires = :expires")
                .condition_expression("attribute_not_exists(PK) OR booking = :booking OR ends_at < :now")
                .expression_attribute_values(":booking", text(booking))
                .expression_attribute_values(":until", text(until))
                .expression_attribute_values(":now", text(now))
                .expression_attribute_values(":expires", number(hold.expires));
            transaction.add((), table::update_part(update)?);
        }
        Ok(self.0.transact(transaction).await?.map_or(Outcome::Taken, |()| Outcome::Done))
    }

    /// Makes a booking's hold final: it does not run out any more.
    pub async fn confirm(&self, booking: BookingId, now: Timestamp) -> Result<Outcome, Failure> {
        let Some((hold, event)) = self.held(booking).await? else { return Ok(Outcome::Unknown) };
        let mut transaction = Transaction::new();
        for label in &hold.seats {
            let update = self
                .0
                .part_update(&seat(event, label))
                .update_expression("SET booking = :booking, expires = if_not_exists(expires, :expires) REMOVE ends_at")
                .condition_expression("attribute_not_exists(PK) OR booking = :booking")
                .expression_attribute_values(":booking", text(booking))
                .expression_attribute_values(":expires", number((now + REMEMBERED).seconds()));
            transaction.add((), table::update_part(update)?);
        }
        Ok(self.0.transact(transaction).await?.map_or(Outcome::Taken, |()| Outcome::Done))
    }

    /// Gives a booking's seats back. A hold that was never asked for cannot be asked for afterwards.
    pub async fn release(&self, booking: BookingId, now: Timestamp) -> Result<Outcome, Failure> {
        let update = self
            .0
            .update(&key(booking))
            .update_expression("SET is_released = :yes, expires = if_not_exists(expires, :expires)");
        let update = update
            .expression_attribute_values(":yes", attribute(true)?)
            .expression_attribute_values(":expires", number((now + REMEMBERED).seconds()));
        // The hold first: after it, no late request takes a seat.
        let Ok(hold) = self.0.apply(update).await? else { return Ok(Outcome::Unknown) };
        let hold: Hold = table::value(hold)?;
        let Some(event) = hold.event else { return Ok(Outcome::Unknown) };
        for label in &hold.seats {
            let own = self.0.part_delete(&seat(event, label)).condition_expression("booking = :booking");
            let own = own.expression_attribute_values(":booking", text(booking));
            // Refused: another booking has it by now.
            self.0.all_or_none([table::delete_part(own)?]).await?;
        }
        Ok(Outcome::Done)
    }

    async fn held(&self, booking: BookingId) -> Result<Option<(Hold, EventId)>, Failure> {
        let hold: Option<Hold> = self.0.get(&key(booking)).await?;
        Ok(hold.filter(|hold| !hold.is_released).and_then(|hold| hold.event.map(|event| (hold, event))))
    }
}

fn key(booking: BookingId) -> Key {
    Key::new(format!("HOLD#{booking}"), "HOLD")
}

fn seat(event: EventId, label: &SeatLabel) -> Key {
    Key::new(format!("SEAT#{event}#{label}"), "SEAT")
}
