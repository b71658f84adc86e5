//! API Gateway's events, payload version 2.0. An input is an event in JSON, or the parts of one, a line each, of which we make
//! the event as the gateway would: header `If-Match`, header `Idempotency-Key`, query, part of the path, and then the body.
//! Whatever comes, a function answers with a status, and with 500 only to what no gateway sends.
#![no_main]

use contracts::webhook::InvoiceEvent;
use contracts::{BookingId, Code, EventId, InvoiceNumber, Role, SeatLabel, Timestamp};
use karcis_fuzz::wait;
use lambda::{Answer, Context, Function, Request, http};
use libfuzzer_sys::fuzz_target;
use power::domain::{MeterDraft, MeterQuery, ProductDraft};
use power::usecases::buy_token::BuyRequest;
use serde_json::{Value, json};
use std::sync::LazyLock;
use ticketing::domain::{EventDraft, NewSeats};
use ticketing::usecases::book::BookRequest;

static FUNCTION: LazyLock<Function> = LazyLock::new(|| Function::http(|request| async move { handle(&request) }));

/// Asks for all that a function may ask of a request, and answers the first problem, if any.
fn handle(request: &Request) -> Answer {
    let who = [
        http::caller(request).map(drop),
        http::caller_as(request, &[Role::Organiser, Role::Admin]).map(drop),
        http::user_or_service(request, "payments"),
        http::service(request, "payments").map(drop),
    ];
    let body = http::raw_body(request).map(<[u8]>::len);
    assert!(body.is_err() || body.is_ok_and(|length| length <= http::MAX_BODY));
    let shapes = [
        http::body::<BookRequest>(request).map(drop),
        http::body::<NewSeats>(request).and_then(|seats| {
            let labels = seats.expand()?;
            assert!((1..=20_000).contains(&labels.len()));
            Ok(())
        }),
        http::body::<EventDraft>(request).map(drop),
        http::body::<InvoiceEvent>(request).map(drop),
        http::body::<BuyRequest>(request).map(drop),
        http::body::<ProductDraft>(request).and_then(|draft| draft.check()),
        http::body::<MeterDraft>(request).and_then(|draft| draft.check(1).map(drop)),
    ];
    let parts = [
        http::path::<EventId>(request, "id").map(drop),
        http::path::<BookingId>(request, "id").map(drop),
        http::path::<SeatLabel>(request, "id").map(drop),
        http::path::<InvoiceNumber>(request, "id").map(drop),
        http::path::<MeterQuery>(request, "id").map(drop),
    ];
    if let Ok(id) = http::path::<EventId>(request, "id") {
        assert_eq!(http::path::<String>(request, "id").ok(), Some(id.to_string()), "one thing, two names");
    }
    let page = http::page(request).inspect(|page| assert!((1..=100).contains(&page.limit)));
    let since = http::query::<Timestamp>(request, "since").map(drop);
    let key = http::idempotency_key(request).inspect(|key| {
        assert!(key.is_none_or(|key| key.is_ascii() && (1..=255).contains(&key.len())), "{key:?}");
    });
    let version = http::if_match(request);
    let echo = json!({
        "from": http::source_address(request),
        "cursor": page.as_ref().ok().and_then(|page| page.cursor.clone()),
        "key": key.as_ref().ok(),
    });
    let problems = who.into_iter().chain(shapes).chain(parts).chain([
        http::only_query(request, &["limit", "cursor", "since"]),
        page.map(drop),
        since,
        key.map(drop),
    ]);
    // No body has all shapes, so there is a problem: the last is answered, and with `If-Match` the echo.
    match (version?, problems.filter_map(Result::err).last()) {
        (None, Some(problem)) => Err(problem),
        (version, _) => http::versioned_tagged(request, &echo, version.unwrap_or(1), "private, no-cache"),
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let made = !text.starts_with('{');
    let event = if made { event(text) } else { text.to_owned() };
    let Ok(event) = serde_json::value::RawValue::from_string(event) else { return };
    let answer = match wait(FUNCTION.invoke(event, Context::default())) {
        Ok(answer) => answer,
        // The gateway answers it with 500.
        Err(why) => return assert!(!made, "no answer to what a gateway sends: {why}"),
    };
    let answer: Value = serde_json::from_str(answer.get()).expect("JSON");
    let status = answer["statusCode"].as_u64().expect("a status");
    assert!((200..500).contains(&status), "{answer}");
    if status >= 400 {
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_default()).expect("a problem");
        assert_eq!(body["status"], status);
        assert!(Code::ALL.iter().any(|code| body["code"] == code.code()), "{answer}");
        assert_eq!(answer["headers"]["content-type"], "application/problem+json");
    }
});

/// The event of a request with these parts, each as a client may choose it.
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
    // What cannot stand in a header, no client can send in one.
    let header = |text: &str| !text.is_empty() && text.chars().all(|one| one == '\t' || (' '..='~').contains(&one));
    for (name, value) in [("if-match", version), ("if-none-match", version), ("idempotency-key", key)] {
        if header(value) {
            event["headers"][name] = value.into();
        }
    }
    event.to_string()
}
