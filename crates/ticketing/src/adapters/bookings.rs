use crate::adapters::keys;
use crate::domain::{BookedSeat, Booking, SeatEffect, SeatStatus, Transition};
use crate::ports::{Bookings, Hold};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update, builders::UpdateBuilder,
};
use contracts::{BookingId, Failure, FailureReason, Timestamp};
use serde::{Deserialize, Serialize};
use table::{Key, Refusal, Table, create, number, text, value};

/// Bookings and their seats in the table `ticketing`; see [`keys`].
///
/// Every change of a booking is conditional on its `version`, and every change of a seat on the booking it belongs to
/// (the fence): whatever comes late, twice or out of order finds its condition gone.
#[derive(Debug, Clone)]
pub struct DynamoBookings(Table);

/// What a hold must know of a seat that refused.
#[derive(Deserialize)]
struct SeatState {
    status: SeatStatus,
}

// A hold's transaction in order: the booking, the buyer's count, the seats.
const BOOKING: usize = 0;
const COUNT: usize = 1;
const SEATS: usize = 2;

impl DynamoBookings {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    fn update(&self, key: &Key) -> UpdateBuilder {
        Update::builder().table_name(self.0.name()).set_key(Some(key.attributes()))
    }

    fn hold_seat(&self, booking: &Booking, seat: &BookedSeat) -> Result<TransactWriteItem, Failure> {
        let update = self
            .update(&keys::seat(booking.event_id, &seat.block, &seat.label))
            .update_expression("SET #status = :held, booking = :booking")
            .condition_expression("#status = :open AND price = :price")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":held", attribute(SeatStatus::OnGoing)?)
            .expression_attribute_values(":open", attribute(SeatStatus::Open)?)
            .expression_attribute_values(":price", attribute(seat.price)?)
            .expression_attribute_values(":booking", text(booking.id))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        part(update)
    }

    /// The seat as `effect` leaves it, if it is this booking's.
    fn move_seat(
        &self,
        booking: &Booking,
        seat: &BookedSeat,
        effect: SeatEffect,
    ) -> Result<TransactWriteItem, Failure> {
        let (expression, status) = match effect {
            SeatEffect::Book | SeatEffect::Keep => ("SET #status = :status", SeatStatus::Booked),
            SeatEffect::Release => ("SET #status = :status REMOVE booking", SeatStatus::Open),
        };
        let update = self
            .update(&keys::seat(booking.event_id, &seat.block, &seat.label))
            .update_expression(expression)
            .condition_expression("booking = :booking")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":status", attribute(status)?)
            .expression_attribute_values(":booking", text(booking.id));
        part(update)
    }

    fn count(&self, booking: &Booking, more: bool, limit: Option<u32>) -> Result<TransactWriteItem, Failure> {
        let seats = booking.seats.len();
        let change = if more { seats.to_string() } else { format!("-{seats}") };
        let mut update = self
            .update(&keys::buyer_seats(booking.user_id, booking.event_id))
            .update_expression("ADD seats :change")
            .expression_attribute_values(":change", number(change));
        if let Some(limit) = limit {
            let room = (limit as usize).saturating_sub(seats);
            update = update
                .condition_expression("attribute_not_exists(seats) OR seats <= :room")
                .expression_attribute_values(":room", number(room));
        }
        part(update)
    }

    async fn change_status_alone(&self, before: &Booking, change: &Change) -> Result<Option<Booking>, Failure> {
        let mut update = self.0.update(&keys::booking(before.id)).condition_expression(UNCHANGED);
        update = update.update_expression(&change.expression).expression_attribute_names("#status", "status");
        for (name, attribute) in &change.values {
            update = update.expression_attribute_values(*name, attribute.clone());
        }
        match self.0.apply(update).await? {
            Ok(after) => value(after).map(Some),
            Err(_) => Ok(None),
        }
    }
}

const UNCHANGED: &str = "version = :before";

/// The change of a booking's own item.
struct Change {
    expression: String,
    values: Vec<(&'static str, AttributeValue)>,
}

impl Change {
    fn of(before: &Booking, after: &Booking) -> Result<Self, Failure> {
        let mut expression = "SET #status = :status, updated_at = :now, version = :after".to_owned();
        let mut values = vec![
            (":status", attribute(after.status)?),
            (":now", text(after.updated_at)),
            (":before", number(before.version)),
            (":after", number(after.version)),
        ];
        if after.reason != before.reason {
            expression.push_str(", reason = :reason");
            values.push((":reason", attribute(after.reason)?));
        }
        if after.invoice != before.invoice {
            expression.push_str(", invoice = :invoice");
            values.push((":invoice", attribute(&after.invoice)?));
        }
        Ok(Self { expression, values })
    }
}

#[async_trait]
impl Bookings for DynamoBookings {
    async fn hold(&self, booking: &Booking, limit: u32) -> Result<Hold, Failure> {
        let mut items = vec![create(self.0.name(), &keys::booking(booking.id), booking)?];
        items.push(self.count(booking, true, Some(limit))?);
        for seat in &booking.seats {
            items.push(self.hold_seat(booking, seat)?);
        }
        match self.0.transact(&items).await? {
            Ok(()) => Ok(Hold::Held),
            Err(refusals) => why_not_held(booking, refusals),
        }
    }

    async fn get(&self, id: BookingId) -> Result<Option<Booking>, Failure> {
        self.0.get(&keys::booking(id)).await
    }

    async fn change(&self, before: &Booking, change: &Transition, now: Timestamp) -> Result<Option<Booking>, Failure> {
        let after = before.after(change, now);
        let own = Change::of(before, &after)?;
        if change.seats == SeatEffect::Keep {
            return self.change_status_alone(before, &own).await;
        }
        let mut update = self.update(&keys::booking(before.id)).condition_expression(UNCHANGED);
        update = update.update_expression(&own.expression).expression_attribute_names("#status", "status");
        for (name, attribute) in &own.values {
            update = update.expression_attribute_values(*name, attribute.clone());
        }
        let mut items = vec![part(update)?];
        for seat in &before.seats {
            items.push(self.move_seat(before, seat, change.seats)?);
        }
        if change.seats == SeatEffect::Release {
            items.push(self.count(before, false, None)?);
        }
        match self.0.transact(&items).await? {
            Ok(()) => Ok(Some(after)),
            Err(refusals) if refusals.iter().any(|refusal| refusal.index == 0) => Ok(None),
            Err(_) => Err(Failure::permanent("change a booking", format!("a seat is not {}'s", before.id))),
        }
    }

    async fn note_payment_unavailable(&self, booking: &Booking) -> Result<(), Failure> {
        let noted = Booking {
            reason: Some(FailureReason::PaymentUnavailable),
            version: booking.version + 1,
            ..booking.clone()
        };
        self.change_status_alone(booking, &Change::of(booking, &noted)?).await.map(drop)
    }
}

fn why_not_held(booking: &Booking, refusals: Vec<Refusal>) -> Result<Hold, Failure> {
    let mut taken = Vec::new();
    let mut limit_reached = false;
    for Refusal { index, item } in refusals {
        match (index, item) {
            (BOOKING, Some(earlier)) => return Ok(Hold::Exists(Box::new(value(earlier)?))),
            (COUNT, _) => limit_reached = true,
            (seat, Some(item)) => {
                let SeatState { status } = value(item)?;
                // One that is open has another price: the plan was old.
                if status != SeatStatus::Open {
                    taken.extend(booking.seats.get(seat - SEATS).map(|seat| seat.label.clone()));
                }
            }
            // No such seat any more: the plan was old.
            (_, None) => {}
        }
    }
    Ok(match (limit_reached, taken.is_empty()) {
        (true, _) => Hold::LimitReached,
        (false, false) => Hold::Taken(taken),
        (false, true) => Hold::Outdated,
    })
}

fn attribute(value: impl Serialize) -> Result<AttributeValue, Failure> {
    serde_dynamo::to_attribute_value(value).map_err(|e| Failure::permanent("write an attribute", e))
}

fn part(update: UpdateBuilder) -> Result<TransactWriteItem, Failure> {
    let update = update.build().map_err(|e| Failure::permanent("write a transaction", e))?;
    Ok(TransactWriteItem::builder().update(update).build())
}
