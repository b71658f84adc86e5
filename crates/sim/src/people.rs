//! People: buyers who want the same few seats, pay or do not, cancel, queue, ask twice; and an organiser who changes
//! their mind.

use crate::bugs::Bug;
use crate::carrier::{PERSON, json_of};
use crate::dice::Dice;
use crate::promises::Promise;
use crate::props::{Performance, URL};
use crate::stage::{ACTOR, Actor, Retitled, Stage, lock};
use crate::watchers::watch;
use contracts::webhook;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long a person waits: API Gateway gives a request no longer (Amazon API Gateway, "Quotas for HTTP APIs").
const PATIENCE: Duration = Duration::from_secs(30);
/// People act within this time, or while things go wrong, whichever is longer.
const ACTIVE: u64 = 420;

/// Somebody at a browser.
pub struct Person {
    stage: Arc<Stage>,
    actor: Actor,
    token: String,
}

impl Person {
    /// Somebody who signs in with this token, if it is not empty.
    pub fn new(stage: &Arc<Stage>, name: &str, token: &str) -> Self {
        Self { stage: Arc::clone(stage), actor: Actor::new(name, PERSON), token: token.to_owned() }
    }

    /// Asks once; answers status and body, if there is an answer.
    pub async fn ask(&self, method: &str, path: &str, body: Option<&Value>, key: Option<&str>) -> Option<(u16, Value)> {
        let http = &self.stage.props.http;
        let mut request = http.request(Method::from_bytes(method.as_bytes()).ok()?, format!("{URL}{path}"));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let request = request.build().ok()?;
        let carried = ACTOR.scope(self.actor.clone(), self.stage.carry(&self.actor, request));
        let answer = json_of(timeout(PATIENCE, carried).await.ok()?.ok()?).await;
        if answer.1["code"] == "internal" {
            self.stage.broken(None, format!("{} was answered `internal` to {method} {path}", self.actor.label));
        }
        Some(answer)
    }

    /// Asks until there is a final answer, six times at most: a server error or `in_progress` is not final.
    pub async fn insist(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Option<(u16, Value)> {
        for attempt in 0..6_u64 {
            if let Some((status, answer)) = self.ask(method, path, body, key).await
                && status < 500
                && answer["code"] != "in_progress"
            {
                return Some((status, answer));
            }
            sleep(Duration::from_secs(1 + 3 * attempt)).await;
        }
        None
    }
}

/// Starts the parts of all people.
pub fn everybody(stage: &Arc<Stage>) {
    let dice = stage.dice.of("people");
    let events = chosen(stage, dice);
    // Most stories are short, because few people are enough for things to go wrong.
    let long = dice.happens("long", 0.15);
    let buyers = usize::try_from(dice.within("buyers", if long { 3..7 } else { 2..4 })).unwrap_or(2);
    for number in 0..buyers {
        for act in 0..dice.within(&format!("acts of {number}"), if long { 1..5 } else { 1..3 }) {
            let name = format!("buyer-{number}/{act}");
            live(stage, name.clone(), buy(Arc::clone(stage), number, name, events.clone()));
        }
        let name = format!("buyer-{number} renamed");
        if stage.dice.of(&name).happens("renames", 0.15) {
            live(stage, name.clone(), rename(Arc::clone(stage), number, name, events.clone()));
        }
    }
    if dice.happens("power", 0.4) {
        for number in 0..dice.within("purchases", 1..4) {
            let name = format!("customer-{number}");
            live(stage, name.clone(), buy_power(Arc::clone(stage), name));
        }
    }
    if dice.happens("watched", 0.4) {
        for number in 0..dice.within("watchers", 1..3) {
            let name = format!("watcher-{number}");
            let Some(event) = stage.dice.of(&name).one_of("event", &events).map(|event| event.id.clone()) else {
                continue;
            };
            live(stage, name.clone(), watch(Arc::clone(stage), name, event, None));
        }
    }
    if dice.happens("organiser", 0.3) {
        live(stage, "organiser".into(), organise(Arc::clone(stage), events));
    }
}

/// Spawns a part. The story does not end before the part does.
fn live(stage: &Arc<Stage>, name: String, part: impl Future<Output = ()> + Send + 'static) {
    let (stage, waiting) = (Arc::clone(stage), stage.waiting());
    tokio::spawn(async move {
        sleep(Duration::from_millis(when(&stage, &name))).await;
        if stage.acted(&name) {
            part.await;
        }
        drop(waiting);
    });
}

/// Milliseconds after which somebody acts: people come when a sale opens, most of them within seconds.
fn when(stage: &Stage, name: &str) -> u64 {
    let (dice, horizon) = (stage.dice.of(name), ACTIVE.max(stage.weather.until.as_secs()) * 1000);
    if dice.happens("by themselves", if name == "organiser" { 0.1 } else { 0.3 }) {
        return dice.within("when", 0..horizon);
    }
    let rush = dice.within("rush", 0..2);
    stage.dice.within(&format!("rush {rush}"), 0..horizon / 2) + dice.within("how long after", 0..4_000)
}

/// The events of this story: one or two, so that people meet.
fn chosen(stage: &Stage, dice: Dice) -> Vec<Performance> {
    let all = &stage.props.events;
    let events = (0..dice.within("events", 1..3)).filter_map(|n| dice.one_of(&format!("event {n}"), all).cloned());
    events.collect()
}

/// One thing that a buyer does, and what follows from it.
async fn buy(stage: Arc<Stage>, number: usize, name: String, events: Vec<Performance>) {
    let dice = stage.dice.of(&name);
    let (Some(event), Some(user)) = (dice.one_of("event", &events), stage.props.buyers.get(number)) else { return };
    let person = Person::new(&stage, &name, &user.token);
    let Some(seat) = dice.one_of("seat", &event.seats) else { return };
    if dice.happens("books", 0.65) {
        book(&stage, &person, &dice, event).await;
    } else {
        wait_in_line(&person, &dice, event, seat).await;
    }
}

/// A buyer takes another name, once or twice, and books a moment later.
async fn rename(stage: Arc<Stage>, number: usize, name: String, events: Vec<Performance>) {
    let dice = stage.dice.of(&name);
    let (Some(event), Some(user)) = (dice.one_of("event", &events), stage.props.buyers.get(number)) else { return };
    let person = Person::new(&stage, &name, &user.token);
    for time in 0..dice.within("times", 1..3) {
        let body = json!({"name": format!("{name} {time}")});
        drop(person.insist("PATCH", "/api/profile", Some(&body), None).await);
        pause(&dice, &format!("after time {time}"), 5).await;
    }
    book(&stage, &person, &dice, event).await;
}

async fn pause(dice: &Dice, name: &str, most: u64) {
    sleep(Duration::from_millis(dice.within(name, 10..most * 1000))).await;
}

async fn book(stage: &Arc<Stage>, person: &Person, dice: &Dice, event: &Performance) {
    // Now and then somebody wants more than they may have.
    let wanted = dice.within("how many", 1..event.limit + u64::from(dice.happens("greedy", 0.1)) + 1);
    let first = usize::try_from(dice.number("from")).unwrap_or(0);
    let seats: BTreeSet<_> = (0..usize::try_from(wanted).unwrap_or(1))
        .filter_map(|n| event.seats.get((first + n) % event.seats.len().max(1)))
        .collect();
    let by_hand = dice.happens("by hand", 0.4);
    let mut body = json!({"event_id": event.id, "payment": if by_hand { "manual" } else { "auto" }});
    if dice.happens("leaves the choice", 0.2) {
        body["best"] = json!(wanted);
        body["together"] = json!(dice.happens("together", 0.5));
    } else {
        body["seats"] = json!(seats);
    }
    let key = dice.happens("keyed", 0.7).then(|| format!("key of {}", person.actor.label));
    let ask = || person.insist("POST", "/api/bookings", Some(&body), key.as_deref());
    let booked = if key.is_some() && dice.happens("two tabs", 0.3) {
        let later = async {
            pause(dice, "the other tab", 3).await;
            ask().await
        };
        let (one, other) = futures_join(ask(), later).await;
        same_booking(stage, &person.actor, one.as_ref(), other.as_ref());
        one.filter(|(status, _)| *status == 201).or(other)
    } else if key.is_some() {
        ask().await
    } else {
        // Without a key nobody asks again: it would be another booking.
        person.ask("POST", "/api/bookings", Some(&body), None).await
    };
    let Some((201, booking)) = booked else { return };
    let Some(id) = booking["id"].as_str() else { return };
    if dice.happens("watches", 0.2) {
        let (own, waiting) = ((id.to_owned(), person.token.clone()), stage.waiting());
        let watching = watch(Arc::clone(stage), format!("{} watches", person.actor.label), event.id.clone(), Some(own));
        tokio::spawn(async move {
            watching.await;
            drop(waiting);
        });
    }
    if dice.happens("strange news", 0.08) {
        strange_news(person, dice, &booking).await;
    }
    if let Some(invoice) = booking["invoice"]["number"].as_str()
        && by_hand
        && dice.happens("pays", 0.8)
    {
        pause(dice, "before paying", 200).await;
        pay(person, dice, invoice).await;
    }
    if key.is_some() && dice.happens("once more", 0.2) {
        pause(dice, "before asking once more", 300).await;
        let again = ask().await;
        same_booking(stage, &person.actor, Some(&(201, booking.clone())), again.as_ref());
    }
    if dice.happens("cancels", 0.35) {
        // Some change their mind at once, while the payment is being settled.
        let most = if dice.happens("rues it", 0.4) { 2 } else { 200 };
        pause(dice, "before cancelling", most).await;
        cancel(person, dice, id).await;
    }
}

/// News that another provider of payments might send, signed as it must be: of less money than the booking costs, of a
/// type that nobody knows, of somebody else's booking. It moves nothing.
async fn strange_news(person: &Person, dice: &Dice, booking: &Value) {
    // A booking that ended before it had an invoice gets no news.
    let number = booking["invoice"]["number"].as_str();
    let (stage, Some(id), Some(number)) = (&person.stage, booking["id"].as_str(), number) else { return };
    let mut invoice = json!({"number": number, "status": "PAID", "client": "ticketing",
        "reference": id, "amount": booking["total"], "payment_url": URL, "fee": 1});
    let mut kind = "invoice.paid";
    match dice.within("strange", 0..4) {
        0 => kind = "invoice.settled",
        1 => {
            let other = uuid::Uuid::from_u128(dice.number("other").into()).to_string();
            invoice["number"] = format!("inv-ticketing-{other}").into();
            invoice["reference"] = other.into();
        }
        _ => {
            if stage.bug != Some(Bug::LessConfirms) {
                invoice["amount"]["amount"] = 1.into();
            }
            lock(&stage.other_sums).insert(id.to_owned());
        }
    }
    let body = json!({"type": kind, "timestamp": "2030-01-01T00:00:00Z", "data": invoice}).to_string();
    let second = stage.now().seconds();
    let signature = stage.props.webhooks.sign(id, second, body.as_bytes());
    let request = stage.props.http.post(format!("{URL}/api/webhooks/payment"));
    let request = request.header(webhook::ID, id).header(webhook::TIMESTAMP, second.to_string());
    let request = request.header(webhook::SIGNATURE, signature).header("content-type", "application/json").body(body);
    let Ok(request) = request.build() else { return };
    let carried = ACTOR.scope(person.actor.clone(), stage.carry(&person.actor, request));
    // It may be under way for longer than a signature is good.
    if let Ok(Ok(answer)) = timeout(PATIENCE, carried).await
        && !matches!(answer.status().as_u16(), 204 | 401 | 500..)
    {
        stage.broken(None, format!("genuine news of a strange kind was answered {}", answer.status()));
    }
}

/// The meters that people buy for: an ordinary one, one whose orders get no answer but are issued, and one whose orders
/// get no answer and are refused.
const METERS: &[&str] = &["14000000001", "14000000004", "14000000005"];

/// Somebody buys a power token.
async fn buy_power(stage: Arc<Stage>, name: String) {
    let dice = stage.dice.of(&name);
    let (Some(user), Some(meter)) = (dice.one_of("who", &stage.props.buyers), dice.one_of("meter", METERS)) else {
        return;
    };
    let Some(product) = dice.one_of("product", &stage.props.products) else { return };
    let person = Person::new(&stage, &name, &user.token);
    let by_hand = dice.happens("by hand", 0.3);
    let body =
        json!({"meter_number": meter, "product_id": product, "payment": if by_hand { "manual" } else { "auto" }});
    let key = format!("key of {name}");
    let ask = || person.insist("POST", "/api/power/purchases", Some(&body), Some(&key));
    let bought = if dice.happens("two tabs", 0.3) {
        let later = async {
            pause(&dice, "the other tab", 3).await;
            ask().await
        };
        let (one, other) = futures_join(ask(), later).await;
        same_booking(&stage, &person.actor, one.as_ref(), other.as_ref());
        one.filter(|(status, _)| *status == 201).or(other)
    } else {
        ask().await
    };
    let Some((201, purchase)) = bought else { return };
    if let Some(invoice) = purchase["invoice"]["number"].as_str()
        && by_hand
        && dice.happens("pays", 0.8)
    {
        pause(&dice, "before paying", 200).await;
        pay(&person, &dice, invoice).await;
    }
}

/// Runs both at the same time.
async fn futures_join<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    tokio::join!(one, other)
}

/// Promise 5: with one key there is one booking, or one purchase.
fn same_booking(stage: &Stage, actor: &Actor, one: Option<&(u16, Value)>, other: Option<&(u16, Value)>) {
    if let (Some((201, one)), Some((201, other))) = (one, other)
        && one["id"] != other["id"]
    {
        stage.broken(Promise::TwiceIsOnce, format!("{} got two things with one key", actor.label));
    }
}

async fn pay(person: &Person, dice: &Dice, invoice: &str) {
    let path = format!("/api/invoices/{invoice}/pay");
    drop(person.insist("POST", &path, None, None).await);
    if dice.happens("pays twice", 0.2) {
        drop(person.ask("POST", &path, None, None).await);
    }
}

async fn cancel(person: &Person, dice: &Dice, booking: &str) {
    let path = format!("/api/bookings/{booking}/cancel");
    if dice.happens("cancels twice", 0.3) {
        futures_join(person.ask("POST", &path, None, None), person.ask("POST", &path, None, None)).await;
    } else {
        drop(person.insist("POST", &path, None, None).await);
    }
}

async fn wait_in_line(person: &Person, dice: &Dice, event: &Performance, seat: &str) {
    let path = format!("/api/events/{}/seats/{seat}/waiting-list", event.id);
    drop(person.insist("POST", &path, None, None).await);
    for look in 0..dice.within("looks", 1..6) {
        let dice = dice.of(&format!("look {look}"));
        pause(&dice, "before looking", 150).await;
        if dice.happens("leaves", 0.12) {
            drop(person.insist("DELETE", &path, None, None).await);
        }
        let Some((200, page)) = person.ask("GET", "/api/bookings", None, None).await else { continue };
        for booking in page["items"].as_array().into_iter().flatten() {
            let Some(id) = booking["id"].as_str() else { continue };
            let dice = dice.of(id);
            if booking["status"] == "AWAITING_PAYMENT" && dice.happens("pays", 0.6) {
                pay(person, &dice, &format!("inv-ticketing-{id}")).await;
            } else if dice.happens("cancels", 0.1) {
                cancel(person, &dice, id).await;
            }
        }
    }
}

/// Gives an event another title, and notes when that was answered, and from when on everything is sold under it.
async fn retitle(stage: &Stage, person: &Person, event: &str) {
    const TITLE: &str = "Sinners (2026)";
    let Some((200, mut draft)) = person.insist("GET", &format!("{event}/draft"), None, None).await else { return };
    draft["title"] = TITLE.into();
    if let Some((200, answer)) = person.insist("PUT", event, Some(&draft), None).await {
        let id = event.rsplit('/').next().unwrap_or_default().to_owned();
        let in_force = answer["effective_at"].as_str().and_then(|at| at.parse().ok()).unwrap_or(stage.now());
        let retitled = Retitled { title: TITLE.to_owned(), answered_at: stage.now(), in_force };
        lock(&stage.retitled).insert(id, retitled);
    }
}

/// Moves an event to another hall.
async fn relocate(person: &Person, event: &str) {
    let Some((200, mut draft)) = person.insist("GET", &format!("{event}/draft"), None, None).await else { return };
    draft["venue"] = "Bioskop Karcis, Studio 9".into();
    drop(person.insist("PUT", event, Some(&draft), None).await);
}

/// Takes the end of an event's sale away.
async fn prolong(person: &Person, event: &str) {
    let Some((200, mut draft)) = person.insist("GET", &format!("{event}/draft"), None, None).await else { return };
    if let Some(draft) = draft.as_object_mut() {
        draft.remove("on_sale_until");
    }
    drop(person.insist("PUT", event, Some(&draft), None).await);
}

async fn organise(stage: Arc<Stage>, events: Vec<Performance>) {
    let dice = stage.dice.of("organiser");
    let Some(event) = dice.one_of("event", &events) else { return };
    let Some(seat) = dice.one_of("seat", &event.seats) else { return };
    let person = Person::new(&stage, "organiser", &stage.props.organiser.token);
    let (event, seat) = (format!("/api/events/{}", event.id), format!("/api/events/{}/seats/{seat}", event.id));
    match dice.within("what", 0..13) {
        0..=2 => {
            drop(person.insist("POST", &format!("{event}/cancel"), None, None).await);
        }
        3 => drop(person.insist("DELETE", &event, None, None).await),
        4 => drop(person.insist("DELETE", &seat, None, None).await),
        5..=6 => retitle(&stage, &person, &event).await,
        7 => prolong(&person, &event).await,
        8..=9 => relocate(&person, &event).await,
        _ => {
            // The price changes while people book, so some of them have seen an old price.
            for change in 0..6 {
                let price = json!({"price": {"amount": 6_000_000 + change * 100_000, "currency": "IDR"}});
                drop(person.ask("PATCH", &seat, Some(&price), None).await);
                pause(&dice, &format!("after change {change}"), 2).await;
            }
        }
    }
}
