//! Events and their seats change, and are taken off sale.

use crate::app::{App, User, eventually};
use contracts::{Money, SystemWorld, Timestamp, World};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

fn draft(title: &str) -> Value {
    json!({"title": title, "kind": "SCREENING", "venue": "Studio 2", "starts_at": "2030-02-01T12:00:00Z",
        "max_seats_per_user": 4})
}

async fn get(app: &App, path: &str) -> (u16, Value) {
    app.ask(Method::GET, path, None, None).await
}

/// Waits until everybody is shown this: functions keep what they show for a second.
async fn shows(app: &App, path: &str, this: impl Fn(&Value) -> bool) -> Value {
    eventually(&format!("{path} shows what was changed"), || async {
        let (status, shown) = get(app, path).await;
        (status == 200 && this(&shown)).then_some(shown)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_changed_by_its_organiser_alone() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let path = format!("/api/events/{event}");
    let (_, headers, before) = app.ask_with(Method::GET, &path, &organiser, &[], None).await;
    let tag = headers["etag"].to_str().unwrap().to_owned();
    let (status, headers, after) =
        app.ask_with(Method::PUT, &path, &organiser, &[("if-match", &tag)], Some(&draft("Sinners II"))).await;
    assert_eq!(status, 200, "{after}");
    assert_eq!((after["title"].as_str(), &after["sections"]), (Some("Sinners II"), &before["sections"]));
    assert_eq!(headers["etag"].to_str().unwrap(), format!("\"{}\"", after["version"]));
    shows(&app, &path, |event| event["title"] == "Sinners II").await;
    assert_eq!(
        app.ask_with(Method::PUT, &path, &organiser, &[("if-match", &tag)], Some(&draft("X"))).await.2["code"],
        "version_mismatch"
    );
    for bad in [
        json!({}),
        json!({"title": "X"}),
        json!({"title": "", "kind": "CONCERT", "venue": "V", "starts_at": "2030-01-01T00:00:00Z"}),
    ] {
        assert_eq!(app.put(&path, &organiser, &bad).await.0, 422, "{bad}");
    }
    let (rival, buyer, admin) = (app.user("organiser").await, app.buyer().await, app.user("admin").await);
    for (user, status) in [(&rival, 404), (&buyer, 403)] {
        assert_eq!(app.put(&path, user, &draft("X")).await.0, status);
        assert_eq!(app.delete(&path, user).await.0, status);
        assert_eq!(app.post(&format!("{path}/cancel"), user, &json!({})).await.0, status);
        assert_eq!(app.get(&format!("{path}/bookings"), user).await.0, status);
        assert_eq!(app.get(&format!("{path}/sales"), user).await.0, status);
        assert_eq!(app.patch(&format!("{path}/seats/A-1"), user, &json!({"price": Money::idr(100)})).await.0, status);
        assert_eq!(app.delete(&format!("{path}/seats/A-1"), user).await.0, status);
    }
    assert_eq!(app.put(&path, &admin, &draft("By an admin")).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_changed_is_never_charged_at_its_old_value() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-9", &json!({})).await;
    let buyer = app.buyer().await;
    // Every cache of prices has seen the old price.
    let (_, first) = app.book(&buyer, &event, &["A-9"], "manual").await;
    assert_eq!(first["total"], json!(Money::idr(5_000_000)));
    get(&app, &format!("/api/events/{event}/seats")).await;
    let path = format!("/api/events/{event}/seats/A-1");
    for price in [7_500_000, 9_000_000, 5_000_000, 100] {
        let (status, seat) = app.patch(&path, &organiser, &json!({"price": Money::idr(price)})).await;
        assert_eq!((status, &seat["price"]), (200, &json!(Money::idr(price))));
        let shown = if price == 5_000_000 { Value::Null } else { json!(Money::idr(price)) };
        let seats = format!("/api/events/{event}/seats");
        shows(&app, &seats, |map| map["sections"][0]["seats"][0]["price"] == shown).await;
        let (status, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
        assert_eq!((status, &booking["total"]), (201, &json!(Money::idr(price))));
        // A held seat keeps its price.
        assert_eq!(app.patch(&path, &organiser, &json!({"price": Money::idr(200)})).await.1["code"], "seat_not_open");
        assert_eq!(app.cancel(&buyer, &booking).await.1["status"], "CANCELLED");
    }
    for bad in
        [json!({"price": Money::idr(0)}), json!({"price": Money::idr(150)}), json!({"status": "BOOKED"}), json!({})]
    {
        assert_eq!(app.patch(&path, &organiser, &bad).await.0, 422, "{bad}");
    }
    let stale = app
        .ask_with(Method::PATCH, &path, &organiser, &[("if-match", "\"1\"")], Some(&json!({"price": Money::idr(300)})))
        .await;
    assert_eq!(stale.0, 412);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_withdrawn_is_gone_from_every_view() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-4", &json!({})).await;
    let buyer = app.buyer().await;
    app.confirmed(&buyer, &event, &["A-4"]).await;
    app.letters_become(&event, "OOOB").await;
    let seat = |label: &str| format!("/api/events/{event}/seats/{label}");
    assert_eq!(app.delete(&seat("A-2"), &organiser).await.0, 204);
    assert_eq!(app.delete(&seat("A-2"), &organiser).await.0, 404);
    assert_eq!(app.delete(&seat("A-4"), &organiser).await.1["code"], "seat_not_open");
    app.letters_become(&event, "OOB").await;
    let left = json!(["A-1", "A-3", "A-4"]);
    let layout =
        shows(&app, &format!("/api/events/{event}/layout"), |layout| layout["sections"][0]["labels"] == left).await;
    let (_, compact) = get(&app, &format!("/api/events/{event}/seats?view=compact")).await;
    assert_eq!(compact["layout"], layout["layout"]);
    let shown = |event: &Value| (event["sections"][0]["seats"].as_u64(), event["sections"][0]["open"].as_u64());
    shows(&app, &format!("/api/events/{event}"), |event| shown(event) == (Some(3), Some(2))).await;
    assert_eq!(app.book(&buyer, &event, &["A-2"], "auto").await.0, 404);
    assert_eq!(app.book(&buyer, &event, &["A-1", "A-3"], "auto").await.0, 201);
    app.letters_become(&event, "BBB").await;
    // The label may be used again, for another seat.
    let again = json!({"section": "REGULAR", "labels": ["A-2"], "price": Money::idr(5_000_000)});
    assert_eq!(app.post(&format!("/api/events/{event}/seats"), &organiser, &again).await.0, 201);
    eventually("the seat that was refused a moment ago is sold", || async {
        let (status, booking) = app.book(&buyer, &event, &["A-2"], "auto").await;
        (status == 201).then_some(booking)
    })
    .await;
    app.letters_become(&event, "BBBB").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aisles_and_marks_are_on_the_plan_and_decide_what_is_best() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-4", &json!({})).await;
    let path = format!("/api/events/{event}/seats");
    let price = Money::idr(5_000_000);
    let wanted = json!({"section": "BALCONY", "rows": "A-B:1-6", "price": price, "aisles": [2],
        "marks": {"A-1": ["WHEELCHAIR"], "A-2": ["COMPANION"], "B-6": ["RESTRICTED_VIEW"]}});
    let (status, added) = app.post(&path, &organiser, &wanted).await;
    assert_eq!((status, &added["prefix"]), (201, &json!("B")), "{added}");
    // Asked again, it is as it was; with other marks it is refused.
    assert_eq!(app.post(&path, &organiser, &wanted).await, (201, added));
    let other = json!({"section": "BALCONY", "rows": "A-B:1-6", "price": price, "marks": {"A-1": ["COMPANION"]}});
    assert_eq!(app.post(&path, &organiser, &other).await.1["code"], "seat_exists");
    for (field, more) in [("aisles", json!([7])), ("marks", json!({"Z-1": ["WHEELCHAIR"]}))] {
        let mut bad = json!({"section": "BALCONY", "rows": "C:1-6", "price": price});
        bad[field] = more;
        assert_eq!(app.post(&path, &organiser, &bad).await.1["field"], field);
    }
    let layout = format!("/api/events/{event}/layout");
    let (_, plan) = get(&app, &layout).await;
    assert_eq!(plan["front"], "SCREEN");
    let balcony = &plan["sections"][1];
    assert_eq!(balcony["rows"][0], json!({"row": "A", "numbers": ["1", "2", "3", "4", "5", "6"], "gaps": [2]}));
    let marks = json!({"B-A-1": ["WHEELCHAIR"], "B-A-2": ["COMPANION"], "B-B-6": ["RESTRICTED_VIEW"]});
    assert_eq!(balcony["marks"], marks);
    // A mark is changed on its own, and the price stays; what is withdrawn leaves a gap.
    let seat = |label: &str| format!("{path}/{label}");
    let (status, edited) =
        app.ask(Method::PATCH, &seat("B-B-6"), Some(&organiser), Some(&json!({"marks": null}))).await;
    assert_eq!((status, &edited["price"], &edited["marks"]), (200, &json!(price), &Value::Null), "{edited}");
    assert_eq!(app.ask(Method::PATCH, &seat("B-B-6"), Some(&organiser), Some(&json!({}))).await.0, 422);
    // An aisle comes and goes by itself.
    for (aisle, gaps) in [(json!(true), json!([2, 5])), (json!(false), json!([2]))] {
        let (status, edited) =
            app.ask(Method::PATCH, &seat("B-B-5"), Some(&organiser), Some(&json!({"aisle": aisle}))).await;
        assert_eq!((status, &edited["aisle"], &edited["price"]), (200, &aisle, &json!(price)), "{edited}");
        shows(&app, &layout, |plan| plan["sections"][1]["rows"][1]["gaps"] == gaps).await;
    }
    assert_eq!(app.delete(&seat("B-B-4"), &organiser).await.0, 204);
    let left = json!({"row": "B", "numbers": ["1", "2", "3", "5", "6"], "gaps": [2, 3]});
    let plan = shows(&app, &layout, |plan| plan["sections"][1]["rows"][1] == left).await;
    assert_eq!(plan["sections"][1]["marks"].as_object().unwrap().len(), 2);
    let buyer = app.buyer().await;
    for (wish, seats) in [
        (json!({"best": 4, "section": "BALCONY"}), json!(["B-A-3", "B-A-4", "B-A-5", "B-A-6"])),
        (json!({"best": 2, "marks": ["WHEELCHAIR", "COMPANION"]}), json!(["B-A-1", "B-A-2"])),
        (json!({"best": 4, "section": "REGULAR"}), json!(["A-1", "A-2", "A-3", "A-4"])),
    ] {
        let mut wish = wish;
        wish["event_id"] = json!(event);
        let (status, booking) = app.post("/api/bookings", &buyer, &wish).await;
        assert_eq!((status, &booking["seats"]), (201, &seats), "{booking}");
        let path = format!("/api/bookings/{}", booking["id"].as_str().unwrap());
        assert_eq!(app.get(&path, &buyer).await.1["best"], booking["best"], "it is kept");
    }
    let (_, last) = app.post("/api/bookings", &buyer, &json!({"event_id": event, "best": 9, "together": false})).await;
    assert_eq!((&last["code"], &last["open"]), (&json!("not_enough_seats"), &json!(5)), "{last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_with_bookings_is_not_deleted_and_one_without_is() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A-B:1-150", &json!({})).await;
    let path = format!("/api/events/{event}");
    let buyer = app.buyer().await;
    let (_, booking) = app.book(&buyer, &event, &["A-2"], "manual").await;
    assert_eq!(app.delete(&path, &organiser).await.1["code"], "has_bookings");
    assert_eq!(get(&app, &path).await.1["status"], "SCHEDULED");
    assert_eq!(app.book(&app.buyer().await, &event, &["A-1"], "manual").await.0, 201);
    let (_, page) = app.get(&format!("{path}/bookings?status=AWAITING_PAYMENT"), &organiser).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(app.cancel(&buyer, &booking).await.0, 200);
    let other = app.event(&organiser, "A-B:1-150", &json!({"title": "Empty"})).await;
    let path = format!("/api/events/{other}");
    assert_eq!(app.delete(&path, &organiser).await.0, 204);
    assert_eq!(get(&app, &path).await.0, 404);
    assert_eq!(app.delete(&path, &organiser).await.0, 404);
    let (_, list) = get(&app, "/api/events").await;
    assert!(list["items"].as_array().unwrap().iter().all(|event| event["id"] != *other));
    assert_eq!(app.book(&buyer, &other, &["A-1"], "auto").await.0, 404);
}

/// Bookings of every kind, and what becomes of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_cancelled_as_a_whole_and_everybody_gets_their_money_and_a_mail() {
    let app = App::start(&[("RefundFailureRate", "0.5")]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-12", &json!({})).await;
    let (paid, unpaid, waiting) = (app.buyer().await, app.buyer().await, app.buyer().await);
    let mut confirmed: Vec<(User, Value)> = Vec::new();
    for seats in [["A-1", "A-2"], ["A-3", "A-4"], ["A-5", "A-6"]] {
        confirmed.push((paid.clone(), app.confirmed(&paid, &event, &seats).await));
    }
    let (_, held) = app.book(&unpaid, &event, &["A-7"], "manual").await;
    let line = format!("/api/events/{event}/seats/A-1/waiting-list");
    assert_eq!(app.ask(Method::POST, &line, Some(&waiting), None).await.0, 201);
    let path = format!("/api/events/{event}/cancel");
    for _ in 0..2 {
        let (status, view) = app.ask(Method::POST, &path, Some(&organiser), None).await;
        assert!(status == 200 && view["status"] != "SCHEDULED", "{view}");
    }
    assert_eq!(app.book(&waiting, &event, &["A-12"], "auto").await.0, 409);
    for (buyer, booking) in &confirmed {
        let refunded = app.booking_in("REFUNDED", buyer, booking).await;
        assert_eq!(refunded["reason"], "EVENT_CANCELLED");
        let number = booking["invoice"]["number"].as_str().unwrap();
        assert_eq!(app.get(&format!("/api/invoices/{number}"), buyer).await.1["status"], "REFUNDED");
    }
    let cancelled = app.booking_in("CANCELLED", &unpaid, &held).await;
    assert_eq!(cancelled["reason"], "EVENT_CANCELLED");
    eventually("the event is cancelled", || async {
        (get(&app, &format!("/api/events/{event}")).await.1["status"] == "CANCELLED").then_some(())
    })
    .await;
    app.mail(&waiting, "Acara dibatalkan").await;
    app.mail(&unpaid, "Dibatalkan").await;
    eventually("every refund is mailed once", || async {
        (app.mails(&paid, "Dana dikembalikan").len() == 3).then_some(())
    })
    .await;
    let (_, sales) = app.get(&format!("/api/events/{event}/sales"), &organiser).await;
    assert_eq!((&sales["sold"], &sales["failures"]), (&json!(0), &json!({"EVENT_CANCELLED": 4})));
    assert_eq!(app.get("/api/waiting-list", &waiting).await.1["items"], json!([]));
    // A cancelled event can no longer be changed, only deleted.
    let seats = json!({"section": "Z", "rows": "Z:1", "price": Money::idr(100)});
    assert_eq!(app.post(&format!("/api/events/{event}/seats"), &organiser, &seats).await.1["code"], "event_over");
    assert_eq!(app.put(&format!("/api/events/{event}"), &organiser, &draft("X")).await.1["code"], "event_over");
    assert_eq!(app.delete(&format!("/api/events/{event}"), &organiser).await.0, 204);
}

/// What an organiser reads of their event and sends back changes nothing, whatever was given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_put_of_what_was_read_changes_nothing() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    for given in [
        json!({}),
        json!({"organiser_url": "http://127.0.0.1:9/organiser", "city": "Denpasar", "time_zone": "Asia/Makassar"}),
        json!({"ends_at": "2030-02-02T12:00:00Z", "on_sale_from": "2029-01-01T00:00:00Z",
            "on_sale_until": "2030-01-01T00:00:00Z"}),
    ] {
        let mut sent = draft("Read and sent");
        sent.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        let (_, event) = app.post("/api/events", &organiser, &sent).await;
        let path = format!("/api/events/{}", event["id"].as_str().unwrap());
        let (status, read) = app.get(&format!("{path}/draft"), &organiser).await;
        assert_eq!(status, 200, "{read}");
        let (status, after) = app.put(&path, &organiser, &read).await;
        assert_eq!(status, 200, "{after}");
        assert_eq!(app.get(&format!("{path}/draft"), &organiser).await.1, read);
        for (name, value) in given.as_object().unwrap() {
            let same = |one: &Value| one.as_str().unwrap().trim_end_matches(".000Z").trim_end_matches('Z').to_owned();
            assert_eq!(same(&read[name]), same(value), "{name}");
        }
    }
}

/// A function keeps what it sells for some seconds, and the answer to a change says until when.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sold_once_a_change_is_in_force_is_sold_by_it() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-4", &json!({})).await;
    let path = format!("/api/events/{event}");
    let (_, mut draft) = app.get(&format!("{path}/draft"), &organiser).await;
    let (_, held) = app.book(&buyer, &event, &["A-1"], "manual").await;
    assert_eq!(held["event_title"], draft["title"]);
    draft["title"] = json!("Another title");
    let (status, changed) = app.put(&path, &organiser, &draft).await;
    assert_eq!((status, &changed["title"]), (200, &draft["title"]), "{changed}");
    let in_force: Timestamp = changed["effective_at"].as_str().unwrap().parse().unwrap();
    eventually("the change is in force", || async { (in_force <= SystemWorld.now()).then_some(()) }).await;
    let (_, held) = app.book(&buyer, &event, &["A-2"], "manual").await;
    assert_eq!(held["event_title"], draft["title"], "{held}");

    // The end of a sale too.
    draft["on_sale_from"] = json!("2029-12-31T00:00:00Z");
    let (_, changed) = app.put(&path, &organiser, &draft).await;
    let in_force: Timestamp = changed["effective_at"].as_str().unwrap().parse().unwrap();
    eventually("the sale is paused", || async { (in_force <= SystemWorld.now()).then_some(()) }).await;
    assert_eq!(app.book(&buyer, &event, &["A-3"], "manual").await.1["code"], "not_on_sale");
}

/// What took place cannot be moved to another day, and nobody is paid back for it as a whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_is_over_stays_as_it_was() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let in_seconds = |seconds: u64| (SystemWorld.now() + Duration::from_secs(seconds)).to_string();
    for (ends, status) in [("2030-02-01T12:00:00Z", 422), ("2030-02-01T11:00:00Z", 422), ("2030-02-01T14:00:00Z", 201)]
    {
        let mut draft = draft("Ends");
        draft["ends_at"] = ends.into();
        let (given, answer) = app.post("/api/events", &organiser, &draft).await;
        assert_eq!(given, status, "{answer}");
        if status == 422 {
            assert_eq!(answer["field"], "ends_at");
        }
    }
    let mut short = draft("Short");
    (short["starts_at"], short["ends_at"]) = (in_seconds(4).into(), in_seconds(5).into());
    let (status, event) = app.post("/api/events", &organiser, &short).await;
    assert_eq!((status, &event["ends_at"]), (201, &short["ends_at"]), "{event}");
    let path = format!("/api/events/{}", event["id"].as_str().unwrap());
    let later = draft("Moved");
    let price = Money::idr(100);
    let put_up = json!({"section": "A", "rows": "A:1", "price": price});
    assert_eq!(app.post(&format!("{path}/seats"), &organiser, &put_up).await.0, 201);
    eventually("it is over", || async {
        let (_, answer) = app.post(&format!("{path}/seats"), &organiser, &put_up).await;
        (answer["code"] == "event_over").then_some(())
    })
    .await;
    assert_eq!(app.put(&path, &organiser, &later).await.1["code"], "event_over");
    assert_eq!(app.ask(Method::POST, &format!("{path}/cancel"), Some(&organiser), None).await.1["code"], "event_over");
    let seat = format!("{path}/seats/A-1");
    assert_eq!(app.patch(&seat, &organiser, &json!({"price": price})).await.1["code"], "event_over");
    assert_eq!(app.delete(&seat, &organiser).await.1["code"], "event_over");
    assert_eq!(get(&app, &path).await.1["title"], "Short");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_events_bookings_are_listed_for_its_organiser() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-9", &json!({})).await;
    let buyer = app.buyer().await;
    for seat in ["A-1", "A-2", "A-3", "A-4", "A-5"] {
        app.book(&buyer, &event, &[seat], "manual").await;
    }
    let path = format!("/api/events/{event}/bookings");
    let (mut seats, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = app.get(&format!("{path}?limit=2{cursor}"), &organiser).await;
        assert_eq!(status, 200, "{page}");
        for booking in page["items"].as_array().unwrap() {
            assert_eq!((&booking["user_id"], &booking["user_name"]), (&json!(buyer.id), &json!("Siti Nurhaliza")));
            seats.push(booking["seats"][0].as_str().unwrap().to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seats, ["A-5", "A-4", "A-3", "A-2", "A-1"]);
    assert_eq!(app.get(&format!("{path}?status=CONFIRMED"), &organiser).await.1["items"], json!([]));
    for bad in ["status=PAID", "cursor=x", "limit=0", "page=2"] {
        assert_eq!(app.get(&format!("{path}?{bad}"), &organiser).await.0, 422, "{bad}");
    }
    // Who stands at the gate finds the one that is named, and no other.
    let steward = app.user("steward").await;
    let (status, problem) = app.get(&path, &steward).await;
    assert_eq!((status, &problem["field"]), (422, &json!("reference")), "{problem}");
    let (_, own) = app.get("/api/bookings?limit=1", &buyer).await;
    let reference = own["items"][0]["reference"].as_str().unwrap();
    let (_, page) = app.get(&format!("{path}?reference={reference}"), &steward).await;
    assert_eq!((page["items"].as_array().unwrap().len(), &page["items"][0]["reference"]), (1, &json!(reference)));
    let unknown = format!("/api/events/{}/bookings?reference={reference}", uuid::Uuid::now_v7());
    assert_eq!(app.get(&unknown, &steward).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn making_an_event_twice_with_one_key_makes_one() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let make = || app.ask_with(Method::POST, "/api/events", &organiser, &[("idempotency-key", "k")], None);
    assert_eq!(make().await.0, 400);
    let body = draft("Once");
    let make = || app.ask_with(Method::POST, "/api/events", &organiser, &[("idempotency-key", "k")], Some(&body));
    let ((_, _, first), (status, _, second)) = (make().await, make().await);
    assert_eq!((status, &first["id"]), (201, &second["id"]));
    assert_eq!(get(&app, "/api/events").await.1["items"].as_array().unwrap().len(), 1);
}
