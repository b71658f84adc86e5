use crate::adapters::keys;
use crate::adapters::seats::StoredSeat;
use crate::domain::{BookedSeat, SeatStatus, Waiter, Waiting};
use crate::ports::{Joined, Lines, Seat};
use async_trait::async_trait;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use contracts::{EventId, Failure, SeatLabel, UserId};
use serde::Deserialize;
use table::{Table, attribute, create, delete_part, number, text, value};

/// How often to begin anew when others come in between.
const TRIES: u32 = 40;
/// The longest pause between two tries: up to 160 ms, in which many others join.
const PATIENCE: u32 = 4;

/// Waiting lists in the table `ticketing`; see [`keys`].
///
/// The seat counts who waits and knows the highest place, in the transaction that writes a place: a lower one is never
/// written after a higher one, so that who stands first is who joined first.
#[derive(Debug, Clone)]
pub struct DynamoLines(Table);

/// The numbers drawn for a line, in an item of its own: who draws does not meet who joins.
#[derive(Deserialize)]
struct Numbers {
    drawn: u64,
}

#[derive(Deserialize)]
struct Count {
    #[serde(default)]
    seats: i64,
}

impl DynamoLines {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    fn line(&self, event: EventId, label: &SeatLabel) -> QueryFluentBuilder {
        self.0
            .query()
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", text(keys::line(event, label)))
            .consistent_read(true)
    }

    async fn waiting(&self, user: UserId, event: EventId, label: &SeatLabel) -> Result<Option<Waiting>, Failure> {
        self.0.get(&keys::waiting(user, event, label)).await
    }

    async fn stands(&self, event: EventId, label: &SeatLabel, place: u64) -> Result<bool, Failure> {
        Ok(self.0.get::<Waiter>(&keys::place(event, label, place)).await?.is_some())
    }
}

#[async_trait]
impl Lines for DynamoLines {
    async fn join(&self, seat: &Seat, new: &Waiting, who: &Waiter) -> Result<Joined, Failure> {
        let (event, label) = (new.event_id, &new.seat);
        let mut stale = None;
        for attempt in 0..TRIES {
            if let Some(old) = self.waiting(who.user_id, event, label).await? {
                if self.stands(event, label, old.place).await? {
                    return Ok(Joined::At(old.place));
                }
                // Left by an offer, and not yet forgotten.
                stale = Some(old.place);
            }
            // Whoever stands in line twice at once finds the first of the two in the next round.
            match self.try_to_join(seat, new, who, stale).await? {
                Attempt::Joined(place) => return Ok(Joined::At(place)),
                Attempt::SeatMoved => return Ok(Joined::SeatMoved),
                Attempt::Overtaken => table::pause(attempt.min(PATIENCE)).await,
            }
        }
        Err(Failure::transient("join a line", "others joined first each time"))
    }

    async fn leave(&self, user: UserId, event: EventId, label: &SeatLabel) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let Some(waiting) = self.waiting(user, event, label).await? else { return Ok(()) };
            if !self.stands(event, label, waiting.place).await? {
                return self.0.delete(&keys::waiting(user, event, label)).await;
            }
            let seat = BookedSeat { label: label.clone(), block: waiting.block, price: contracts::Money::idr(0) };
            if self.take_out(event, &seat, waiting.place, user).await? {
                return Ok(());
            }
        }
        Err(Failure::transient("leave a line", "it moved each time"))
    }

    async fn first(&self, event: EventId, label: &SeatLabel) -> Result<Option<Waiter>, Failure> {
        let (found, _) = self.0.page(self.line(event, label).limit(1), "SK").await?;
        found.into_iter().next().map(value).transpose()
    }

    async fn all(&self, event: EventId, label: &SeatLabel) -> Result<Vec<Waiter>, Failure> {
        self.0.all(self.line(event, label)).await?.into_iter().map(value).collect()
    }

    async fn position(&self, event: EventId, label: &SeatLabel, place: u64) -> Result<Option<u64>, Failure> {
        if !self.stands(event, label, place).await? {
            return Ok(None);
        }
        let before = self.line(event, label).key_condition_expression("PK = :pk AND SK <= :own");
        let own = keys::place(event, label, place).sk;
        self.0.count(before.expression_attribute_values(":own", text(own))).await.map(Some)
    }

    async fn of_user(&self, user: UserId) -> Result<Vec<Waiting>, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :lines)")
            .expression_attribute_values(":pk", text(keys::buyer(user)))
            .expression_attribute_values(":lines", text(keys::LINES))
            .consistent_read(true);
        self.0.all(query).await?.into_iter().map(value).collect()
    }

    async fn drop_place(&self, event: EventId, seat: &BookedSeat, waiter: &Waiter) -> Result<(), Failure> {
        self.take_out(event, seat, waiter.place, waiter.user_id).await.map(drop)
    }

    async fn seats_of(&self, user: UserId, event: EventId) -> Result<u32, Failure> {
        let count: Option<Count> = self.0.get(&keys::buyer_seats(user, event)).await?;
        Ok(count.and_then(|count| u32::try_from(count.seats).ok()).unwrap_or(0))
    }
}

/// What became of one attempt to join a line.
enum Attempt {
    Joined(u64),
    /// Somebody with a later number joined first.
    Overtaken,
    /// The seat is not whose or how it was.
    SeatMoved,
}

impl DynamoLines {
    /// Draws a number, each one higher than all before, and joins with it unless a higher one has joined already. So
    /// nobody need read the line to know their place, and places are numbered in the order of joining.
    async fn try_to_join(
        &self,
        seat: &Seat,
        new: &Waiting,
        who: &Waiter,
        stale: Option<u64>,
    ) -> Result<Attempt, Failure> {
        let (event, label) = (new.event_id, &new.seat);
        let draw = self.0.update(&keys::numbers(event, label)).update_expression("ADD drawn :one");
        let drawn = self.0.apply(draw.expression_attribute_values(":one", number(1))).await?;
        let drawn = drawn.map_err(|_| Failure::permanent("draw a number", "refused"))?;
        let place = value::<Numbers>(drawn)?.drawn;
        let count = self
            .0
            .part_update(&keys::seat(event, &new.block, label))
            .update_expression("SET next_place = :next ADD waiters :one")
            .condition_expression(
                "#status IN (:held, :booked) AND booking = :owner \
                 AND (attribute_not_exists(next_place) OR next_place <= :place)",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":held", attribute(SeatStatus::OnGoing)?)
            .expression_attribute_values(":booked", attribute(SeatStatus::Booked)?)
            .expression_attribute_values(":owner", attribute(seat.booking)?)
            .expression_attribute_values(":place", number(place))
            .expression_attribute_values(":next", number(place + 1))
            .expression_attribute_values(":one", number(1));
        let own = self.0.part_put(&keys::waiting(who.user_id, event, label), &Waiting { place, ..new.clone() })?;
        let own = match stale {
            None => own.condition_expression("attribute_not_exists(PK)"),
            Some(old) => own
                .condition_expression("attribute_not_exists(PK) OR place = :stale")
                .expression_attribute_values(":stale", number(old)),
        };
        let entry = create(self.0.name(), &keys::place(event, label, place), &Waiter { place, ..who.clone() })?;
        match self.0.transact(&[table::update_part(count)?, entry, table::put_part(own)?]).await? {
            Ok(()) => Ok(Attempt::Joined(place)),
            Err(refusals) => {
                let found = refusals.into_iter().find(|refusal| refusal.index == 0).and_then(|refusal| refusal.item);
                let Some(found) = found else { return Ok(Attempt::Overtaken) };
                let now = value::<StoredSeat>(found)?.seat()?;
                let same = now.booking == seat.booking && now.status == seat.status;
                Ok(if same { Attempt::Overtaken } else { Attempt::SeatMoved })
            }
        }
    }

    /// Takes a place out of a line; `false` when nobody stood there any more.
    async fn take_out(&self, event: EventId, seat: &BookedSeat, place: u64, user: UserId) -> Result<bool, Failure> {
        let entry = self.0.part_delete(&keys::place(event, &seat.label, place));
        let own = self.0.part_delete(&keys::waiting(user, event, &seat.label));
        let count = self
            .0
            .part_update(&keys::seat(event, &seat.block, &seat.label))
            .update_expression("ADD waiters :less")
            .condition_expression("waiters >= :one")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":less", number(-1));
        let parts: Vec<_> = vec![
            delete_part(entry.condition_expression("attribute_exists(PK)"))?,
            delete_part(own)?,
            table::update_part(count)?,
        ];
        Ok(self.0.transact(&parts).await?.is_ok())
    }
}
