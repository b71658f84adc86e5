//! The sample data: log-ins, a week of films and a concert, made through the endpoints that people use. The log-ins'
//! roles alone are set from inside: no endpoint gives them yet.

use crate::engines::DynamoDb;
use crate::{Error, STACK};
use contracts::{SystemWorld, World};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use time::{Time, UtcOffset};

/// The password of all sample log-ins. They exist in the local cloud alone.
pub const PASSWORD: &str = "karcis-local-only";

/// A sample log-in: e-mail, name, role.
pub const LOG_INS: &[(&str, &str, &str)] = &[
    ("admin@karcis.test", "Ayu Admin", "admin"),
    ("organiser@karcis.test", "Oka Organiser", "organiser"),
    ("steward@karcis.test", "Sari Steward", "steward"),
    ("buyer@karcis.test", "Budi Buyer", "buyer"),
];

/// The house where the films run: Jakarta's clocks are seven hours ahead of UTC.
const JAKARTA: i8 = 7;

/// A film on the programme: title, days from now, price in rupiah. All begin at 19:00.
const FILMS: &[(&str, u64, u64)] = &[
    ("Lilo & Stitch", 2, 52_680),
    ("Sinners", 9, 69_519),
    ("A Minecraft Movie", 3, 68_713),
    ("Sikandar", 5, 38_428),
    ("Shadow Force", 9, 36_795),
    ("A Working Man", 2, 48_271),
    ("Final Destination Bloodlines", 2, 40_850),
    ("Mission: Impossible - The Final Reckoning", 10, 30_617),
    ("The Last Stand of Ellen Cole", 7, 48_823),
    ("Until Dawn", 6, 57_434),
    ("Warfare", 9, 63_017),
    ("The Ugly Stepsister", 9, 61_830),
];

/// The concert's sections: name, rows, price in rupiah. 2,000 seats in all.
const CONCERT: &[(&str, &str, u64)] =
    &[("VIP", "A-D:1-50", 1_500_000), ("TRIBUNE", "E-P:1-50", 750_000), ("BALCONY", "Q-AN:1-50", 350_000)];

/// Makes what is missing of the sample data; answers whether anything was.
pub async fn seed(url: &str, dynamodb: &DynamoDb) -> Result<bool, Error> {
    let mut api = Api { client: Client::new(), url: url.to_owned(), token: None };
    let mut made = false;
    for (email, name, role) in LOG_INS {
        let body = json!({"email": email, "password": PASSWORD, "name": name, "locale": "id"});
        let (status, user) = api.call(Method::POST, "/api/register", Some(&body)).await?;
        // Set again if an earlier start broke off between the two.
        let id = if status == StatusCode::CREATED { user["id"].clone() } else { api.id_of(email).await? };
        made |= status == StatusCode::CREATED;
        give_role(dynamodb, id.as_str().unwrap_or_default(), role)?;
    }
    let existing = api.titles().await?;
    api.sign_in("organiser@karcis.test").await?;
    for (number, (title, days, price)) in FILMS.iter().enumerate() {
        let venue = format!("Bioskop Karcis, Studio {}", number % 4 + 1);
        let event = json!({"title": title, "kind": "SCREENING", "venue": venue, "starts_at": at_seven(*days)?});
        made |= api.put_up(&existing, &event, &[("REGULAR", "A-H:1-12", *price)]).await?;
    }
    let concert = json!({"title": "Malam Akustik Nusantara", "kind": "CONCERT", "venue": "Istora Senayan, Jakarta",
        "starts_at": at_seven(14)?, "max_seats_per_user": 6});
    made |= api.put_up(&existing, &concert, CONCERT).await?;
    Ok(made)
}

/// Seven in the evening, Jakarta's time, so many days from now.
fn at_seven(days: u64) -> Result<String, Error> {
    let day = (SystemWorld.now() + Duration::from_secs(days * 24 * 3600)).at(UtcOffset::from_hms(JAKARTA, 0, 0)?);
    let evening = day.replace_time(Time::from_hms(19, 0, 0)?);
    Ok(evening.format(&time::format_description::well_known::Rfc3339)?)
}

fn give_role(dynamodb: &DynamoDb, id: &str, role: &str) -> Result<(), Error> {
    dynamodb.update(json!({
        "TableName": format!("{STACK}-accounts"),
        "Key": {"PK": {"S": format!("USER#{id}")}, "SK": {"S": "USER"}},
        "UpdateExpression": "SET #role = :role",
        "ConditionExpression": "attribute_exists(PK)",
        "ExpressionAttributeNames": {"#role": "role"},
        "ExpressionAttributeValues": {":role": {"S": role}},
    }))
}

struct Api {
    client: Client,
    url: String,
    token: Option<String>,
}

impl Api {
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(StatusCode, Value), Error> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        Ok((answer.status(), answer.json().await?))
    }

    /// As [`Api::call`], where nothing but this status will do.
    async fn expect(
        &self,
        status: StatusCode,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Error> {
        match self.call(method, path, body).await? {
            (given, answer) if given == status => Ok(answer),
            (given, answer) => Err(format!("the sample data cannot be made: {path} answers {given} {answer}").into()),
        }
    }

    async fn sign_in(&mut self, email: &str) -> Result<(), Error> {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.expect(StatusCode::OK, Method::POST, "/api/login", Some(&body)).await?;
        self.token = answer["access_token"].as_str().map(str::to_owned);
        Ok(())
    }

    async fn id_of(&mut self, email: &str) -> Result<Value, Error> {
        self.sign_in(email).await?;
        let profile = self.expect(StatusCode::OK, Method::GET, "/api/profile", None).await?;
        self.token = None;
        Ok(profile["id"].clone())
    }

    /// The events there are: id, title and number of seats.
    async fn titles(&self) -> Result<Vec<Value>, Error> {
        let (mut events, mut cursor) = (Vec::new(), String::new());
        loop {
            let page =
                self.expect(StatusCode::OK, Method::GET, &format!("/api/events?limit=100{cursor}"), None).await?;
            events.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(events),
            }
        }
    }

    /// Makes an event and its seats, or what is missing of them.
    async fn put_up(&self, existing: &[Value], event: &Value, sections: &[(&str, &str, u64)]) -> Result<bool, Error> {
        let known = existing.iter().find(|known| known["title"] == event["title"]);
        let (id, there) = if let Some(known) = known {
            (known["id"].clone(), known["sections"].as_array().map_or(0, Vec::len))
        } else {
            let made = self.expect(StatusCode::CREATED, Method::POST, "/api/events", Some(event)).await?;
            (made["id"].clone(), 0)
        };
        let path = format!("/api/events/{}/seats", id.as_str().unwrap_or_default());
        for (name, rows, price) in sections.iter().skip(there) {
            let seats = json!({"section": name, "rows": rows, "price": {"amount": price * 100, "currency": "IDR"}});
            self.expect(StatusCode::CREATED, Method::POST, &path, Some(&seats)).await?;
        }
        Ok(there < sections.len())
    }
}
