//! HTTP as clients and proxies speak it.

use crate::app::{App, answer};
use crate::people::sent;
use reqwest::Method;
use serde_json::json;
use std::io::Write;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_counts_by_its_meaning() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    let send = async |body: &str, key: &str| {
        let request = app.client.post(format!("{}/api/bookings", app.cloud.url)).bearer_auth(&buyer.token);
        let request = request.header("idempotency-key", key).header("content-type", "application/json");
        answer(request.body(body.to_owned()).send().await.unwrap()).await
    };
    let first = format!(r#"{{"event_id":"{event}","seats":["A-1"],"payment":"manual"}}"#);
    let (status, booking) = send(&first, "one").await;
    assert_eq!(status, 201, "{booking}");
    for same in [
        format!(r#"{{"payment":"manual","seats":["A-1"],"event_id":"{event}"}}"#),
        format!("{{ \"event_id\" : \"{event}\",\n \"seats\": [ \"A-1\" ], \"payment\": \"manual\" }}"),
        format!("\u{feff}{first}"),
        format!(r#"{{"event_id":"{event}","seats":["\u0041-1"],"payment":"manual"}}"#),
    ] {
        let (status, again) = send(&same, "one").await;
        assert_eq!((status / 100, &again["id"]), (2, &booking["id"]), "{same}: {again}");
    }
    let (status, problem) = send(&first.replace("A-1", "A-2"), "one").await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("idempotency_key_reused")), "{problem}");
    // Whole numbers in every way of writing them.
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-1", &json!({})).await;
    for (number, amount) in ["7000000", "7000000.0", "7e6", "70.0e5"].into_iter().enumerate() {
        let seats =
            format!(r#"{{"section":"B","labels":["B-{number}"],"price":{{"amount":{amount},"currency":"IDR"}}}}"#);
        let request = app.client.post(format!("{}/api/events/{event}/seats", app.cloud.url));
        let request = request.bearer_auth(&organiser.token).header("content-type", "application/json");
        let (status, added) = answer(request.body(seats).send().await.unwrap()).await;
        assert_eq!(status, 201, "{amount}: {added}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_condition_holds_however_a_proxy_wrote_it() {
    let app = App::start(&[]).await;
    let buyer = app.buyer().await;
    let patch = async |tag: &str| {
        let body = json!({"locale": "en"});
        app.ask_with(Method::PATCH, "/api/profile", &buyer, &[("if-match", tag)], Some(&body)).await.0
    };
    let version = async || app.get("/api/profile", &buyer).await.1["version"].as_u64().unwrap();
    for form in ["\"{v}\"", "\"0\", \"{v}\"", "W/\"{v}\"", "\"{v}-gzip\"", "\"{v};br\"", "\"x,y\",\"{v}\"", "*"] {
        let tag = form.replace("{v}", &version().await.to_string());
        assert_eq!(patch(&tag).await, 200, "{tag}");
    }
    for old in ["\"0\"", "\"0\", \"999\"", "W/\"0\"", "\"x\""] {
        assert_eq!(patch(old).await, 412, "{old}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_what_is_public_may_collect_parameters() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-1").await;
    let none = async |path: String| app.ask(Method::GET, &path, None, None).await.0;
    for path in [
        "/api/events?fbclid=x".to_owned(),
        "/api/events?utm_source=wa&q=&limit=".to_owned(),
        format!("/api/events/{event}?gclid=1"),
        format!("/api/events/{event}/seats?fbclid=x"),
        "/api/events?from=2026-11-21T19:00:00+07:00".to_owned(),
    ] {
        assert_eq!(none(path.clone()).await, 200, "{path}");
    }
    // Where somebody asks for their own, a parameter that is not ours is a mistake that must not pass in silence.
    assert_eq!(app.get("/api/bookings?limti=5", &buyer).await.0, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_public_or_mailed_answers_head() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    let mail = app.mail(&buyer, "Tiket Anda").await;
    let link = mail["text"].as_str().unwrap().split_whitespace().find_map(|word| word.split_once("/api/tickets/"));
    let ticket = format!("/api/tickets/{}", link.unwrap().1.trim_end_matches(['.', ')']));
    assert_eq!(booking["status"], "CONFIRMED");
    // The client follows the mailed link to the ticket's file, whose server answers too.
    for (path, status) in [
        ("/api/events".to_owned(), 200),
        (format!("/api/events/{event}"), 200),
        (format!("/api/events/{event}/layout"), 200),
        (format!("/api/events/{event}/seats"), 200),
        (format!("/api/events/{event}/seats?view=compact&fbclid=x"), 200),
        ("/api/openapi.json".to_owned(), 200),
        ("/api/events/nothing".to_owned(), 404),
        ("/api/events?limit=0".to_owned(), 422),
    ] {
        let get = sent(&app, Method::GET, &path, &[]).await;
        let head = sent(&app, Method::HEAD, &path, &[]).await;
        assert_eq!(
            (head.status(), get.status()),
            (get.status(), reqwest::StatusCode::from_u16(status).unwrap()),
            "{path}"
        );
        for name in ["content-type", "etag", "cache-control", "content-length"] {
            assert_eq!(head.headers().get(name), get.headers().get(name), "{path}: {name}");
        }
        assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    }
    let quiet = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let head = quiet.head(format!("{}{ticket}", app.cloud.url)).send().await.unwrap();
    assert_eq!(head.status(), 302, "{ticket}");
    let file = head.headers()["location"].to_str().unwrap();
    let head = quiet.head(file).send().await.unwrap();
    assert_eq!((head.status().as_u16(), &head.headers()["content-type"]), (200, &"application/pdf".parse().unwrap()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_an_allowed_origin_may_call_and_no_other() {
    let app = App::start(&[("AllowedOrigins", "https://shop.example,http://localhost:5173")]).await;
    let ask = ("access-control-request-method", "POST");
    for (origin, allowed) in [
        ("https://shop.example", true),
        ("http://localhost:5173", true),
        ("https://shop.example.evil", false),
        ("https://SHOP.example", false),
        ("http://shop.example", false),
        ("null", false),
    ] {
        let preflight = sent(&app, Method::OPTIONS, "/api/bookings", &[("origin", origin), ask]).await;
        assert_eq!(preflight.status(), 204, "{origin}");
        let call = sent(&app, Method::GET, "/api/events", &[("origin", origin)]).await;
        // A refusal must be readable too: the page shows its words.
        let refused = sent(&app, Method::POST, "/api/bookings", &[("origin", origin)]).await;
        assert_eq!((call.status().as_u16(), refused.status().as_u16()), (200, 401));
        for answer in [&preflight, &call, &refused] {
            let header = answer.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap());
            assert_eq!(header, allowed.then_some(origin), "{origin}");
        }
        if allowed {
            let listed = |answer: &reqwest::Response, name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                assert!(listed(&preflight, "access-control-allow-methods").contains(method));
            }
            for name in
                ["authorization", "content-encoding", "content-type", "idempotency-key", "if-match", "if-none-match"]
            {
                assert!(listed(&preflight, "access-control-allow-headers").contains(name), "{name}");
            }
            for name in ["etag", "retry-after", "location", "content-disposition"] {
                assert!(listed(&call, "access-control-expose-headers").contains(name), "{name}");
            }
        }
    }
    // Without an origin nothing is said, and without a method asked for it is no preflight.
    assert!(!sent(&app, Method::GET, "/api/events", &[]).await.headers().contains_key("access-control-allow-origin"));
    assert_eq!(sent(&app, Method::OPTIONS, "/api/events", &[]).await.status(), 404);
    let all = App::start(&[("AllowedOrigins", "*")]).await;
    let call = sent(&all, Method::GET, "/api/events", &[("origin", "https://anyone.example")]).await;
    assert_eq!(call.headers()["access-control-allow-origin"], "*");
    let none = App::start(&[]).await;
    let call = sent(&none, Method::GET, "/api/events", &[("origin", "https://shop.example")]).await;
    assert!(!call.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sales_come_as_a_table_to_who_wants_it_more() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    for (accept, kind) in [
        ("text/csv", "text/csv"),
        ("text/csv;q=0.9, application/json;q=0.1", "text/csv"),
        ("application/json, text/csv;q=0.5", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
        ("*/*", "application/json"),
        ("application/xml", "application/json"),
    ] {
        let path = format!("/api/events/{event}/sales");
        let (status, headers, _) = app.ask_with(Method::GET, &path, &organiser, &[("accept", accept)], None).await;
        assert!(status == 200 && headers["content-type"].to_str().unwrap().starts_with(kind), "{accept}: {headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packed_body_is_read_or_refused_in_words() {
    let app = App::start(&[]).await;
    let body = json!({"email": "packed@karcis.test", "password": "correct horse", "name": "Siti"}).to_string();
    let gzip = |text: &[u8]| {
        let mut packing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packing.write_all(text).unwrap();
        packing.finish().unwrap()
    };
    let packed = gzip(body.as_bytes());
    for (coding, bytes, status, code) in [
        ("br", body.clone().into_bytes(), 415, "unsupported_encoding"),
        ("gzip, br", packed.clone(), 415, "unsupported_encoding"),
        ("gzip", body.clone().into_bytes(), 400, "malformed_json"),
        ("gzip", packed[..packed.len() - 9].to_vec(), 400, "malformed_json"),
        ("gzip", gzip(&vec![b' '; 10_000_000]), 413, "too_large"),
        ("gzip", packed, 201, ""),
        ("identity", body.into_bytes(), 201, ""),
    ] {
        let request = app.client.post(format!("{}/api/register", app.cloud.url)).header("content-encoding", coding);
        let sent = request.header("content-type", "application/json").body(bytes).send().await.unwrap();
        let accepts = sent.headers().get("accept-encoding").map(|value| value.to_str().unwrap().to_owned());
        let (given, problem) = answer(sent).await;
        assert_eq!((given, problem["code"].as_str().unwrap_or_default()), (status, code), "{coding}");
        assert_eq!(accepts.is_some(), status == 415, "{coding}");
    }
}
