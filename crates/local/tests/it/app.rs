//! A whole Karcis for one test: a local cloud in memory, with users and an event at hand.

use local::{Cloud, Options, STACK};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// No wait in a test is longer; a promise that is not kept by then is broken.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// A running Karcis.
pub struct App {
    pub cloud: Cloud,
    pub client: Client,
    users: AtomicUsize,
}

/// Someone signed in.
#[derive(Clone)]
pub struct User {
    pub token: String,
}

/// Settings of a test's Karcis: quick, and calm where it does not say otherwise.
pub fn options(settings: &[(&str, &str)]) -> Options {
    let defaults =
        [("OrganiserFailureRate", "0"), ("PaymentFailureRate", "0"), ("RetrySeconds", "0"), ("PasswordHashCost", "4")];
    Options::in_memory(&[&defaults, settings].concat())
}

impl App {
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        Self::with(&options(settings)).await
    }

    pub async fn with(options: &Options) -> Self {
        let cloud = Cloud::start(options).await.unwrap();
        Self { cloud, client: Client::new(), users: AtomicUsize::new(0) }
    }

    /// Asks, and answers status and body.
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

    /// Someone new, as a buyer.
    pub async fn buyer(&self) -> User {
        self.user("buyer").await
    }

    /// Someone new, with a role.
    pub async fn user(&self, role: &str) -> User {
        let email = format!("user-{}@karcis.test", self.users.fetch_add(1, Ordering::Relaxed));
        let body = json!({"email": email, "password": "correct horse", "name": "Siti Nurhaliza"});
        let (status, user) = self.ask(Method::POST, "/api/register", None, Some(&body)).await;
        assert_eq!(status, 201, "{user}");
        let id = user["id"].as_str().unwrap().to_owned();
        if role != "buyer" {
            self.give_role(&id, role);
        }
        let body = json!({"email": email, "password": "correct horse"});
        let (status, signed_in) = self.ask(Method::POST, "/api/login", None, Some(&body)).await;
        assert_eq!(status, 200, "{signed_in}");
        User { token: signed_in["access_token"].as_str().unwrap().to_owned() }
    }

    fn give_role(&self, id: &str, role: &str) {
        let update = json!({
            "TableName": format!("{STACK}-accounts"),
            "Key": {"PK": {"S": format!("USER#{id}")}, "SK": {"S": "USER"}},
            "UpdateExpression": "SET #role = :role",
            "ExpressionAttributeNames": {"#role": "role"},
            "ExpressionAttributeValues": {":role": {"S": role}},
        });
        self.cloud.engines.dynamodb.update(update).unwrap();
    }

    /// An event of this organiser's with the seats of `rows`, at Rp 50.000.
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

    /// Waits until the seat map says so.
    pub async fn letters_become(&self, event: &str, letters: &str) {
        eventually(&format!("the seat map is {letters}"), || async {
            (self.letters(event).await == letters).then_some(())
        })
        .await;
    }

    /// The buyer's history, once it holds `entry` under the booking.
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

/// Asks again and again until there is an answer, or the deadline has come.
pub async fn eventually<T, F, Fut>(what: &str, mut ask: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never came about that {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
