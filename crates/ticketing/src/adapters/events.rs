use crate::adapters::keys;
use crate::domain::{Block, BlockMap, Event, Layout, SeatStatus};
use crate::ports::{EventPage, EventQuery, Events};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::{EventId, Failure, Money};
use serde::{Deserialize, Serialize};
use table::{Item, TRANSACTION_ITEMS, Table, create, item, number, text, value};

/// Events in the table `ticketing`; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoEvents(Table);

#[derive(Serialize, Deserialize)]
struct StoredEvent {
    #[serde(flatten)]
    event: Event,
    /// For searching: the title in small letters.
    title_search: String,
    #[serde(rename = "LIST")]
    list: String,
    #[serde(rename = "START")]
    start: String,
}

/// A seat as it is kept.
#[derive(Serialize)]
struct StoredSeat {
    status: SeatStatus,
    price: Money,
    /// Its block.
    ordinal: u32,
    /// Its place in the block.
    place: usize,
}

impl StoredEvent {
    fn of(event: &Event) -> Self {
        let (title_search, start) = (event.title.to_lowercase(), format!("{}#{}", event.starts_at, event.id));
        Self { event: event.clone(), title_search, list: keys::EVENTS.to_owned(), start }
    }
}

impl DynamoEvents {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    /// The commit of new blocks: the event at its next version, if it is still at the one before.
    fn move_event(&self, before: &Event, after: &Event) -> Result<TransactWriteItem, Failure> {
        let put = Put::builder()
            .table_name(self.0.name())
            .set_item(Some(item(&keys::event(after.id), &StoredEvent::of(after))?))
            .condition_expression("layout_version = :before")
            .expression_attribute_values(":before", number(before.layout_version));
        let put = put.build().map_err(|e| Failure::permanent("add seats", e))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

#[async_trait]
impl Events for DynamoEvents {
    async fn insert(&self, event: &Event) -> Result<(), Failure> {
        let inserted = self.0.insert(&keys::event(event.id), &StoredEvent::of(event)).await?;
        inserted.map_err(|_| Failure::permanent("insert an event", "its id is taken"))
    }

    async fn get(&self, id: EventId) -> Result<Option<Event>, Failure> {
        Ok(self.0.get::<StoredEvent>(&keys::event(id)).await?.map(|stored| stored.event))
    }

    async fn list(&self, asked: &EventQuery) -> Result<Option<EventPage>, Failure> {
        let from = match &asked.cursor {
            None => None,
            Some(cursor) => match start_key(cursor) {
                Some(key) => Some(key),
                None => return Ok(None),
            },
        };
        // '~' sorts after all that a time is written with.
        let until = asked.until.map_or_else(|| "~".to_owned(), |until| until.to_string());
        let mut query = self
            .0
            .query()
            .index_name(keys::BY_START)
            .key_condition_expression("#list = :list AND #start BETWEEN :from AND :until")
            .expression_attribute_names("#list", keys::LIST)
            .expression_attribute_names("#start", keys::START)
            .expression_attribute_values(":list", text(keys::EVENTS))
            .expression_attribute_values(":from", text(asked.from))
            .expression_attribute_values(":until", text(until))
            .limit(asked.limit)
            .set_exclusive_start_key(from);
        if let Some(title) = &asked.title {
            query = query.filter_expression("contains(title_search, :title)");
            query = query.expression_attribute_values(":title", text(title));
        }
        let page = query.send().await.map_err(|e| table::failure("list events", &e))?;
        let next_cursor = page.last_evaluated_key.as_ref().and_then(cursor);
        let events = page.items.unwrap_or_default().into_iter().map(|item| Ok(value::<StoredEvent>(item)?.event));
        Ok(Some(EventPage { events: events.collect::<Result<_, Failure>>()?, next_cursor }))
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
                let seat = StoredSeat { status: SeatStatus::Open, price, ordinal, place };
                seats.push(item(&keys::seat(after.id, &block.id, label), &seat)?);
            }
        }
        if commit.len() > TRANSACTION_ITEMS {
            return Err(Failure::permanent("add seats", "more blocks than one transaction takes"));
        }
        self.0.write_all(seats).await?;
        Ok(self.0.transact(&commit).await?.is_ok())
    }
}

fn cursor(key: &Item) -> Option<String> {
    let start = key.get(keys::START)?.as_s().ok()?;
    Some(URL_SAFE_NO_PAD.encode(start))
}

fn start_key(cursor: &str) -> Option<Item> {
    let start = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let id: EventId = start.rsplit_once('#')?.1.parse().ok()?;
    let mut key = keys::event(id).attributes();
    key.insert(keys::LIST.into(), AttributeValue::S(keys::EVENTS.into()));
    key.insert(keys::START.into(), AttributeValue::S(start));
    Some(key)
}
