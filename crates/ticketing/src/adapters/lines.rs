//! Waiting lists in DynamoDB. Users join by a wish, and one request puts a whole crowd into the line.

use crate::adapters::keys;
use crate::domain::{Named, SeatStatus, Waiter, Waiting};
use crate::ports::{Joined, Lines};
use async_trait::async_trait;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use contracts::{BookingId, EventId, Failure, SeatLabel, Timestamp, UserId, World};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;
use table::{Table, Transaction, attribute, create, delete_part, number, text, value};

/// How many attempts a request gets when others change the line meanwhile.
const TRIES: u32 = 40;
/// The attempt from which pauses grow no longer: up to half a second, in which another request may fulfil the wish.
const LAST_GROWING_PAUSE: u32 = 6;
/// How many transactions one request makes for everybody before the next request takes over.
const BATCHES: u32 = 8;
/// How long one request may hold the lease to fulfil wishes. If it breaks off, another one takes over after that.
const TURN: Duration = Duration::from_secs(2);
/// Wishes fulfilled in one transaction. Each takes three items and the seat takes one, of the hundred that DynamoDB
/// allows.
const TOGETHER: i32 = 30;
/// How long a wish is valid: longer than a request takes.
pub const WISH_LIFETIME: Duration = Duration::from_mins(1);

/// Waiting lists in the table `ticketing`; see [`keys`].
///
/// The seat counts the people who wait and numbers their places, in the same transaction that writes the places. A
/// lower number is never written after a higher one, so the first person in line is the one who joined first.
#[derive(Debug, Clone)]
pub struct DynamoLines(Table);

/// A wish to join a line. Its place is not given yet.
#[derive(Serialize, Deserialize)]
struct Wish {
    who: Waiter,
    new: Waiting,
    /// When DynamoDB's TTL may delete it, if its request broke off and nobody asked for the seat again.
    #[serde(default)]
    expires: i64,
}

/// The lease of the request that fulfils the wishes of a line. It only saves work: the conditions of the transaction
/// decide.
#[derive(Serialize)]
struct Turn {
    ends_at: Timestamp,
}

/// That the lines of an event are closed for good.
#[derive(Serialize, Deserialize)]
struct Closed {
    closed_at: Timestamp,
}

/// A part of the transaction that takes people into a line.
enum Of {
    /// The seat's count of people who wait.
    Seat,
    /// A place in the line.
    Place,
    /// The user's own record of their place.
    Standing(Waiter),
    /// A wish that is now fulfilled.
    Wish,
}

/// The owner of a booking.
#[derive(Deserialize)]
struct Owner {
    user_id: UserId,
}

/// The attributes of a seat that its line needs.
#[derive(Deserialize)]
struct LinedSeat {
    booking: Option<BookingId>,
    next_place: Option<u64>,
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
    async fn join(&self, world: &dyn World, new: &Waiting, who: &Waiter) -> Result<Joined, Failure> {
        let (event, label, user) = (new.event_id, &new.seat, who.user_id);
        if let Some(place) = self.standing(user, event, label).await? {
            return Ok(Joined::At(place));
        }
        let wish = keys::wish(event, label, who);
        let expires = (new.joined_at + WISH_LIFETIME).seconds();
        self.0.insert(&wish, &Wish { who: who.clone(), new: new.clone(), expires }).await?.ok();
        for attempt in 0..TRIES {
            // In a crowd, another request is about to fulfil this wish too, so wait first.
            self.0.pause((attempt + 1).min(LAST_GROWING_PAUSE)).await;
            let wished = self.0.get::<Wish>(&wish).await?.is_some();
            if let Some(place) = self.standing(user, event, label).await? {
                return Ok(Joined::At(place));
            }
            if !wished {
                return Ok(Joined::Served);
            }
            if self.lead(who, new, world.now()).await? == Led::SeatMoved {
                // Once the wish is deleted, nobody can fulfil it. A place that was given before stays.
                self.0.delete(&wish).await?;
                let standing = self.standing(user, event, label).await?;
                return Ok(standing.map_or(Joined::SeatMoved, Joined::At));
            }
        }
        self.0.delete(&wish).await?;
        let standing = self.standing(user, event, label).await?;
        standing.map(Joined::At).ok_or_else(|| Failure::transient("join a line", "others came in between each time"))
    }

    async fn leave(&self, user: UserId, event: EventId, label: &SeatLabel) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let Some(waiting) = self.waiting(user, event, label).await? else { return Ok(()) };
            if !self.stands(event, label, waiting.place).await? {
                return self.0.delete(&keys::waiting(user, event, label)).await;
            }
            if self.take_out(event, (&waiting.block, label), waiting.place, user).await? {
                return Ok(());
            }
        }
        Err(Failure::transient("leave a line", "it moved each time"))
    }

    async fn first(&self, event: EventId, label: &SeatLabel) -> Result<Option<Waiter>, Failure> {
        let found = self.0.some(self.line(event, label).limit(1)).await?;
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

    async fn rename(&self, user: UserId, at: &Waiting, named: &Named) -> Result<(), Failure> {
        let update = self
            .0
            .update(&keys::place(at.event_id, &at.seat, at.place))
            .update_expression("SET user_name = :name, name_version = :version")
            .condition_expression("user_id = :user AND (attribute_not_exists(name_version) OR name_version < :version)")
            .expression_attribute_values(":user", text(user))
            .expression_attribute_values(":name", text(&named.name))
            .expression_attribute_values(":version", number(named.version));
        // Refused: they left the line, or have this name or a later one in it.
        self.0.apply(update).await.map(drop)
    }

    async fn drop_place(&self, event: EventId, seat: (&str, &SeatLabel), waiter: &Waiter) -> Result<(), Failure> {
        self.take_out(event, seat, waiter.place, waiter.user_id).await.map(drop)
    }

    async fn are_closed(&self, event: EventId) -> Result<bool, Failure> {
        Ok(self.0.get::<Closed>(&keys::lines_closed(event)).await?.is_some())
    }

    async fn close(&self, event: EventId, now: Timestamp) -> Result<(), Failure> {
        self.0.insert(&keys::lines_closed(event), &Closed { closed_at: now }).await.map(drop)
    }

    async fn seats_of(&self, user: UserId, event: EventId) -> Result<u32, Failure> {
        let count: Option<Count> = self.0.get(&keys::buyer_seats(user, event)).await?;
        Ok(count.and_then(|count| u32::try_from(count.seats).ok()).unwrap_or(0))
    }
}

/// The outcome of one attempt to fulfil wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Led {
    /// The wishes are fulfilled, or another request is doing it.
    Done,
    /// There may be more wishes.
    More,
    /// The seat is free, or belongs to the user.
    SeatMoved,
}

impl DynamoLines {
    /// A user's place in a line. Deletes a record of a place that an offer has taken from the line.
    async fn standing(&self, user: UserId, event: EventId, label: &SeatLabel) -> Result<Option<u64>, Failure> {
        let Some(waiting) = self.waiting(user, event, label).await? else { return Ok(None) };
        if self.stands(event, label, waiting.place).await? {
            return Ok(Some(waiting.place));
        }
        let stale = self.0.part_delete(&keys::waiting(user, event, label)).condition_expression("place = :stale");
        let stale = delete_part(stale.expression_attribute_values(":stale", number(waiting.place)))?;
        self.0.all_or_none([stale]).await?;
        Ok(None)
    }

    /// Puts everybody with a wish into the line, some in each transaction, unless another request is doing so. In a
    /// crowd, one request does the work and the others find themselves in line. If each did its own, nearly all of them
    /// would conflict and start again.
    async fn lead(&self, me: &Waiter, new: &Waiting, now: Timestamp) -> Result<Led, Failure> {
        let turn = keys::turn(new.event_id, &new.seat);
        let values = [(":now", text(now))];
        let free = "attribute_not_exists(PK) OR ends_at < :now";
        if self.0.put_if(&turn, &Turn { ends_at: now + TURN }, free, values).await?.is_err() {
            return Ok(Led::Done);
        }
        let mut led = self.fulfil(me, new, now).await;
        for _ in 1..BATCHES {
            if !matches!(led, Ok(Led::More)) {
                break;
            }
            led = self.fulfil(me, new, now).await;
        }
        self.0.delete(&turn).await?;
        led
    }

    /// Puts some people with a wish into the line, in one transaction.
    async fn fulfil(&self, me: &Waiter, new: &Waiting, now: Timestamp) -> Result<Led, Failure> {
        let (event, label) = (new.event_id, &new.seat);
        let key = keys::seat(event, &new.block, label);
        let seat: Option<LinedSeat> = self.0.get(&key).await?;
        let Some((seat, owner)) = seat.and_then(|seat| seat.booking.map(|owner| (seat, owner))) else {
            return Ok(Led::SeatMoved);
        };
        // The seat may have changed hands since it was read. Its owner does not wait for it.
        let owner: Option<Owner> = self.0.get(&keys::booking(owner)).await?;
        let owns = |who: &Waiter| owner.as_ref().is_some_and(|owner| owner.user_id == who.user_id);
        if owns(me) {
            return Ok(Led::SeatMoved);
        }
        let mut wishes = self.wishes(event, label, now).await?;
        wishes.retain(|wish| !owns(&wish.who));
        // A user who got no answer and asked again has two wishes, but one transaction must not name an item twice.
        let mut users = BTreeSet::new();
        let (wishes, again): (Vec<_>, Vec<_>) = wishes.into_iter().partition(|wish| users.insert(wish.who.user_id));
        let Some(first) = (!wishes.is_empty()).then_some(seat.next_place.unwrap_or(0)) else { return Ok(Led::Done) };
        let unmoved =
            if seat.next_place.is_some() { "next_place = :first" } else { "attribute_not_exists(next_place)" };
        let mut count = self
            .0
            .part_update(&key)
            .update_expression("SET next_place = :next ADD waiters :wishes")
            .condition_expression(format!("#status IN (:held, :booked) AND booking = :owner AND {unmoved}"))
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":held", attribute(SeatStatus::OnGoing)?)
            .expression_attribute_values(":booked", attribute(SeatStatus::Booked)?)
            .expression_attribute_values(":owner", attribute(seat.booking)?)
            .expression_attribute_values(":wishes", number(wishes.len()))
            .expression_attribute_values(":next", number(first + u64::try_from(wishes.len()).unwrap_or(0)));
        if seat.next_place.is_some() {
            count = count.expression_attribute_values(":first", number(first));
        }
        let mut transaction = Transaction::new();
        transaction.add(Of::Seat, table::update_part(count)?);
        for (place, Wish { who, new, .. }) in (first..).zip(&wishes) {
            let (who, new) = (Waiter { place, ..who.clone() }, Waiting { place, ..new.clone() });
            let wish = self.0.part_delete(&keys::wish(event, label, &who));
            let standing = create(self.0.name(), &keys::waiting(who.user_id, event, label), &new)?;
            transaction.add(Of::Place, create(self.0.name(), &keys::place(event, label, place), &who)?);
            transaction.add(Of::Standing(who.clone()), standing);
            transaction.add(Of::Wish, delete_part(wish.condition_expression("attribute_exists(PK)"))?);
        }
        for Wish { who, .. } in &again {
            transaction.add(Of::Wish, delete_part(self.0.part_delete(&keys::wish(event, label, who)))?);
        }
        if let Err(refusals) = self.0.transact(transaction).await? {
            // A user who is already in the line needs no wish.
            for refusal in refusals {
                if let Of::Standing(who) = refusal.of {
                    self.0.delete(&keys::wish(event, label, &who)).await?;
                }
            }
        }
        Ok(Led::More)
    }

    /// The wishes to join, in the order of asking, as many as one transaction takes. Old wishes are deleted: their
    /// requests broke off, and nobody waits for the answer.
    async fn wishes(&self, event: EventId, label: &SeatLabel, now: Timestamp) -> Result<Vec<Wish>, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", text(keys::wishes(event, label)))
            .limit(TOGETHER)
            .consistent_read(true);
        let found = self.0.some(query).await?;
        let found = found.into_iter().map(value::<Wish>).collect::<Result<Vec<_>, _>>()?;
        let (wishes, old): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|wish| now < wish.who.joined_at + WISH_LIFETIME);
        for Wish { who, .. } in old {
            self.0.delete(&keys::wish(event, label, &who)).await?;
        }
        Ok(wishes)
    }

    /// Takes a place out of a line. Answers `false` if nobody has that place any more.
    async fn take_out(
        &self,
        event: EventId,
        (block, label): (&str, &SeatLabel),
        place: u64,
        user: UserId,
    ) -> Result<bool, Failure> {
        let entry = self.0.part_delete(&keys::place(event, label, place));
        let own = self.0.part_delete(&keys::waiting(user, event, label));
        let count = self
            .0
            .part_update(&keys::seat(event, block, label))
            .update_expression("ADD waiters :less")
            .condition_expression("waiters >= :one")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":less", number(-1));
        let entry = delete_part(entry.condition_expression("attribute_exists(PK)"))?;
        self.0.all_or_none([entry, delete_part(own)?, table::update_part(count)?]).await
    }
}
