//! What people type, leave empty and paste.

use crate::app::App;
use crate::bad_input::with_parts;
use crate::people::registered;
use api::Described;
use lambda::describe::Whom;
use reqwest::Method;
use serde_json::{Value, json};

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
    // Events are found by where they are, too.
    let there = json!({"title": "Malam", "venue": "Gedung Kesenian", "city": "Bandung"});
    app.event(&organiser, "A:1-1", &there).await;
    for (typed, found) in [("gedung", 1), ("BANDUNG", 1), ("malam", 1), ("a", 2), ("gedung%20bandung", 0)] {
        let page = app.get(&format!("/api/events?q={typed}"), &organiser).await.1;
        assert_eq!(page["items"].as_array().map(Vec::len), Some(found), "{typed}: {page}");
    }
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
