//! Organisers' own systems as they are: they know their seats, refuse late, and do not always answer.

use crate::app::{App, Organiser, User, eventually};
use contracts::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a system that knows its seats answers to the last of these calls.
fn knows_its_seats(calls: &[(String, Value)]) -> (u16, Value) {
    let mut holders: BTreeMap<String, Value> = BTreeMap::new();
    let mut answer = 500;
    for (call, body) in calls {
        let rest = call.split("/holds").nth(1).unwrap_or_default().trim_start_matches('/');
        let of = |booking: &Value| booking.as_str().is_some_and(|id| rest.starts_with(id));
        answer = if call.starts_with("DELETE") {
            let before = holders.len();
            holders.retain(|_, booking| !of(booking));
            if holders.len() < before { 204 } else { 404 }
        } else if rest.is_empty() {
            let seats: Vec<_> = body["seats"].as_array().unwrap().iter().map(Value::to_string).collect();
            let others = |seat: &String| holders.get(seat).is_some_and(|booking| *booking != body["booking_id"]);
            if seats.iter().any(others) {
                409
            } else {
                holders.extend(seats.into_iter().map(|seat| (seat, body["booking_id"].clone())));
                201
            }
        } else if holders.values().any(of) {
            204
        } else {
            404
        };
    }
    (answer, json!({}))
}

async fn waits(app: &App, who: &User, event: &str, seat: &str) {
    let (status, answer) = app.post(&format!("/api/events/{event}/seats/{seat}/waiting-list"), who, &json!({})).await;
    assert_eq!(status, 201, "{answer}");
}

/// The first booking of this person, once it is in this status.
async fn has(app: &App, who: &User, status: &str) -> Value {
    eventually(&format!("a booking is {status}"), || async {
        let (_, page) = app.get("/api/bookings", who).await;
        let first = page["items"][0].clone();
        (first["status"] == status).then_some(first)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_given_back_can_be_bought_at_once_from_a_system_that_knows_its_seats() {
    let app = App::start(&[]).await;
    let system = Organiser::answering(knows_its_seats).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": system.url})).await;
    let mut last: Option<(User, Value)> = None;
    for _ in 0..8 {
        let buyer = app.buyer().await;
        if let Some((before, booking)) = &last {
            app.cancel(before, booking).await;
        }
        let (status, booking) = app.book(&buyer, &event, &["A-1", "A-2"], "manual").await;
        assert_eq!(status, 201, "{booking}: {:?}", system.calls());
        last = Some((buyer, booking));
    }
    // Who waited gets it too, and the simulated system of the house is no kinder.
    let (owner, booking) = last.unwrap();
    let waiter = app.buyer().await;
    waits(&app, &waiter, &event, "A-1").await;
    app.cancel(&owner, &booking).await;
    has(&app, &waiter, "AWAITING_PAYMENT").await;
    let own = app.event(&organiser, "A:1", &json!({})).await;
    for _ in 0..4 {
        let buyer = app.buyer().await;
        let (status, booking) = app.book(&buyer, &own, &["A-1"], "manual").await;
        assert_eq!(status, 201, "{booking}");
        app.cancel(&buyer, &booking).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_confirmation_is_paid_back_with_an_apology_and_the_seats_leave_the_sale() {
    for refusal in [404, 409, 410] {
        let app = App::start(&[]).await;
        let answer = move |calls: &[(String, Value)]| {
            let last = &calls.last().unwrap().0;
            (if last.ends_with("/confirm") { refusal } else { 201 }, json!({}))
        };
        let system = Organiser::answering(answer).await;
        let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
        let event = app.event(&organiser, "A:1-3", &json!({"organiser_url": system.url})).await;
        let (status, booking) = app.book(&buyer, &event, &["A-1", "A-2"], "auto").await;
        assert_eq!(status, 201, "{booking}");
        let id = booking["id"].as_str().unwrap();
        app.history_says(&buyer, id, "REFUNDED", Some("ORGANISER_REFUSED")).await;
        app.letters_become(&event, "WWO").await;
        let mail = app.mail(&buyer, "Dibatalkan").await;
        assert!(mail["text"].as_str().unwrap().contains("Kami mohon maaf"), "{mail}");
        let other = app.buyer().await;
        let (status, problem) = app.book(&other, &event, &["A-1"], "manual").await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("seats_taken")), "{problem}");
        eventually("its organiser finds the mismatch", || async {
            let (_, sales) = app.get(&format!("/api/events/{event}/sales"), &organiser).await;
            let found = sales["mismatches"].as_array()?;
            found.iter().any(|one| one["kind"] == "ORGANISER_REFUSED" && one["subject"] == id).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waited_is_offered_the_seat_whatever_the_system_answered_first() {
    for refusal in [409, 500] {
        let app = App::start(&[("WaitingOfferSeconds", "3")]).await;
        // It agrees to the first hold, and to the second only when it is asked again later.
        let answer = move |calls: &[(String, Value)]| {
            let mut ends: Vec<_> = calls
                .iter()
                .filter(|(call, _)| call.ends_with("/holds"))
                .map(|(_, hold)| &hold["expires_at"])
                .collect();
            ends.dedup();
            let refuses = calls.last().unwrap().0.ends_with("/holds") && ends.len() == 2;
            (if refuses { refusal } else { 201 }, json!({}))
        };
        let system = Organiser::answering(answer).await;
        let (organiser, buyer, waiter) = (app.user("organiser").await, app.buyer().await, app.buyer().await);
        let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": system.url})).await;
        let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
        waits(&app, &waiter, &event, "A-1").await;
        app.cancel(&buyer, &booking).await;
        let offer = has(&app, &waiter, "AWAITING_PAYMENT").await;
        let (_, offer) = app.get(&format!("/api/bookings/{}", offer["id"].as_str().unwrap()), &waiter).await;
        let (made, ends): (Timestamp, Timestamp) =
            ["created_at", "hold_expires_at"].map(|name| offer[name].as_str().unwrap().parse().unwrap()).into();
        assert!(ends > made + Duration::from_secs(3), "the time to pay runs from when they were told: {offer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_offered_is_offered_at_what_is_true_of_the_event_now() {
    let app = App::start(&[]).await;
    let (organiser, buyer, waiter) = (app.user("organiser").await, app.buyer().await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    waits(&app, &waiter, &event, "A-1").await;
    let moved = json!({"title": "Sinners, again", "kind": "CONCERT", "venue": "Istora", "city": "Jakarta",
        "starts_at": "2030-03-04T05:06:00.000Z", "time_zone": "Asia/Jakarta"});
    let (status, answer) = app.put(&format!("/api/events/{event}"), &organiser, &moved).await;
    assert_eq!(status, 200, "{answer}");
    app.cancel(&buyer, &booking).await;
    let offer = has(&app, &waiter, "AWAITING_PAYMENT").await;
    for (told, field) in [("event_title", "title"), ("venue", "venue"), ("city", "city"), ("starts_at", "starts_at")] {
        assert_eq!(offer[told], moved[field], "{offer}");
    }
}
