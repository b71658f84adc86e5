//! Contract suites of the ports whose adapters call another service. Each adapter runs against the functions that
//! answer it. The suites of all other ports are in their crates, in `tests/contracts.rs`.

use crate::app::{App, User};
use accounts::adapters::HttpTicketing;
use accounts::ports::Ticketing;
use catalogue::adapters::HttpTmdb;
use catalogue::ports::Tmdb;
use contracts::webhook::{InvoiceEvent, Secrets};
use contracts::{
    CreateInvoice, Invoice, InvoiceNumber, InvoiceStatus, LiveTopic, Money, MovieId, PurchaseId, Service, SystemWorld,
    UserId, World,
};
use engines::Outgoing;
use futures::future::join_all;
use lambda::Env;
use live::adapters::{ApiGatewayConnections, HttpOwnThings};
use live::ports::{Connections, OwnThings, Pushed, Read};
use payments::adapters::{HttpWebhooks, Target};
use payments::ports::Webhooks;
use power::adapters::HttpPowerCompany;
use power::domain::{MeterQuery, Order};
use power::ports::{Answer, Inquiry, PowerCompany};
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use ticketing::adapters::{HttpCatalogue, HttpOrganiserSystem};
use ticketing::domain::Booking;
use ticketing::ports::{Catalogue, OrganiserAnswer, OrganiserSystem};
use uuid::Uuid;
use wire::{Http, HttpPayments, ServiceTokens};

fn http() -> Http {
    Http::new().unwrap()
}

fn tokens(app: &App, service: &'static str) -> Arc<ServiceTokens> {
    Arc::new(ServiceTokens::new(service, app.signer(service), Arc::new(SystemWorld)))
}

/// Each of payments' two clients has its own port and adapter. Both adapters use the same `HttpPayments` of `wire`.
macro_rules! payments {
    ($($suite:ident: $port:path, $adapter:path, $client:literal;)+) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $suite() {
            use $port as Payments;
            let app = App::start(&[]).await;
            let payments: &dyn Payments =
                &$adapter(HttpPayments::new(http(), tokens(&app, $client), app.cloud.url.clone()));
            let asked = || CreateInvoice {
                reference: Uuid::now_v7(),
                amount: Money::idr(5_000_000),
                payer: UserId::new(Uuid::now_v7()),
                expires_at: SystemWorld.now() + Duration::from_mins(5),
            };
            let client: Service = $client.parse().unwrap();
            let first = asked();
            let made = join_all((0..4).map(|_| payments.create_invoice(&first))).await;
            let made: Vec<Invoice> = made.into_iter().map(Result::unwrap).collect();
            assert!(made.iter().all(|one| *one == made[0] && one.status == InvoiceStatus::Pending), "{made:?}");
            let dearer = CreateInvoice { amount: Money::idr(6_000_000), ..first.clone() };
            assert!(payments.create_invoice(&dearer).await.is_err(), "one reference, one invoice");
            assert!(payments.refund_invoice(&made[0].number).await.is_err(), "nothing was paid");
            for _ in 0..2 {
                assert_eq!(payments.void_invoice(&made[0].number).await.unwrap().status, InvoiceStatus::Void);
            }
            // The invoice is voided before it is made: a late create must not make it payable.
            let late = asked();
            let number = InvoiceNumber::of(&client, late.reference);
            assert_eq!(payments.void_invoice(&number).await.unwrap().status, InvoiceStatus::Void);
            assert_eq!(payments.create_invoice(&late).await.unwrap().status, InvoiceStatus::Void);
        })+
    };
}

payments! {
    ticketing_has_invoices_made_and_withdrawn: ticketing::ports::Payments, ticketing::adapters::HttpPayments, "ticketing";
    power_has_invoices_made_and_withdrawn: power::ports::Payments, power::adapters::HttpPayments, "power";
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_delivered_once_its_client_took_it() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let number = booking["invoice"]["number"].as_str().unwrap();
    let invoice = app.get(&format!("/api/invoices/{number}"), &buyer).await.1;
    let told = |client: &str, status: &str| {
        let mut invoice = invoice.clone();
        (invoice["client"], invoice["status"]) = (json!(client), json!(status));
        InvoiceEvent::Paid(serde_json::from_value(invoice).unwrap())
    };
    let target = |secret: &str| Target {
        client: "ticketing".parse().unwrap(),
        url: format!("{}/api/webhooks/payment", app.cloud.url),
        secrets: Secrets::parse(secret).unwrap(),
    };
    let to = |target| HttpWebhooks::new(http(), Arc::new(SystemWorld), vec![target]);
    let wrong = to(target("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    assert!(wrong.deliver("m", &told("ticketing", "PAID")).await.is_err(), "it was not taken");
    let right = to(target(&app.cloud.keys["webhook_secret_ticketing"]));
    assert!(right.deliver("m", &told("power", "PAID")).await.is_err(), "nobody knows where that client is");
    for _ in 0..2 {
        right.deliver("m", &told("ticketing", "PAID")).await.unwrap();
    }
    app.booking_in("CONFIRMED", &buyer, &booking).await;
}

/// So much longer than ours an organiser's hold lasts.
const MARGIN: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisers_system_holds_confirms_and_releases_twice_as_once() {
    let now = SystemWorld.now();
    let price = json!({"amount": 5_000_000, "currency": "IDR"});
    let booking: Booking = serde_json::from_value(json!({
        "id": Uuid::now_v7(), "event_id": Uuid::now_v7(), "event_title": "Sinners", "venue": "Studio 1",
        "starts_at": now, "user_id": Uuid::now_v7(), "total": price, "status": "HELD", "payment": "auto",
        "seats": [{"label": "A-1", "block": "A-0", "price": price}], "hold_expires_at": now, "created_at": now,
        "updated_at": now, "version": 1,
    }))
    .unwrap();
    for (rate, answer) in [("0", OrganiserAnswer::Agreed), ("1", OrganiserAnswer::Refused)] {
        let app = App::start(&[("OrganiserFailureRate", rate)]).await;
        let url = format!("{}/api/organiser-system", app.cloud.url);
        let system = HttpOrganiserSystem::new(http(), http(), tokens(&app, "ticketing"), Some(url), MARGIN);
        for _ in 0..2 {
            assert_eq!(system.hold(&booking).await.unwrap(), answer);
        }
        for _ in 0..2 {
            system.confirm(&booking).await.unwrap();
        }
        // Also a booking that the system does not know: the caller cannot know whether its hold arrived.
        for id in [booking.id, booking.id, contracts::BookingId::new(Uuid::now_v7())] {
            system.release(id, None).await.unwrap();
        }
        let silent = Some("http://127.0.0.1:9".to_owned());
        let silent = HttpOrganiserSystem::new(http(), http(), tokens(&app, "ticketing"), silent, MARGIN);
        assert!(silent.hold(&booking).await.is_err(), "no answer is no refusal");
        // Where there is no system, nobody is asked, and Karcis alone keeps the seats.
        let nobody = HttpOrganiserSystem::new(http(), http(), tokens(&app, "ticketing"), None, MARGIN);
        assert_eq!(nobody.hold(&booking).await.unwrap(), OrganiserAnswer::Agreed);
        assert_eq!(nobody.confirm(&booking).await.unwrap(), OrganiserAnswer::Agreed);
        nobody.release(booking.id, None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalogue_says_whether_there_is_a_movie() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let film = json!({"title": "Sinners", "genres": ["Horror"], "duration_minutes": 138});
    let (_, movie) = app.post("/api/movies", &organiser, &film).await;
    let catalogue = HttpCatalogue::new(http(), tokens(&app, "ticketing"), app.cloud.url.clone());
    assert!(catalogue.has_movie(movie["id"].as_str().unwrap().parse().unwrap()).await.unwrap());
    assert!(!catalogue.has_movie(MovieId::new(Uuid::now_v7())).await.unwrap());
    let nobody = HttpCatalogue::new(http(), tokens(&app, "ticketing"), "http://127.0.0.1:9".into());
    assert!(nobody.has_movie(MovieId::new(Uuid::now_v7())).await.is_err(), "no answer is not no");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ticketing_says_what_keeps_somebody_here() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-3").await;
    let ticketing = HttpTicketing::new(http(), app.signer("accounts"), Arc::new(SystemWorld), app.cloud.url.clone());
    let seats = async |user: &User| ticketing.ties(user.id.parse().unwrap()).await.unwrap().live_seats;
    assert_eq!(seats(&buyer).await, 0);
    let booking = app.confirmed(&buyer, &event, &["A-1", "A-2"]).await;
    assert_eq!((seats(&buyer).await, seats(&app.buyer().await).await), (2, 0));
    app.cancel(&buyer, &booking).await;
    assert_eq!(seats(&buyer).await, 0);
    let runs_events = async |user: &User| ticketing.ties(user.id.parse().unwrap()).await.unwrap().runs_events;
    let organiser = app.user("organiser").await;
    assert!(!runs_events(&organiser).await);
    app.event(&organiser, "A:1-3", &json!({})).await;
    assert!(runs_events(&organiser).await);
    assert!(!runs_events(&buyer).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tmdb_tells_films_that_are_whole() {
    let app = App::start(&[]).await;
    let tmdb = |pages| {
        HttpTmdb::new(http(), format!("{}/api/tmdb", app.cloud.url), app.cloud.keys["tmdb_token"].clone(), pages)
    };
    let films = tmdb(2).films().await.unwrap();
    let ids: HashSet<_> = films.iter().map(|film| film.draft.tmdb_id).collect();
    assert!(films.iter().all(|film| !film.draft.title.is_empty() && !film.draft.genres.is_empty()), "{films:?}");
    assert!(!ids.is_empty() && ids.len() >= tmdb(1).films().await.unwrap().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_read_what_is_their_own_by_their_own_token() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let topic = LiveTopic::Booking(booking["id"].as_str().unwrap().parse().unwrap());
    let things = HttpOwnThings::new(http(), app.cloud.url.clone());
    let read = async |token: &str| things.read(topic, token).await.unwrap();
    let Read::Found(version, view) = read(&buyer.token).await else { unreachable!() };
    assert!(version >= 1 && view["id"] == booking["id"], "{version} {view}");
    assert_eq!(read(&app.buyer().await.token).await, Read::NotFound);
    for token in ["", "x", "a b", "\r\nx: y", "é"] {
        assert_eq!(read(token).await, Read::NotSignedIn, "{token:?}");
    }
    let nobody = HttpOwnThings::new(http(), "http://127.0.0.1:9".into());
    assert!(nobody.read(topic, &buyer.token).await.is_err(), "no answer is not no");
    assert!(things.read(LiveTopic::Event(event.parse().unwrap()), &buyer.token).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_gets_to_its_connection_or_finds_it_gone() {
    let app = App::start(&[]).await;
    let env: Env = app.cloud.runtime.iter().cloned().chain([("LIVE_URL".into(), app.cloud.url.clone())]).collect();
    let connections = ApiGatewayConnections(settings::aws::connections(&env).unwrap());
    let mut outbox = app.cloud.engines.connections.begin("L0SM9cOFvHcCIhw=", "203.0.113.7".into());
    for text in ["{}", "Café 🎸"] {
        assert_eq!(connections.push("L0SM9cOFvHcCIhw=", text).await.unwrap(), Pushed::Sent);
        assert_eq!(outbox.recv().await, Some(Outgoing::Text(text.into())));
    }
    let told = connections.0.get_connection().connection_id("L0SM9cOFvHcCIhw=").send().await.unwrap();
    assert!(told.connected_at().is_some() && told.last_active_at() >= told.connected_at());
    connections.0.delete_connection().connection_id("L0SM9cOFvHcCIhw=").send().await.unwrap();
    assert_eq!(outbox.recv().await, Some(Outgoing::End));
    assert!(connections.push("L0SM9cOFvHcCIhw=", &"x".repeat(129 * 1024)).await.is_err(), "too large");
    app.cloud.engines.connections.ended("L0SM9cOFvHcCIhw=");
    assert_eq!(connections.push("L0SM9cOFvHcCIhw=", "{}").await.unwrap(), Pushed::Gone);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_company_sells_once_for_one_reference() {
    let app = App::start(&[]).await;
    let company = |url: String| HttpPowerCompany::new(http(), tokens(&app, "power"), Some(url));
    let nobody = HttpPowerCompany::new(http(), tokens(&app, "power"), None);
    assert!(nobody.inquire(&"14000000001".parse().unwrap()).await.is_err(), "who is not there does not answer");
    let ours = company(format!("{}/api/power-company", app.cloud.url));
    let meter = |number: &str| -> MeterQuery { number.parse().unwrap() };
    for (number, found) in
        [("14000000001", true), ("14000000002", false), ("14000000003", false), ("14000000007", true)]
    {
        let inquiry = ours.inquire(&meter(number)).await.unwrap();
        let right = match inquiry {
            Inquiry::Found(meter) => found && meter.number.as_str() == number,
            Inquiry::Unknown => number.ends_with('2'),
            Inquiry::Blocked => number.ends_with('3'),
            Inquiry::OtherTariff => false,
        };
        assert!(right, "{number}");
    }
    assert!(ours.inquire(&meter("14000000006")).await.is_err(), "closed is no answer");
    let order = |number: &str| Order {
        reference: PurchaseId::new(Uuid::now_v7()),
        meter_number: number.parse().unwrap(),
        nominal: Money::idr(2_000_000),
    };
    let (first, other) = (order("14000000001"), order("14000000001"));
    let sold = join_all((0..4).map(|_| ours.buy(&first))).await;
    let sold: Vec<_> = sold.into_iter().map(Result::unwrap).collect();
    assert!(matches!(sold[0], Answer::Issued(_)) && sold.iter().all(|one| *one == sold[0]), "{sold:?}");
    assert_eq!(ours.status(&first).await.unwrap().as_ref(), Some(&sold[0]));
    assert_ne!(ours.buy(&other).await.unwrap(), sold[0], "each reference has a token of its own");
    let refused = order("14000000005");
    assert!(ours.buy(&refused).await.is_err(), "silence is no refusal");
    assert_eq!(ours.status(&refused).await.unwrap(), Some(Answer::Refused));
    assert!(company("http://127.0.0.1:9".into()).buy(&first).await.is_err());
}

/// A port without a suite is a promise that nobody checks.
#[test]
fn every_port_has_a_suite() {
    let root = crate::shape::root();
    let files = [root.join("crates/local/tests/it/contracts.rs")].into_iter().chain(
        ["accounts", "catalogue", "live", "mail", "payments", "power", "ticketing"]
            .map(|service| root.join(format!("crates/{service}/tests/contracts.rs"))),
    );
    let more = root.join("crates/ticketing/tests/contracts/looked_at.rs");
    let suites: String = files.chain([more]).map(|file| std::fs::read_to_string(file).unwrap()).collect();
    // Their tests are beside the code: `pdf.rs` and `receipt.rs`.
    let printers = ["TicketPrinter", "ReceiptPrinter"];
    let mut ports = 0;
    for (file, module) in [
        ("accounts/src/ports.rs", "accounts::ports"),
        ("catalogue/src/ports.rs", "catalogue::ports"),
        ("live/src/ports.rs", "live::ports"),
        ("mail/src/lib.rs", "mail"),
        ("payments/src/ports.rs", "payments::ports"),
        ("power/src/ports.rs", "power::ports"),
        ("ticketing/src/ports.rs", "ticketing::ports"),
    ] {
        let source = std::fs::read_to_string(root.join("crates").join(file)).unwrap();
        for port in source.split("\npub trait ").skip(1) {
            let port = port.split(':').next().unwrap();
            let used = format!("{module}::");
            let imported = suites.split(&used).skip(1).any(|rest| {
                let list = rest.split(';').next().unwrap();
                list.split(|c: char| !c.is_alphanumeric()).any(|word| word == port)
            });
            assert!(imported || printers.contains(&port), "{module}::{port}");
            ports += 1;
        }
    }
    assert!(ports > 30, "{ports}");
}
