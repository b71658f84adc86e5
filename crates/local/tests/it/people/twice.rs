//! Doing it twice without saying so.

use crate::app::App;
use crate::people::registered;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

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

/// A double tap on so many of the best seats is one booking, at the same moment too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_again_for_the_best_seats_is_told_what_they_hold() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-20", &json!({})).await;
    let (buyer, friend) = (app.buyer().await, app.buyer().await);
    let ask = async |who, mut body: Value| {
        body["event_id"] = json!(event);
        body["payment"] = json!("manual");
        app.post("/api/bookings", who, &body).await
    };
    let taps = join_all((0..4).map(|_| ask(&buyer, json!({"best": 2})))).await;
    let (made, told): (Vec<_>, Vec<_>) = taps.into_iter().partition(|(status, _)| *status == 201);
    assert_eq!(made.len(), 1, "{told:?}");
    for (status, problem) in &told {
        assert_eq!((*status, &problem["code"]), (409, &json!("own_seats")), "{problem}");
        assert_eq!(problem["booking_id"], made[0].1["id"]);
    }
    for (who, body, status) in [
        (&buyer, json!({"best": 2}), 409),
        (&buyer, json!({"best": 2, "section": "A"}), 409),
        // Another wish, or the same one that is meant, or somebody else's.
        (&buyer, json!({"best": 3}), 201),
        (&buyer, json!({"best": 2, "again": true}), 201),
        (&buyer, json!({"seats": ["A-1"], "again": true}), 422),
        (&friend, json!({"best": 2}), 201),
    ] {
        let (given, answer) = ask(who, body.clone()).await;
        assert_eq!(given, status, "{body}: {answer}");
    }
    // Nobody is told of too few seats, or of too many, because of their own first tap.
    for (rows, limit) in [("A:1-2", 20), ("A:1-9", 2)] {
        let event = app.event(&organiser, rows, &json!({"max_seats_per_user": limit})).await;
        let buyer = app.buyer().await;
        let body = json!({"event_id": event, "best": 2, "payment": "manual"});
        let taps = join_all((0..3).map(|_| app.post("/api/bookings", &buyer, &body))).await;
        let codes: Vec<_> = taps.iter().filter(|(status, _)| *status != 201).map(|(_, told)| &told["code"]).collect();
        assert_eq!(codes, ["own_seats", "own_seats"], "{rows}: {taps:?}");
        let (status, told) = app.post("/api/bookings", &app.buyer().await, &body).await;
        assert_eq!(status, if limit == 2 { 201 } else { 409 }, "{told}");
    }
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
    // A third is compared with the second. Once that one is over, no buyer is asked whether they mean it.
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
        (json!({"section": "VIP", "labels": ["A-1"], "price": price(5_000_000)}), 409, Some("seat_exists")),
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
