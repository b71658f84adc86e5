//! Watching: over real WebSockets, with the functions that ship.

use crate::app::{App, DEADLINE, eventually, options};
use futures::future::join_all;
use futures::{SinkExt, StreamExt};
use local::Options;
use local::sockets::{SOCKET_LIMITS, SocketLimits};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// A page that watches.
struct Watcher(WebSocketStream<TcpStream>);

impl Watcher {
    async fn of(app: &App) -> Self {
        Self::from(app, None).await.unwrap()
    }

    /// A page of this origin; the status with which it is refused.
    async fn from(app: &App, origin: Option<&str>) -> Result<Self, u16> {
        let address = app.cloud.url.strip_prefix("http://").unwrap();
        let mut request = format!("ws://{address}/live").into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match client_async(request, TcpStream::connect(address).await.unwrap()).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => unreachable!("{other}"),
        }
    }

    async fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// What it is told next; `None` once the connection ended.
    async fn hear(&mut self) -> Option<Value> {
        loop {
            match timeout(DEADLINE, self.0.next()).await.unwrap()? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// What it is told first that is of this kind.
    async fn first(&mut self, kind: &str) -> Value {
        loop {
            let told = self.hear().await.unwrap();
            if told["type"] == kind {
                return told;
            }
        }
    }

    /// Says something and hears the answer.
    async fn ask(&mut self, message: &Value) -> Value {
        self.say(message).await;
        loop {
            let told = self.hear().await.unwrap();
            if !["seats", "booking", "purchase"].contains(&told["type"].as_str().unwrap_or_default()) {
                return told;
            }
        }
    }

    async fn watch(&mut self, event: &str) -> Value {
        self.ask(&json!({"action": "subscribe", "event_id": event})).await
    }

    /// The code with which the connection ends.
    async fn end(&mut self) -> Option<u16> {
        loop {
            match timeout(DEADLINE, self.0.next()).await.unwrap() {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}

async fn compact(app: &App, event: &str) -> Value {
    app.ask(Method::GET, &format!("/api/events/{event}/seats?view=compact"), None, None).await.1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_see_each_hold_and_each_release() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A-B:1-4").await;
    let (mut one, mut other) = (Watcher::of(&app).await, Watcher::of(&app).await);
    for watcher in [&mut one, &mut other] {
        assert_eq!(watcher.watch(&event).await, json!({"type": "subscribed", "event_id": event, "mode": "push"}));
    }
    let (status, booking) = app.book(&buyer, &event, &["A-2", "B-4"], "manual").await;
    assert_eq!(status, 201);
    for watcher in [&mut one, &mut other] {
        let mut told = watcher.first("seats").await;
        // The two seats may be told one after the other.
        while told["letters"] != "OGOOOOOG" {
            told = watcher.first("seats").await;
        }
        let version = compact(&app, &event).await["blocks"]["0"].clone();
        let same = json!({"type": "seats", "event_id": event, "block": 0, "layout": 1, "version": version,
            "letters": "OGOOOOOG"});
        assert_eq!(told, same);
    }
    assert_eq!(app.cancel(&buyer, &booking).await.0, 200);
    while one.first("seats").await["letters"] != "OOOOOOOO" {}
    // Who leaves is told no more; who stays is.
    let left = one.ask(&json!({"action": "unsubscribe", "event_id": event})).await;
    assert_eq!(left, json!({"type": "unsubscribed", "event_id": event}));
    app.confirmed(&buyer, &event, &["A-1"]).await;
    while other.first("seats").await["letters"] != "BOOOOOOO" {}
    let again = one.ask(&json!({"action": "unsubscribe", "event_id": event})).await;
    assert_eq!(again["type"], "unsubscribed", "nothing came between: {again}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_booking_and_purchase_are_told_to_their_end() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    let product = app.product(20_000).await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let (status, purchase) = app.buy(&buyer, "14000000001", &product, "manual").await;
    assert_eq!(status, 201, "{purchase}");
    for (name, thing, end, path) in
        [("booking", &booking, "CONFIRMED", "/api/bookings"), ("purchase", &purchase, "ISSUED", "/api/power/purchases")]
    {
        let (id, field) = (thing["id"].as_str().unwrap(), format!("{name}_id"));
        let mut watcher = Watcher::of(&app).await;
        let told = watcher.ask(&json!({"action": "subscribe", field.as_str(): id, "token": buyer.token})).await;
        assert_eq!((&told["type"], &told["mode"]), (&json!("subscribed"), &json!("push")), "{told}");
        assert_eq!(told[name], app.get(&format!("{path}/{id}"), &buyer).await.1);
        let begun = told["version"].as_u64().unwrap();
        app.pay(&buyer, thing).await;
        let told = loop {
            let told = watcher.first(name).await;
            assert!(told["version"].as_u64().unwrap() > begun, "{told}");
            if told[name]["status"] == end {
                break told;
            }
        };
        assert_eq!(
            (&told[field.as_str()], &told[name]),
            (&json!(id), &app.get(&format!("{path}/{id}"), &buyer).await.1)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_for_a_watcher_is_refused_in_words() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    let stranger = app.buyer().await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let id = booking["id"].as_str().unwrap();
    let mut watcher = Watcher::of(&app).await;
    let own = |token: Value| json!({"action": "subscribe", "booking_id": id, "token": token});
    for (message, code) in [
        (own(json!(stranger.token)), "not_found"),
        (own(json!("nonsense")), "not_signed_in"),
        (own(json!("with a blank\r\nand more")), "not_signed_in"),
        (own(json!("")), "not_signed_in"),
        (json!({"action": "subscribe", "booking_id": id}), "not_signed_in"),
        (json!({"action": "subscribe", "booking_id": id, "event_id": event}), "invalid"),
        (json!({"action": "subscribe"}), "invalid"),
        (json!({"action": "subscribe", "event_id": "x"}), "invalid"),
        (json!({"action": "subscribe", "event_id": event, "more": 1}), "invalid"),
        (json!({"action": "subscribe", "event_id": [event]}), "invalid"),
        (json!({"action": "subscribe", "event_id": "x".repeat(30_000)}), "invalid"),
    ] {
        let told = watcher.ask(&message).await;
        assert_eq!((&told["type"], &told["code"]), (&json!("refused"), &json!(code)), "{message}: {told}");
        assert!(told["title"].is_string() && !told.to_string().contains("nonsense"), "{told}");
    }
    // What has no route is API Gateway's own to answer.
    for message in
        [json!({"action": "shout"}), json!({"event_id": event}), json!("subscribe"), json!({"action": "$connect"})]
    {
        assert_eq!(watcher.ask(&message).await["message"], "Forbidden", "{message}");
    }
    // Nobody was told of anything by these.
    app.pay(&buyer, &booking).await;
    app.booking_in("CONFIRMED", &buyer, &booking).await;
    for number in 1..=20 {
        let other = format!("019a5f3c-7c1e-7d60-9b57-{number:012}");
        assert_eq!(watcher.watch(&other).await["type"], "subscribed");
        assert_eq!(watcher.watch(&other).await["type"], "subscribed", "twice is once");
    }
    assert_eq!(watcher.watch(&event).await["code"], "too_many_topics");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_are_told_of_an_event_and_the_others_look_for_themselves() {
    let app = App::start(&[("LiveWatchers", "2")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    let mut watchers = join_all((0..3).map(|_| Watcher::of(&app))).await;
    let modes = join_all(watchers.iter_mut().map(|watcher| watcher.watch(&event))).await;
    let polls = |told: &Value| told["mode"] == "poll";
    assert_eq!(modes.iter().filter(|told| polls(told)).count(), 1, "{modes:?}");
    let third = modes.iter().find(|told| polls(told)).unwrap();
    assert_eq!(*third, json!({"type": "subscribed", "event_id": event, "mode": "poll", "every_ms": 3000}));
    // What one has of one's own is told to everybody.
    let place = modes.iter().position(polls).unwrap();
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let id = booking["id"].as_str().unwrap();
    let own = json!({"action": "subscribe", "booking_id": id, "token": buyer.token});
    assert_eq!(watchers[place].ask(&own).await["mode"], "push");
    app.pay(&buyer, &booking).await;
    assert_eq!(watchers[place].first("booking").await["booking_id"], id);
    // The compact map costs a poller nothing while nothing changed.
    app.booking_in("CONFIRMED", &buyer, &booking).await;
    let path = format!("/api/events/{event}/seats?view=compact");
    eventually("the map stands still", || async {
        let (_, headers, _) = app.ask_with(Method::GET, &path, &buyer, &[], None).await;
        assert_eq!(headers["cache-control"], "public, max-age=1");
        let tag = headers["etag"].to_str().unwrap();
        let again = app.ask_with(Method::GET, &path, &buyer, &[("if-none-match", tag)], None).await;
        (again.0 == 304).then_some(())
    })
    .await;
    // A place that becomes free is given again.
    let leaver = (place + 1) % 3;
    watchers.remove(leaver).0.close(None).await.unwrap();
    let mut newcomer = Watcher::of(&app).await;
    loop {
        let told = newcomer.watch(&event).await;
        if told["mode"] == "push" {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_other_sites_may_not_watch() {
    let app = App::start(&[("AllowedOrigins", "https://shop.example")]).await;
    for (origin, refused) in [
        (None, None),
        (Some(app.cloud.url.clone()), None),
        (Some("https://shop.example".to_owned()), None),
        (Some("https://evil.example".to_owned()), Some(403)),
        (Some("null".to_owned()), Some(403)),
    ] {
        assert_eq!(Watcher::from(&app, origin.as_deref()).await.err(), refused, "{origin:?}");
    }
    let (status, _) = app.ask(Method::GET, "/live", None, None).await;
    assert_eq!(status, 426, "no WebSocket asked for");
}

/// Many changes of a block in a short time are few messages, and the last one is the truth.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rush_is_told_in_few_messages_and_to_its_end() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A-E:1-40").await;
    let mut watcher = Watcher::of(&app).await;
    watcher.watch(&event).await;
    let begun = std::time::Instant::now();
    let seats: Vec<_> = (0..100).map(|n| format!("{}-{}", ["A", "B", "C", "D", "E"][n / 40], n % 40 + 1)).collect();
    let books = seats.iter().map(async |seat| {
        let body = json!({"event_id": event, "seats": [seat], "payment": "manual"});
        app.post_until_decided("/api/bookings", &buyer, Some(&body)).await.0
    });
    assert!(join_all(books).await.into_iter().all(|status| status == 201));
    let taken = |letters: &Value| letters.as_str().unwrap().matches('G').count();
    let (mut messages, mut last) = (0, 0);
    while last < 100 {
        let told = watcher.first("seats").await;
        messages += 1;
        last = last.max(taken(&told["letters"]));
    }
    // One in 400 milliseconds at most, and the first at once.
    let most = begun.elapsed().as_millis() / 400 + 1;
    assert!(messages <= most, "{messages} messages where {most} fit");
    assert!(messages < 100, "{messages} messages for 100 changes");
    let map = compact(&app, &event).await;
    assert_eq!(taken(&map["sections"]["REGULAR"]), 100, "{map}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_went_is_forgotten() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    // The function that is told of the end does not work: the first telling that finds nobody forgets.
    app.cloud.functions.break_down(&["ws-disconnect".to_owned()]);
    let mut watcher = Watcher::of(&app).await;
    watcher.watch(&event).await;
    watcher.0.close(None).await.unwrap();
    eventually("the connection is no more", || async { (app.cloud.engines.connections.count() == 0).then_some(()) })
        .await;
    let topic = format!("EVENT#{event}");
    let watching = || {
        let query = json!({
            "TableName": "karcis-live",
            "KeyConditionExpression": "PK = :pk",
            "ExpressionAttributeValues": {":pk": {"S": topic}},
        });
        let found = app.cloud.engines.dynamodb.query(query).unwrap();
        let items = found["Items"].as_array().unwrap().clone();
        items.iter().filter(|item| item["expires"]["N"] != "0").count()
    };
    assert_eq!(watching(), 1);
    app.book(&buyer, &event, &["A-1"], "manual").await;
    eventually("the watcher is forgotten", || async { (watching() == 0).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_keeps_within_api_gateways_limits() {
    let limits = |idle: u64, life: u64| SocketLimits {
        idle: Duration::from_millis(idle),
        life: Duration::from_millis(life),
        ..SOCKET_LIMITS
    };
    let app = App::start(&[]).await;
    let mut long = Watcher::of(&app).await;
    let much = json!({"action": "subscribe", "event_id": "x".repeat(33 * 1024)});
    long.say(&much).await;
    assert_eq!(long.end().await, Some(1009));
    for (idle, life) in [(200, 600_000), (600_000, 200)] {
        let app = App::with(&Options { socket_limits: limits(idle, life), ..options(&[]) }).await;
        assert_eq!(Watcher::of(&app).await.end().await, Some(1001), "{idle} {life}");
    }
    // The network breaks.
    let mut cut = Watcher::of(&app).await;
    cut.watch("019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11").await;
    app.cloud.engines.connections.end_all();
    assert_eq!(cut.end().await, Some(1001));
}
