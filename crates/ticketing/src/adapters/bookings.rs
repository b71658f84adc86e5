//! Bookings in DynamoDB: the transactions that hold, sell, release and pass on seats.

use crate::adapters::keys;
use crate::adapters::seats::NOBODY_WAITS;
use crate::domain::lapses::{FEW, Lapses, MOST, pause_after};
use crate::domain::{BookedSeat, Booking, SeatEffect, SeatStatus, Transition};
use crate::ports::{BookingQuery, Bookings, Changed, Hold, Offer, Others, Owed, Release, Terms, Unreleased};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use contracts::idempotency::Keys;
use contracts::{
    BookingId, EventId, Failure, FailureReason, Page, PageRequest, Reference, SeatLabel, Timestamp, UserId,
};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;
use table::{
    Item, Refusal, Table, Transaction, attribute, create, delete_part, number, of_cursor, spread, text, value,
};
use uuid::Uuid;

/// Bookings and their seats in the table `ticketing`; see [`keys`].
///
/// Every change of a booking is conditional on its `version`, and every change of a seat on the booking it belongs to
/// (the fence). A write that comes late, twice or out of order fails its condition.
#[derive(Debug, Clone)]
pub struct DynamoBookings(Table);

/// A booking with its places in [`keys::BY_EVENT`] and [`keys::BY_DUE`].
#[derive(Serialize)]
struct StoredBooking<'a> {
    #[serde(flatten)]
    booking: &'a Booking,
    #[serde(rename = "EVENT")]
    event: String,
    #[serde(rename = "BOOKED")]
    booked: String,
    #[serde(rename = "UNFINISHED", skip_serializing_if = "Option::is_none")]
    unfinished: Option<String>,
    #[serde(rename = "DUE", skip_serializing_if = "Option::is_none")]
    due: Option<Timestamp>,
}

/// The record that a booking ended. Its key says how.
#[derive(Serialize)]
struct Ended {}

/// The state of a seat whose part of a transaction was refused.
#[derive(Deserialize)]
struct SeatState {
    status: SeatStatus,
    booking: Option<BookingId>,
    #[serde(default)]
    waiters: u64,
    #[serde(default)]
    unreleased: BTreeSet<BookingId>,
    #[serde(default)]
    refused_by_organiser: bool,
}

/// How many seats of an event a buyer has, and by which bookings.
#[derive(Deserialize)]
struct BuyerSeats {
    #[serde(default)]
    seats: i64,
    #[serde(default)]
    bookings: BTreeSet<BookingId>,
    /// How often they let seats lapse.
    #[serde(default)]
    lapses: u32,
    /// When, the last time.
    lapsed_at: Option<Timestamp>,
    /// Which seats.
    #[serde(default)]
    lapsed: BTreeSet<SeatLabel>,
}

impl BuyerSeats {
    fn lapses(&self) -> Option<Lapses> {
        Some(Lapses { times: self.lapses, last: self.lapsed_at?, seats: self.lapsed.clone() })
    }
}

/// A part of a transaction that changes a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Of {
    /// The booking itself.
    Booking,
    /// How many seats of the event its buyer has.
    Count,
    /// One of its seats.
    Seat(SeatLabel),
    /// The record of how the booking ended.
    Ending,
    /// An item of an offer: the new booking, its buyer's count, or the buyer's place in a line.
    Offer,
}

impl DynamoBookings {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    fn new_booking(&self, booking: &Booking) -> Result<TransactWriteItem, Failure> {
        let booked = keys::booked(booking.created_at, booking.id);
        let due = booking.due();
        let unfinished = due.map(|_| keys::unfinished(booking.id));
        // Whoever makes it, it belongs to the chain in hand.
        let booking = &Booking { correlation: correlation::in_hand(), ..booking.clone() };
        let event = keys::event_of_booking(booking.event_id, booking.id);
        let stored = StoredBooking { booking, event, booked, unfinished, due };
        create(self.0.name(), &keys::booking(booking.id), &stored)
    }

    fn seat(&self, booking: &Booking, seat: &BookedSeat) -> UpdateBuilder {
        self.0
            .part_update(&keys::seat(booking.event_id, &seat.block, &seat.label))
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":booking", text(booking.id))
    }

    /// Holds an open seat. `released` are the bookings that no organiser's system holds it for any more.
    fn hold_seat(
        &self,
        booking: &Booking,
        seat: &BookedSeat,
        released: Option<&BTreeSet<BookingId>>,
    ) -> Result<TransactWriteItem, Failure> {
        let mut update =
            self.seat(booking, seat).update_expression("SET #status = :held, booking = :booking REMOVE unreleased");
        let mut free = "attribute_not_exists(unreleased)";
        if let Some(released) = released {
            free = "(attribute_not_exists(unreleased) OR unreleased = :released)";
            update = update.expression_attribute_values(":released", ids(released));
        }
        let update = update
            .condition_expression(format!("#status = :open AND price = :price AND {NOBODY_WAITS} AND {free}"))
            .expression_attribute_values(":held", attribute(SeatStatus::OnGoing)?)
            .expression_attribute_values(":open", attribute(SeatStatus::Open)?)
            .expression_attribute_values(":nobody", number(0))
            .expression_attribute_values(":price", attribute(seat.price)?);
        table::update_part(update)
    }

    fn book_seat(&self, booking: &Booking, seat: &BookedSeat) -> Result<TransactWriteItem, Failure> {
        let update = self
            .seat(booking, seat)
            .update_expression("SET #status = :booked")
            .condition_expression("booking = :booking")
            .expression_attribute_values(":booked", attribute(SeatStatus::Booked)?);
        table::update_part(update)
    }

    /// Puts the booking's seat back on sale, unless somebody waits for it and the sale goes on.
    fn open_seat(
        &self,
        booking: &Booking,
        seat: &BookedSeat,
        though_somebody_waits: bool,
    ) -> Result<TransactWriteItem, Failure> {
        let mut update = self
            .seat(booking, seat)
            .update_expression("SET #status = :open REMOVE booking ADD unreleased :unreleased")
            .condition_expression("booking = :booking")
            .expression_attribute_values(":unreleased", ids([&booking.id]))
            .expression_attribute_values(":open", attribute(SeatStatus::Open)?);
        if !though_somebody_waits {
            update = update
                .condition_expression(format!("booking = :booking AND {NOBODY_WAITS}"))
                .expression_attribute_values(":nobody", number(0));
        }
        table::update_part(update)
    }

    /// Takes the booking's seat off the sale. A deletion that is undone must not put it back: see [`Events::reopen`].
    ///
    /// [`Events::reopen`]: crate::ports::Events::reopen
    fn withdraw_seat(&self, booking: &Booking, seat: &BookedSeat) -> Result<TransactWriteItem, Failure> {
        let update = self
            .seat(booking, seat)
            .update_expression("SET #status = :withdrawn, refused_by_organiser = :yes REMOVE booking")
            .condition_expression("booking = :booking")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":withdrawn", attribute(SeatStatus::Withdrawn)?);
        table::update_part(update)
    }

    /// Gives the booking's seat to `offer`, whose buyer was first in its line.
    fn pass_seat(&self, booking: &Booking, seat: &BookedSeat, offer: &Offer) -> Result<TransactWriteItem, Failure> {
        let update = self
            .seat(booking, seat)
            .update_expression(
                "SET #status = :held, booking = :next, waiters = waiters - :one ADD unreleased :unreleased",
            )
            .expression_attribute_values(":unreleased", ids([&booking.id]))
            .condition_expression("booking = :booking AND waiters >= :one")
            .expression_attribute_values(":held", attribute(SeatStatus::OnGoing)?)
            .expression_attribute_values(":next", text(offer.booking.id))
            .expression_attribute_values(":one", number(1));
        table::update_part(update)
    }

    /// Adds the seats of `booking` to the buyer's count for the event, on these terms.
    fn count_in(&self, booking: &Booking, terms: &Terms) -> Result<TransactWriteItem, Failure> {
        let room = (terms.limit as usize).saturating_sub(booking.seats.len());
        let (others, known) = match &terms.others {
            None => ("", None),
            Some(Others::FewerThan(most)) => {
                (" AND (attribute_not_exists(bookings) OR size(bookings) < :others)", Some(number(most)))
            }
            Some(Others::Are(known)) if known.is_empty() => (" AND attribute_not_exists(bookings)", None),
            Some(Others::Are(known)) => (" AND bookings = :others", Some(ids(known))),
        };
        let (not_barred, values) = not_let_lapse(booking, terms.lapse_pause);
        let mut update = self
            .0
            .part_update(&keys::buyer_seats(booking.user_id, booking.event_id))
            .update_expression("ADD seats :seats, bookings :bookings")
            .condition_expression(format!("(attribute_not_exists(seats) OR seats <= :room){others}{not_barred}"))
            .expression_attribute_values(":seats", number(booking.seats.len()))
            .expression_attribute_values(":bookings", ids([&booking.id]))
            .expression_attribute_values(":room", number(room));
        let known = known.map(|known| (":others".to_owned(), known));
        for (name, value) in known.into_iter().chain(values) {
            update = update.expression_attribute_values(name, value);
        }
        table::update_part(update)
    }

    /// Subtracts the seats of `before`, which becomes `after`, from the buyer's count for the event, and notes whether
    /// they let them lapse.
    fn count_out(&self, (before, after): (&Booking, &Booking)) -> Result<TransactWriteItem, Failure> {
        let mut update = self
            .0
            .part_update(&keys::buyer_seats(before.user_id, before.event_id))
            .expression_attribute_values(":seats", number(format!("-{}", before.seats.len())))
            .expression_attribute_values(":bookings", ids([&before.id]));
        if before.is_let_lapse(after) {
            let labels = before.seats.iter().map(|seat| seat.label.to_string()).collect();
            update = update
                .update_expression(
                    "SET lapsed_at = :now ADD seats :seats, lapses :one, lapsed :lapsed DELETE bookings :bookings",
                )
                .expression_attribute_values(":now", text(after.updated_at))
                .expression_attribute_values(":lapsed", AttributeValue::Ss(labels))
                .expression_attribute_values(":one", number(1));
        } else {
            update = update.update_expression("ADD seats :seats DELETE bookings :bookings");
        }
        table::update_part(update)
    }

    /// Adds all parts that give up the seats of `before`, which becomes `after`.
    fn give_up(
        &self,
        transaction: &mut Transaction<Of>,
        (before, after): (&Booking, &Booking),
        effect: SeatEffect,
        release: &Release,
    ) -> Result<(), Failure> {
        let to = |label: &SeatLabel| {
            release.offers.iter().find(|offer| offer.booking.seats.iter().any(|seat| seat.label == *label))
        };
        for seat in &before.seats {
            let part = match to(&seat.label) {
                _ if effect == SeatEffect::Withdraw => self.withdraw_seat(before, seat)?,
                Some(offer) => self.pass_seat(before, seat, offer)?,
                None => self.open_seat(before, seat, release.sale_is_over || release.owed.contains(&seat.label))?,
            };
            transaction.add(Of::Seat(seat.label.clone()), part);
            if release.owed.contains(&seat.label) {
                let owed = Owed { event_id: before.event_id, seat: seat.label.clone(), booking: before.id };
                let put = self.0.part_put(&keys::owed(owed.event_id, &owed.seat), &owed)?;
                transaction.add(Of::Offer, table::put_part(put)?);
            }
        }
        transaction.add(Of::Count, self.count_out((before, after))?);
        transaction.add(Of::Ending, create(self.0.name(), &keys::ending(after), &Ended {})?);
        for Offer { booking, places } in release.offers.iter().filter(|_| effect == SeatEffect::Release) {
            transaction.add(Of::Offer, self.new_booking(booking)?);
            let terms = Terms { limit: release.limit, ..Terms::default() };
            transaction.add(Of::Offer, self.count_in(booking, &terms)?);
            for (seat, place) in booking.seats.iter().zip(places) {
                let entry = keys::place(booking.event_id, &seat.label, *place);
                let leave = self.0.part_delete(&entry).condition_expression("attribute_exists(PK)");
                transaction.add(Of::Offer, delete_part(leave)?);
            }
        }
        Ok(())
    }

    /// A booking's own part of a transaction that changes it.
    fn own_part(&self, before: &Booking, change: &Change) -> Result<TransactWriteItem, Failure> {
        let mut update = self.0.part_update(&keys::booking(before.id)).condition_expression(change.condition);
        update = update.update_expression(&change.expression).expression_attribute_names("#status", "status");
        for (name, attribute) in &change.values {
            update = update.expression_attribute_values(*name, attribute.clone());
        }
        table::update_part(update)
    }

    async fn change_status_alone(&self, before: &Booking, change: &Change) -> Result<Option<Booking>, Failure> {
        let mut update = self.0.update(&keys::booking(before.id)).condition_expression(change.condition);
        update = update.update_expression(&change.expression).expression_attribute_names("#status", "status");
        for (name, attribute) in &change.values {
            update = update.expression_attribute_values(*name, attribute.clone());
        }
        match self.0.apply(update).await? {
            Ok(after) => value(after).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Deletes the users' own records of the places that they left by an offer. Readers skip a record that remains.
    async fn forget_places(&self, offers: &[Offer]) {
        for offer in offers {
            for (seat, place) in offer.booking.seats.iter().zip(&offer.places) {
                let key = keys::waiting(offer.booking.user_id, offer.booking.event_id, &seat.label);
                let same = self.0.update(&key).update_expression("SET gone = :gone");
                let same =
                    same.condition_expression("place = :place").expression_attribute_values(":place", number(place));
                let same = same.expression_attribute_values(":gone", AttributeValue::Bool(true));
                if let Ok(Ok(_)) = self.0.apply(same).await
                    && let Err(why) = self.0.delete(&key).await
                {
                    tracing::warn!(%why, "a place that was left is still kept");
                }
            }
        }
    }
}

const UNCHANGED: &str = "version = :before";

/// Forgetting a name changes no version, and no name may be given back.
const UNCHANGED_AND_NAMED: &str = "version = :before AND attribute_exists(user_name)";

/// The attribute of a booking whose ticket is printed as the booking is. The relay's filter passes over what is written
/// of such a booking: there is nothing to tell.
const PRINTED: &str = "printed";

/// The attribute of a booking that is late and was published once more as it is.
pub const TOLD_AGAIN: &str = "told_again";

/// The change of a booking's own item.
struct Change {
    condition: &'static str,
    expression: String,
    values: Vec<(&'static str, AttributeValue)>,
}

impl Change {
    fn of(before: &Booking, after: &Booking) -> Result<Self, Failure> {
        let mut expression = "SET #status = :status, updated_at = :now, version = :after".to_owned();
        // Both are about the booking as it was.
        let mut removed = vec![PRINTED, TOLD_AGAIN];
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
        if after.hold_expires_at != before.hold_expires_at {
            expression.push_str(", hold_expires_at = :until");
            values.push((":until", text(after.hold_expires_at)));
        }
        if after.moved != before.moved {
            expression.push_str(", moved = :moved, event_title = :title, venue = :venue, starts_at = :starts_at");
            values.push((":moved", attribute(&after.moved)?));
            values.push((":title", text(&after.event_title)));
            values.push((":venue", text(&after.venue)));
            values.push((":starts_at", text(after.starts_at)));
            if let Some(city) = &after.city {
                expression.push_str(", city = :city");
                values.push((":city", text(city)));
            }
            if let Some(zone) = &after.time_zone {
                expression.push_str(", time_zone = :zone");
                values.push((":zone", text(zone)));
            }
            if after.city.is_none() && before.city.is_some() {
                removed.push("city");
            }
        }
        if after.user_name.is_none() && before.user_name.is_some() {
            removed.push("user_name");
        }
        let mut condition = UNCHANGED;
        if let Some(name) = after.user_name.as_ref().filter(|_| after.name_version != before.name_version) {
            expression.push_str(", user_name = :name, name_version = :named, renamed = :renamed");
            values.push((":name", text(name)));
            values.push((":named", number(after.name_version)));
            values.push((":renamed", attribute(after.renamed)?));
            condition = UNCHANGED_AND_NAMED;
        }
        if after.amendments != before.amendments {
            expression.push_str(", amendments = :amendments");
            values.push((":amendments", number(after.amendments)));
        }
        match after.due() {
            Some(due) => {
                expression.push_str(", UNFINISHED = :unfinished, DUE = :due");
                values.push((":unfinished", text(keys::unfinished(after.id))));
                values.push((":due", text(due)));
            }
            None => removed.extend([keys::UNFINISHED, keys::DUE]),
        }
        expression.push_str(" REMOVE ");
        expression.push_str(&removed.join(", "));
        Ok(Self { condition, expression, values })
    }
}

#[async_trait]
impl Keys for DynamoBookings {
    async fn claim(&self, key: Uuid, digest: &str, now: Timestamp, until: Option<Timestamp>) -> Result<bool, Failure> {
        self.0.claim_key(key, digest, now, until).await
    }
}

#[async_trait]
impl Bookings for DynamoBookings {
    async fn hold(&self, booking: &Booking, terms: &Terms) -> Result<Hold, Failure> {
        let mut transaction = Transaction::new();
        transaction.add(Of::Booking, self.new_booking(booking)?);
        transaction.add(Of::Count, self.count_in(booking, terms)?);
        for seat in &booking.seats {
            let part = self.hold_seat(booking, seat, terms.released.get(&seat.label))?;
            transaction.add(Of::Seat(seat.label.clone()), part);
        }
        let outcome = self.0.transact(transaction).await?;
        outcome.map_or_else(|refusals| why_not_held(refusals, booking, terms), |()| Ok(Hold::Held))
    }

    async fn get(&self, id: BookingId) -> Result<Option<Booking>, Failure> {
        self.0.get(&keys::booking(id)).await
    }

    async fn change(
        &self,
        before: &Booking,
        change: &Transition,
        now: Timestamp,
        release: &Release,
    ) -> Result<Changed, Failure> {
        let after = before.after(change, now);
        let own = Change::of(before, &after)?;
        if change.seats == SeatEffect::Keep {
            let done = self.change_status_alone(before, &own).await?;
            return Ok(done.map_or(Changed::Moved, |after| Changed::Done(Box::new(after))));
        }
        let mut transaction = Transaction::new();
        transaction.add(Of::Booking, self.own_part(before, &own)?);
        if change.seats == SeatEffect::Book {
            for seat in &before.seats {
                transaction.add(Of::Seat(seat.label.clone()), self.book_seat(before, seat)?);
            }
        } else {
            self.give_up(&mut transaction, (before, &after), change.seats, release)?;
        }
        match self.0.transact(transaction).await? {
            Ok(()) => {
                self.forget_places(&release.offers).await;
                Ok(Changed::Done(Box::new(after)))
            }
            Err(refusals) => why_not_changed(before, refusals),
        }
    }

    async fn hand_over(&self, owed: &Owed, offer: &Offer, limit: u32) -> Result<bool, Failure> {
        let Offer { booking, places } = offer;
        let mut transaction = Transaction::new();
        transaction.add(Of::Offer, self.new_booking(booking)?);
        transaction.add(Of::Offer, self.count_in(booking, &Terms { limit, ..Terms::default() })?);
        for (seat, place) in booking.seats.iter().zip(places) {
            let update = self
                .seat(booking, seat)
                .update_expression("SET #status = :held, booking = :booking, waiters = waiters - :one")
                .condition_expression("#status = :open AND price = :price AND waiters >= :one")
                .expression_attribute_values(":held", attribute(SeatStatus::OnGoing)?)
                .expression_attribute_values(":open", attribute(SeatStatus::Open)?)
                .expression_attribute_values(":price", attribute(seat.price)?)
                .expression_attribute_values(":one", number(1));
            transaction.add(Of::Seat(seat.label.clone()), table::update_part(update)?);
            let entry = self.0.part_delete(&keys::place(booking.event_id, &seat.label, *place));
            transaction.add(Of::Offer, delete_part(entry.condition_expression("attribute_exists(PK)"))?);
        }
        transaction.add(Of::Offer, delete_part(self.0.part_delete(&keys::owed(owed.event_id, &owed.seat)))?);
        let done = self.0.transact(transaction).await?.is_ok();
        if done {
            self.forget_places(std::slice::from_ref(offer)).await;
        }
        Ok(done)
    }

    async fn owed(&self) -> Result<Vec<Owed>, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", text(keys::OWED))
            .consistent_read(true);
        self.0.all(query).await?.into_iter().map(value).collect()
    }

    async fn no_longer_owed(&self, owed: &Owed) -> Result<(), Failure> {
        let delete =
            self.0.part_delete(&keys::owed(owed.event_id, &owed.seat)).condition_expression("booking = :booking");
        let delete = delete_part(delete.expression_attribute_values(":booking", text(owed.booking)))?;
        // Refused: it was forgotten before, or is owed anew.
        self.0.all_or_none([delete]).await.map(drop)
    }

    async fn unfinished(&self, before: Timestamp, of_each_part: u32) -> Result<Vec<Booking>, Failure> {
        let mut ids = Vec::new();
        for part in 0..spread::PARTS {
            let query = self
                .0
                .query()
                .index_name(keys::BY_DUE)
                .key_condition_expression("UNFINISHED = :part AND DUE < :before")
                .expression_attribute_values(":part", text(keys::part_of_unfinished(part)))
                .expression_attribute_values(":before", text(before))
                .limit(i32::try_from(of_each_part).unwrap_or(i32::MAX));
            let found = self.0.some(query).await?;
            ids.extend(found.iter().filter_map(|item| keys::booking_id(item.get("PK")?.as_s().ok()?)));
        }
        self.get_all(&ids).await
    }

    async fn tell_again(&self, id: BookingId, before: Timestamp, next: Timestamp) -> Result<bool, Failure> {
        let update = self
            .0
            .update(&keys::booking(id))
            .update_expression(format!("SET DUE = :next, {TOLD_AGAIN} = :yes REMOVE {PRINTED}"))
            .condition_expression("DUE < :before")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":next", text(next))
            .expression_attribute_values(":before", text(before));
        Ok(self.0.apply(update).await?.is_ok())
    }

    async fn nothing_is_left(&self, booking: &Booking) -> Result<(), Failure> {
        let update = self
            .0
            .update(&keys::booking(booking.id))
            .update_expression("REMOVE UNFINISHED, DUE")
            .condition_expression("version = :version")
            .expression_attribute_values(":version", number(booking.version));
        // Refused: it changed, and that write says what is left.
        self.0.apply(update).await.map(drop)
    }

    async fn printed(&self, id: BookingId, version: u64, named: bool) -> Result<bool, Failure> {
        let name = if named { "attribute_exists(user_name)" } else { "attribute_not_exists(user_name)" };
        let update = self
            .0
            .update(&keys::booking(id))
            .update_expression(format!("SET {PRINTED} = :yes REMOVE UNFINISHED, DUE"))
            .condition_expression(format!("version = :version AND {name}"))
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":version", number(version));
        Ok(self.0.apply(update).await?.is_ok())
    }

    async fn note_payment_unavailable(&self, booking: &Booking) -> Result<(), Failure> {
        let noted = Booking {
            reason: Some(FailureReason::PaymentUnavailable),
            version: booking.version + 1,
            // It goes on as it is: its buyer was answered that it came to nothing.
            amendments: booking.amendments + 1,
            ..booking.clone()
        };
        self.change_status_alone(booking, &Change::of(booking, &noted)?).await.map(drop)
    }

    async fn of_event(
        &self,
        event: EventId,
        which: &BookingQuery,
        asked: &PageRequest,
    ) -> Result<Option<Page<Booking>>, Failure> {
        let from = match asked.from() {
            None => None,
            Some(from) => match place_of(from) {
                Some(place) => Some(place),
                None => return Ok(None),
            },
        };
        let queries = keys::BY_EVENT.queries(&self.0, event, from.as_deref());
        let id = |item: &Item| {
            let id = keys::booked_id(item.get(keys::BOOKED)?.as_s().ok()?)?;
            which.reference.as_ref().is_none_or(|reference| *reference == Reference::of(id.uuid())).then_some(id)
        };
        let shown = |found: Vec<Item>| async move {
            let ids: Vec<_> = found.iter().map(id).collect();
            let bookings = self.get_all(&ids.iter().flatten().copied().collect::<Vec<_>>()).await?;
            let wanted = bookings.into_iter().filter(|one| which.status.is_none_or(|status| one.status == status));
            let mut bookings: HashMap<_, _> = wanted.map(|one| (one.id, one)).collect();
            Ok(ids.into_iter().map(|id| bookings.remove(&id?)).collect())
        };
        self.0.page(queries, keys::BOOKED, asked, shown).await.map(Some)
    }

    async fn get_all(&self, ids: &[BookingId]) -> Result<Vec<Booking>, Failure> {
        let unique: BTreeSet<_> = ids.iter().copied().collect();
        self.0.get_all(&unique.into_iter().map(keys::booking).collect::<Vec<_>>()).await
    }

    async fn endings(&self, event: EventId) -> Result<BTreeMap<String, u64>, Failure> {
        let parts = spread::parts(keys::endings(event)).map(|part| {
            let query = self
                .0
                .query()
                .key_condition_expression("PK = :pk")
                .expression_attribute_values(":pk", text(part))
                .projection_expression("SK");
            self.0.all(query)
        });
        let mut endings = BTreeMap::new();
        for item in try_join_all(parts).await?.into_iter().flatten() {
            if let Some(how) = item.get("SK").and_then(|sk| sk.as_s().ok()?.split('#').next()) {
                *endings.entry(how.to_owned()).or_default() += 1;
            }
        }
        Ok(endings)
    }

    async fn of_buyer_for(&self, buyer: UserId, event: EventId) -> Result<Vec<Booking>, Failure> {
        match self.0.get::<BuyerSeats>(&keys::buyer_seats(buyer, event)).await? {
            Some(own) if !own.bookings.is_empty() => self.get_all(&own.bookings.into_iter().collect::<Vec<_>>()).await,
            _ => Ok(Vec::new()),
        }
    }

    async fn of_buyer(&self, buyer: UserId) -> Result<Vec<BookingId>, Failure> {
        Ok(self.buyer_seats(buyer).await?.into_iter().flat_map(|count| count.bookings).collect())
    }

    async fn released(&self, booking: &Booking) -> Result<(), Failure> {
        for seat in &booking.seats {
            let update = self
                .0
                .update(&keys::seat(booking.event_id, &seat.block, &seat.label))
                .update_expression("DELETE unreleased :released")
                .condition_expression("contains(unreleased, :booking)")
                .expression_attribute_values(":released", ids([&booking.id]))
                .expression_attribute_values(":booking", text(booking.id));
            // Refused: it was noted before, or another hold found it released.
            drop(self.0.apply(update).await?);
        }
        Ok(())
    }

    async fn forget_name(&self, id: BookingId) -> Result<(), Failure> {
        let update = self.0.update(&keys::booking(id)).update_expression("REMOVE user_name");
        // Refused: there is no such booking, and no name.
        self.0.apply(update.condition_expression("attribute_exists(PK)")).await.map(drop)
    }
}

impl DynamoBookings {
    async fn buyer_seats(&self, buyer: UserId) -> Result<Vec<BuyerSeats>, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :events)")
            .expression_attribute_values(":pk", text(keys::buyer(buyer)))
            .expression_attribute_values(":events", text(keys::EVENT_PREFIX))
            .consistent_read(true);
        self.0.all(query).await?.into_iter().map(value).collect()
    }
}

/// A set of ids.
fn ids<'a>(ids: impl IntoIterator<Item = &'a BookingId>) -> AttributeValue {
    AttributeValue::Ss(ids.into_iter().map(ToString::to_string).collect())
}

/// The place in [`keys::BY_EVENT`] that a cursor names.
fn place_of(from: &str) -> Option<String> {
    of_cursor(from).filter(|booked| keys::booked_id(booked).is_some())
}

/// The condition on a buyer's count that they did not let lapse what they want to hold, as [`Lapses::bar`] says, with
/// its values. DynamoDB does not know powers, so each number of lapses has its own line.
fn not_let_lapse(booking: &Booking, first: Duration) -> (String, Vec<(String, AttributeValue)>) {
    if first.is_zero() {
        return (String::new(), Vec::new());
    }
    let mut values = vec![(":few".to_owned(), number(FEW))];
    let mut may = vec!["attribute_not_exists(lapses)".to_owned()];
    let mut others = vec!["lapses <= :few".to_owned()];
    for (place, seat) in booking.seats.iter().enumerate() {
        others.push(format!("NOT contains(lapsed, :wanted{place})"));
        values.push((format!(":wanted{place}"), text(&seat.label)));
    }
    may.push(format!("({})", others.join(" AND ")));
    for times in 1..=MOST {
        let equals = if times == MOST { ">=" } else { "=" };
        may.push(format!("(lapses {equals} :times{times} AND lapsed_at <= :over{times})"));
        values.push((format!(":times{times}"), number(times)));
        values.push((format!(":over{times}"), text(booking.created_at - pause_after(times, first))));
    }
    (format!(" AND ({})", may.join(" OR ")), values)
}

/// Would the buyer stay within the limit?
fn fits(own: &BuyerSeats, booking: &Booking, limit: u32) -> bool {
    let after = usize::try_from(own.seats).unwrap_or(0) + booking.seats.len();
    after <= limit as usize
}

fn why_not_held(refusals: Vec<Refusal<Of>>, booking: &Booking, terms: &Terms) -> Result<Hold, Failure> {
    let mut taken = Vec::new();
    let mut unreleased = Unreleased::new();
    let (mut limit_reached, mut not_alone, mut let_lapse) = (false, false, None);
    for Refusal { of, item } in refusals {
        match (of, item) {
            (Of::Booking, Some(earlier)) => return Ok(Hold::Exists(Box::new(value(earlier)?))),
            (Of::Count, Some(item)) => {
                let own: BuyerSeats = value(item)?;
                let known = terms.others.as_ref().is_none_or(|others| others.are(&own.bookings));
                let asked = booking.seats.iter().map(|seat| &seat.label);
                let_lapse = own.lapses().and_then(|one| one.bar(asked, booking.created_at, terms.lapse_pause));
                let fits = fits(&own, booking, terms.limit);
                (limit_reached, not_alone) = (!fits || (known && let_lapse.is_none()), !known);
            }
            (Of::Count, None) => not_alone = true,
            (Of::Seat(label), Some(item)) => {
                let seat: SeatState = value(item)?;
                match seat.status {
                    SeatStatus::OnGoing | SeatStatus::Booked => taken.push(label),
                    SeatStatus::Open
                        if !seat.unreleased.is_empty() && Some(&seat.unreleased) != terms.released.get(&label) =>
                    {
                        unreleased.insert(label, seat.unreleased);
                    }
                    // It is its line's.
                    SeatStatus::Open if seat.waiters > 0 => taken.push(label),
                    // It still stands on the plan, as somebody else's seat.
                    SeatStatus::Withdrawn if seat.refused_by_organiser => taken.push(label),
                    // The price changed, or the seat is not on sale any more: the plan was old.
                    SeatStatus::Open | SeatStatus::Withdrawn => {}
                }
            }
            // No such seat any more: the plan was old.
            (Of::Seat(_), None) => {}
            (Of::Booking, None) | (Of::Ending | Of::Offer, _) => {
                return Err(Failure::transient("hold seats", "a part without a condition was refused"));
            }
        }
    }
    Ok(if limit_reached {
        Hold::LimitReached
    } else if not_alone {
        Hold::NotAlone
    } else if !taken.is_empty() {
        Hold::Taken(taken)
    } else if let Some(barred) = let_lapse {
        Hold::LetLapse(barred)
    } else if !unreleased.is_empty() {
        Hold::Unreleased(unreleased)
    } else {
        Hold::Outdated
    })
}

fn why_not_changed(before: &Booking, refusals: Vec<Refusal<Of>>) -> Result<Changed, Failure> {
    if refusals.iter().any(|refusal| refusal.of == Of::Booking) {
        return Ok(Changed::Moved);
    }
    let mut waited = Vec::new();
    for Refusal { of, item } in refusals {
        // Other parts refuse if the person who was to get a seat left the line or reached the limit.
        let Of::Seat(label) = of else { continue };
        let state: Option<SeatState> = item.map(value).transpose()?;
        match state.filter(|state| state.booking == Some(before.id)) {
            Some(state) if state.waiters > 0 => waited.push(label),
            // Everybody left the line of this seat before it could be passed on.
            Some(_) => {}
            None => return Err(Failure::permanent("change a booking", format!("{label} is not {}'s", before.id))),
        }
    }
    Ok(if waited.is_empty() { Changed::LineMoved } else { Changed::Waited(waited) })
}
