//! API Gateway's events, payload version 2.0. An input is an event in JSON, or the parts of an event, a line each:
//! header `If-Match`, header `Idempotency-Key`, query, part of the path, and then the body. The target builds an event
//! from such parts as the gateway would. A function answers every input with a status, and 500 is allowed only for an
//! event that no gateway sends.
#![no_main]

use contracts::edit::Seen;
use contracts::{
    Code, EventId, IdempotencyKey, InvoiceNumber, PageRequest, Problem, SeatLabel, SystemWorld, Timestamp,
};
use karcis_fuzz::wait;
use lambda::prelude::*;
use lambda::{Context, Env, Function};
use libfuzzer_sys::fuzz_target;
use power::domain::{MeterDraft, MeterNumber, ProductDraft};
use power::usecases::buy_token::BuyRequest;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::LazyLock;
use ticketing::domain::{AskedSeats, EventDraft, NewSeats};
use ticketing::usecases::BookRequest;

/// A body that gets further checks after it is read.
trait Looked: DeserializeOwned + JsonSchema + Send + 'static {
    fn look(self) -> Result<(), Problem>;
}

impl Looked for BookRequest {
    fn look(self) -> Result<(), Problem> {
        Ok(())
    }
}

impl Looked for EventDraft {
    fn look(self) -> Result<(), Problem> {
        Ok(())
    }
}

impl Looked for BuyRequest {
    fn look(self) -> Result<(), Problem> {
        Ok(())
    }
}

impl Looked for NewSeats {
    fn look(self) -> Result<(), Problem> {
        let labels = match self.expand()? {
            AskedSeats::Labels(labelled) => labelled.labels,
            AskedSeats::Chairs(chairs) => chairs,
        };
        assert!((1..=20_000).contains(&labels.len()));
        Ok(())
    }
}

impl Looked for ProductDraft {
    fn look(self) -> Result<(), Problem> {
        self.check()
    }
}

impl Looked for MeterDraft {
    fn look(self) -> Result<(), Problem> {
        self.check(1).map(drop)
    }
}

type Sent<T> = (Path<EventId>, Json<T>, IfMatch, Option<IdempotencyKey>);

async fn takes<T: Looked>(
    _: Arc<()>,
    (Path(id), Json(body), IfMatch(seen), key): Sent<T>,
) -> Result<Versioned<Value>, Problem> {
    assert!(key.is_none_or(|key| key.key.is_ascii() && (1..=255).contains(&key.key.len())));
    body.look()?;
    let version = match seen {
        Seen::Any => 1,
        Seen::OneOf(versions) => versions.first().copied().expect("a version that was seen"),
    };
    Ok(Versioned { version, body: json!({"id": id}) })
}

lambda::query! {
    struct Asked {
        since: Timestamp,
        seat: SeatLabel,
        meter: MeterNumber,
    }
}

async fn lists(
    _: Arc<()>,
    (Query(which), asked, _): (Query<Asked>, PageRequest, SourceAddress),
) -> Result<Json<Value>, Problem> {
    assert!((1..=PageRequest::MOST).contains(&asked.limit));
    Ok(Json(json!({"since": which.since, "cursor": asked.cursor})))
}

async fn names(_: Arc<()>, (Path(number),): (Path<InvoiceNumber>,)) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({"number": number})))
}

fn started(definition: impl Definition) -> Function {
    wait(definition.start(Env::default(), Arc::new(SystemWorld))).expect("it needs no settings")
}

fn taking<T: Looked>() -> Function {
    let route = Route::post(Tag::About, "/api/events/{id}", "Takes a body.").open_to(ORGANISERS);
    started(route.served_by(takes::<T>))
}

/// Functions that together use every part of a request that a function can use.
static FUNCTIONS: LazyLock<Vec<Function>> = LazyLock::new(|| {
    let lists = Route::get(Tag::About, "/api/events/{id}", "Lists.").open_to(Everybody).cached("no-cache");
    let names = Route::get(Tag::About, "/api/events/{id}", "Names an invoice.").open_to(Users);
    vec![
        taking::<BookRequest>(),
        taking::<NewSeats>(),
        taking::<EventDraft>(),
        taking::<BuyRequest>(),
        taking::<ProductDraft>(),
        taking::<MeterDraft>(),
        started(lists.served_by(self::lists)),
        started(names.served_by(self::names)),
    ]
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let made = !text.starts_with('{');
    let event = if made { event(text) } else { text.to_owned() };
    let Ok(event) = serde_json::value::RawValue::from_string(event) else { return };
    for function in &*FUNCTIONS {
        let answer = match wait(function.invoke(event.clone(), Context::default())) {
            Ok(answer) => answer,
            // The gateway turns this failure into a 500.
            Err(why) => return assert!(!made, "no answer to what a gateway sends: {why}"),
        };
        look(&answer);
    }
});

/// Checks that an answer is not a server error (5xx), and that a client error (4xx) is one of our problems.
fn look(answer: &serde_json::value::RawValue) {
    let answer: Value = serde_json::from_str(answer.get()).expect("JSON");
    let status = answer["statusCode"].as_u64().expect("a status");
    assert!((200..500).contains(&status), "{answer}");
    if status >= 400 {
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_default()).expect("a problem");
        assert_eq!(body["status"], status);
        assert!(Code::ALL.iter().any(|code| body["code"] == code.code()), "{answer}");
        assert_eq!(answer["headers"]["content-type"], "application/problem+json");
    }
}

/// The gateway's event for a request with these parts. A client may choose each of them.
fn event(text: &str) -> String {
    let mut parts = text.splitn(5, '\n');
    let mut next = || parts.next().unwrap_or_default();
    let (version, key, query, id, body) = (next(), next(), next(), next(), next());
    let mut event = json!({
        "version": "2.0",
        "routeKey": "POST /api/events/{id}",
        "rawPath": format!("/api/events/{id}"),
        "rawQueryString": query,
        "headers": {"content-type": "application/json", "host": "karcis.example", "x-forwarded-proto": "https"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "authorizer": {"lambda": {
                "kind": "user", "sub": "01a1fc00-0000-7000-8000-000000000001", "role": "organiser", "name": "Siti",
                "email": "siti@example.com", "locale": "id",
            }},
            "domainName": "karcis.example",
            "http": {"method": "POST", "path": format!("/api/events/{id}"), "sourceIp": "203.0.113.7"},
            "routeKey": "POST /api/events/{id}",
            "stage": "$default",
            "timeEpoch": 1_800_000_000_000_u64,
        },
        "pathParameters": {"id": id},
        "body": body,
        "isBase64Encoded": false,
    });
    // A client can send only these characters in a header. An event with other text is built without that header.
    let header = |text: &str| !text.is_empty() && text.chars().all(|one| one == '\t' || (' '..='~').contains(&one));
    for (name, value) in [("if-match", version), ("if-none-match", version), ("idempotency-key", key)] {
        if header(value) {
            event["headers"][name] = value.into();
        }
    }
    event.to_string()
}
