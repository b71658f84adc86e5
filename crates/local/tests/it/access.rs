//! Access to other people's things. Every route behind the authorizer says here whom it refuses.

use crate::app::{App, User, eventually};
use crate::shape::template;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use template::RouteSpec;

/// What a stranger gets from a route that is called with somebody else's ids.
#[derive(Clone, Copy)]
enum Guard {
    /// It belongs to somebody: everybody else gets 403 or 404, whatever their role.
    Theirs,
    /// It is about the caller's own things only: it answers this status, and shows nothing of anybody else.
    Own(u16),
    /// The same answer for everybody who is signed in.
    Common,
    /// For every organiser: it is not about one organiser's own things.
    Organisers,
    /// For admins.
    Admins,
    /// For services.
    Services,
}

/// Every route behind the authorizer. Owners call theirs last, in this order: routes that change or delete what the
/// others need are at the end.
fn guards(a: &Owners) -> Vec<(&'static str, Guard, Value)> {
    use Guard::{Admins, Common, Organisers, Own, Services, Theirs};
    let price = json!({"amount": 6_000_000, "currency": "IDR"});
    let film = json!({"title": "Mine now", "genres": ["War"], "duration_minutes": 95});
    let event = json!({"title": "Mine now", "kind": "CONCERT", "venue": "Here", "starts_at": "2031-01-01T12:00:00Z"});
    let product = json!({"nominal": price, "admin_fee": price});
    let meter = json!({"number": METER, "name": "Mallory", "tariff": "R1", "power_va": 1300});
    let nothing = Value::Null;
    vec![
        ("POST /api/logout", Own(204), nothing.clone()),
        ("POST /api/email/confirmation", Own(200), nothing.clone()),
        ("POST /api/password", Own(204), json!({"old": "correct horse", "new": "battery staple"})),
        ("GET /api/profile", Own(200), nothing.clone()),
        ("PATCH /api/profile", Own(200), json!({"name": "Mallory"})),
        ("DELETE /api/profile", Own(204), nothing.clone()),
        ("GET /api/users", Admins, nothing.clone()),
        ("GET /api/users/{id}", Admins, nothing.clone()),
        ("PATCH /api/users/{id}", Admins, json!({"role": "admin"})),
        ("DELETE /api/users/{id}", Admins, nothing.clone()),
        ("GET /api/movies", Common, nothing.clone()),
        ("GET /api/movies/{id}", Common, nothing.clone()),
        ("POST /api/movies", Organisers, film.clone()),
        ("PUT /api/movies/{id}", Organisers, film),
        ("DELETE /api/movies/{id}", Organisers, nothing.clone()),
        ("POST /api/movies/import", Admins, nothing.clone()),
        ("POST /api/events", Organisers, event.clone()),
        ("POST /api/bookings", Own(409), json!({"event_id": a.event, "seats": ["A-1"]})),
        ("GET /api/bookings", Own(200), nothing.clone()),
        ("GET /api/waiting-list", Own(200), nothing.clone()),
        ("POST /api/events/{id}/seats/{label}/waiting-list", Own(201), nothing.clone()),
        ("DELETE /api/events/{id}/seats/{label}/waiting-list", Own(204), nothing.clone()),
        ("POST /api/invoices", Services, nothing.clone()),
        ("GET /api/invoices", Services, nothing.clone()),
        ("POST /api/invoices/{number}/void", Services, nothing.clone()),
        ("POST /api/invoices/{number}/refund", Services, nothing.clone()),
        ("POST /api/invoices/{number}/refund-by-hand", Admins, nothing.clone()),
        ("GET /api/buyers/{id}", Services, nothing.clone()),
        ("POST /api/organiser-system/holds", Services, nothing.clone()),
        ("POST /api/organiser-system/holds/{booking_id}/confirm", Services, nothing.clone()),
        ("DELETE /api/organiser-system/holds/{booking_id}", Services, nothing.clone()),
        ("POST /api/power-company/orders", Services, nothing.clone()),
        ("GET /api/power-company/orders/{reference}", Services, nothing.clone()),
        ("GET /api/power-company/meters/{number}", Services, nothing.clone()),
        ("GET /api/power/products", Common, nothing.clone()),
        ("POST /api/power/products", Admins, product.clone()),
        ("PUT /api/power/products/{id}", Admins, product),
        ("DELETE /api/power/products/{id}", Admins, nothing.clone()),
        ("GET /api/power/rates", Common, nothing.clone()),
        (
            "PUT /api/power/rates",
            Admins,
            json!({"rates": [{"tariff": "R1", "from_va": 450, "to_va": 5500, "price": price.clone()}]}),
        ),
        ("GET /api/power/meters", Admins, nothing.clone()),
        ("GET /api/power/meters/{number}", Common, nothing.clone()),
        ("POST /api/power/meters", Admins, meter.clone()),
        ("PUT /api/power/meters/{number}", Admins, meter),
        ("DELETE /api/power/meters/{number}", Admins, nothing.clone()),
        ("POST /api/power/purchases", Own(201), json!({"meter_number": METER, "product_id": a.product})),
        ("GET /api/power/purchases", Own(200), nothing.clone()),
        ("GET /api/power/purchases/{id}", Theirs, nothing.clone()),
        ("GET /api/events/{id}/bookings", Theirs, nothing.clone()),
        ("GET /api/events/{id}/draft", Theirs, nothing.clone()),
        ("GET /api/events/{id}/sales", Theirs, nothing.clone()),
        ("GET /api/bookings/{id}", Theirs, nothing.clone()),
        ("GET /api/bookings/{id}/codes", Theirs, nothing.clone()),
        ("GET /api/bookings/{id}/ticket", Theirs, nothing.clone()),
        ("GET /api/invoices/{number}", Theirs, nothing.clone()),
        ("POST /api/invoices/{number}/pay", Theirs, json!({})),
        ("POST /api/bookings/{id}/cancel", Theirs, nothing.clone()),
        ("PUT /api/events/{id}", Theirs, event),
        ("POST /api/events/{id}/hand-over", Theirs, json!({"to": a.organiser.id})),
        ("POST /api/events/{id}/take-over", Theirs, nothing.clone()),
        ("POST /api/events/{id}/seats", Theirs, json!({"section": "VIP", "labels": ["V-1"], "price": price})),
        ("PATCH /api/events/{id}/seats/{label}", Theirs, json!({"price": price})),
        ("DELETE /api/events/{id}/seats/{label}", Theirs, nothing.clone()),
        ("DELETE /api/events/{id}", Theirs, nothing.clone()),
        ("POST /api/events/{id}/cancel", Theirs, nothing),
    ]
}

/// A meter that anybody may buy for.
const METER: &str = "14000000001";

/// The owners: a buyer with a paid and an unpaid booking, a place in a line and a power token, and an organiser.
struct Owners {
    buyer: User,
    organiser: User,
    event: String,
    movie: String,
    paid: Value,
    unpaid: Value,
    product: String,
    purchase: String,
}

impl Owners {
    async fn settle(app: &App) -> Self {
        let (buyer, other, organiser) = (app.buyer().await, app.buyer().await, app.user("organiser").await);
        let event = app.event(&organiser, "A:1-5", &json!({})).await;
        let film = json!({"title": "Sinners", "genres": ["Horror"], "duration_minutes": 138});
        let (_, movie) = app.post("/api/movies", &organiser, &film).await;
        let paid = app.confirmed(&buyer, &event, &["A-1"]).await;
        let (_, held) = app.book(&other, &event, &["A-2"], "manual").await;
        assert_eq!(held["status"], "AWAITING_PAYMENT", "{held}");
        let (_, unpaid) = app.book(&buyer, &event, &["A-3"], "manual").await;
        let line = format!("/api/events/{event}/seats/A-2/waiting-list");
        assert_eq!(app.ask(Method::POST, &line, Some(&buyer), None).await.0, 201);
        for (booking, status) in [(&paid, "CONFIRMED"), (&unpaid, "AWAITING_PAYMENT")] {
            app.history_says(&buyer, booking["id"].as_str().unwrap(), status, None).await;
        }
        app.letters_become(&event, "BGGOO").await;
        let ticket = format!("/api/bookings/{}/ticket", paid["id"].as_str().unwrap());
        eventually("there is a ticket", || async { (app.get(&ticket, &buyer).await.0 == 200).then_some(()) }).await;
        let product = app.product(100_000).await;
        let purchase = app.issued(&buyer, METER, &product).await["id"].as_str().unwrap().to_owned();
        let movie = movie["id"].as_str().unwrap().to_owned();
        Self { buyer, organiser, event, movie, paid, unpaid, product, purchase }
    }

    /// The path of a route, filled with the ids of the owners' things.
    fn fill(&self, route: &RouteSpec) -> String {
        let booking = self.paid["id"].as_str().unwrap();
        let of_path = |path: &str| match path.split('/').nth(2).unwrap() {
            "users" | "buyers" => self.buyer.id.clone(),
            "movies" => self.movie.clone(),
            "events" => self.event.clone(),
            "bookings" => booking.to_owned(),
            "power" if path.contains("/products/") => self.product.clone(),
            "power" => self.purchase.clone(),
            other => unreachable!("whose is {other}?"),
        };
        let invoice = if route.path.ends_with("/pay") { &self.unpaid } else { &self.paid };
        let label = if route.path.ends_with("/waiting-list") { "A-2" } else { "A-4" };
        let mut path = route.path.clone();
        if path.contains("{id}") {
            path = path.replace("{id}", &of_path(&path));
        }
        let invoice = invoice["invoice"]["number"].as_str().unwrap();
        path.replace("{number}", if path.contains("/meters/") { METER } else { invoice })
            .replace("{reference}", &self.purchase)
            .replace("{booking_id}", booking)
            .replace("{label}", label)
    }

    /// Everything that the owners, and an admin, can read of the owners' things.
    async fn all(&self, app: &App, admin: &User) -> Vec<Value> {
        let (paid, unpaid) = (self.paid["id"].as_str().unwrap(), self.unpaid["id"].as_str().unwrap());
        let (event, id) = (&self.event, &self.buyer.id);
        let mut seen = Vec::new();
        for (user, path) in [
            (&self.buyer, "/api/profile".to_owned()),
            (&self.buyer, "/api/bookings".to_owned()),
            (&self.buyer, format!("/api/bookings/{paid}")),
            (&self.buyer, format!("/api/bookings/{unpaid}")),
            (&self.buyer, format!("/api/invoices/inv-ticketing-{paid}")),
            (&self.buyer, format!("/api/invoices/inv-ticketing-{unpaid}")),
            (&self.buyer, "/api/waiting-list".to_owned()),
            (&self.buyer, "/api/power/purchases".to_owned()),
            (admin, "/api/power/products".to_owned()),
            (admin, "/api/power/meters".to_owned()),
            (&self.organiser, "/api/profile".to_owned()),
            (&self.organiser, format!("/api/movies/{}", self.movie)),
            (&self.organiser, format!("/api/events/{event}")),
            (&self.organiser, format!("/api/events/{event}/layout")),
            (&self.organiser, format!("/api/events/{event}/bookings")),
            (&self.organiser, format!("/api/events/{event}/draft")),
            (&self.organiser, format!("/api/events/{event}/sales")),
            (admin, format!("/api/users/{id}")),
        ] {
            let (status, body) = app.get(&path, user).await;
            assert_eq!(status, 200, "{path}: {body}");
            seen.push(body);
        }
        seen
    }
}

async fn ask(app: &App, route: &RouteSpec, path: &str, user: Option<&User>, body: &Value) -> (u16, Value) {
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    app.ask(method, path, user, Some(body).filter(|body| !body.is_null())).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reaches_what_is_somebody_elses_at_any_route() {
    let app = App::start(&[]).await;
    let (a, admin) = (Owners::settle(&app).await, app.user("admin").await);
    let (table, template) = (guards(&a), template());
    let routes: Vec<_> = template.routes.iter().filter(|route| route.authorized).collect();
    let named = |route: &RouteSpec| format!("{} {}", route.method, route.path);
    let written: BTreeSet<_> = table.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let behind: BTreeSet<_> = routes.iter().map(|route| named(route)).collect();
    assert_eq!(behind, written, "every route behind the authorizer says here whom it refuses");

    let before = a.all(&app, &admin).await;
    let (b, c) = (app.buyer().await, app.user("organiser").await);
    let [paid, unpaid] = [&a.paid, &a.unpaid].map(|booking| booking["id"].as_str().unwrap());
    let people = [&*a.buyer.id, &a.buyer.email, &a.organiser.id, &a.organiser.email];
    let theirs = [&people[..], &[paid, unpaid, &a.purchase]].concat();
    for (name, guard, body) in &table {
        let route = routes.iter().find(|route| named(route) == *name).unwrap();
        let path = a.fill(route);
        assert_eq!(ask(&app, route, &path, None, body).await.0, 401, "{name}");
        let refused: &[&User] = match guard {
            Guard::Theirs | Guard::Admins | Guard::Services => &[&b, &c],
            Guard::Organisers => &[&b],
            Guard::Own(_) | Guard::Common => &[],
        };
        for stranger in refused {
            let (status, problem) = ask(&app, route, &path, Some(stranger), body).await;
            let hidden = status == 403 || (matches!(guard, Guard::Theirs) && status == 404);
            assert!(hidden, "{name}: {status} {problem}");
        }
        let expected = match guard {
            Guard::Own(status) => *status,
            Guard::Common => 200,
            _ => continue,
        };
        // A new user for each route, because some routes delete the caller's account.
        let (status, own) = ask(&app, route, &path, Some(&app.buyer().await), body).await;
        assert_eq!(status, expected, "{name}: {own}");
        assert!(!theirs.iter().any(|mark| own.to_string().contains(mark)), "{name}: {own}");
        if matches!(guard, Guard::Own(200)) && name.starts_with("GET") && !own["items"].is_null() {
            assert_eq!(own["items"], json!([]), "{name}: somebody new has nothing yet");
        }
    }
    assert_eq!(a.all(&app, &admin).await, before);
    for user in [&a.buyer, &a.organiser] {
        let body = json!({"email": user.email, "password": "correct horse"});
        assert_eq!(app.ask(Method::POST, "/api/login", None, Some(&body)).await.0, 200);
    }
    // The owners succeed with the same ids and bodies, so these were not the reason of the refusals.
    for (name, guard, body) in &table {
        let Guard::Theirs = guard else { continue };
        let route = routes.iter().find(|route| named(route) == *name).unwrap();
        let owner = if route.path.starts_with("/api/events") { &a.organiser } else { &a.buyer };
        let (status, answer) = ask(&app, route, &a.fill(route), Some(owner), body).await;
        let passed = status < 300 || (*name == "DELETE /api/events/{id}" && answer["code"] == "has_bookings");
        assert!(passed, "{name}: {status} {answer}");
    }
}
