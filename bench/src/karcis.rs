//! The Karcis that is measured: a local cloud of its own without simulated failures, with one user and one big event.

use crate::Error;
use local::{Cloud, Options};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::path::PathBuf;
use template::STACK;

/// A running Karcis, the token of a signed-in user, and an event of 2,000 seats: A-1 to T-100.
pub struct Karcis {
    pub cloud: Cloud,
    pub client: Client,
    pub token: String,
    pub event: String,
}

/// No simulated failures, and one person may buy the whole house.
pub const CALM: &[(&str, &str)] = &[
    ("OrganiserFailureRate", "0"),
    ("PaymentFailureRate", "0"),
    ("UnpaidPerEvent", "20000"),
    ("LogInsPerSecond", "10000"),
];

impl Karcis {
    pub async fn start() -> Result<Self, Error> {
        Self::with(CALM).await
    }

    /// Starts a local cloud with these parameters of the template.
    pub async fn with(settings: &[(&str, &str)]) -> Result<Self, Error> {
        let cloud = Cloud::start(&Options::in_memory(settings)).await?;
        let mut karcis = Self { cloud, client: Client::new(), token: String::new(), event: String::new() };
        let log_in = json!({"email": "bench@karcis.test", "password": "correct horse"});
        let user = json!({"email": "bench@karcis.test", "password": "correct horse", "name": "Bench"});
        let user = karcis.ask(Method::POST, "/api/register", &user).await?;
        // An admin may do everything that an organiser may, and may also put power tokens on sale.
        karcis.cloud.engines.dynamodb.update(json!({
            "TableName": format!("{STACK}-accounts"),
            "Key": {"PK": {"S": format!("USER#{}", text(&user["id"]))}, "SK": {"S": "USER"}},
            "UpdateExpression": "SET #role = :role",
            "ExpressionAttributeNames": {"#role": "role"},
            "ExpressionAttributeValues": {":role": {"S": "admin"}},
        }))?;
        karcis.token = text(&karcis.ask(Method::POST, "/api/login", &log_in).await?["access_token"]);
        karcis.event = karcis.new_event().await?;
        Ok(karcis)
    }

    /// A new event of 2,000 seats.
    pub async fn new_event(&self) -> Result<String, Error> {
        self.new_event_of("A-T:1-100").await
    }

    /// A new event with these rows.
    pub async fn new_event_of(&self, rows: &str) -> Result<String, Error> {
        let event = json!({"title": "Bench", "kind": "CONCERT", "venue": "Hall", "starts_at": "2030-01-01T12:00:00Z",
            "max_seats_per_user": 20_000});
        let event = text(&self.ask(Method::POST, "/api/events", &event).await?["id"]);
        let seats = json!({"section": "A", "rows": rows, "price": {"amount": 5_000_000, "currency": "IDR"}});
        self.ask(Method::POST, &format!("/api/events/{event}/seats"), &seats).await?;
        Ok(event)
    }

    /// Sends a request and answers its JSON body. Fails if the status is not a success.
    pub async fn ask(&self, method: Method, path: &str, body: &Value) -> Result<Value, Error> {
        let request = self.client.request(method, format!("{}{path}", self.cloud.url)).bearer_auth(&self.token);
        let request = if body.is_null() { request } else { request.json(body) };
        let answer = request.send().await?;
        let (status, body) = (answer.status(), answer.json().await?);
        if status.is_success() { Ok(body) } else { Err(format!("{path}: {status} {body}").into()) }
    }
}

/// A function's binary, built beside this program.
pub fn built(name: &str) -> Result<PathBuf, Error> {
    let binary = std::env::current_exe()?.with_file_name(name);
    if binary.exists() {
        Ok(binary)
    } else {
        Err(format!("{name} is not built: cargo build --release --workspace").into())
    }
}

/// A JSON value as text; empty if it is not a string.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
