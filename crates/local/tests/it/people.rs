//! People and clients as they are: what they type, leave empty, paste, and send in another form with the same meaning.
//! Each kind is a table: the next case is a line.

use crate::app::{App, answer, eventually};
use crate::bad_input::with_parts;
use api::Described;
use lambda::describe::Whom;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write;

async fn registered(app: &App, email: &str, more: &Value) -> (u16, Value) {
    let mut body = json!({"email": email, "password": "correct horse", "name": "Siti"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.ask(Method::POST, "/api/register", None, Some(&body)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_is_found_however_it_is_typed() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let title = "Cafe\u{301}  Senja\u{200b} ";
    let event = app.event(&organiser, "A:1-1", &json!({"title": title})).await;
    let film = json!({"title": title, "genres": ["Komédi"], "duration_minutes": 95});
    let movie = app.post("/api/movies", &organiser, &film).await.1;
    assert_eq!(app.get(&format!("/api/events/{event}"), &organiser).await.1["title"], "Café Senja");
    assert_eq!(movie["title"], "Café Senja");
    for typed in [
        "cafe senja",
        "cafe%20senja%20",
        "+CAFE%CC%81++SENJA",
        "Cafe%CC%81",
        "%EF%BD%83%EF%BD%81%EF%BD%86%EF%BD%85",
        "senja%E2%80%8B",
        "",
        "+",
    ] {
        for list in ["events", "movies"] {
            let (status, page) = app.get(&format!("/api/{list}?q={typed}"), &organiser).await;
            assert_eq!((status, page["items"].as_array().map(Vec::len)), (200, Some(1)), "{list} {typed}: {page}");
        }
    }
    assert_eq!(app.get("/api/movies?genre=KOMEDI", &organiser).await.1["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(app.get("/api/movies?q=cafes", &organiser).await.1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_comes_in_as_they_type() {
    let app = App::start(&[]).await;
    for (number, (more, kept)) in [
        (json!({"name": " Re\u{301}gine\u{a0} Zoé "}), json!({"name": "Régine Zoé"})),
        (json!({"phone": "0812-3456-789"}), json!({"phone": "+628123456789"})),
        (json!({"phone": "\u{202a}+62\u{a0}812\u{2011}3456789\u{202c}"}), json!({"phone": "+628123456789"})),
        (json!({"phone": ""}), json!({"phone": null})),
        (json!({"phone": null, "locale": null}), json!({"phone": null, "locale": "id"})),
        (json!({"locale": "en-GB"}), json!({"locale": "en"})),
        (json!({"locale": "in_ID"}), json!({"locale": "id"})),
        (json!({"locale": ""}), json!({"locale": "id"})),
    ]
    .into_iter()
    .enumerate()
    {
        let (status, user) = registered(&app, &format!("person-{number}@karcis.test"), &more).await;
        assert_eq!(status, 201, "{more}: {user}");
        for (name, value) in kept.as_object().unwrap() {
            assert_eq!(user.get(name).unwrap_or(&Value::Null), value, "{more}");
        }
    }
    for (more, field) in [
        (json!({"name": "\u{200b}\u{200b}"}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"phone": "0812 abc"}), "phone"),
        (json!({"locale": "fr"}), "locale"),
        (json!({"password": "1234567"}), "password"),
        (json!({"password": "line\nbreak"}), "password"),
    ] {
        let (status, problem) = registered(&app, "refused@karcis.test", &more).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{more}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_known_from_every_keyboard() {
    let app = App::start(&[]).await;
    let long = "é".repeat(100);
    for (number, (set, typed, status)) in [
        ("Café Senja", "Cafe\u{301} Senja", 200),
        ("Cafe\u{301} Senja", "Café Senja", 200),
        ("correct horse", "correct\u{a0}horse", 200),
        ("correct horse", "Correct horse", 401),
        (&long, &long, 200),
        (&format!("{long}a"), &format!("{long}b"), 401),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("keyboard-{number}@karcis.test");
        assert_eq!(registered(&app, &email, &json!({"password": set})).await.0, 201, "{set}");
        let body = json!({"email": email, "password": typed});
        let answered = app.ask(Method::POST, "/api/login", None, Some(&body)).await;
        assert_eq!(answered.0, status, "{set} {typed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_patch_null_clears_and_absent_keeps() {
    let app = App::start(&[]).await;
    let buyer = app.buyer().await;
    let full = json!({"name": "Siti", "phone": "+628123456789", "locale": "en"});
    for (patch, phone, locale) in [
        (json!({}), json!("+628123456789"), "en"),
        (json!({"phone": null}), Value::Null, "en"),
        (json!({"phone": ""}), Value::Null, "en"),
        (json!({"locale": null}), json!("+628123456789"), "id"),
        (json!({"phone": "0813 3456 789", "locale": "id-ID"}), json!("+628133456789"), "id"),
    ] {
        assert_eq!(app.patch("/api/profile", &buyer, &full).await.0, 200);
        let (status, user) = app.patch("/api/profile", &buyer, &patch).await;
        assert_eq!((status, &user["phone"], user["locale"].as_str()), (200, &phone, Some(locale)), "{patch}");
        assert_eq!(user["name"], "Siti");
    }
    let admin = app.user("admin").await;
    let other = format!("/api/users/{}", buyer.id);
    for (path, user, patch, field) in [
        ("/api/profile", &buyer, json!({"name": null}), "name"),
        (&other, &admin, json!({"role": null}), "role"),
        (&other, &admin, json!({"blocked": null}), "blocked"),
    ] {
        let (status, problem) = app.patch(path, user, &patch).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{patch}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_and_where_are_told_as_people_there_say_it() {
    let app = App::start(&[("TimeZone", "Asia/Jayapura")]).await;
    let organiser = app.user("organiser").await;
    for (more, zone, city, told) in [
        (
            json!({"time_zone": "asia/makassar", "city": " Denpasar "}),
            "Asia/Makassar",
            json!("Denpasar"),
            "pukul 20.00 WITA",
        ),
        (json!({"time_zone": "Asia/Jakarta"}), "Asia/Jakarta", Value::Null, "pukul 19.00 WIB"),
        (json!({"time_zone": "", "city": null}), "Asia/Jayapura", Value::Null, "pukul 21.00 WIT"),
        (json!({}), "Asia/Jayapura", Value::Null, "pukul 21.00 WIT"),
        (
            json!({"time_zone": "Asia/Singapore", "city": "Singapura"}),
            "Asia/Singapore",
            json!("Singapura"),
            "UTC+08:00",
        ),
        (json!({"time_zone": "Europe/Amsterdam"}), "Europe/Amsterdam", Value::Null, "pukul 13.00 CET"),
    ] {
        let event = app.event(&organiser, "A:1-2", &more).await;
        let shown = app.get(&format!("/api/events/{event}"), &organiser).await.1;
        assert_eq!(
            (shown["time_zone"].as_str(), shown.get("city").unwrap_or(&Value::Null)),
            (Some(zone), &city),
            "{more}"
        );
        assert_eq!(shown["starts_at"], "2030-01-01T12:00:00.000Z", "the instant is the same for all");
        let buyer = app.buyer().await;
        app.confirmed(&buyer, &event, &["A-1"]).await;
        let mail = app.mail(&buyer, "Tiket Anda").await["text"].as_str().unwrap().to_owned();
        let place = city.as_str().map_or("Studio 1".to_owned(), |city| format!("Studio 1, {city}"));
        for fact in ["Sinners", "1 Januari 2030", told, &place, "A-1"] {
            assert!(mail.contains(fact), "{more}: {fact}: {mail}");
        }
    }
    for (more, field) in [
        (json!({"time_zone": "WIB"}), "time_zone"),
        (json!({"time_zone": "Asia/Bali"}), "time_zone"),
        (json!({"time_zone": "+08:00"}), "time_zone"),
        (json!({"city": "\u{200b}"}), "city"),
        (json!({"city": "x".repeat(101)}), "city"),
    ] {
        let mut draft =
            json!({"title": "Sinners", "kind": "CONCERT", "venue": "Hall", "starts_at": "2030-01-01T12:00:00Z"});
        draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, problem) = app.post("/api/events", &organiser, &draft).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{more}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_is_found_by_what_is_said_on_the_telephone() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-3", &json!({})).await;
    let other = app.event(&organiser, "A:1-3", &json!({})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    app.confirmed(&buyer, &event, &["A-2"]).await;
    let reference = booking["reference"].as_str().unwrap();
    app.history_says(&buyer, booking["id"].as_str().unwrap(), "CONFIRMED", None).await;
    let listed = app.get("/api/bookings", &buyer).await.1;
    let listed = listed["items"].as_array().unwrap().iter().find(|one| one["id"] == booking["id"]).unwrap().clone();
    assert_eq!(listed["reference"], reference);
    let mailed = eventually("its mail is there", || async {
        let mails = app.mails(&buyer, "Tiket Anda");
        mails.iter().any(|mail| mail["text"].as_str().unwrap().contains(reference)).then_some(())
    });
    mailed.await;
    let (left, right) = reference.split_at(4);
    let found = |event: &str, typed: &str| format!("/api/events/{event}/bookings?reference={typed}");
    for typed in
        [reference.to_owned(), reference.to_lowercase(), format!("{left}-{right}"), format!("{left}%20{right}")]
    {
        let page = eventually("the index has it", || async {
            let (status, page) = app.get(&found(&event, &typed), &organiser).await;
            assert_eq!(status, 200, "{typed}: {page}");
            (page["items"].as_array().unwrap().len() == 1).then_some(page)
        });
        assert_eq!(page.await["items"][0]["id"], booking["id"], "{typed}");
    }
    for (event, typed) in [(&other, reference), (&event, "22222222")] {
        assert_eq!(app.get(&found(event, typed), &organiser).await.1["items"], json!([]), "{typed}");
    }
    for wrong in ["K7QX2M9", "K7QX2M90", "%27%20OR%201"] {
        let (status, problem) = app.get(&found(&event, wrong), &organiser).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("reference")), "{problem}");
    }
    assert_eq!(app.get(&found(&event, reference), &buyer).await.0, 403);
    let product = app.product(50_000).await;
    let purchase = app.issued(&buyer, "14000000001", &product).await;
    let reference = purchase["reference"].as_str().unwrap();
    assert_eq!(reference.len(), 8);
    let mail = app.mail(&buyer, "Token listrik").await;
    assert!(mail["text"].as_str().unwrap().contains(reference), "{mail}");
}

/// Every route with a body, from its description: an optional field that is empty is as if not given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_optional_field_may_be_empty_on_every_route() {
    let app = App::start(&[]).await;
    let admin = app.user("admin").await;
    let mut tried = 0;
    for Described { function, operation } in &api::operations() {
        let (Some(schema), Some(example)) = (&operation.body, &operation.example) else { continue };
        if matches!(operation.whom, Whom::Signed | Whom::Services) || operation.method == "PATCH" {
            continue;
        }
        let schema = schema.as_value();
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for name in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            if required.contains(&name.as_str()) {
                continue;
            }
            for empty in [json!(""), json!(" "), Value::Null] {
                let mut body = example.clone();
                body[name] = empty.clone();
                let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
                let (status, problem) = app.ask(method, &with_parts(operation.path), Some(&admin), Some(&body)).await;
                let refused = status == 422 && problem["field"] == name.as_str();
                assert!(!refused && status < 500, "{function}: {name} = {empty}: {status} {problem}");
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "{tried}");
}

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

/// A request as some client sends it, with its own headers and without a token.
async fn sent(app: &App, method: Method, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let request = app.client.request(method, format!("{}{path}", app.cloud.url));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
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
    assert!(head.headers().contains_key("location"));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_belongs_to_its_list_and_its_query() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    for number in 1..=3 {
        app.event(&organiser, "A:1-1", &json!({"title": format!("Sinners {number}")})).await;
        app.post(
            "/api/movies",
            &organiser,
            &json!({"title": format!("Film {number}"), "genres": ["Drama"], "duration_minutes": 90}),
        )
        .await;
    }
    let page = async |path: &str| app.get(path, &organiser).await;
    let first = page("/api/events?limit=1&q=sinners").await.1;
    let cursor = first["next_cursor"].as_str().unwrap();
    for path in [
        format!("/api/events?limit=2&q=sinners&cursor={cursor}"),
        format!("/api/events?q=sinners%20&cursor={cursor}"),
        format!("/api/events?q=sinners&cursor={cursor}&fbclid=x"),
    ] {
        let (status, next) = page(&path).await;
        assert_eq!((status, next["items"][0]["title"].as_str()), (200, Some("Sinners 2")), "{path}: {next}");
    }
    for path in [
        format!("/api/events?cursor={cursor}"),
        format!("/api/events?q=sinner&cursor={cursor}"),
        format!("/api/movies?cursor={cursor}"),
        format!("/api/bookings?cursor={cursor}"),
        format!("/api/events?q=sinners&cursor=x{cursor}"),
        format!("/api/events?q=sinners&cursor={}", cursor.split_once('.').unwrap().1),
        "/api/events?cursor=x".to_owned(),
    ] {
        let (status, problem) = page(&path).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("cursor")), "{path}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filtered_page_is_full_while_there_is_anything() {
    let app = App::start(&[]).await;
    let (organiser, admin) = (app.user("organiser").await, app.user("admin").await);
    let event = app.event(&organiser, "A:1-12", &json!({"title": "Aaa"})).await;
    for number in 0..25 {
        let title = if number == 24 { "Zzz".to_owned() } else { format!("Film {number}") };
        app.event(&organiser, "A:1-1", &json!({"title": title, "starts_at": format!("2030-02-01T12:{number:02}:00Z")}))
            .await;
        let film = json!({"title": title, "genres": ["Drama"], "duration_minutes": 90});
        app.post("/api/movies", &organiser, &film).await;
        let nominal = json!({"amount": (number + 1) * 2_000_000, "currency": "IDR"});
        let fee = json!({"amount": 100_000, "currency": "IDR"});
        let product = json!({"nominal": nominal, "admin_fee": fee, "active": number == 24});
        app.post("/api/power/products", &admin, &product).await;
    }
    for seat in 1..=12 {
        let buyer = app.buyer().await;
        let (_, booking) = app.book(&buyer, &event, &[&format!("A-{seat}")], "manual").await;
        if seat == 1 {
            app.cancel(&buyer, &booking).await;
        }
    }
    let path = |rest: &str| format!("/api/events/{event}/bookings{rest}");
    for (list, more) in [
        ("/api/events?q=zzz&limit=1".to_owned(), false),
        ("/api/events?q=film&limit=1".to_owned(), true),
        ("/api/movies?q=film%200&limit=1".to_owned(), false),
        ("/api/power/products?limit=1".to_owned(), false),
        (path("?status=CANCELLED&limit=1"), false),
        (path("?status=AWAITING_PAYMENT&limit=1"), true),
        (path("?limit=1"), true),
    ] {
        let page = eventually(&format!("{list} has its item"), || async {
            let (status, page) = app.get(&list, &organiser).await;
            assert_eq!(status, 200, "{list}: {page}");
            (page["items"].as_array().unwrap().len() == 1).then_some(page)
        })
        .await;
        assert_eq!(page["next_cursor"].is_string(), more, "{list}");
    }
    // The last page says that it is the last.
    let page = app.get("/api/events?limit=26", &organiser).await.1;
    assert_eq!((page["items"].as_array().map(Vec::len), &page["next_cursor"]), (Some(26), &Value::Null));
}

/// One event, and a buyer who asks again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_again_for_their_own_seats_is_told_so() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-9", &json!({"max_seats_per_user": 2})).await;
    let (buyer, friend, stranger) = (app.buyer().await, app.buyer().await, app.buyer().await);
    let (status, booking) = app.book(&buyer, &event, &["A-1", "A-2"], "manual").await;
    assert_eq!(status, 201, "{booking}");
    app.book(&friend, &event, &["A-5"], "manual").await;
    for (user, seats, payment, status, code) in [
        // A double tap, in any order.
        (&buyer, vec!["A-1", "A-2"], "manual", 201, None),
        (&buyer, vec!["A-2", "A-1"], "manual", 201, None),
        // Some of them, or with others, or to be paid otherwise.
        (&buyer, vec!["A-1"], "manual", 409, Some("own_seats")),
        (&buyer, vec!["A-1", "A-3"], "manual", 409, Some("own_seats")),
        (&buyer, vec!["A-1", "A-5"], "manual", 409, Some("own_seats")),
        (&buyer, vec!["A-1", "A-2"], "auto", 409, Some("own_seats")),
        // What is not theirs.
        (&buyer, vec!["A-3"], "manual", 422, Some("too_many_seats")),
        (&stranger, vec!["A-1"], "manual", 409, Some("seats_taken")),
        (&stranger, vec!["A-1", "A-2"], "manual", 409, Some("seats_taken")),
    ] {
        let (given, answer) = app.book(user, &event, &seats, payment).await;
        assert_eq!((given, answer["code"].as_str()), (status, code), "{seats:?} {payment}: {answer}");
        match code {
            None => assert_eq!(answer["id"], booking["id"]),
            Some("own_seats") => assert_eq!(answer["booking_id"], booking["id"], "{seats:?}"),
            Some(_) => assert_eq!(answer.get("booking_id"), None, "{seats:?}"),
        }
    }
    // Another key is another request: it may not be answered with what it did not make.
    let same = json!({"event_id": event, "seats": ["A-1", "A-2"], "payment": "manual"});
    let (status, _, problem) =
        app.ask_with(Method::POST, "/api/bookings", &buyer, &[("idempotency-key", "another")], Some(&same)).await;
    assert_eq!((status, &problem["code"], &problem["booking_id"]), (409, &json!("own_seats"), &booking["id"]));
    app.pay(&buyer, &booking).await;
    app.booking_in("CONFIRMED", &buyer, &booking).await;
    assert_eq!(app.book(&buyer, &event, &["A-1", "A-2"], "manual").await.1["status"], "CONFIRMED");
    // Once given back, they are free again for who had them.
    app.cancel(&buyer, &booking).await;
    app.booking_in("REFUNDED", &buyer, &booking).await;
    let (status, second) = app.book(&buyer, &event, &["A-1", "A-2"], "manual").await;
    assert!(status == 201 && second["id"] != booking["id"], "{second}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_buys_the_same_token_twice_is_asked_whether_they_mean_it() {
    let app = App::start(&[]).await;
    let (buyer, friend) = (app.buyer().await, app.buyer().await);
    let (product, other) = (app.product(50_000).await, app.product(100_000).await);
    let meter = "14000000001";
    let (status, first) = app.buy(&buyer, meter, &product, "manual").await;
    assert_eq!(status, 201, "{first}");
    let (status, problem) = app.buy(&buyer, meter, &product, "auto").await;
    assert_eq!((status, &problem["code"], &problem["purchase_id"]), (409, &json!("purchase_under_way"), &first["id"]));
    assert_eq!(app.buy(&buyer, meter, &other, "manual").await.0, 201);
    assert_eq!(app.buy(&friend, meter, &product, "manual").await.0, 201);
    let (status, second) = app.buy_again(&buyer, meter, &product).await;
    assert!(status == 201 && second["id"] != first["id"], "{second}");
    // The second is the last one now, and once it is over nobody is asked.
    app.pay(&buyer, &second).await;
    app.purchase_in("ISSUED", &buyer, &second).await;
    assert_eq!(app.buy(&buyer, meter, &product, "manual").await.0, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_already_is_answered_as_done() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-4", &json!({})).await;
    let buyer = app.buyer().await;
    // Paid once more.
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    app.pay(&buyer, &booking).await;
    // Seats put on sale again: the same at the same price, and in other ways.
    let price = |amount: u64| json!({"amount": amount, "currency": "IDR"});
    let seats = format!("/api/events/{event}/seats");
    for (body, status, code) in [
        (json!({"section": "REGULAR", "rows": "A:1-4", "price": price(5_000_000)}), 201, None),
        (json!({"section": "REGULAR", "labels": ["A-2", "A-1"], "price": price(5_000_000)}), 201, None),
        (json!({"section": "REGULAR", "rows": "A:1-5", "price": price(5_000_000)}), 409, Some("seat_exists")),
        (json!({"section": "REGULAR", "rows": "A:1-4", "price": price(6_000_000)}), 409, Some("section_price")),
        (json!({"section": "VIP", "rows": "A:1-4", "price": price(5_000_000)}), 409, Some("seat_exists")),
    ] {
        let (given, answer) = app.post(&seats, &organiser, &body).await;
        assert_eq!((given, answer["code"].as_str()), (status, code), "{body}: {answer}");
        if status == 201 {
            assert_eq!(answer["sections"], json!([{"name": "REGULAR", "price": price(5_000_000), "seats": 4}]));
        }
    }
    // Registered again: by their owner, and by somebody else.
    let (status, user) = registered(&app, "again@karcis.test", &json!({})).await;
    assert_eq!(status, 201, "{user}");
    for (more, status) in [
        (json!({}), 201),
        (json!({"name": "Siti N."}), 201),
        (json!({"password": "correct  horse"}), 409),
        (json!({"password": "wrong password"}), 409),
    ] {
        let (given, answer) = registered(&app, "Again@Karcis.test", &more).await;
        assert_eq!(given, status, "{more}: {answer}");
        assert_eq!(answer["id"] == user["id"], status == 201, "{answer}");
    }
    // Guessing this way is paused as at the log-in: the right password tells nothing any more.
    for number in 0..5 {
        registered(&app, "again@karcis.test", &json!({"password": format!("wrong password {number}")})).await;
    }
    assert_eq!(registered(&app, "again@karcis.test", &json!({})).await.0, 409);
}

/// Every route that takes a key: the same request answers the same, and another body is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_honoured_on_every_write_that_a_client_repeats() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-4", &json!({})).await;
    let (one, two) = (app.confirmed(&buyer, &event, &["A-1"]).await, app.confirmed(&buyer, &event, &["A-2"]).await);
    let (unpaid, other) =
        (app.book(&buyer, &event, &["A-3"], "manual").await.1, app.book(&buyer, &event, &["A-4"], "manual").await.1);
    let cancel = |booking: &Value| format!("/api/bookings/{}/cancel", booking["id"].as_str().unwrap());
    let pay = |booking: &Value| format!("/api/invoices/{}/pay", booking["invoice"]["number"].as_str().unwrap());
    let seats = format!("/api/events/{event}/seats");
    let price = json!({"amount": 5_000_000, "currency": "IDR"});
    let row = |row: &str| json!({"section": "REGULAR", "rows": format!("{row}:1-2"), "price": price});
    let film = |title: &str| json!({"title": title, "genres": ["Drama"], "duration_minutes": 90});
    let concert =
        |title: &str| json!({"title": title, "kind": "CONCERT", "venue": "Hall", "starts_at": "2030-01-01T12:00:00Z"});
    let person = |name: &str| json!({"email": "key@karcis.test", "password": "correct horse", "name": name});
    let none = json!({});
    let cases = [
        (&organiser, "/api/events".to_owned(), concert("One"), "/api/events".to_owned(), concert("Two")),
        (&organiser, "/api/movies".to_owned(), film("One"), "/api/movies".to_owned(), film("Two")),
        (&organiser, seats.clone(), row("B"), seats, row("C")),
        (&buyer, "/api/register".to_owned(), person("One"), "/api/register".to_owned(), person("Two")),
        (&buyer, pay(&unpaid), none.clone(), pay(&other), none.clone()),
        (&buyer, cancel(&one), none.clone(), cancel(&two), none),
    ];
    for (number, (user, path, body, other_path, other_body)) in cases.iter().enumerate() {
        let key = format!("key-{number}");
        let headers = [("idempotency-key", key.as_str())];
        let (status, _, first) = app.ask_with(Method::POST, path, user, &headers, Some(body)).await;
        assert!(status < 300, "{path}: {first}");
        let (again, _, second) = app.ask_with(Method::POST, path, user, &headers, Some(body)).await;
        assert_eq!(again, status, "{path}: {second}");
        for name in ["id", "number", "event_id"] {
            assert_eq!(second.get(name), first.get(name), "{path}");
        }
        let (status, _, problem) = app.ask_with(Method::POST, other_path, user, &headers, Some(other_body)).await;
        assert_eq!((status, &problem["code"]), (422, &json!("idempotency_key_reused")), "{other_path}: {problem}");
    }
    // Nothing was done for the refused requests.
    assert_eq!(app.booking_in("CONFIRMED", &buyer, &two).await["status"], "CONFIRMED");
    assert_eq!(app.booking_in("AWAITING_PAYMENT", &buyer, &other).await["status"], "AWAITING_PAYMENT");
    assert_eq!(app.get(&format!("/api/events/{event}"), &organiser).await.1["sections"][0]["seats"], 6);
}
