//! What comes round the same functions many times: Lambda does not pass it on after sixteen rounds, and neither does
//! the local cloud, unless the template says that the loop is meant.

use crate::app::{App, eventually};
use futures::{StreamExt, stream};
use reqwest::Method;
use rustack_sqs_model::operations::SqsOperation;
use serde_json::json;
use settings::traced;
use template::STACK;
use triggers::{Lineage, MOST_ROUNDS};

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

/// A message that nobody can read goes to the dead letters at once, so that one sees which was passed on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_round_too_often_stays_in_its_queue_and_its_neighbours_are_handled() {
    let app = App::start(&[]).await;
    let (sqs, function, queue) = (&app.cloud.engines.sqs, format!("{STACK}-notify"), format!("{STACK}-notify"));
    let after = |rounds| (0..rounds).fold(Lineage::begin(), |chain: Lineage, _| chain.through(&function)).header();
    for (rounds, body) in [(MOST_ROUNDS, "too often"), (MOST_ROUNDS - 1, "once more")] {
        traced(Some(after(rounds)), sqs.send(&queue, body)).await.unwrap();
    }
    let receive = json!({"QueueUrl": sqs.url(&format!("{queue}-dead-letters"))});
    let dead = eventually("the other is passed on", || async {
        let found = sqs.call(SqsOperation::ReceiveMessage, &receive).await.unwrap();
        found["Messages"].get(0).map(|message| message["Body"].clone())
    })
    .await;
    assert_eq!(dead, "once more");
    let count = json!({"QueueUrl": sqs.url(&queue), "AttributeNames": ["All"]});
    let left = sqs.call(SqsOperation::GetQueueAttributes, &count).await.unwrap()["Attributes"].clone();
    // Received or not yet received.
    let counts = ["ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessages"].map(|name| &left[name]);
    assert!(counts == ["1", "0"] || counts == ["0", "1"], "it is there, and comes again: {left}");
}
