//! Many buyers at once.

use crate::app::{App, User, eventually, options};
use futures::StreamExt;
use futures::future::join_all;
use futures::stream;
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixty_four_buyers_one_gets_the_seat() {
    let app = App::start(&[]).await;
    let (_, event) = app.buyer_and_event("A:1-2").await;
    let buyers = join_all((0..64).map(|_| app.buyer())).await;
    let answers = join_all(buyers.iter().map(|buyer| app.book(buyer, &event, &["A-1"], "manual"))).await;
    let won: Vec<_> = answers.iter().filter(|(status, _)| *status == 201).collect();
    let lost: Vec<_> = answers.iter().filter(|(status, p)| *status == 409 && p["code"] == "seats_taken").collect();
    assert_eq!((won.len(), lost.len()), (1, 63), "{answers:?}");
    assert!(lost.iter().all(|(_, problem)| problem["seats"] == json!(["A-1"])));
    app.letters_become(&event, "GO").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlapping_bookings_share_no_seat() {
    let app = App::start(&[]).await;
    let (_, event) = app.buyer_and_event("A:1-8").await;
    let buyers = join_all((0..24).map(|_| app.buyer())).await;
    let wishes = buyers.iter().enumerate().map(|(n, buyer)| {
        let (first, second) = (format!("A-{}", n % 8 + 1), format!("A-{}", (n + 3) % 8 + 1));
        let app = &app;
        let event = &event;
        async move { (app.book(buyer, event, &[&first, &second], "auto").await, buyer) }
    });
    let mut owners: HashMap<String, usize> = HashMap::new();
    for ((status, booking), buyer) in join_all(wishes).await {
        assert!(status == 201 || status == 409, "{status} {booking}");
        if status == 201 {
            for seat in booking["seats"].as_array().unwrap() {
                *owners.entry(seat.as_str().unwrap().to_owned()).or_default() += 1;
            }
            app.booking_in("CONFIRMED", buyer, &booking).await;
        }
    }
    assert!(!owners.is_empty() && owners.values().all(|&count| count == 1), "{owners:?}");
    let sold = owners.len();
    eventually("the map shows what was sold", || async {
        (app.letters(&event).await.matches('B').count() == sold).then_some(())
    })
    .await;
}

/// A hundred buyers ask at the same moment for the best two of 8,000 seats. `bench best` has more of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_that_asks_for_the_best_seats_shares_none_and_nobody_is_refused() {
    let app = App::start(&[]).await;
    let (_, event) = app.buyer_and_event("A-AN:1-200").await;
    let buyers = join_all((0..100).map(|_| app.buyer())).await;
    let wish = json!({"event_id": event, "best": 2, "payment": "manual"});
    let answers =
        join_all(buyers.iter().map(|buyer| app.post_until_decided("/api/bookings", buyer, Some(&wish)))).await;
    let mut seats = HashSet::new();
    for (status, booking) in &answers {
        assert_eq!(*status, 201, "{booking}");
        assert!(booking["best"]["together"] == true, "{booking}");
        for seat in booking["seats"].as_array().unwrap() {
            assert!(seats.insert(seat.as_str().unwrap()), "{seat} twice");
        }
    }
    assert_eq!(seats.len(), 200);
}

/// Five standard deviations: chance alone fails this once in two million runs.
fn within_chance(count: usize, of: usize, rate: f64) -> bool {
    let (count, of) = (f64::from(u32::try_from(count).unwrap()), f64::from(u32::try_from(of).unwrap()));
    (count - of * rate).abs() <= 5.0 * (of * rate * (1.0 - rate)).sqrt()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_bookings_as_many_fail_as_the_rates_say() {
    let app = App::start(&[("OrganiserFailureRate", "0.2"), ("PaymentFailureRate", "0.1")]).await;
    let (buyer, event) = app.buyer_and_event("A-J:1-100").await;
    let seats: Vec<_> = ('A'..='J').flat_map(|row| (1..=100).map(move |n| format!("{row}-{n}"))).collect();
    let booked = stream::iter(&seats).map(|seat| {
        let (app, buyer) = (&app, &buyer);
        let wish = json!({"event_id": event, "seats": [seat], "payment": "auto"});
        async move { app.post_until_decided("/api/bookings", buyer, Some(&wish)).await }
    });
    let answers: Vec<_> = booked.buffer_unordered(8).collect().await;
    let refused = answers.iter().filter(|(status, p)| *status == 502 && p["code"] == "organiser_refused").count();
    let made: Vec<_> = answers.iter().filter(|(status, _)| *status == 201).map(|(_, booking)| booking).collect();
    let others = answers.iter().filter(|(status, p)| *status != 201 && p["code"] != "organiser_refused");
    assert_eq!(refused + made.len(), 1000, "{:?}", others.collect::<Vec<_>>());
    assert!(within_chance(refused, 1000, 0.2), "{refused} of 1000 refused");
    let ends = stream::iter(&made).map(|booking| {
        let path = format!("/api/bookings/{}", booking["id"].as_str().unwrap());
        let (app, buyer) = (&app, &buyer);
        async move {
            eventually("the booking is final", || async {
                let (_, booking) = app.get(&path, buyer).await;
                (booking["status"] != "AWAITING_PAYMENT").then_some(booking["status"].clone())
            })
            .await
        }
    });
    let ends: Vec<_> = ends.buffer_unordered(8).collect().await;
    let failed = ends.iter().filter(|status| **status == "FAILED").count();
    assert_eq!(failed + ends.iter().filter(|status| **status == "CONFIRMED").count(), made.len());
    assert!(within_chance(failed, made.len(), 0.1), "{failed} of {} payments failed", made.len());
    let sold = made.len() - failed;
    eventually("the map shows what was sold, and the rest open", || async {
        let letters = app.letters(&event).await;
        (letters.matches('B').count() == sold && letters.matches('O').count() == 1000 - sold).then_some(())
    })
    .await;
}

/// A small account, with the limits that docs/aws.md names for it. Who waits for another function holds two places of
/// it; nobody gets stuck.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_an_account_of_twenty_executions_a_storm_of_two_hundred_ends_with_every_booking_final() {
    let small = [("BookingsPerSecond", "4"), ("QueueConcurrency", "2"), ("PowerConcurrency", "2")];
    // What is held without an invoice is free again while its buyer still asks.
    let small = [&small[..], &[("HoldSeconds", "60")]].concat();
    let app = App::with(&Options { concurrency: Some(20), ..options(&small) }).await;
    let (_, event) = app.buyer_and_event("A-B:1-100").await;
    let buyers: Vec<_> = stream::iter(0..200).map(|_| app.buyer()).buffered(4).collect().await;
    let seats: Vec<_> = ('A'..='B').flat_map(|row| (1..=100).map(move |n| format!("{row}-{n}"))).collect();
    let bookings =
        join_all(buyers.iter().zip(&seats).map(|(buyer, seat)| until_booked(&app, buyer, &event, seat))).await;
    for (buyer, booking) in buyers.iter().zip(&bookings) {
        app.booking_in("CONFIRMED", buyer, booking).await;
    }
    app.letters_become(&event, &"B".repeat(200)).await;
}

/// Books a seat as a client does that wants it: after the gateway's own refusal it asks the same again, and after one
/// of ours that may be tried again it begins anew, each time after a longer pause.
async fn until_booked(app: &App, buyer: &User, event: &str, seat: &str) -> Value {
    let wish = json!({"event_id": event, "seats": [seat], "payment": "auto"});
    let new_key = || uuid::Uuid::now_v7().to_string();
    let mut key = new_key();
    for round in 0..150 {
        let headers = [("idempotency-key", key.as_str())];
        let (status, _, answer) = app.ask_with(Method::POST, "/api/bookings", buyer, &headers, Some(&wish)).await;
        match (status, answer["code"].as_str(), answer["retryable"].as_bool()) {
            (201, ..) => return answer,
            (429 | 500 | 503, None, _) | (_, Some("in_progress"), _) => {}
            // An earlier booking of theirs has the seat: it got no invoice, and ends with its hold.
            (_, Some("own_seats" | "seats_taken"), _) | (.., Some(true)) => key = new_key(),
            _ => unreachable!("{status} {answer}"),
        }
        tokio::time::sleep(Duration::from_millis(100 << round.min(4))).await;
    }
    unreachable!("{seat} was never booked")
}
