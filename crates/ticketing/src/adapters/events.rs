//! Events, their layouts and their seats in DynamoDB.

use crate::adapters::keys;
use crate::adapters::seat_maps::present;
use crate::adapters::seats::{NOBODY_WAITS, StoredSeat};
use crate::domain::{Block, BlockMap, Event, EventStatus, Layout, SeatStatus};
use crate::ports::{Closing, Edited, EventQuery, Events, PART_TAKES, Seat, SeatEdit};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::TransactWriteItem;
use contracts::idempotency::Keys;
use contracts::{EventId, Failure, Money, Page, PageRequest, SeatLabel, Timestamp, folded};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use table::{Item, TRANSACTION_ITEMS, Table, Transaction, attribute, create, item, number, of_cursor, text, value};
use uuid::Uuid;

/// How many attempts an edit of a seat gets when the seat's map changes meanwhile.
const TRIES: u32 = 8;
/// Transactions under way at the same time when many seats change.
const AT_ONCE: usize = 8;

/// Events in the table `ticketing`; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoEvents(Table);

/// How far an event is closed.
#[derive(Deserialize)]
struct Part {
    part: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredEvent {
    #[serde(flatten)]
    event: Event,
    /// For searching: title, venue and city as [`folded`] has them. An event from before this has none until it is
    /// migrated.
    #[serde(default)]
    search_folded: String,
    /// What the release before searches in.
    #[serde(default)]
    title_folded: String,
    /// Absent from a deleted event, which no list shows.
    #[serde(rename = "LIST", default, skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    #[serde(rename = "START")]
    start: String,
}

/// A seat when it goes on sale.
#[derive(Serialize)]
struct NewSeat {
    status: SeatStatus,
    price: Money,
    /// Its block.
    ordinal: u32,
    /// Its place in the block.
    place: usize,
}

/// What an event is found by.
pub(super) fn search_text(title: &str, venue: Option<&str>, city: Option<&str>) -> String {
    let parts: Vec<_> = [Some(title), venue, city].into_iter().flatten().map(folded).collect();
    parts.join("\n")
}

impl StoredEvent {
    fn of(event: &Event) -> Self {
        let search_folded = search_text(&event.title, Some(&event.venue), event.city.as_deref());
        let (title_folded, start) = (folded(&event.title), format!("{}#{}", event.starts_at, event.id));
        let list = (event.status != EventStatus::Deleted).then(|| keys::EVENTS.to_owned());
        Self { event: event.clone(), search_folded, title_folded, list, start }
    }
}

impl DynamoEvents {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    /// The part that commits a change: it writes the event as `after`, if it is still at the version of `before`.
    fn move_event(&self, before: &Event, after: &Event) -> Result<TransactWriteItem, Failure> {
        let put = self.0.part_put(&keys::event(after.id), &StoredEvent::of(after))?;
        let put = put.condition_expression(UNCHANGED);
        table::put_part(put.expression_attribute_values(":before", number(before.version)))
    }

    /// Moves seats from one status to another, in transactions of up to a hundred. Answers whether all had the status
    /// `from`.
    async fn move_seats(
        &self,
        event: EventId,
        seats: &[Seat],
        from: SeatStatus,
        to: SeatStatus,
    ) -> Result<bool, Failure> {
        let mut all = true;
        for together in seats.chunks(TRANSACTION_ITEMS * AT_ONCE) {
            let moves = together.chunks(TRANSACTION_ITEMS).map(|some| self.move_some(event, some, from, to));
            all &= try_join_all(moves).await?.into_iter().all(|moved| moved);
        }
        Ok(all)
    }

    async fn move_some(
        &self,
        event: EventId,
        seats: &[Seat],
        from: SeatStatus,
        to: SeatStatus,
    ) -> Result<bool, Failure> {
        let (movable, others): (Vec<_>, Vec<_>) = seats.iter().partition(|seat| seat.status == from);
        let mut items = Vec::with_capacity(movable.len());
        for seat in movable {
            let update = self
                .0
                .part_update(&keys::seat(event, &seat.block, &seat.label))
                .update_expression("SET #status = :to")
                .condition_expression("#status = :from")
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":from", attribute(from)?)
                .expression_attribute_values(":to", attribute(to)?);
            items.push(table::update_part(update)?);
        }
        if items.is_empty() {
            return Ok(others.is_empty());
        }
        // If somebody else changed one of these seats first, the whole hundred waits for the next attempt.
        Ok(self.0.all_or_none(items).await? && others.is_empty())
    }
}

/// A part of the transaction that edits a seat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Event,
    Seat,
    Plan,
    Map,
}

/// Events from before versions existed have none.
const UNCHANGED: &str = "version = :before OR attribute_not_exists(version)";

#[async_trait]
impl Keys for DynamoEvents {
    async fn claim(&self, key: Uuid, digest: &str, now: Timestamp, until: Option<Timestamp>) -> Result<bool, Failure> {
        self.0.claim_key(key, digest, now, until).await
    }
}

#[async_trait]
impl Events for DynamoEvents {
    async fn insert(&self, event: &Event) -> Result<bool, Failure> {
        Ok(self.0.insert(&keys::event(event.id), &StoredEvent::of(event)).await?.is_ok())
    }

    async fn update(&self, before: &Event, after: &Event) -> Result<bool, Failure> {
        let values = [(":before", number(before.version))];
        Ok(self.0.put_if(&keys::event(after.id), &StoredEvent::of(after), UNCHANGED, values).await?.is_ok())
    }

    async fn get(&self, id: EventId) -> Result<Option<Event>, Failure> {
        let stored = self.0.get::<StoredEvent>(&keys::event(id)).await?;
        Ok(stored.map(|stored| stored.event).filter(|event| event.status != EventStatus::Deleted))
    }

    async fn list(&self, which: &EventQuery, asked: &PageRequest) -> Result<Option<Page<Event>>, Failure> {
        let from = match asked.from() {
            None => None,
            Some(cursor) => match start_key(cursor) {
                Some(key) => Some(key),
                None => return Ok(None),
            },
        };
        // '~' sorts after every character in a time.
        let until = which.until.map_or_else(|| "~".to_owned(), |until| until.to_string());
        // The previous page ended within the range that it asked for. `from` may be later than that by now: begin at
        // the cursor.
        let (mut begin, at) = (which.from.to_string(), from.as_ref().map(|(start, _)| start.clone()));
        match at {
            Some(at) if at > until => return Ok(None),
            Some(at) => begin = begin.min(at),
            None => {}
        }
        let mut query = self
            .0
            .query()
            .index_name(keys::BY_START)
            .key_condition_expression("#list = :list AND #start BETWEEN :from AND :until")
            .expression_attribute_names("#list", keys::LIST)
            .expression_attribute_names("#start", keys::START)
            .expression_attribute_values(":list", text(keys::EVENTS))
            .expression_attribute_values(":from", text(begin))
            .expression_attribute_values(":until", text(until))
            .set_exclusive_start_key(from.map(|(_, key)| key));
        let mut filters = Vec::new();
        if let Some(part) = &which.text {
            filters.push("contains(search_folded, :text)");
            query = query.expression_attribute_values(":text", text(part));
        }
        if let Some(city) = &which.city {
            filters.push("#city = :city");
            query = query.expression_attribute_names("#city", "city").expression_attribute_values(":city", text(city));
        }
        if let Some(organiser) = which.organiser {
            filters.push("organiser_id = :organiser");
            query = query.expression_attribute_values(":organiser", text(organiser));
        }
        if let Some(movie) = which.movie {
            filters.push("movie_id = :movie");
            query = query.expression_attribute_values(":movie", text(movie));
        }
        query = query.set_filter_expression((!filters.is_empty()).then(|| filters.join(" AND ")));
        let event = |item| Ok(Some(value::<StoredEvent>(item)?.event));
        let shown = |found: Vec<Item>| async move { found.into_iter().map(event).collect() };
        self.0.page([query], keys::START, asked, shown).await.map(Some)
    }

    async fn seats(&self, event: EventId, block: &Block) -> Result<Vec<Seat>, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :seats)")
            .expression_attribute_values(":pk", text(keys::seats(event, &block.id)))
            .expression_attribute_values(":seats", text(keys::SEATS))
            .consistent_read(true);
        self.0.all(query).await?.into_iter().map(|item| value::<StoredSeat>(item)?.seat()).collect()
    }

    async fn seat(&self, event: EventId, block: &str, label: &SeatLabel) -> Result<Option<Seat>, Failure> {
        let found: Option<StoredSeat> = self.0.get(&keys::seat(event, block, label)).await?;
        found.map(StoredSeat::seat).transpose()
    }

    async fn edit_seat(
        &self,
        before: &Event,
        after: &Event,
        block: &Block,
        label: &SeatLabel,
        edit: SeatEdit,
    ) -> Result<Edited, Failure> {
        for _ in 0..TRIES {
            let own = self
                .0
                .part_update(&keys::seat(after.id, &block.id, label))
                .condition_expression(format!("#status = :open AND {NOBODY_WAITS}"))
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":open", attribute(SeatStatus::Open)?)
                .expression_attribute_values(":nobody", number(0))
                .expression_attribute_values(":one", number(1));
            let own = match edit {
                SeatEdit::Reprice(price) => own
                    .update_expression("SET price = :price ADD version :one")
                    .expression_attribute_values(":price", attribute(price)?),
                SeatEdit::Withdraw(_) => own
                    .update_expression("SET #status = :withdrawn ADD version :one")
                    .expression_attribute_values(":withdrawn", attribute(SeatStatus::Withdrawn)?),
            };
            let plan = self.0.part_put(&keys::block(after.id, block.ordinal), block)?;
            let mut transaction = Transaction::from_iter([
                (Of::Event, self.move_event(before, after)?),
                (Of::Seat, table::update_part(own)?),
                (Of::Plan, table::put_part(plan)?),
            ]);
            let key = keys::map(after.id, block.ordinal);
            let map = present(&self.0, after.id, block.ordinal).await?;
            let map = map.ok_or_else(|| Failure::permanent("edit a seat", "no map"))?;
            let edited = match edit {
                SeatEdit::Reprice(_) => map.at(after.layout_version),
                SeatEdit::Withdraw(place) => map.without(place, after.layout_version),
            };
            let put = self.0.part_put(&key, &edited)?.condition_expression("version = :seen");
            let map = table::put_part(put.expression_attribute_values(":seen", number(map.version)))?;
            transaction.add(Of::Map, map);
            let Err(refusals) = self.0.transact(transaction).await? else { return Ok(Edited::Done) };
            let refused = |of| refusals.iter().any(|refusal| refusal.of == of);
            if refused(Of::Event) {
                return Ok(Edited::EventMoved);
            }
            if refused(Of::Seat) {
                return Ok(Edited::NotOpen);
            }
        }
        Err(Failure::transient("edit a seat", "its map moved each time"))
    }

    async fn begin_part(&self, event: EventId, part: Option<u64>, now: Timestamp) -> Result<Closing, Failure> {
        let update = self
            .0
            .update(&keys::closing(event))
            .expression_attribute_names("#part", "part")
            .expression_attribute_names("#begun", "begun_at")
            .expression_attribute_values(":now", text(now));
        let (update, otherwise) = if let Some(part) = part {
            let update = update
                .update_expression("SET #part = :part, #begun = :now")
                .condition_expression("attribute_not_exists(#part) OR #part <= :part")
                .expression_attribute_values(":part", number(part));
            (update, Closing::Passed)
        } else {
            let update = update
                .update_expression("SET #part = if_not_exists(#part, :none) + :past, #begun = :now")
                .condition_expression("attribute_not_exists(#part) OR #begun < :stalled")
                // Past the next part too, which may still be in the queue: it is to find itself passed.
                .expression_attribute_values(":none", number(-1))
                .expression_attribute_values(":past", number(2))
                .expression_attribute_values(":stalled", text(now - PART_TAKES));
            (update, Closing::GoesOn)
        };
        match self.0.apply(update).await? {
            Ok(begun) => Ok(Closing::Begun(value::<Part>(begun)?.part)),
            Err(_) => Ok(otherwise),
        }
    }

    async fn withdraw(&self, event: EventId, seats: &[Seat]) -> Result<bool, Failure> {
        self.move_seats(event, seats, SeatStatus::Open, SeatStatus::Withdrawn).await
    }

    async fn reopen(&self, event: EventId, seats: &[Seat]) -> Result<(), Failure> {
        let ours = |seat: &&Seat| seat.status == SeatStatus::Withdrawn && !seat.refused_by_organiser;
        let withdrawn: Vec<_> = seats.iter().filter(ours).cloned().collect();
        self.move_seats(event, &withdrawn, SeatStatus::Withdrawn, SeatStatus::Open).await.map(drop)
    }

    async fn layout(&self, event: &Event) -> Result<Layout, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :blocks)")
            .expression_attribute_values(":pk", text(keys::event_partition(event.id)))
            .expression_attribute_values(":blocks", text(keys::BLOCKS))
            .consistent_read(true);
        let blocks = self.0.all(query).await?.into_iter().map(value::<Block>).collect::<Result<Vec<_>, _>>()?;
        // Blocks committed since the event was read belong to a later version.
        let blocks = blocks.into_iter().filter(|block| block.ordinal < event.blocks).collect();
        Ok(Layout::new(event.layout_version, blocks))
    }

    async fn add_blocks(&self, before: &Event, after: &Event, blocks: &[Block]) -> Result<bool, Failure> {
        let mut commit = vec![self.move_event(before, after)?];
        let mut seats: Vec<Item> = Vec::new();
        for block in blocks {
            let (ordinal, price) = (block.ordinal, block.price);
            let map = BlockMap::open(ordinal, block.section.clone(), after.layout_version, block.labels.len());
            commit.push(create(self.0.name(), &keys::block(after.id, ordinal), block)?);
            commit.push(create(self.0.name(), &keys::map(after.id, ordinal), &map)?);
            for (place, label) in block.labels.iter().enumerate() {
                let seat = NewSeat { status: SeatStatus::Open, price, ordinal, place };
                seats.push(item(&keys::seat(after.id, &block.id, label), &seat)?);
            }
        }
        if commit.len() > TRANSACTION_ITEMS {
            return Err(Failure::permanent("add seats", "more blocks than one transaction takes"));
        }
        self.0.write_all(seats).await?;
        // Readers look for an event's maps in one place: those from an earlier release must be there first.
        if before.blocks > 0 {
            present(&self.0, before.id, 0).await?;
        }
        self.0.all_or_none(commit).await
    }
}

/// The position of a cursor in [`keys::BY_START`], and the key to continue from.
fn start_key(from: &str) -> Option<(String, Item)> {
    let start = of_cursor(from)?;
    let id: EventId = start.rsplit_once('#')?.1.parse().ok()?;
    let mut key = keys::event(id).attributes();
    key.insert(keys::LIST.into(), text(keys::EVENTS));
    key.insert(keys::START.into(), text(&start));
    Some((start, key))
}
