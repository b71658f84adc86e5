//! Where an on-sale night is hot: the calls of a sale that ran here, laid over DynamoDB's limits of one key.
//!
//! A key of a table or of an index carries 3,000 read units and 1,000 write units a second, whatever the table carries
//! (Amazon DynamoDB Developer Guide, "Best practices for designing and using partition keys effectively"). The engine
//! here has no such limits, so this reckons: what each booking of a sale of 20,000 seats reads and writes, at
//! [`BOOKINGS`] a second, each with one who comes too late, and what functions read for their memory, each as often as
//! it may, beside it.
//!
//! Not in it: a crowd that wants the seats of one block, each of whom has their seats looked at (a unit a seat); buyers
//! who leave the choice to us, each of whom reads all maps; transactions that are tried again; what lapses, is
//! cancelled or given back; watchers of the WebSocket API, whose list is read once for each telling of a block
//! (reckoned for a thousand of them: 1,400 reads a second). How often a shard's function is called is assumed.

use crate::app::{App, eventually, options};
use crate::rights::used;
use futures::StreamExt;
use futures::stream;
use local::Options;
use local::options::Watched;
use local::rights::Watch;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use template::call::{Call, Service};
use template::{FunctionSpec, STACK};

/// Bookings a second.
const BOOKINGS: f64 = 1_000.0;
/// Bookings that are made here.
const SAMPLE: u32 = 60;
/// How many of each function run. 20,000 watchers who look once a second, each for a hundredth of one, take 200; so do
/// 1,000 bookings of a fifth of a second.
const RUNNING: f64 = 200.0;
/// How many more of a function Lambda starts in a second (AWS Lambda developer guide, "Lambda scaling behavior": 1,000
/// in ten seconds).
const STARTED: f64 = 100.0;
/// How often a second a shard's function is called at most: one after the other, and each reads and writes.
const SHARD_CALLS: f64 = 50.0;
/// What a key carries.
const READS: f64 = 3_000.0;
/// And of writes.
const WRITES: f64 = 1_000.0;

/// Keeps the calls of DynamoDB.
struct Record {
    calls: Mutex<Vec<(String, Call)>>,
    also: Watched,
}

impl Watch for Record {
    fn called(&self, function: &FunctionSpec, call: &Call) {
        self.also.0.called(function, call);
        if call.service == Service::DynamoDb {
            self.calls.lock().unwrap().push((function.package.clone(), call.clone()));
        }
    }

    fn denied(&self, function: &FunctionSpec, action: &str) {
        self.also.0.denied(function, action);
    }

    fn granted(&self, function: &FunctionSpec, action: &str, resource: &str) {
        self.also.0.granted(function, action, resource);
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Units {
    reads: f64,
    writes: f64,
}

/// The bytes of an attribute's value (Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats").
fn bytes(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|typed| typed.iter().next()) else { return 0 };
    match kind.as_str() {
        "S" | "B" => value.as_str().map_or(0, str::len),
        "N" => value.as_str().map_or(0, |digits| digits.len() / 2 + 1),
        "SS" => value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().len()).sum(),
        "L" => 3 + value.as_array().unwrap().iter().map(|one| 1 + bytes(one)).sum::<usize>(),
        "M" => 3 + size(value),
        _ => 1,
    }
}

fn size(item: &Value) -> usize {
    item.as_object().map_or(0, |item| item.iter().map(|(name, value)| name.len() + bytes(value)).sum())
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred")]
fn units(bytes: usize, each: usize) -> f64 {
    bytes.div_ceil(each).max(1) as f64
}

/// What a call takes, by key.
struct Scale<'a>(&'a App);

impl Scale<'_> {
    fn item(&self, table: &str, key: &Value) -> Value {
        let get = json!({"TableName": table, "Key": {"PK": key["PK"], "SK": key["SK"]}, "ConsistentRead": true});
        self.0.cloud.engines.dynamodb.get(get).unwrap()["Item"].clone()
    }

    fn of(&self, call: &Call) -> Vec<(String, Units)> {
        let request = &call.request;
        let table = call.table().unwrap();
        let named = |key: &str| format!("{} {key}", table.trim_start_matches(&format!("{STACK}-")));
        let pk = |key: &Value| named(key["PK"]["S"].as_str().unwrap());
        let consistent = |of: &Value| if of["ConsistentRead"] == true { 1.0 } else { 0.5 };
        let read = |key: &Value, of: &Value| {
            (pk(key), Units { reads: units(size(&self.item(&table, key)), 4_096) * consistent(of), writes: 0.0 })
        };
        match call.operation.as_str() {
            "GetItem" => vec![read(&request["Key"], request)],
            "BatchGetItem" => {
                let of = &request["RequestItems"][&table];
                of["Keys"].as_array().unwrap().iter().map(|key| read(key, of)).collect()
            }
            "Query" => {
                let condition = request["KeyConditionExpression"].as_str().unwrap();
                let name = condition.split_whitespace().nth(2).unwrap();
                let key = request["ExpressionAttributeValues"][name]["S"].as_str().unwrap();
                let index = request["IndexName"].as_str().map(|index| format!("{index} ")).unwrap_or_default();
                let found = self.0.cloud.engines.dynamodb.query(request.clone()).unwrap();
                let bytes: usize = found["Items"].as_array().unwrap().iter().map(size).sum();
                let reads = units(bytes, 4_096) * consistent(request);
                vec![(named(&format!("{index}{key}")), Units { reads, writes: 0.0 })]
            }
            "BatchWriteItem" => {
                let puts = request["RequestItems"][&table].as_array().unwrap().iter();
                puts.flat_map(|put| self.write(&table, &put["PutRequest"], 1.0)).collect()
            }
            "TransactWriteItems" => call.parts().flat_map(|(_, part)| self.write(&table, part, 2.0)).collect(),
            _ => self.write(&table, request, 1.0),
        }
    }

    /// A write, and what it writes in the indexes: an item with a new key there is written, and the one before deleted.
    fn write(&self, table: &str, part: &Value, times: f64) -> Vec<(String, Units)> {
        let named = |key: &str| format!("{} {key}", table.trim_start_matches(&format!("{STACK}-")));
        let put = &part["Item"];
        let key = if put.is_object() { put } else { &part["Key"] };
        let bytes = size(&self.item(table, key)).max(size(put));
        let pk = key["PK"]["S"].as_str().unwrap();
        let wrote = |key: String, writes| (key, Units { reads: 0.0, writes });
        let mut all = vec![wrote(named(pk), units(bytes, 1_024) * times)];
        for (index, attribute) in
            [("by_event", "EVENT"), ("by_due", "UNFINISHED"), ("by_client", "CLIENT"), ("by_created", "LIST")]
        {
            if let Some(list) = put[attribute]["S"].as_str() {
                all.push(wrote(named(&format!("{index} {list}")), 1.0));
            }
        }
        if part["UpdateExpression"].as_str().is_some_and(|change| change.contains("DUE")) {
            let part_of_list = &pk[pk.len() - 1..];
            all.push(wrote(named(&format!("by_due {part_of_list}")), 2.0));
        }
        all
    }
}

/// The list that a key is a part of, if lists are spread there.
fn list_of(key: &str) -> Option<&str> {
    let end = match key.split_once('#') {
        _ if key.contains(" by_due ") => key.len() - 1,
        Some((_, rest)) if rest.len() == 1 && key.contains(" by_") => key.len() - 2,
        _ if key.contains(" by_") || key.contains(" ENDED#") => key.len(),
        _ => return None,
    };
    key.get(..end)
}

/// Each part of a list as warm as its others: in the long run ids are spread evenly, and in a small sample they are
/// not. A list that is not spread has one part.
fn evened(keys: BTreeMap<String, Units>) -> BTreeMap<String, Units> {
    let mut lists: BTreeMap<String, (f64, Units)> = BTreeMap::new();
    for (key, units) in &keys {
        let Some(list) = list_of(key) else { continue };
        let of_list = lists.entry(list.to_owned()).or_default();
        of_list.0 += 1.0;
        of_list.1.reads += units.reads;
        of_list.1.writes += units.writes;
    }
    let even = |key: &str, units: Units| {
        let (parts, all) = list_of(key).and_then(|list| lists.get(list)).copied().unwrap_or((1.0, units));
        Units { reads: all.reads / parts, writes: all.writes / parts }
    };
    keys.iter().map(|(key, units)| (key.clone(), even(key, *units))).collect()
}

/// Is this the key of an event itself, and not of its seats?
fn is_event(key: &str) -> bool {
    key.strip_prefix("ticketing EVENT#").is_some_and(|rest| !rest.contains('#'))
}

/// How often a second this happens, if [`SAMPLE`] bookings made it happen `seen` times.
fn rate(package: &str, key: &str, call: &Call, seen: f64) -> f64 {
    let of_seats = seen / f64::from(SAMPLE) * BOOKINGS;
    let reads = matches!(call.operation.as_str(), "GetItem" | "Query");
    let is_plan = call.request["ExpressionAttributeValues"][":blocks"].is_object();
    match package {
        // Only once for each that runs: seats do not change during a sale.
        _ if is_plan => STARTED,
        // What is kept for a second.
        "list-seats" | "get-event" | "get-layout" | "list-events" => RUNNING,
        "book" if reads && (key.starts_with("ticketing MAPS#") || is_event(key)) => RUNNING,
        // One block's changes are one shard's.
        "seat-map" if key.starts_with("ticketing MAPS#") => {
            of_seats.min(SHARD_CALLS * f64::from(ticketing::adapters::keys::MAPS_TOGETHER))
        }
        _ => of_seats,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_is_over_its_limit_at_a_thousand_bookings_a_second_of_one_event() {
    let record = Arc::new(Record { calls: Mutex::default(), also: used() });
    let app = App::with(&Options { watch: Some(Watched(record.clone())), ..options(&[]) }).await;
    // A hundred rows of two hundred.
    let (_, event) = app.buyer_and_event("A-CV:1-200").await;
    let rows: Vec<String> = {
        let path = format!("/api/events/{event}/layout");
        let (_, plan) = app.ask(Method::GET, &path, None, None).await;
        plan["sections"][0]["rows"].as_array().unwrap().iter().map(|row| row["row"].as_str().unwrap().into()).collect()
    };
    assert_eq!(rows.len(), 100);
    let mut buyers = Vec::new();
    for _ in 0..SAMPLE {
        buyers.push(app.buyer().await);
    }
    let calls = || std::mem::take(&mut *record.calls.lock().unwrap());
    calls();
    // Two neighbours each, all over the hall.
    let seats = |n: usize| {
        let row = &rows[n * 37 % rows.len()];
        [1, 2].map(|seat| format!("{row}-{}", n * 3 + seat))
    };
    stream::iter(buyers.iter().enumerate())
        .for_each_concurrent(8, |(n, buyer)| {
            let (app, event, [first, second]) = (&app, &event, seats(n));
            async move {
                app.confirmed(buyer, event, &[&first, &second]).await;
            }
        })
        .await;
    eventually("the map shows what was sold", || async {
        (app.letters(&event).await.matches('B').count() == 2 * SAMPLE as usize).then_some(())
    })
    .await;
    // The same two, for who comes too late.
    for (n, _) in buyers.iter().enumerate() {
        let [first, second] = seats(n);
        let (_, refused) = app.book(&buyers[(n + 1) % buyers.len()], &event, &[&first, &second], "auto").await;
        assert_eq!(refused["code"], "seats_taken", "{refused}");
    }
    for path in ["", &format!("/{event}"), &format!("/{event}/layout"), &format!("/{event}/seats?view=compact")] {
        assert_eq!(app.ask(Method::GET, &format!("/api/events{path}"), None, None).await.0, 200);
    }
    eventually("the last ticket is printed", || async {
        let printed = record
            .calls
            .lock()
            .unwrap()
            .iter()
            .filter(|(package, call)| package == "issue-ticket" && call.operation == "UpdateItem")
            .count();
        (printed >= SAMPLE as usize).then_some(())
    })
    .await;

    let scale = Scale(&app);
    let mut seen: BTreeMap<(String, String, String), (f64, Units, Call)> = BTreeMap::new();
    for (package, call) in calls() {
        for (key, units) in scale.of(&call) {
            let entry = seen.entry((package.clone(), key, call.operation.clone())).or_insert((
                0.0,
                Units::default(),
                call.clone(),
            ));
            entry.0 += 1.0;
            entry.1.reads += units.reads;
            entry.1.writes += units.writes;
        }
    }
    let mut keys: BTreeMap<String, Units> = BTreeMap::new();
    for ((package, key, _), (times, units, call)) in &seen {
        let rate = rate(package, key, call, *times) / times;
        let load = keys.entry(key.clone()).or_default();
        load.reads += units.reads * rate;
        load.writes += units.writes * rate;
    }
    let keys = evened(keys);
    let share = |units: &Units| (units.reads / READS).max(units.writes / WRITES);
    let mut hottest: Vec<_> = keys.iter().collect();
    hottest.sort_by(|(_, one), (_, other)| share(other).total_cmp(&share(one)));
    println!("{:>6} {:>6}  the hottest of {} keys, in units a second", "reads", "writes", keys.len());
    for (key, units) in hottest.iter().take(12) {
        println!("{:>6.0} {:>6.0}  {}", units.reads, units.writes, key.replace(&event, "<event>"));
    }
    let over: Vec<_> = hottest.iter().filter(|(_, units)| share(units) > 1.0).collect();
    assert!(over.is_empty(), "{over:?}");
}
