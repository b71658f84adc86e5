//! Input stays plain text wherever it appears: in reports, mails and headers. An error tells callers (in problems) and
//! us (in logs) no more than necessary.

use crate::app::{App, Organiser, User, eventually};
use crate::shape::template;
use contracts::Code;
use contracts::webhook::Secrets;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::io;
use std::sync::{Arc, Mutex};
use template::STACK;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// A text of one line is refused if it has a control character, or nothing that one can see.
const REFUSED: &[&str] = &["A\u{0}B", "A\u{1b}[31mB", "\u{200b}\u{200b}", "\u{202e}", "\u{2800}", "\u{7}"];

/// Line breaks become blanks in a text of one line, and what changes the direction of text is dropped.
const MADE_HARMLESS: &[(&str, &str)] = &[
    ("A\r\nBcc: victim@example.com", "A Bcc: victim@example.com"),
    ("A\nB", "A B"),
    ("A\u{85}B", "A B"),
    ("A\u{2028}B", "A B"),
    ("A\u{202e}gpj.exe", "Agpj.exe"),
    ("A\u{2066}B", "AB"),
];

/// Valid titles that look like attacks: they must have no effect wherever they appear.
const INERT: &[&str] = &[
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1+1",
    "\"; filename=\"x.html",
    "<img src=x onerror=alert(1)>",
    "../../../etc/passwd",
    "%2e%2e%2f%0d%0aSet-Cookie: a=b",
    "${jndi:ldap://evil.example}",
    "' OR 1=1 --",
    "{{7*7}} %s%n",
];

fn draft(title: &str) -> Value {
    json!({"title": title, "kind": "CONCERT", "venue": "Here", "starts_at": "2030-01-01T12:00:00Z"})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_a_line_and_a_label_is_a_label() {
    let app = App::start(&[]).await;
    let (buyer, organiser) = (app.buyer().await, app.user("organiser").await);
    let event = app.event(&organiser, "A:1-1", &json!({})).await;
    for text in REFUSED {
        let film = json!({"title": text, "genres": ["War"], "duration_minutes": 95});
        let genre = json!({"title": "X", "genres": [text], "duration_minutes": 95});
        let person = json!({"email": "new@karcis.test", "password": "correct horse", "name": text});
        let mut venue = draft("X");
        venue["venue"] = (*text).into();
        for (path, user, body, field) in [
            ("/api/events", &organiser, draft(text), "title"),
            ("/api/events", &organiser, venue, "venue"),
            ("/api/movies", &organiser, film, "title"),
            ("/api/movies", &organiser, genre, "genres"),
            ("/api/register", &buyer, person, "name"),
        ] {
            let (status, problem) = app.post(path, user, &body).await;
            assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{text:?}: {problem}");
        }
        assert_eq!(app.patch("/api/profile", &buyer, &json!({"name": text})).await.0, 422, "{text:?}");
    }
    for (text, kept) in MADE_HARMLESS {
        let film = json!({"title": text, "genres": [text], "duration_minutes": 95});
        assert_eq!(app.post("/api/events", &organiser, &draft(text)).await.1["title"], *kept);
        let movie = app.post("/api/movies", &organiser, &film).await.1;
        assert_eq!((&movie["title"], &movie["genres"][0]), (&json!(kept), &json!(kept)));
        assert_eq!(app.patch("/api/profile", &buyer, &json!({"name": text})).await.1["name"], *kept);
    }
    let price = json!({"amount": 5_000_000, "currency": "IDR"});
    let seats = format!("/api/events/{event}/seats");
    let small = ["a-1", "A_1", "A 1", "A/1", "-1", "=1", "A#1", "Å-1", "Ａ-1", "А-1", "A-1\u{200d}"];
    let harmless: Vec<_> = MADE_HARMLESS.iter().map(|(text, _)| *text).collect();
    for text in REFUSED.iter().chain(&harmless).chain(INERT).chain(&small) {
        for body in [
            json!({"section": "VIP", "labels": [text], "price": price}),
            json!({"section": text, "labels": ["V-1"], "price": price}),
            json!({"section": "VIP", "rows": text, "price": price}),
        ] {
            // A section's name may begin with a hyphen: it never begins a cell of the report.
            if *text == "-1" && body["section"] == "-1" {
                continue;
            }
            let (status, problem) = app.post(&seats, &organiser, &body).await;
            assert_eq!((status, problem["code"].as_str()), (422, Some("invalid")), "{body}: {problem}");
        }
        let (status, problem) = app.post("/api/bookings", &buyer, &json!({"event_id": event, "seats": [text]})).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("invalid")), "{text:?}: {problem}");
    }
    let (_, layout) = app.ask(Method::GET, &format!("/api/events/{event}/layout"), None, None).await;
    assert_eq!(layout["sections"].as_array().map(Vec::len), Some(1), "{layout}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_looks_evil_does_nothing_in_reports_mails_and_headers() {
    let app = App::start(&[]).await;
    let (buyer, organiser) = (app.buyer().await, app.user("organiser").await);
    assert_eq!(app.patch("/api/profile", &buyer, &json!({"name": "<b>\"Siti\"</b> & Co"})).await.0, 200);
    for title in INERT {
        let event = app.event(&organiser, "A:1-1", &json!({"title": title})).await;
        let path = format!("/api/events/{event}/sales");
        let (_, headers, csv) = app.ask_with(Method::GET, &path, &organiser, &[("accept", "text/csv")], None).await;
        let disposition = headers["content-disposition"].to_str().unwrap();
        assert_eq!(disposition, format!("attachment; filename=\"sales-{event}.csv\""));
        let csv = csv.as_str().unwrap();
        let cell = csv.split("event;title;").nth(1).unwrap().trim_start_matches('"');
        assert!(!cell.starts_with(['=', '+', '-', '@', '＝']), "{csv}");
        let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
        // The subject has the title unchanged, on one line. The HTML has name and title as escaped text.
        let mail = app.mail(&buyer, &format!("Tiket Anda: {title}")).await;
        assert_eq!(mail["subject"], format!("Tiket Anda: {title}"));
        let html = mail["html"].as_str().unwrap();
        assert!(html.contains("&#60;b&#62;&#34;Siti&#34;&#60;/b&#62; &#38; Co") && !html.contains("<img"), "{html}");
        // The ticket's link redirects to the bucket, and no header contains the title.
        let text = mail["text"].as_str().unwrap();
        let link = text.split("(PDF): ").nth(1).unwrap().split_whitespace().next().unwrap();
        let quiet = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let sent = eventually("the ticket is there", || async {
            let sent = quiet.get(link).send().await.unwrap();
            (sent.status() == 302).then_some(sent)
        })
        .await;
        let location = sent.headers()["location"].to_str().unwrap();
        let id = booking["id"].as_str().unwrap();
        assert!(location.starts_with(&app.cloud.aws_url) && location.contains(&format!("/tickets/{id}.pdf?")));
        let opened = app.client.get(location).send().await.unwrap();
        assert_eq!(opened.headers()["content-disposition"], format!("inline; filename=\"karcis-{id}.pdf\""));
        for response in [sent, opened] {
            assert!(response.headers().get("set-cookie").is_none());
        }
    }
    for code in ["..%2F..%2Fx", "%0d%0aSet-Cookie:%20a=b", "%00", "%2F%2Fevil.example", "x.y", "%F0%9F%8E%B8.%27"] {
        let response = app.client.get(format!("{}/api/tickets/{code}", app.cloud.url)).send().await.unwrap();
        let headers = response.headers();
        let clean = headers.get("location").is_none() && headers.get("set-cookie").is_none();
        assert!(response.status() == 404 && clean, "{code}: {response:?}");
    }
}

/// Checks that a refusal follows the contract, in Karcis's own words; answers its status, or nothing for a success.
async fn checked(what: &str, response: Response) -> Option<u16> {
    let status = response.status().as_u16();
    if status < 400 {
        return None;
    }
    // What answers HEAD is the same code, without the body.
    if what.starts_with("HEAD ") {
        return Some(status);
    }
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    let text = response.text().await.unwrap();
    let body: Value = serde_json::from_str(&text).unwrap();
    let members: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    if members == ["message"] {
        // The gateway's own answer.
        let words = ["Unauthorized", "Forbidden", "Not Found", "Bad Request"];
        assert!(kind == "application/json" && words.contains(&body["message"].as_str().unwrap()), "{what}: {text}");
        return Some(status);
    }
    assert_eq!(kind, "application/problem+json", "{what}: {text}");
    let code = Code::ALL.iter().find(|code| code.code() == body["code"]).unwrap();
    let expected = json!({"type": format!("urn:karcis:problem:{}", code.code()), "title": code.title(),
        "status": status, "code": code.code(), "retryable": code.retryable()});
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(body[member], *value, "{what}: {text}");
    }
    let own = ["detail", "field", "seats", "booking_id", "movie_id", "max_seats_per_user"];
    assert!(members.iter().all(|m| expected.get(m).is_some() || own.contains(m)), "{what}: {text}");
    assert_eq!(status, code.status(), "{what}");
    let foreign = [
        "zxqv",
        "karcis-",
        "PK",
        "dynamo",
        "Dynamo",
        "serde",
        "::",
        "panick",
        ".rs",
        "/src",
        "column",
        "SELECT",
        "sqlite",
        "Conditional",
        "127.0.0.1",
        "invalid type",
        "missing field",
        "expected",
        "unwrap",
        "stack",
        "<script",
    ];
    assert!(!foreign.iter().any(|word| text.contains(word)), "{what}: {text}");
    Some(status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_problem_is_told_in_our_words_at_every_route() {
    let app = App::start(&[]).await;
    let (buyer, admin) = (app.buyer().await, app.user("admin").await);
    // Left out: routes that end the account or the session, and those that answer in TMDB's format or need TMDB.
    let left_out = ["/api/logout", "/api/password", "/api/profile", "/api/movies/import"];
    let operations = api::operations();
    let mut refused = 0;
    let asked = |path: &str| !left_out.contains(&path) && !path.starts_with("/api/tmdb");
    for route in template().routes.iter().filter(|route| asked(&route.path)) {
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let example =
            operations.iter().map(|one| &one.operation).find(|o| (o.method, o.path) == (&route.method, &route.path));
        let example = example.and_then(|operation| operation.example.clone()).unwrap_or(json!({}));
        let mut bodies = vec!["{\"zxqv".to_owned(), "[\"zxqv\"]".into(), "{\"zxqv<script>\": 1}".into()];
        for field in example.as_object().unwrap().keys() {
            for wrong in [json!("zxqv' OR 1=1"), json!({"zxqv<>": []}), json!(-1), json!(1e300)] {
                let mut body = example.clone();
                body[field] = wrong;
                bodies.push(body.to_string());
            }
        }
        let ids = ["zxqv", "..%2f..%2fzxqv", "%00zxqv", "01a1fc00-0000-7000-8000-00000000dead", "zxqv%27%20OR%201=1"];
        for (nth, id) in ids.into_iter().enumerate() {
            // All bodies are tried with the first id only, and the other ids with one body each.
            let bodies = if nth == 0 { &bodies[..] } else { &bodies[..1] };
            let mut path = route.path.clone();
            for part in ["{id}", "{label}", "{number}", "{code}", "{booking_id}", "{list}"] {
                path = path.replace(part, id);
            }
            for user in [None, Some(&buyer), Some(&admin)] {
                for body in bodies {
                    let query =
                        if method == Method::GET { "?limit=zxqv&cursor=zxqv&from=zxqv&status=zxqv" } else { "" };
                    let request = app.client.request(method.clone(), format!("{}{path}{query}", app.cloud.url));
                    let request = request.header("content-type", "application/json").body(body.clone());
                    let request = request.header("if-match", "\"zxqv\"").header("webhook-id", "zxqv");
                    let request = user.into_iter().fold(request, |request, user| request.bearer_auth(&user.token));
                    let what = format!("{method} {path}{query} {body}");
                    refused += usize::from(checked(&what, request.send().await.unwrap()).await.is_some());
                }
            }
            if path == route.path {
                break;
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_inside_is_not_told_outside() {
    let app = App::start(&[]).await;
    let (buyer, organiser) = (app.buyer().await, app.user("organiser").await);
    let event = app.event(&organiser, "A:1-3", &json!({})).await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let id = booking["id"].as_str().unwrap();
    let get = async |path: String| {
        app.client.get(format!("{}{path}", app.cloud.url)).bearer_auth(&buyer.token).send().await.unwrap()
    };
    // The tables hold values that the services cannot read.
    app.set("ticketing", &format!("BOOKING#{id}"), "BOOKING", "status", json!({"S": "zxqv"}));
    app.set("payments", &format!("INVOICE#inv-ticketing-{id}"), "INVOICE", "status", json!({"S": "zxqv"}));
    app.set("accounts", &format!("USER#{}", buyer.id), "USER", "role", json!({"S": "zxqv"}));
    for path in [format!("/api/bookings/{id}"), format!("/api/invoices/inv-ticketing-{id}"), "/api/profile".into()] {
        assert_eq!(checked(&path, get(path.clone()).await).await, Some(500), "{path}");
    }
    // An organiser's system is broken.
    let broken = Organiser::start(500).await;
    let event = app.event(&organiser, "A:1-3", &json!({"organiser_url": broken.url})).await;
    let request = app.client.post(format!("{}/api/bookings", app.cloud.url)).bearer_auth(&buyer.token);
    let response = request.json(&json!({"event_id": event, "seats": ["A-1"]})).send().await.unwrap();
    assert_eq!(checked("a broken organiser", response).await, Some(502));
}

/// Collects the log of all functions.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn token_of(mail: &Value) -> String {
    let text = mail["text"].as_str().unwrap();
    text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

/// What the story below writes into the log.
const LOGGED: &[&str] = &[
    "POST /api/login",
    "bad_credentials",
    "bad_signature",
    "organiser's system did not answer",
    "the message failed",
    "an event that is not over has lost its organiser",
];

/// Erases the account of an organiser, as if in the second in which they made an event.
async fn lose_organiser(app: &App, organiser: &User) {
    let news = json!({"type": "user.deleted", "user_id": organiser.id}).to_string();
    app.cloud.engines.sqs.send(&format!("{STACK}-forget-buyer"), &news).await.unwrap();
}

/// Plays a whole story: the log says what happened, but not to whom.
///
/// Other tests of this process may write into the log too. The values that it must not hold occur in this test only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_holds_nothing_personal_and_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let lines = lambda::log_lines(move || writer.clone()).with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(lines).init();

    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-4", &json!({})).await;
    let (email, name, phone) = ("rahasia-log@karcis.test", "Rahasia Binti Log", "+6281999777555");
    let (first, second, wrong) = ("sandi-pertama-log", "sandi-kedua-log", "sandi-salah-log");
    let post = async |path: &str, body: &Value| app.ask(Method::POST, path, None, Some(body)).await;
    let person = json!({"email": email, "password": first, "name": name, "phone": phone});
    let (status, user) = post("/api/register", &person).await;
    assert_eq!(status, 201, "{user}");
    assert_eq!(post("/api/register", &json!({"email": email, "password": wrong, "name": name})).await.0, 409);
    assert_eq!(post("/api/login", &json!({"email": email, "password": wrong})).await.0, 401);
    let (_, signed_in) = post("/api/login", &json!({"email": email, "password": first})).await;
    let token = signed_in["access_token"].as_str().unwrap().to_owned();
    let mut buyer = User { id: user["id"].as_str().unwrap().to_owned(), email: email.into(), token: token.clone() };
    let confirm = token_of(&app.mail(&buyer, "Konfirmasi").await);
    assert_eq!(post("/api/email/confirm", &json!({"token": confirm})).await.0, 204);
    assert_eq!(post("/api/password/reset", &json!({"email": email})).await.0, 204);
    let reset = token_of(&app.mail(&buyer, "Kata sandi baru").await);
    let path = "/api/password/reset/confirm";
    assert_eq!(post(path, &json!({"token": reset, "new": "short"})).await.0, 422);
    assert_eq!(post(path, &json!({"token": reset, "new": second})).await.0, 204);
    assert_eq!(post(path, &json!({"token": reset, "new": second})).await.0, 400);
    let (_, signed_in) = post("/api/login", &json!({"email": email, "password": second})).await;
    buyer.token = signed_in["access_token"].as_str().unwrap().to_owned();
    // Refused input is not logged.
    for body in [format!("{{\"email\":\"{email}\",\"password\":\"{wrong}"), json!({email: name, wrong: 1}).to_string()]
    {
        let login = app.client.post(format!("{}/api/login?email={email}&password={wrong}", app.cloud.url));
        assert!(
            login.header("content-type", "application/json").body(body).send().await.unwrap().status().as_u16() >= 400
        );
    }
    assert_eq!(app.get(&format!("/api/users/{email}?name={wrong}"), &buyer).await.0, 403);

    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    let (_, manual) = app.book(&buyer, &event, &["A-2"], "manual").await;
    app.pay(&buyer, &manual).await;
    app.booking_in("CONFIRMED", &buyer, &manual).await;
    let (_, lapsed) = app.book(&buyer, &event, &["A-3"], "manual").await;
    let mail = app.mail(&buyer, "Tiket Anda").await;
    let link = mail["text"].as_str().unwrap().split("(PDF): ").nth(1).unwrap().split_whitespace().next().unwrap();
    eventually("the ticket is there", || async {
        (app.client.get(link).send().await.unwrap().status() == 200).then_some(())
    })
    .await;
    let ticket = format!("/api/bookings/{}/ticket", booking["id"].as_str().unwrap());
    let presigned = app.get(&ticket, &buyer).await.1["url"].as_str().unwrap().to_owned();
    app.cancel(&buyer, &booking).await;
    app.booking_in("REFUNDED", &buyer, &booking).await;
    let broken = Organiser::start(500).await;
    let refused = app.event(&organiser, "A:1-1", &json!({"organiser_url": format!("{}/rahasia", broken.url)})).await;
    assert_eq!(app.book(&buyer, &refused, &["A-1"], "auto").await.0, 502);
    // A webhook with a wrong signature, one with a right signature but a wrong body, and unreadable messages and items.
    let secret = &app.cloud.keys["webhook_secret_ticketing"];
    let news = json!({"type": "invoice.paid", "data": {"name": name, "email": email}}).to_string();
    let now = contracts::World::now(&contracts::SystemWorld).seconds();
    let signature = Secrets::parse(secret).unwrap().sign("m", now, news.as_bytes());
    for (id, expected) in [("n", 401), ("m", 422)] {
        let request = app.client.post(format!("{}/api/webhooks/payment", app.cloud.url)).body(news.clone());
        let request = request.header("webhook-id", id).header("webhook-timestamp", now.to_string());
        let request = request.header("webhook-signature", &signature).header("content-type", "application/json");
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected);
    }
    for queue in ["notify", "record-history"] {
        let poison = json!({"status": name, "user_name": name, "email": email}).to_string();
        app.cloud.engines.sqs.send(&format!("{STACK}-{queue}"), &poison).await.unwrap();
    }
    let id = lapsed["id"].as_str().unwrap();
    app.set("ticketing", &format!("BOOKING#{id}"), "BOOKING", "user_name", json!({"L": [{"S": name}]}));
    app.set("ticketing", &format!("BOOKING#{id}"), "BOOKING", "status", json!({"S": email}));
    assert_eq!(app.get(&format!("/api/bookings/{id}"), &buyer).await.0, 500);
    assert_eq!(app.ask(Method::POST, "/api/logout", Some(&buyer), None).await.0, 204);

    lose_organiser(&app, &organiser).await;

    // All of this was logged.
    for heard in LOGGED {
        eventually(&format!("the log says {heard}"), || async { log.text().contains(heard).then_some(()) }).await;
    }
    let text = log.text();
    let after = |whole: &str, mark: &str| whole.rsplit(mark).next().unwrap().to_owned();
    let hash = "$2b$".to_owned();
    let mut secrets = [email, "rahasia-log", name, &phone[1..], first, second, wrong].map(str::to_owned).to_vec();
    secrets.extend([token.clone(), after(&token, "."), buyer.token.clone(), after(&buyer.token, "."), confirm, reset]);
    secrets.extend([
        after(link, "/"),
        after(link, "."),
        after(&presigned, "X-Amz-Signature="),
        after(&signature, "v1,"),
    ]);
    secrets.extend([hash, after(secret, "whsec_"), "rahasia\"".into()]);
    // The stack's keys, without their names and public halves.
    let keys = app.cloud.keys.iter().filter(|(key, _)| *key != "trusted_keys");
    secrets.extend(keys.map(|(_, value)| after(value, ":")));
    for secret in secrets {
        let told = text.lines().find(|one| one.contains(&secret));
        assert!(secret.len() > 3 && told.is_none(), "{secret}: {told:?}");
    }
}
