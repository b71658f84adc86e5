//! Streams: the records of one item come in order, those of different items in any order. Each batch may come late or
//! twice.

use crate::database::Tables;
use crate::dice::Dice;
use crate::props::Props;
use crate::stage::{Stage, lock};
use crate::weather::{Fault, Kind};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use template::{Error, SourceSpec};
use triggers::{failures, matches};

/// Shards of each stream. All items with one partition key are in one shard.
const SHARDS: usize = 3;

/// All streams of a story, by their tables.
pub struct Streams(BTreeMap<String, Stream>);

struct Stream {
    beginning: String,
    position: Mutex<String>,
    read: AtomicBool,
    readers: Vec<Reader>,
}

/// Who reads a stream.
struct Reader {
    source: SourceSpec,
    shards: [Shard; SHARDS],
}

#[derive(Default)]
struct Shard {
    records: Mutex<VecDeque<Value>>,
    read: AtomicBool,
    batches: AtomicU64,
}

impl Streams {
    /// The streams of all tables, read from now on.
    pub fn new(props: &Props, tables: &Tables) -> Result<Self, Error> {
        let mut streams = BTreeMap::new();
        let streamed = props.template.tables.iter().filter(|table| table.get("StreamSpecification").is_some());
        for table in streamed.filter_map(|table| table["TableName"].as_str()) {
            let marker = format!("table/{table}/");
            let sources = props.template.sources.iter().filter(|source| source.arn.contains(&marker));
            let readers = sources
                .map(|source| Reader { source: source.clone(), shards: std::array::from_fn(|_| Shard::default()) });
            let beginning = tables.newest(table)?;
            let stream = Stream {
                position: Mutex::new(beginning.clone()),
                beginning,
                read: AtomicBool::new(false),
                readers: readers.collect(),
            };
            streams.insert(table.to_owned(), stream);
        }
        Ok(Self(streams))
    }

    /// Notes a write to a table, so that its stream is read soon.
    pub fn written(&self, stage: &Arc<Stage>, table: &str) {
        let Some(stream) = self.0.get(table) else { return };
        if stream.readers.is_empty() || stream.read.swap(true, Ordering::Relaxed) {
            return;
        }
        let (stage, busy, table) = (Arc::clone(stage), stage.busy(), table.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            stage.read(&table);
            drop(busy);
        });
    }
}

fn place_of(record: &Value) -> &str {
    record["dynamodb"]["Keys"]["PK"]["S"].as_str().unwrap_or_default()
}

fn sequence(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}

impl Stage {
    /// All changes of a table since the story began.
    pub fn changes(&self, table: &str) -> Result<Vec<Value>, Error> {
        let mut all = Vec::new();
        let stream = self.streams.0.get(table).ok_or("there is no such table")?;
        let mut position = stream.beginning.clone();
        loop {
            let (records, next) = self.tables.records(position, table)?;
            if records.is_empty() {
                return Ok(all);
            }
            all.extend(records);
            position = next;
        }
    }

    /// Reads the new records of a stream, and gives them to the readers of its shards.
    fn read(self: &Arc<Self>, table: &str) {
        let Some(stream) = self.streams.0.get(table) else { return };
        stream.read.store(false, Ordering::Relaxed);
        let mut position = lock(&stream.position);
        let (records, next) = match self.tables.records(position.clone(), table) {
            Ok(found) => found,
            Err(why) => return self.broken(None, format!("a stream cannot be read: {why}")),
        };
        *position = next;
        for record in records {
            for (number, reader) in stream.readers.iter().enumerate() {
                let filters = &reader.source.filters;
                if !filters.is_empty() && !filters.iter().any(|filter| matches(filter, &record)) {
                    continue;
                }
                let shard = Dice::of_seed(1).within(place_of(&record), 0..SHARDS as u64);
                let place = usize::try_from(shard).unwrap_or(0);
                let Some(shard) = reader.shards.get(place) else { continue };
                lock(&shard.records).push_back(record.clone());
                if !shard.read.swap(true, Ordering::Relaxed) {
                    tokio::spawn(Arc::clone(self).follow(table.to_owned(), number, place));
                }
            }
        }
    }

    /// Gives a shard's records to their function, batch after batch.
    async fn follow(self: Arc<Self>, table: String, number: usize, place: usize) {
        let busy = self.busy();
        let reader = self.streams.0.get(&table).and_then(|stream| stream.readers.get(number));
        let Some((stream, shard)) = reader.and_then(|reader| Some((reader, reader.shards.get(place)?))) else {
            return;
        };
        let name = stream.source.function.trim_start_matches("karcis-");
        loop {
            let id = format!("{name}~{place}.{}", shard.batches.fetch_add(1, Ordering::Relaxed));
            self.travel(&id).await;
            let size = usize::try_from(self.dice.of("batch").within(&id, 1..9)).unwrap_or(1);
            let batch: Vec<_> = {
                let mut records = lock(&shard.records);
                let size = size.min(stream.source.batch_size).min(records.len());
                records.drain(..size).collect()
            };
            if batch.is_empty() {
                break;
            }
            let fault = self.fate(&id, &format!("stream {name}"), Kind::Delivery);
            if fault == Some(Fault::Late) {
                let wait = self.dice.of("late").within(&id, 500..90_000);
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            self.delivered(&stream.source.function, &json!({"Records": batch}));
            self.give(&stream.source, batch.clone()).await;
            if matches!(fault, Some(Fault::Twice | Fault::NotDeleted)) {
                self.give(&stream.source, batch).await;
            }
        }
        // There was no `await` since the shard was found empty, so no record can have come in between.
        shard.read.store(false, Ordering::Relaxed);
        drop(busy);
    }

    /// Calls the function until all records are handled.
    async fn give(self: &Arc<Self>, source: &SourceSpec, mut records: Vec<Value>) {
        let mut tries = 0;
        while !records.is_empty() {
            let handled = match self.invoke(&source.function, &json!({"Records": records})).await {
                Ok(answer) => {
                    let failed = failures(&answer);
                    records.iter().position(|record| failed.contains(sequence(record))).unwrap_or(records.len())
                }
                Err(why) => {
                    self.note(|| format!("{}: {why}", source.function));
                    0
                }
            };
            records.drain(..handled);
            tries = if handled > 0 { 0 } else { tries + 1 };
            if tries > source.retries {
                self.broken(None, format!("{} gave a record up", source.function));
                return;
            }
            if !records.is_empty() {
                // Lambda's own pauses between tries grow, to a minute and more.
                tokio::time::sleep(Duration::from_secs(tries.clamp(1, 20))).await;
            }
        }
    }
}
