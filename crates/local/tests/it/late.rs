//! Messages that are lost for good: nothing waits for them.

use crate::app::{App, Organiser, eventually};
use rustack_sqs_model::operations::SqsOperation;
use serde_json::{Value, json};
use template::STACK;
use triggers::Invoke;

/// Waits until a message of this queue is there, and loses it.
async fn lose(app: &App, queue: &str) {
    let sqs = &app.cloud.engines.sqs;
    let url = sqs.url(&format!("{STACK}-{queue}"));
    eventually(&format!("{queue} has a message"), || async {
        let request = json!({"QueueUrl": url, "AttributeNames": ["All"]});
        let answer = sqs.call(SqsOperation::GetQueueAttributes, &request).await.unwrap();
        let kinds = ["", "NotVisible", "Delayed"].map(|kind| format!("ApproximateNumberOfMessages{kind}"));
        kinds.iter().any(|kind| answer["Attributes"][kind] != "0").then_some(())
    })
    .await;
    sqs.call(SqsOperation::PurgeQueue, &json!({"QueueUrl": url})).await.unwrap();
}

/// Runs what the schedule runs; answers how many bookings were started again.
async fn resume(app: &App) -> u64 {
    let on_schedule = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
    let answer = app.cloud.functions.invoke(&format!("{STACK}-resume-bookings"), &on_schedule).await.unwrap();
    answer["resumed"].as_u64().unwrap()
}

/// A Karcis in which a booking is late as soon as its time is over, and that looks for none by itself meanwhile.
async fn impatient() -> App {
    let settings = [("HoldSeconds", "2"), ("ResumeAfterSeconds", "0"), ("ResumeBookingsSchedule", "rate(1 day)")];
    App::start(&settings).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_whose_timer_was_lost_ends_all_the_same() {
    let app = impatient().await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, held) = app.book(&buyer, &event, &["A-1"], "manual").await;
    lose(&app, "expire-hold").await;
    eventually("it is started again", || async { (resume(&app).await == 1).then_some(()) }).await;
    app.booking_in("EXPIRED", &buyer, &held).await;
    assert_eq!(resume(&app).await, 0, "nothing is left to do");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_and_a_refund_whose_messages_were_lost_come_when_they_are_asked_for() {
    let app = impatient().await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    app.cloud.functions.break_down(&["issue-ticket".into(), "refund-booking".into()]);
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    lose(&app, "issue-ticket").await;
    app.cloud.functions.break_down(&["refund-booking".into()]);
    let ticket = format!("/api/bookings/{}/ticket", booking["id"].as_str().unwrap());
    eventually("the ticket is there", || async { (app.get(&ticket, &buyer).await.0 == 200).then_some(()) }).await;
    assert_eq!(app.cancel(&buyer, &booking).await.0, 200);
    lose(&app, "refund-booking").await;
    app.cloud.functions.break_down(&[]);
    assert_eq!(app.cancel(&buyer, &booking).await.1["status"], "REFUNDING");
    app.booking_in("REFUNDED", &buyer, &booking).await;
}

/// A booking is told again by being published again. Its buyer gets no second letter. Its organiser's system is asked
/// again, because that message may be the lost one; if it has forgotten by then, that costs nobody their seats.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_told_before_loses_nothing_by_being_told_again() {
    let (app, system) = (impatient().await, Organiser::forgetful().await);
    let (buyer, organiser) = (app.buyer().await, app.user("organiser").await);
    let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": system.url})).await;
    app.cloud.functions.break_down(&["issue-ticket".into()]);
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    app.mail(&buyer, "Tiket Anda").await;
    lose(&app, "issue-ticket").await;
    app.cloud.functions.break_down(&[]);
    eventually("it is started again", || async { (resume(&app).await == 1).then_some(()) }).await;
    let ticket = format!("/api/bookings/{}/ticket", booking["id"].as_str().unwrap());
    eventually("the ticket is there", || async { (app.get(&ticket, &buyer).await.0 == 200).then_some(()) }).await;
    let letters: Vec<Value> = app.mails(&buyer, "Tiket Anda");
    assert_eq!(letters.len(), 1, "{letters:?}");
    app.organiser_reads_that_theirs_refused(&organiser, &event).await;
    app.booking_in("CONFIRMED", &buyer, &booking).await;
}

/// Bookings that cost nothing until they are paid are kept from others: a person holds so many of an event at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_holds_so_many_bookings_of_one_event_unpaid() {
    let app = App::start(&[("UnpaidPerEvent", "2")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-9").await;
    app.confirmed(&buyer, &event, &["A-1"]).await;
    app.confirmed(&buyer, &event, &["A-2"]).await;
    let (_, first) = app.book(&buyer, &event, &["A-3"], "manual").await;
    let (_, second) = app.book(&buyer, &event, &["A-4"], "manual").await;
    let best = json!({"event_id": event, "best": 2, "payment": "manual"});
    let seats = json!({"event_id": event, "seats": ["A-5"], "payment": "manual"});
    for more in [&seats, &best] {
        let (status, problem) = app.post("/api/bookings", &buyer, more).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("too_many_unpaid")), "{problem}");
        assert_eq!(problem["unpaid_per_event"], 2);
    }
    let (_, again) = app.book(&buyer, &event, &["A-4"], "manual").await;
    assert_eq!(again["id"], second["id"], "who asks again for what they hold gets it");
    assert_eq!(app.cancel(&buyer, &first).await.0, 200);
    let at_once = futures::future::join_all((6..=9).map(|seat| {
        let (app, buyer, label) = (&app, &buyer, format!("A-{seat}"));
        let event = &event;
        async move { app.book(buyer, event, &[&label], "manual").await.0 }
    }));
    let mut at_once = at_once.await;
    at_once.sort_unstable();
    assert_eq!(at_once, [201, 409, 409, 409], "one more, once one is given up, also by asking at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lets_seats_lapse_leaves_them_to_others() {
    let app = App::start(&[("HoldSeconds", "1"), ("LapsePauseSeconds", "3600")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-3").await;
    let (_, held) = app.book(&buyer, &event, &["A-1"], "manual").await;
    app.booking_in("EXPIRED", &buyer, &held).await;
    let (status, problem) = app.book(&buyer, &event, &["A-1", "A-2"], "manual").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("seats_let_lapse")), "{problem}");
    assert_eq!(problem["seats"], json!(["A-1"]));
    assert!(problem["until"].as_str() > held["hold_expires_at"].as_str(), "{problem}");
    let best = json!({"event_id": event, "best": 1, "payment": "manual"});
    let (status, chosen) = app.post("/api/bookings", &buyer, &best).await;
    assert_eq!(status, 201, "{chosen}");
    assert_ne!(chosen["seats"], json!(["A-1"]), "others are chosen for them");
    assert_eq!(app.book(&app.buyer().await, &event, &["A-1"], "manual").await.0, 201, "somebody else may");
}
