//! A whole Karcis for one test: a local cloud in memory, and helpers to make users and events and to act as them.

use crate::rights::used;
pub use contract_suite::{DEADLINE, eventually};
use contracts::keys::SigningKey;
use contracts::token::Signer;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use local::{Cloud, Options};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use template::STACK;
use tokio::net::TcpListener;

/// A running Karcis.
pub struct App {
    pub cloud: Cloud,
    pub client: Client,
    users: AtomicUsize,
}

/// Someone signed in.
#[derive(Clone)]
pub struct User {
    pub id: String,
    pub email: String,
    pub token: String,
}

/// Options of a test's Karcis: quick, and without failures unless `settings` say otherwise.
pub fn options(settings: &[(&str, &str)]) -> Options {
    let defaults = [
        ("OrganiserFailureRate", "0"),
        ("PaymentFailureRate", "0"),
        ("RetrySeconds", "0"),
        ("LapsePauseSeconds", "0"),
        ("ForgetAfterSeconds", "0"),
        ("UnpaidPerEvent", "1000"),
        ("LogInsPerSecond", "10000"),
        ("PasswordHashCost", "4"),
        ("PowerFailureRate", "0"),
        ("PowerSilenceSeconds", "0"),
    ];
    Options { watch: Some(used()), ..Options::in_memory(&[&defaults, settings].concat()) }
}

impl App {
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        Self::with(&options(settings)).await
    }

    pub async fn with(options: &Options) -> Self {
        let cloud = Cloud::start(options).await.unwrap();
        Self { cloud, client: Client::new(), users: AtomicUsize::new(0) }
    }

    /// Waits until an organiser reads that their own system refused a booking that was sold.
    pub async fn organiser_reads_that_theirs_refused(&self, organiser: &User, event: &str) {
        eventually("the organiser is told that the systems disagree", || async {
            let (_, sales) = self.get(&format!("/api/events/{event}/sales"), organiser).await;
            (sales["mismatches"][0]["kind"] == "ORGANISER_REFUSED").then_some(())
        })
        .await;
    }

    /// The ticket of a booking, once it is there.
    pub async fn pdf(&self, buyer: &User, booking: &Value) -> Option<Vec<u8>> {
        let path = format!("/api/bookings/{}/ticket", booking["id"].as_str()?);
        let (200, link) = self.get(&path, buyer).await else { return None };
        Some(self.client.get(link["url"].as_str()?).send().await.ok()?.bytes().await.ok()?.to_vec())
    }

    /// Sends a request; answers status and body.
    pub async fn ask(&self, method: Method, path: &str, user: Option<&User>, body: Option<&Value>) -> (u16, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.cloud.url));
        if let Some(user) = user {
            request = request.bearer_auth(&user.token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str, user: &User) -> (u16, Value) {
        self.ask(Method::GET, path, Some(user), None).await
    }

    pub async fn post(&self, path: &str, user: &User, body: &Value) -> (u16, Value) {
        self.ask(Method::POST, path, Some(user), Some(body)).await
    }

    /// As [`Self::post`], by a client that asks again as long as the answer says that this may help. On a machine that
    /// has no time, an outside system's answer comes too late now and then. As the pages do, it keeps its key while it
    /// does not know what came of it, and takes another once an attempt has ended.
    pub async fn post_until_decided(&self, path: &str, user: &User, body: Option<&Value>) -> (u16, Value) {
        let key = Mutex::new(uuid::Uuid::now_v7().to_string());
        eventually("an answer that decides", || async {
            let present = key.lock().unwrap().clone();
            let (status, _, answer) =
                self.ask_with(Method::POST, path, user, &[("idempotency-key", &present)], body).await;
            if status == 502 {
                *key.lock().unwrap() = uuid::Uuid::now_v7().to_string();
            }
            let later = status == 503 || answer["retryable"] == true;
            (!later).then_some((status, answer))
        })
        .await
    }

    /// Someone new, as a buyer.
    pub async fn buyer(&self) -> User {
        self.user("buyer").await
    }

    /// Someone new who has not opened the link that confirms their address.
    pub async fn unconfirmed(&self) -> User {
        self.signed_in(&self.registered().await).await
    }

    /// Someone new, with a role and a confirmed address.
    pub async fn user(&self, role: &str) -> User {
        let user = self.registered().await;
        let id = &user.id;
        self.set("accounts", &format!("USER#{id}"), "USER", "email_confirmed", json!({"BOOL": true}));
        if role != "buyer" {
            self.give_role(id, role);
        }
        self.signed_in(&user).await
    }

    async fn registered(&self) -> User {
        let email = format!("user-{}@karcis.test", self.users.fetch_add(1, Ordering::Relaxed));
        let body = json!({"email": email, "password": "correct horse", "name": "Siti Nurhaliza"});
        let (status, user) = self.ask(Method::POST, "/api/register", None, Some(&body)).await;
        assert_eq!(status, 201, "{user}");
        User { id: user["id"].as_str().unwrap().to_owned(), email, token: String::new() }
    }

    /// The same person with a new token.
    pub async fn signed_in(&self, user: &User) -> User {
        let body = json!({"email": user.email, "password": "correct horse"});
        let (status, signed_in) = self.ask(Method::POST, "/api/login", None, Some(&body)).await;
        assert_eq!(status, 200, "{signed_in}");
        User {
            id: user.id.clone(),
            email: user.email.clone(),
            token: signed_in["access_token"].as_str().unwrap().to_owned(),
        }
    }

    /// Sends a request with more headers; answers the response's headers too.
    pub async fn ask_with(
        &self,
        method: Method,
        path: &str,
        user: &User,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, reqwest::header::HeaderMap, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.cloud.url)).bearer_auth(&user.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let headers = response.headers().clone();
        let (status, body) = answer(response).await;
        (status, headers, body)
    }

    pub async fn delete(&self, path: &str, user: &User) -> (u16, Value) {
        self.ask(Method::DELETE, path, Some(user), None).await
    }

    pub async fn patch(&self, path: &str, user: &User, body: &Value) -> (u16, Value) {
        self.ask(Method::PATCH, path, Some(user), Some(body)).await
    }

    pub async fn put(&self, path: &str, user: &User, body: &Value) -> (u16, Value) {
        self.ask(Method::PUT, path, Some(user), Some(body)).await
    }

    /// Waits for a mail to this user whose subject begins with `subject`.
    pub async fn mail(&self, user: &User, subject: &str) -> Value {
        eventually(&format!("a mail to {} says {subject}", user.email), || async {
            self.mails(user, subject).into_iter().next()
        })
        .await
    }

    /// All mails to this user so far whose subjects begin with `subject`.
    pub fn mails(&self, user: &User, subject: &str) -> Vec<Value> {
        let mut mails = self.cloud.engines.ses.mails(Some(&user.email));
        mails.retain(|mail| mail["subject"].as_str().unwrap().starts_with(subject));
        mails
    }

    /// Pays a booking's invoice by hand, as its buyer.
    pub async fn pay(&self, buyer: &User, booking: &Value) {
        let number = booking["invoice"]["number"].as_str().unwrap();
        let (status, answer) = self.post(&format!("/api/invoices/{number}/pay"), buyer, &json!({})).await;
        assert_eq!(status, 202, "{answer}");
    }

    /// Cancels a booking.
    pub async fn cancel(&self, buyer: &User, booking: &Value) -> (u16, Value) {
        let path = format!("/api/bookings/{}/cancel", booking["id"].as_str().unwrap());
        self.ask(Method::POST, &path, Some(buyer), None).await
    }

    /// Puts a power product with this nominal on sale, at a fee of Rp 1.500; answers the product's id.
    pub async fn product(&self, rupiah: u64) -> String {
        let money = |rupiah: u64| json!({"amount": rupiah * 100, "currency": "IDR"});
        let draft = json!({"nominal": money(rupiah), "admin_fee": money(1_500)});
        let (status, product) = self.post("/api/power/products", &self.user("admin").await, &draft).await;
        assert_eq!(status, 201, "{product}");
        product["id"].as_str().unwrap().to_owned()
    }

    /// Asks for a power token.
    pub async fn buy(&self, buyer: &User, meter: &str, product: &str, payment: &str) -> (u16, Value) {
        let asked = json!({"meter_number": meter, "product_id": product, "payment": payment});
        self.post("/api/power/purchases", buyer, &asked).await
    }

    /// Asks for a power token, to be paid by hand, although an equal purchase may be under way.
    pub async fn buy_again(&self, buyer: &User, meter: &str, product: &str) -> (u16, Value) {
        let asked = json!({"meter_number": meter, "product_id": product, "payment": "manual", "again": true});
        self.post("/api/power/purchases", buyer, &asked).await
    }

    /// The purchase, once it has this status.
    pub async fn purchase_in(&self, status: &str, buyer: &User, purchase: &Value) -> Value {
        let path = format!("/api/power/purchases/{}", purchase["id"].as_str().unwrap());
        eventually(&format!("the purchase is {status}"), || async {
            let (_, now) = self.get(&path, buyer).await;
            (now["status"] == status).then_some(now)
        })
        .await
    }

    /// Buys a power token; answers the purchase once it is issued.
    pub async fn issued(&self, buyer: &User, meter: &str, product: &str) -> Value {
        let (status, purchase) = self.buy(buyer, meter, product, "auto").await;
        assert_eq!(status, 201, "{purchase}");
        self.purchase_in("ISSUED", buyer, &purchase).await
    }

    /// Books these seats; answers the booking once it is confirmed.
    pub async fn confirmed(&self, buyer: &User, event: &str, seats: &[&str]) -> Value {
        let (status, booking) = self.book(buyer, event, seats, "auto").await;
        assert_eq!(status, 201, "{booking}");
        self.booking_in("CONFIRMED", buyer, &booking).await
    }

    /// The buyer's booking in this status, once they have one. A waiting list's offer is made for them, not by them.
    pub async fn own_booking_in(&self, status: &str, buyer: &User) -> Value {
        let summary = eventually(&format!("{} has a booking that is {status}", buyer.email), || async {
            let (_, page) = self.get("/api/bookings", buyer).await;
            page["items"].as_array().unwrap().iter().find(|booking| booking["status"] == status).cloned()
        })
        .await;
        self.get(&format!("/api/bookings/{}", summary["id"].as_str().unwrap()), buyer).await.1
    }

    fn give_role(&self, id: &str, role: &str) {
        self.set("accounts", &format!("USER#{id}"), "USER", "role", json!({"S": role}));
    }

    /// Writes into a table directly, past the service that owns it.
    pub fn set(&self, table: &str, pk: &str, sk: &str, name: &str, value: Value) {
        let update = json!({
            "TableName": format!("{STACK}-{table}"),
            "Key": {"PK": {"S": pk}, "SK": {"S": sk}},
            "UpdateExpression": "SET #name = :value",
            "ExpressionAttributeNames": {"#name": name},
            "ExpressionAttributeValues": {":value": value},
        });
        self.cloud.engines.dynamodb.update(update).unwrap();
    }

    /// Signs as this one of the cloud's own signing keys: `login`, or a service.
    pub fn signer(&self, name: &str) -> Signer {
        Signer::new(STACK, SigningKey::parse(&self.cloud.keys[&format!("{name}_key")]).unwrap())
    }

    /// Reads an item of a table.
    pub fn kept(&self, table: &str, pk: &str, sk: &str) -> Value {
        let key = json!({"PK": {"S": pk}, "SK": {"S": sk}});
        let get = json!({"TableName": format!("{STACK}-{table}"), "Key": key, "ConsistentRead": true});
        self.cloud.engines.dynamodb.get(get).unwrap()["Item"].clone()
    }

    /// Reads an item of ticketing's table.
    fn stored(&self, pk: &str, sk: &str) -> Value {
        self.kept("ticketing", pk, sk)
    }

    fn stored_seat(&self, event: &str, label: &str) -> Value {
        let block = self.stored(&format!("EVENT#{event}"), "BLOCK#0000");
        self.stored(&format!("EVENT#{event}#{}", block["id"]["S"].as_str().unwrap()), &format!("SEAT#{label}"))
    }

    /// How many people wait for a seat.
    pub fn waiters(&self, event: &str, label: &str) -> u64 {
        self.stored_seat(event, label)["waiters"]["N"].as_str().map_or(0, |n| n.parse().unwrap())
    }

    /// The id of the booking that has a seat.
    pub fn seat_owner(&self, event: &str, label: &str) -> Option<String> {
        self.stored_seat(event, label)["booking"]["S"].as_str().map(str::to_owned)
    }

    /// Status and buyer of anybody's booking, read from the table.
    pub fn stored_booking(&self, id: &str) -> Value {
        let stored = self.stored(&format!("BOOKING#{id}"), "BOOKING");
        json!({"status": stored["status"]["S"], "user_id": stored["user_id"]["S"]})
    }

    /// The first place in the line of a seat, and the user who has it.
    pub fn first_in_line(&self, event: &str, label: &str) -> Option<(String, String)> {
        let query = json!({
            "TableName": format!("{STACK}-ticketing"),
            "KeyConditionExpression": "PK = :pk",
            "ExpressionAttributeValues": {":pk": {"S": format!("LINE#{event}#{label}")}},
            "Limit": 1,
        });
        let found = self.cloud.engines.dynamodb.query(query).unwrap();
        let text = |name: &str| found["Items"][0][name]["S"].as_str().map(str::to_owned);
        Some((text("SK")?, text("user_id")?))
    }

    /// Moves the expiry of a booking and of its invoice into the past.
    pub fn age(&self, booking: &str) {
        let then = json!({"S": "2026-01-01T00:00:00.000Z"});
        self.set("ticketing", &format!("BOOKING#{booking}"), "BOOKING", "hold_expires_at", then.clone());
        self.set("payments", &format!("INVOICE#inv-ticketing-{booking}"), "INVOICE", "expires_at", then);
    }

    /// Moves the start of an event into the past, as ticketing keeps it with the buyer's bookings.
    pub fn event_began(&self, buyer: &User, event: &str) {
        let own = self.stored(&format!("BUYER#{}", buyer.id), &format!("EVENT#{event}"));
        for id in own["bookings"]["SS"].as_array().unwrap() {
            let then = json!({"S": "2026-01-01T00:00:00.000Z"});
            self.set("ticketing", &format!("BOOKING#{}", id.as_str().unwrap()), "BOOKING", "starts_at", then);
        }
    }

    /// Creates an event of this organiser with the seats of `rows`, at Rp 50.000; `more` are further fields.
    pub async fn event(&self, organiser: &User, rows: &str, more: &Value) -> String {
        let mut draft = json!({"title": "Sinners", "kind": "SCREENING", "venue": "Studio 1",
            "starts_at": "2030-01-01T12:00:00Z", "max_seats_per_user": 20_000});
        draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, event) = self.post("/api/events", organiser, &draft).await;
        assert_eq!(status, 201, "{event}");
        let id = event["id"].as_str().unwrap().to_owned();
        let seats = json!({"section": "REGULAR", "rows": rows, "price": {"amount": 5_000_000, "currency": "IDR"}});
        let (status, added) = self.post(&format!("/api/events/{id}/seats"), organiser, &seats).await;
        assert_eq!(status, 201, "{added}");
        id
    }

    /// A buyer, and an event with the seats of `rows`.
    pub async fn buyer_and_event(&self, rows: &str) -> (User, String) {
        let organiser = self.user("organiser").await;
        (self.buyer().await, self.event(&organiser, rows, &json!({})).await)
    }

    pub async fn book(&self, buyer: &User, event: &str, seats: &[&str], payment: &str) -> (u16, Value) {
        self.post("/api/bookings", buyer, &json!({"event_id": event, "seats": seats, "payment": payment})).await
    }

    /// The booking, once it has this status.
    pub async fn booking_in(&self, status: &str, buyer: &User, booking: &Value) -> Value {
        let path = format!("/api/bookings/{}", booking["id"].as_str().unwrap());
        eventually(&format!("{path} is {status}"), || async {
            let (code, booking) = self.get(&path, buyer).await;
            (code == 200 && booking["status"] == status).then_some(booking)
        })
        .await
    }

    /// The compact seat map's letters.
    pub async fn letters(&self, event: &str) -> String {
        let (status, map) = self.ask(Method::GET, &format!("/api/events/{event}/seats?view=compact"), None, None).await;
        assert_eq!(status, 200, "{map}");
        map["sections"]["REGULAR"].as_str().unwrap().to_owned()
    }

    /// Waits until the compact seat map has these letters.
    pub async fn letters_become(&self, event: &str, letters: &str) {
        eventually(&format!("the seat map is {letters}"), || async {
            (self.letters(event).await == letters).then_some(())
        })
        .await;
    }

    /// Waits until the buyer's history has the booking with this status and reason.
    pub async fn history_says(&self, buyer: &User, booking: &str, status: &str, reason: Option<&str>) {
        eventually(&format!("the history says {status}"), || async {
            let (_, page) = self.get("/api/bookings?limit=100", buyer).await;
            let entry = page["items"].as_array()?.iter().find(|entry| entry["id"] == booking)?.clone();
            (entry["status"] == status && entry["reason"].as_str() == reason).then_some(())
        })
        .await;
    }
}

/// Status and body.
pub async fn answer(response: reqwest::Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) })
}

/// An outside system, such as an organiser's: it records every call, and answers as the test says.
pub struct Organiser {
    pub url: String,
    pub told: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Organiser {
    /// Answers every call with this status.
    pub async fn start(status: u16) -> Self {
        Self::answering(move |_| (status, json!({}))).await
    }

    /// Agrees to all it is asked, once: it forgets what it confirmed, and refuses to confirm anything again.
    pub async fn forgetful() -> Self {
        let confirms = |told: &[(String, Value)]| told.iter().filter(|(call, _)| call.ends_with("/confirm")).count();
        Self::answering(move |told| (if confirms(told) > 1 { 404 } else { 201 }, json!({}))).await
    }

    /// How often it was asked to confirm.
    pub fn confirms(&self) -> usize {
        self.calls().iter().filter(|call| call.ends_with("/confirm")).count()
    }

    /// Answers as `answer` says. `answer` gets all calls so far; the last one is the one to answer.
    pub async fn answering(answer: impl Fn(&[(String, Value)]) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let answer = Arc::new(answer);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/organiser", listener.local_addr().unwrap());
        let told: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let notes = Arc::clone(&told);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (notes, answer) = (Arc::clone(&notes), Arc::clone(&answer));
                let serve = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                    let (notes, answer) = (Arc::clone(&notes), Arc::clone(&answer));
                    async move {
                        let asked = request.uri().path_and_query().map_or("", |asked| asked.as_str());
                        let call = format!("{} {asked}", request.method());
                        let signed = request.headers()["authorization"].to_str().unwrap().starts_with("Bearer ");
                        let body = request.into_body().collect().await.unwrap().to_bytes();
                        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
                        let (status, answer) = {
                            let mut notes = notes.lock().unwrap();
                            notes.push((call, body));
                            if signed { answer(&notes) } else { (401, json!({})) }
                        };
                        let answer = Full::<bytes::Bytes>::from(answer.to_string());
                        Ok::<_, Infallible>(hyper::Response::builder().status(status).body(answer).unwrap())
                    }
                });
                let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve);
                tokio::spawn(served);
            }
        });
        Self { url, told }
    }

    pub fn calls(&self) -> Vec<String> {
        self.told.lock().unwrap().iter().map(|(call, _)| call.clone()).collect()
    }
}
