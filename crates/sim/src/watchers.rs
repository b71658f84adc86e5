//! Those who watch: what is told them is lost, comes twice, or late and out of order; connections break, and nobody is
//! told. What they are shown must be a state that was.

use crate::dice::Dice;
use crate::promises::Promise;
use crate::stage::{Stage, lock};
use hyper::HeaderMap;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use template::STACK;
use template::call::parts;
use tokio::time::sleep;

/// The states of a thing that were told, by its version: one version is one state.
type States = BTreeMap<u64, Value>;

/// All connections of a story, and what was told over them.
#[derive(Default)]
pub struct Watchers {
    /// What each open connection knows: of each block of each event, or of each thing of its own, the newest state.
    open: Mutex<HashMap<String, BTreeMap<String, Value>>>,
    /// What was told of each thing, by version.
    told: Mutex<BTreeMap<String, States>>,
    /// What the map of each block was, by version, since the story began.
    drawn: Mutex<BTreeMap<String, States>>,
}

/// Somebody watches an event's seats, and perhaps a booking of their own, for a while.
pub async fn watch(stage: Arc<Stage>, name: String, event: String, own: Option<(String, String)>) {
    let dice = stage.dice.of(&name);
    let connection = stage.sockets.connection(IpAddr::V4(Ipv4Addr::LOCALHOST));
    if stage.sockets.connect(&connection, &HeaderMap::new()).await != 200 {
        return;
    }
    lock(&stage.watchers.open).insert(connection.id.clone(), BTreeMap::new());
    let mut wishes = vec![json!({"action": "subscribe", "event_id": event})];
    wishes.extend(own.map(|(id, token)| json!({"action": "subscribe", "booking_id": id, "token": token})));
    for wish in &wishes {
        for attempt in 0..dice.within("asks", 1..3) {
            sleep(Duration::from_millis(dice.within(&format!("before asking {attempt}"), 1..2_000))).await;
            let answer = stage.sockets.message(&connection, &wish.to_string()).await;
            let answer: Value = answer.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
            if let Some(said) = answer.get("booking").filter(|_| answer["type"] == "subscribed") {
                let said = json!({"type": "booking", "booking_id": wish["booking_id"], "version": answer["version"],
                    "booking": said});
                stage.shown(&connection.id, &said);
            }
        }
    }
    sleep(Duration::from_millis(dice.within("watches", 1_000..400_000))).await;
    lock(&stage.watchers.open).remove(&connection.id);
    // Where the network breaks, nobody is told of it.
    if dice.happens("goodbye", 0.6) {
        stage.sockets.disconnect(&connection, 1001, "Going away").await;
    }
}

impl Stage {
    /// Sends a text to a connection: `false` if it is no more. On its way it may be lost, come twice, or late.
    pub fn push(self: &Arc<Self>, id: &str, text: &str) -> bool {
        if !lock(&self.watchers.open).contains_key(id) {
            return false;
        }
        let Ok(said) = serde_json::from_str::<Value>(text) else {
            self.broken(Promise::Live, format!("a watcher is told what is no JSON: {text}"));
            return true;
        };
        let dice: Dice = self.dice.of("pushes").of(&format!("{id} {text}"));
        let times = match dice.within("fate", 0..10) {
            0 => 0,
            1 => 2,
            _ => 1,
        };
        for time in 0..times {
            let wait = if dice.happens(&format!("late {time}"), 0.2) { 1..20_000 } else { 1..50 };
            let wait = Duration::from_millis(dice.within(&format!("wait {time}"), wait));
            let (stage, id, said, waiting) = (Arc::clone(self), id.to_owned(), said.clone(), self.waiting());
            tokio::spawn(async move {
                sleep(wait).await;
                stage.shown(&id, &said);
                drop(waiting);
            });
        }
        true
    }

    /// Notes the maps of these keys, which were just written.
    pub fn drew(&self, maps: &[Value]) {
        for key in maps {
            let kept = self.kept("ticketing", key);
            let (pk, sk) = (key["PK"]["S"].as_str().unwrap_or_default(), key["SK"]["S"].as_str().unwrap_or_default());
            let (event, block) =
                (pk.split('#').nth(1).unwrap_or_default(), sk.trim_start_matches("MAP#").trim_start_matches('0'));
            let block = if block.is_empty() { "0" } else { block };
            let version: Option<u64> = kept["version"]["N"].as_str().and_then(|version| version.parse().ok());
            if let Some(version) = version {
                let mut drawn = lock(&self.watchers.drawn);
                let states = drawn.entry(format!("block {block} of {event}")).or_default();
                states.insert(version, visible(&kept).into());
            }
        }
    }

    fn kept(&self, table: &str, key: &Value) -> Value {
        let request = json!({"TableName": format!("{STACK}-{table}"), "Key": key, "ConsistentRead": true});
        let found: Value = serde_json::from_str(&self.tables.answer("GetItem", request).1).unwrap_or_default();
        found["Item"].clone()
    }

    /// A watcher is shown a state. Promise 11: it is one that was.
    fn shown(&self, id: &str, said: &Value) {
        let (Some((thing, table, key)), Some(version)) = (thing(said), said["version"].as_u64()) else {
            self.broken(Promise::Live, format!("a watcher is told nothing that is known: {said}"));
            return;
        };
        let seen = what(said);
        let before = lock(&self.watchers.told).entry(thing.clone()).or_default().insert(version, seen.clone());
        if let Some(before) = before.filter(|before| *before != seen) {
            let said = format!("{thing} at version {version} is told as {seen} and as {before}");
            self.broken(Promise::Live, said);
        }
        let drawn = lock(&self.watchers.drawn).get(&thing).cloned().unwrap_or_default();
        let since = drawn.keys().next().is_some_and(|first| *first <= version);
        if since && drawn.get(&version) != Some(&seen) {
            self.broken(Promise::Live, format!("{thing} is told at version {version} as {seen}, and was {drawn:?}"));
        }
        let kept = &self.kept(table, &key);
        let now: Option<u64> = kept["version"]["N"].as_str().and_then(|version| version.parse().ok());
        match now {
            Some(now) if now < version => {
                self.broken(Promise::Live, format!("{thing} is told at version {version}, and is at {now}"));
            }
            Some(now) if now == version && !agrees(kept, &seen) => {
                self.broken(Promise::Live, format!("{thing} is told as {seen}, and is {kept}"));
            }
            _ => {}
        }
        let mut open = lock(&self.watchers.open);
        let Some(known) = open.get_mut(id) else { return };
        let newer = known.get(&thing).is_none_or(|known| known["version"].as_u64() < Some(version));
        if newer {
            known.insert(thing, said.clone());
        }
    }
}

/// What a state is about, and where that is kept.
fn thing(said: &Value) -> Option<(String, &'static str, Value)> {
    let key = |pk: String, sk: String| json!({"PK": {"S": pk}, "SK": {"S": sk}});
    match said["type"].as_str()? {
        "seats" => {
            let (event, block) = (said["event_id"].as_str()?, said["block"].as_u64()?);
            // Sixteen maps stand together.
            let part = if block < 16 { String::new() } else { format!("#{}", block / 16) };
            let key = key(format!("MAPS#{event}{part}"), format!("MAP#{block:04}"));
            Some((format!("block {block} of {event}"), "ticketing", key))
        }
        "booking" => {
            let id = said["booking_id"].as_str()?;
            Some((format!("booking {id}"), "ticketing", key(format!("BOOKING#{id}"), "BOOKING".into())))
        }
        "purchase" => {
            let id = said["purchase_id"].as_str()?;
            Some((format!("purchase {id}"), "power", key(format!("PURCHASE#{id}"), "PURCHASE".into())))
        }
        _ => None,
    }
}

/// What is said of it: its letters, or its status.
fn what(said: &Value) -> Value {
    let own = |name: &str| said[name]["status"].clone();
    match said["type"].as_str() {
        Some("seats") => said["letters"].clone(),
        Some("booking") => own("booking"),
        _ => own("purchase"),
    }
}

/// Is this what is kept?
fn agrees(kept: &Value, seen: &Value) -> bool {
    match kept["status"]["S"].as_str() {
        Some(status) => seen == status,
        None => *seen == visible(kept),
    }
}

/// The letters of a map as people see them: a withdrawn seat is kept and not shown.
fn visible(map: &Value) -> String {
    let withdrawn = map["withdrawn"]["L"].as_array().into_iter().flatten();
    let withdrawn: Vec<usize> = withdrawn.filter_map(|place| place["N"].as_str()?.parse().ok()).collect();
    let letters = map["letters"]["S"].as_str().unwrap_or_default().chars().enumerate();
    letters.filter(|(place, _)| !withdrawn.contains(place)).map(|(_, letter)| letter).collect()
}

/// The keys of the seat maps that a write is about.
pub fn maps_written(request: &Value) -> Vec<Value> {
    let parts: Vec<&Value> = parts(request).map(|(_, part)| part).collect();
    let all = if parts.is_empty() { vec![request] } else { parts };
    let key = |part: &Value| {
        let at = if part["Key"].is_object() { &part["Key"] } else { &part["Item"] };
        let map = at["SK"]["S"].as_str().is_some_and(|sk| sk.starts_with("MAP#"));
        map.then(|| json!({"PK": at["PK"], "SK": at["SK"]}))
    };
    all.into_iter().filter_map(key).collect()
}
