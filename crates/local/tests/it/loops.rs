//! What comes round the same functions many times: Lambda would drop it after sixteen rounds, and so does the local
//! cloud, unless the template says that the loop is meant.

use crate::app::{App, eventually};
use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::json;
use triggers::MOST_ROUNDS;

/// More than sixteen parts, each of which asks for the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_twelve_hundred_bookings_is_cancelled_to_the_last() {
    let app = App::start(&[("UnpaidPerEvent", "2000")]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A-L:1-100", &json!({})).await;
    let buyer = app.buyer().await;
    let seats = ('A'..='L').flat_map(|row| (1..=100).map(move |n| format!("{row}-{n}")));
    let booked = stream::iter(seats).map(|seat| {
        let (app, buyer, event) = (&app, &buyer, &event);
        async move { app.book(buyer, event, &[&seat], "manual").await }
    });
    let booked: Vec<_> = booked.buffered(8).collect().await;
    assert!(booked.iter().all(|(status, _)| *status == 201), "{booked:?}");
    let paid = &booked[1_000].1;
    app.pay(&buyer, paid).await;
    app.booking_in("CONFIRMED", &buyer, paid).await;

    assert_eq!(app.post(&format!("/api/events/{event}/cancel"), &organiser, &json!({})).await.0, 200);
    // Part by part, so that each may take as long as anything may.
    for (_, booking) in booked.iter().step_by(60) {
        eventually("the bookings of each part end", || async {
            let status = app.stored_booking(booking["id"].as_str().unwrap())["status"].clone();
            (status == "CANCELLED" || status == "REFUNDED").then_some(())
        })
        .await;
    }
    eventually("the event is cancelled", || async {
        let (_, event) = app.ask(Method::GET, &format!("/api/events/{event}"), None, None).await;
        (event["status"] == "CANCELLED").then_some(())
    })
    .await;
    app.booking_in("REFUNDED", &buyer, paid).await;
    let ended = app.get(&format!("/api/events/{event}/sales"), &organiser).await.1["failures"].clone();
    assert_eq!(ended, json!({"EVENT_CANCELLED": 1_200}));
}

/// Each offer that runs out starts the timer of the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_that_nobody_in_its_line_pays_for_is_offered_to_the_last() {
    let app = App::start(&[("WaitingOfferSeconds", "1")]).await;
    let (owner, event) = app.buyer_and_event("A:1-2").await;
    let given_back = app.confirmed(&owner, &event, &["A-1"]).await;
    let mut line = Vec::new();
    for _ in 0..=25 {
        let buyer = app.buyer().await;
        let path = format!("/api/events/{event}/seats/A-1/waiting-list");
        assert_eq!(app.post(&path, &buyer, &json!({})).await.0, 201);
        line.push(buyer);
    }
    assert!(line.len() > MOST_ROUNDS as usize);
    assert_eq!(app.cancel(&owner, &given_back).await.0, 200);
    for buyer in &line {
        eventually("the seat is offered to each in turn, and lapses", || async {
            let (_, page) = app.get("/api/bookings", buyer).await;
            (page["items"][0]["status"] == "EXPIRED").then_some(())
        })
        .await;
    }
    app.letters_become(&event, "OO").await;
}
