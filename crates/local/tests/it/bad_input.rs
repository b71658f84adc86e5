//! Bad input at every endpoint: it is refused, in the order of the API's contract, and changes nothing.

use crate::app::{App, answer, eventually};
use crate::shape::template;
use api::Described;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use catalogue::adapters::MIGRATIONS;
use contracts::keys::SigningKey;
use contracts::token::Signer;
use contracts::webhook::Secrets;
use contracts::{Caller, Locale, Role, SystemWorld, UserId, World};
use lambda::describe::{Presence, Whom};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use template::{RouteSpec, STACK};
use uuid::Uuid;

/// An id that nothing has.
const NOBODY: &str = "01a1fc00-0000-7000-8000-00000000dead";

fn filled(route: &RouteSpec) -> String {
    with_parts(&route.path)
}

pub fn with_parts(path: &str) -> String {
    path.replace("{number}", &format!("inv-ticketing-{NOBODY}"))
        .replace("{id}", NOBODY)
        .replace("{booking_id}", NOBODY)
        .replace("{label}", "A-1")
        .replace("{code}", "x")
}

fn caller() -> Caller {
    let id = UserId::new(Uuid::try_parse(NOBODY).unwrap());
    Caller {
        id,
        role: Role::Admin,
        name: "Mallory".into(),
        name_version: 0,
        email: "mallory@example.com".into(),
        email_confirmed: true,
        locale: Locale::En,
    }
}

async fn with_token(app: &App, route: &RouteSpec, token: &str) -> (u16, Value) {
    let url = format!("{}{}", app.cloud.url, filled(route));
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    answer(app.client.request(method, url).header("authorization", token).json(&json!({})).send().await.unwrap()).await
}

/// The number of items in each table.
pub fn items(app: &App) -> Vec<usize> {
    ["accounts", "catalogue", "ticketing", "payments", "power"]
        .map(|table| app.cloud.engines.dynamodb.count(&format!("karcis-{table}")).unwrap())
        .to_vec()
}

/// As [`items`], once the effects of this many new users and events are there: the users' mails, and the catalogue's
/// items about the events, besides its notes about migrations.
async fn settled(app: &App, users: usize, events: usize) -> Vec<usize> {
    eventually("all is settled", || async {
        let mailed = app.cloud.engines.ses.mails(None).len() == users;
        (mailed && items(app)[1] == events + MIGRATIONS.len()).then(|| items(app))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_good_token_no_route_opens() {
    let app = App::start(&[]).await;
    let buyer = app.buyer().await;
    let before = settled(&app, 1, 0).await;
    let (login, ticketing) = (app.signer("login"), app.signer("ticketing"));
    let now = SystemWorld.now();
    let parts: Vec<_> = buyer.token.split('.').collect();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT","kid":"login-1"}"#);
    let stranger = SigningKey::parse(&SigningKey::generate("login-1").unwrap()).unwrap();
    let stranger = Signer::new(STACK, stranger);
    let minute = Duration::from_mins(1);
    let forged = [
        ("nonsense", "x".to_owned()),
        ("another scheme", format!("Basic {}", buyer.token)),
        ("a wrong key", format!("Bearer {}", stranger.for_user(&caller(), 0, now, minute).unwrap())),
        ("a service's key", format!("Bearer {}", ticketing.for_user(&caller(), 0, now, minute).unwrap())),
        ("expired", format!("Bearer {}", login.for_user(&caller(), 0, now - minute, minute).unwrap())),
        ("alg none", format!("Bearer {none}.{}.", parts[1])),
        ("a wrong audience", {
            let name = "ticketing".parse().unwrap();
            format!("Bearer {}", ticketing.for_service(&name, "accounts", now).unwrap())
        }),
    ];
    for route in template().routes.iter().filter(|route| route.authorized) {
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let without = app.ask(method, &filled(route), None, Some(&json!({}))).await;
        assert_eq!(without, (401, json!({"message": "Unauthorized"})), "{route:?}");
        for (what, token) in &forged {
            assert_eq!(
                with_token(&app, route, token).await,
                (403, json!({"message": "Forbidden"})),
                "{what}: {route:?}"
            );
        }
    }
    assert_eq!(items(&app), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_and_services_stay_on_their_own_routes() {
    let app = App::start(&[]).await;
    let buyer = app.buyer().await;
    let ticketing = app.signer("ticketing");
    let name = "ticketing".parse().unwrap();
    let operations = api::operations();
    let whom = |function: &str| {
        let one = operations.iter().find(|one| one.function == function);
        // A function without a description here is a simulator, and only services call simulators.
        one.map_or(Whom::Services, |one| one.operation.whom)
    };
    let template = template();
    for route in template.routes.iter().filter(|route| route.authorized) {
        let function = template.functions.iter().find(|f| f.name == route.function).unwrap();
        let tokens = if whom(&function.package) == Whom::Services {
            vec![buyer.token.clone()]
        } else {
            let to = |audience| ticketing.for_service(&name, audience, SystemWorld.now()).unwrap();
            vec![to("payments"), to("organiser-system")]
        };
        for token in tokens {
            let (status, problem) = with_token(&app, route, &format!("Bearer {token}")).await;
            assert_eq!((status, problem["code"].as_str()), (403, Some("forbidden")), "{route:?}");
        }
    }
    // One role does not open the routes of another.
    for operation in operations.iter().map(|one| &one.operation) {
        let Whom::Roles(allowed) = operation.whom else { continue };
        let route =
            template.routes.iter().find(|r| (&*r.method, &*r.path) == (operation.method, operation.path)).unwrap();
        for (name, role) in [("buyer", Role::Buyer), ("organiser", Role::Organiser), ("steward", Role::Steward)] {
            if !allowed.contains(&role) {
                let user = app.user(name).await;
                let (status, problem) = with_token(&app, route, &format!("Bearer {}", user.token)).await;
                assert_eq!((status, problem["code"].as_str()), (403, Some("forbidden")), "{name}: {route:?}");
            }
        }
    }
    // A token for one service does not open another.
    let to_organiser = ticketing.for_service(&name, "organiser-system", SystemWorld.now()).unwrap();
    let invoices = template.routes.iter().find(|route| route.path == "/api/invoices").unwrap();
    assert_eq!(with_token(&app, invoices, &format!("Bearer {to_organiser}")).await.0, 403);
}

/// Every route with a body, from the API's description: a wrong body is refused in the contract's order, and changes
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_body_is_checked_for_size_then_json_then_fields() {
    let app = App::start(&[]).await;
    let admin = app.user("admin").await;
    let before = settled(&app, 1, 0).await;
    let service = &"ticketing".parse().unwrap();
    let service = app.signer("ticketing").for_service(service, "payments", SystemWorld.now()).unwrap();
    let operations = api::operations();
    for Described { function, operation } in operations.iter().filter(|one| one.operation.whom != Whom::Signed) {
        let (Some(schema), Some(example)) = (&operation.body, &operation.example) else { continue };
        let token = if operation.whom == Whom::Services { &service } else { &admin.token };
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let url = format!("{}{}", app.cloud.url, with_parts(operation.path));
        let refused = async |body: String, status: u16, code: &str| {
            let mut request = app.client.request(method.clone(), &url).header("content-type", "application/json");
            if operation.whom != Whom::Everybody {
                request = request.bearer_auth(token);
            }
            let (given, problem) = answer(request.body(body.clone()).send().await.unwrap()).await;
            let shown: String = body.chars().take(100).collect();
            assert_eq!((given, problem["code"].as_str()), (status, Some(code)), "{function} {shown}");
            problem
        };
        let whole = example.to_string();
        let open = whole.strip_suffix('}').unwrap();
        refused(format!("{open},\"x\":\"{}\"}}", "x".repeat(65_536)), 413, "too_large").await;
        if operation.body_presence == Presence::Required {
            refused(String::new(), 400, "malformed_json").await;
        }
        refused(open.to_owned(), 400, "malformed_json").await;
        refused("\u{0}".into(), 400, "malformed_json").await;
        let unknown = refused(format!("{open},\"<script>\":1}}"), 422, "invalid").await;
        assert!(!unknown.to_string().contains("script"), "{unknown}");
        for wrong in ["[]", "null", "7"] {
            refused(wrong.into(), 422, "invalid").await;
        }
        if schema.get("required").is_some() {
            refused("{}".into(), 422, "invalid").await;
        }
    }
    assert_eq!(items(&app), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_asks_for_seats_that_make_sense() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-30").await;
    let before = settled(&app, 2, 1).await;
    let many: Vec<_> = (1..=21).map(|n| format!("A-{n}")).collect();
    let cases = [
        (json!({"event_id": event, "seats": []}), 422, "invalid"),
        (json!({"event_id": event, "seats": ["A-1", "A-1"]}), 422, "invalid"),
        (json!({"event_id": event, "seats": many}), 422, "too_many_seats"),
        (json!({"event_id": event, "seats": ["a-1"]}), 422, "invalid"),
        (json!({"event_id": event, "seats": ["A-1#B"]}), 422, "invalid"),
        (json!({"event_id": event, "seats": "A-1"}), 422, "invalid"),
        (json!({"event_id": "1", "seats": ["A-1"]}), 422, "invalid"),
        (json!({"event_id": event, "seats": ["A-1"], "payment": "later"}), 422, "invalid"),
        (json!({"event_id": event, "seats": ["A-1"], "movie_id": NOBODY}), 422, "invalid"),
        (json!({"event_id": NOBODY, "seats": ["A-1"]}), 404, "not_found"),
        (json!({"event_id": event, "seats": ["A-1", "Z-9"]}), 404, "not_found"),
    ];
    for (body, status, code) in cases {
        let (given, problem) = app.post("/api/bookings", &buyer, &body).await;
        assert_eq!((given, problem["code"].as_str()), (status, Some(code)), "{body}");
    }
    let long = "k".repeat(256);
    for key in [long.as_str(), ""] {
        let request = app.client.post(format!("{}/api/bookings", app.cloud.url)).bearer_auth(&buyer.token);
        let body = json!({"event_id": event, "seats": ["A-1"]});
        let (status, problem) = answer(request.header("idempotency-key", key).json(&body).send().await.unwrap()).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("Idempotency-Key")));
    }
    assert_eq!(items(&app), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_yours_or_not_there_is_not_found() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "auto").await;
    let id = booking["id"].as_str().unwrap();
    app.booking_in("CONFIRMED", &buyer, &booking).await;
    let stranger = app.buyer().await;
    let paths = [
        format!("/api/bookings/{id}"),
        format!("/api/bookings/{id}/ticket"),
        format!("/api/bookings/{NOBODY}"),
        "/api/bookings/1".into(),
        format!("/api/bookings/{}", id.to_uppercase()),
        format!("/api/invoices/{}", booking["invoice"]["number"].as_str().unwrap()),
        "/api/invoices/1".into(),
        format!("/api/events/{NOBODY}"),
        format!("/api/events/{NOBODY}/seats"),
        format!("/api/events/{NOBODY}/seats?view=compact"),
        format!("/api/events/{NOBODY}/layout"),
        "/api/events/..%2Fevents".into(),
    ];
    for path in paths {
        let (status, problem) = app.get(&path, &stranger).await;
        assert_eq!((status, problem["code"].as_str()), (404, Some("not_found")), "{path}");
    }
    // A route that the template does not have, and a method that a route does not have.
    assert_eq!(app.get("/api/nothing", &stranger).await, (404, json!({"message": "Not Found"})));
    let wrong_method = app.ask(Method::DELETE, "/api/bookings", Some(&stranger), None).await;
    assert_eq!(wrong_method, (404, json!({"message": "Not Found"})));
    for path in ["/api/events?limit=0", "/api/events?from=soon", "/api/events?movie_id=1", "/api/bookings?limit=x"] {
        let (status, problem) = app.get(path, &stranger).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("invalid")), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_is_not_payments_own_changes_nothing() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let invoice = json!({"number": booking["invoice"]["number"], "status": "PAID", "client": "ticketing",
        "reference": booking["id"], "payment_url": "https://karcis.test"});
    let body = json!({"type": "invoice.paid", "data": invoice}).to_string();
    let ours = Secrets::parse(&app.cloud.keys["webhook_secret_ticketing"]).unwrap();
    let theirs = Secrets::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let now = SystemWorld.now().seconds();
    let deliver = async |id: &str, at: i64, signature: String, body: &str| {
        let request = app.client.post(format!("{}/api/webhooks/payment", app.cloud.url)).body(body.to_owned());
        let headers =
            [("webhook-id", id.to_owned()), ("webhook-timestamp", at.to_string()), ("webhook-signature", signature)];
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        answer(request.header("content-type", "application/json").send().await.unwrap()).await
    };
    let tampered = body.replace("PAID", "PAID ");
    for (what, (status, problem)) in [
        ("unsigned", deliver("m", now, String::new(), &body).await),
        ("another's secret", deliver("m", now, theirs.sign("m", now, body.as_bytes()), &body).await),
        ("stale", deliver("m", now - 301, ours.sign("m", now - 301, body.as_bytes()), &body).await),
        ("tampered", deliver("m", now, ours.sign("m", now, body.as_bytes()), &tampered).await),
        ("another id", deliver("n", now, ours.sign("m", now, body.as_bytes()), &body).await),
    ] {
        assert_eq!((status, problem["code"].as_str()), (401, Some("bad_signature")), "{what}");
    }
    let (_, still) = app.get(&format!("/api/bookings/{}", booking["id"].as_str().unwrap()), &buyer).await;
    assert_eq!(still["status"], "AWAITING_PAYMENT");
    // The genuine webhook is delivered twice, and takes effect once.
    for _ in 0..2 {
        let (status, _) = deliver("m", now, ours.sign("m", now, body.as_bytes()), &body).await;
        assert_eq!(status, 204);
    }
    eventually("it is confirmed", || async {
        let (_, booking) = app.get(&format!("/api/bookings/{}", booking["id"].as_str().unwrap()), &buyer).await;
        (booking["status"] == "CONFIRMED").then_some(())
    })
    .await;
}
