//! People and clients as they are: what they type, leave empty, paste, and send in another form with the same meaning.
//! Each kind is a table: the next case is a line.

use crate::app::{App, answer};
use crate::bad_input::with_parts;
use api::Described;
use lambda::describe::Whom;
use reqwest::Method;
use serde_json::{Value, json};

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
