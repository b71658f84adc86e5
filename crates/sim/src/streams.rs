//! Streams: the records of an item come in order, those of different items in any; each batch may come late or twice.

use crate::database::Tables;
use crate::dice::Dice;
use crate::props::Props;
use crate::stage::{Stage, lock};
use crate::weather::{Fault, Kind};
use local::Error;
use local::sources::{failures, matches};
use local::template::SourceSpec;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Shards of each stream. One partition key's items are all of one shard.
const SHARDS: usize = 3;

/// All streams of a story, and where each table's was when it began.
pub struct Streams {
    streams: Vec<Stream>,
    beginnings: BTreeMap<String, String>,
}

struct Stream {
    table: String,
    source: SourceSpec,
    position: Mutex<String>,
    read: AtomicBool,
    shards: [Shard; SHARDS],
}

#[derive(Default)]
struct Shard {
    records: Mutex<VecDeque<Value>>,
    read: AtomicBool,
    batches: AtomicU64,
}

impl Streams {
    /// From now on.
    pub fn new(props: &Props, tables: &Tables) -> Result<Self, Error> {
        let sources = props.template.sources.iter().filter(|source| source.arn.contains(":dynamodb:"));
        let streams = sources.map(|source| {
            let table = source.arn.split('/').nth(1).ok_or("not a stream")?.to_owned();
            let position = Mutex::new(tables.newest(&table)?);
            let shards = std::array::from_fn(|_| Shard::default());
            Ok(Stream { table, source: source.clone(), position, read: AtomicBool::new(false), shards })
        });
        let mut beginnings = BTreeMap::new();
        for name in props.template.tables.iter().filter_map(|table| table["TableName"].as_str()) {
            beginnings.insert(name.to_owned(), tables.newest(name)?);
        }
        Ok(Self { streams: streams.collect::<Result<_, Error>>()?, beginnings })
    }

    /// Where a table's stream was when the story began.
    fn beginning(&self, table: &str) -> Option<String> {
        self.beginnings.get(table).cloned()
    }

    /// Something was written to a table.
    pub fn written(&self, stage: &Arc<Stage>, table: &str) {
        for (number, stream) in self.streams.iter().enumerate().filter(|(_, stream)| stream.table == table) {
            if stream.read.swap(true, Ordering::Relaxed) {
                continue;
            }
            let (stage, busy) = (Arc::clone(stage), stage.busy());
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                stage.read(number);
                drop(busy);
            });
        }
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
        let mut position = self.streams.beginning(table).ok_or("the table has no stream")?;
        loop {
            let (records, next) = self.tables.records(position, table)?;
            if records.is_empty() {
                return Ok(all);
            }
            all.extend(records);
            position = next;
        }
    }

    /// Reads what is new of a stream, and gives it to the readers of its shards.
    fn read(self: &Arc<Self>, number: usize) {
        let Some(stream) = self.streams.streams.get(number) else { return };
        stream.read.store(false, Ordering::Relaxed);
        let mut position = lock(&stream.position);
        let (records, next) = match self.tables.records(position.clone(), &stream.source.arn) {
            Ok(found) => found,
            Err(why) => return self.broken(format!("a stream cannot be read: {why}")),
        };
        *position = next;
        let wanted =
            |record: &Value| stream.source.filters.is_empty() || stream.source.filters.iter().any(|f| matches(f, record));
        for record in records.into_iter().filter(wanted) {
            let shard = Dice::of_seed(1).within(place_of(&record), 0..SHARDS as u64);
            let place = usize::try_from(shard).unwrap_or(0);
            let Some(shard) = stream.shards.get(place) else { continue };
            lock(&shard.records).push_back(record);
            if !shard.read.swap(true, Ordering::Relaxed) {
                tokio::spawn(Arc::clone(self).follow(number, place));
            }
        }
    }

    /// Gives a shard's records to their function, batch after batch.
    async fn follow(self: Arc<Self>, number: usize, place: usize) {
        let busy = self.busy();
        let Some((stream, shard)) = self.streams.streams.get(number).and_then(|s| Some((s, s.shards.get(place)?))) else {
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
            self.give(&stream.source, batch.clone()).await;
            if matches!(fault, Some(Fault::Twice | Fault::NotDeleted)) {
                self.give(&stream.source, batch).await;
            }
        }
        // Nothing was awaited since the shard was found empty.
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
                self.broken(format!("{} gave a record up", source.function));
                return;
            }
            if !records.is_empty() {
                // Lambda's own pauses between tries grow, to a minute and more.
                tokio::time::sleep(Duration::from_secs(tries.clamp(1, 20))).await;
            }
        }
    }
}
