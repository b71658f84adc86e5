//! Waiting lists: the first in line is offered the seat first, and nobody else sees it open in between.

use crate::app::{App, Organiser, User, eventually};
use contracts::{SystemWorld, World};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use template::STACK;
use triggers::Invoke;

async fn join(app: &App, user: &User, event: &str, seat: &str) -> (u16, Value) {
    app.post_until_decided(&format!("/api/events/{event}/seats/{seat}/waiting-list"), user, None).await
}

async fn leave(app: &App, user: &User, event: &str, seat: &str) -> u16 {
    app.delete(&format!("/api/events/{event}/seats/{seat}/waiting-list"), user).await.0
}

/// Nobody keeps a whole hall for themselves by waiting for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_waits_for_so_many_seats_of_one_event() {
    let app = App::start(&[("LinesPerEvent", "2")]).await;
    let (organiser, buyer, waiter) = (app.user("organiser").await, app.buyer().await, app.buyer().await);
    let (event, other) =
        (app.event(&organiser, "A:1-3", &json!({})).await, app.event(&organiser, "A:1", &json!({})).await);
    app.confirmed(&buyer, &event, &["A-1", "A-2", "A-3"]).await;
    app.confirmed(&buyer, &other, &["A-1"]).await;
    for (event, seat, status, code) in [
        (&event, "A-1", 201, None),
        (&event, "A-2", 201, None),
        (&event, "A-3", 409, Some("too_many_lines")),
        (&event, "A-2", 201, None),
        (&other, "A-1", 201, None),
    ] {
        let (given, answer) = join(&app, &waiter, event, seat).await;
        assert_eq!((given, answer["code"].as_str()), (status, code), "{seat}: {answer}");
    }
    assert_eq!(leave(&app, &waiter, &event, "A-1").await, 204);
    assert_eq!(join(&app, &waiter, &event, "A-3").await.0, 201);
}

/// Who waits is told by mail; so nobody waits under an address that may be somebody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_has_confirmed_their_address() {
    let app = App::start(&[]).await;
    let (holder, event) = app.buyer_and_event("A:1-2").await;
    app.confirmed(&holder, &event, &["A-1"]).await;
    let waiter = app.unconfirmed().await;
    let letter = "Konfirmasi alamat e-mail Anda";
    app.mail(&waiter, letter).await;
    let (status, problem) = join(&app, &waiter, &event, "A-1").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("email_not_confirmed")), "{problem}");
    // The mail comes again when it is asked for, and not with every click.
    let request = || app.kept("accounts", &format!("USER#{}", waiter.id), "CONFIRMATION")["request"].clone();
    let mut requests = vec![request()];
    for _ in 0..3 {
        let answer = app.ask(Method::POST, "/api/email/confirmation", Some(&waiter), None).await;
        assert_eq!(answer, (200, json!({"email_confirmed": false})));
        requests.push(request());
    }
    assert!(requests[0].is_null() && !requests[1].is_null(), "{requests:?}");
    assert!(requests[1] == requests[2] && requests[2] == requests[3], "{requests:?}");
    eventually("a second mail", || async { (app.mails(&waiter, letter).len() == 2).then_some(()) }).await;
    let mails = app.mails(&waiter, letter);
    let token = mails[0]["text"].as_str().unwrap().split("token=").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(app.ask(Method::POST, "/api/email/confirm", None, Some(&json!({"token": token}))).await.0, 204);
    // The gateway remembers what it knew of a token for a minute.
    let waiter = app.signed_in(&waiter).await;
    assert_eq!(join(&app, &waiter, &event, "A-1").await.0, 201);
    let answer = app.ask(Method::POST, "/api/email/confirmation", Some(&waiter), None).await;
    assert_eq!(answer, (200, json!({"email_confirmed": true})));
    assert_eq!(request(), requests[1], "what is confirmed is not confirmed again");
}

/// Nobody is offered a seat of an event that has begun, so nothing is kept of those who waited for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lines_of_an_event_that_has_begun_are_closed() {
    let app = App::start(&[("CloseLinesSchedule", "rate(1 day)")]).await;
    let (organiser, holder) = (app.user("organiser").await, app.buyer().await);
    let (one, other) = (app.buyer().await, app.buyer().await);
    let [begun, later] =
        [app.event(&organiser, "A:1-2", &json!({})).await, app.event(&organiser, "A:1", &json!({})).await];
    app.confirmed(&holder, &begun, &["A-1", "A-2"]).await;
    app.confirmed(&holder, &later, &["A-1"]).await;
    for (user, event, seat) in
        [(&one, &begun, "A-1"), (&other, &begun, "A-1"), (&one, &begun, "A-2"), (&one, &later, "A-1")]
    {
        assert_eq!(join(&app, user, event, seat).await.0, 201);
    }
    let close = || async {
        let answer = app.cloud.functions.invoke(&format!("{STACK}-close-lines"), &json!({})).await.unwrap();
        answer["taken_out"].as_u64().unwrap()
    };
    assert_eq!(close().await, 0);
    let then = SystemWorld.now() - Duration::from_mins(11);
    let (pk, then) = (format!("EVENT#{begun}"), then.to_string());
    app.set("ticketing", &pk, "EVENT", "starts_at", json!({"S": then}));
    app.set("ticketing", &pk, "EVENT", "START", json!({"S": format!("{then}#{begun}")}));
    assert_eq!(close().await, 3);
    for (user, left) in [(&one, 1), (&other, 0)] {
        let (_, page) = app.get("/api/waiting-list", user).await;
        assert_eq!(page["items"].as_array().unwrap().len(), left, "{page}");
    }
    for seat in ["A-1", "A-2"] {
        assert_eq!(app.kept("ticketing", &format!("LINE#{begun}#{seat}"), "PLACE#0000000000"), Value::Null);
    }
    assert_eq!(close().await, 0);
    assert_ne!(app.kept("ticketing", &pk, "LINES"), Value::Null, "it is not looked at again");
    assert_eq!(app.kept("ticketing", &format!("EVENT#{later}"), "LINES"), Value::Null);
}

/// A seat that was given up while nothing was sold goes to who waits for it once the sale goes on, and to nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sale_that_goes_on_serves_its_lines_first() {
    let app = App::start(&[("HoldSeconds", "2"), ("ServeLinesSchedule", "rate(1 minute)")]).await;
    let (organiser, buyer, waiter) = (app.user("organiser").await, app.buyer().await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let (path, line) = (format!("/api/events/{event}"), format!("/api/events/{event}/seats/A-1/waiting-list"));
    let (_, held) = app.book(&buyer, &event, &["A-1"], "manual").await;
    assert_eq!(app.post(&line, &waiter, &json!({})).await.0, 201);
    let (_, mut draft) = app.get(&format!("{path}/draft"), &organiser).await;
    draft["on_sale_from"] = json!("2029-12-31T00:00:00Z");
    assert_eq!(app.put(&path, &organiser, &draft).await.0, 200, "the sale is paused");
    app.booking_in("EXPIRED", &buyer, &held).await;
    draft.as_object_mut().unwrap().remove("on_sale_from");
    assert_eq!(app.put(&path, &organiser, &draft).await.0, 200, "the sale goes on");
    // Plans are kept for five seconds, and then the public may buy.
    eventually("the public may buy", || async {
        let (status, answer) = app.book(&app.buyer().await, &event, &["A-2"], "manual").await;
        (status == 201).then_some(answer)
    })
    .await;
    let (status, problem) = app.book(&app.buyer().await, &event, &["A-1"], "manual").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("seats_taken")), "{problem}");
    // To everybody but its line it is a taken seat.
    app.letters_become(&event, "GO").await;
    let price = json!({"price": {"amount": 1_000_000, "currency": "IDR"}});
    let (status, problem) = app.patch(&format!("{path}/seats/A-1"), &organiser, &price).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("seat_not_open")), "{problem}");
    assert_eq!(app.delete(&format!("{path}/seats/A-1"), &organiser).await.0, 409);
    app.cloud.functions.invoke(&format!("{STACK}-serve-lines"), &json!({})).await.unwrap();
    eventually("who waited is offered the seat", || async {
        let (_, page) = app.get("/api/bookings", &waiter).await;
        (page["items"][0]["status"] == "AWAITING_PAYMENT").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_seat_goes_from_hand_to_hand_and_is_never_open_in_between() {
    let app = Arc::new(App::start(&[("WaitingOfferSeconds", "2")]).await);
    let system = Organiser::start(201).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": system.url})).await;
    let (a, b, c) = (app.buyer().await, app.buyer().await, app.buyer().await);
    let first = app.confirmed(&a, &event, &["A-1"]).await;
    app.letters_become(&event, "BO").await;
    assert_eq!(join(&app, &b, &event, "A-1").await, (201, json!({"position": 1})));
    assert_eq!(join(&app, &c, &event, "A-1").await, (201, json!({"position": 2})));

    // From here on a watcher notes every status that the seat shows.
    let watching = Arc::new(AtomicBool::new(true));
    let watcher = tokio::spawn({
        let (app, event, watching) = (Arc::clone(&app), event.clone(), Arc::clone(&watching));
        async move {
            let mut seen = HashSet::new();
            while watching.load(Ordering::Relaxed) {
                let (_, map) = app.ask(Method::GET, &format!("/api/events/{event}/seats"), None, None).await;
                seen.insert(map["sections"][0]["seats"][0]["status"].as_str().unwrap().to_owned());
            }
            seen
        }
    });
    assert_eq!(app.cancel(&a, &first).await.0, 200);
    let offered = app.own_booking_in("AWAITING_PAYMENT", &b).await;
    let stored = app.kept("ticketing", &format!("BOOKING#{}", offered["id"].as_str().unwrap()), "BOOKING");
    assert!(stored["correlation"]["S"].is_string(), "an offer is in the chain of what gave the seat up");
    assert_eq!(offered["seats"], json!(["A-1"]));
    app.mail(&b, "Kursi tersedia untuk Anda").await;
    // B does not pay, so the offer expires.
    app.booking_in("EXPIRED", &b, &offered).await;
    let second = app.own_booking_in("AWAITING_PAYMENT", &c).await;
    app.pay(&c, &second).await;
    let confirmed = app.booking_in("CONFIRMED", &c, &second).await;
    watching.store(false, Ordering::Relaxed);
    let seen = watcher.await.unwrap();
    assert!(!seen.contains("OPEN"), "{seen:?}");
    app.letters_become(&event, "BO").await;
    let ticket = format!("/api/bookings/{}/ticket", confirmed["id"].as_str().unwrap());
    eventually("C has the ticket", || async { (app.get(&ticket, &c).await.0 == 200).then_some(()) }).await;
    // The link in the mail opens it without signing in.
    let mail = app.mail(&c, "Tiket Anda").await;
    let link =
        mail["text"].as_str().unwrap().split("(PDF): ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let pdf = app.client.get(&link).send().await.unwrap();
    assert_eq!((pdf.status().as_u16(), pdf.headers()["content-type"].to_str().unwrap()), (200, "application/pdf"));
    assert_eq!(app.client.get(format!("{}x", &link[..link.len() - 1])).send().await.unwrap().status(), 404);

    // The organiser's system: each old hold is released before the next is asked for, and the last is confirmed.
    let id = |booking: &Value| booking["id"].as_str().unwrap().to_owned();
    let confirm = format!("POST /organiser/holds/{}/confirm", id(&confirmed));
    eventually("the last hold is confirmed there", || async { system.calls().contains(&confirm).then_some(()) }).await;
    let told = system.told.lock().unwrap().clone();
    let hold = |booking: &Value| {
        told.iter()
            .position(|(call, body)| call == "POST /organiser/holds" && body["booking_id"] == booking["id"])
            .unwrap()
    };
    let release = |booking: &Value| {
        let call = format!("DELETE /organiser/holds/{}", id(booking));
        told.iter().position(|(told, _)| *told == call).unwrap()
    };
    assert!(hold(&first) < release(&first) && release(&first) < hold(&offered), "{told:?}");
    assert!(release(&offered) < hold(&confirmed), "{told:?}");
    let kept = format!("DELETE /organiser/holds/{}", id(&confirmed));
    assert!(!told.iter().any(|(call, _)| *call == kept), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_join_at_once_and_the_seat_is_offered_in_their_order() {
    let app = Arc::new(App::start(&[]).await);
    let (owner, event) = app.buyer_and_event("A:1-2").await;
    let mut owning = app.confirmed(&owner, &event, &["A-1"]).await;
    let mut holder = owner;
    let users: Vec<User> = join_all((0..200).map(|_| app.buyer())).await;
    let joins = tokio::spawn({
        let (app, event, users) = (Arc::clone(&app), event.clone(), users.clone());
        async move { join_all(users.iter().map(|user| join(&app, user, &event, "A-1"))).await }
    });
    // While they join, the seat's holder cancels, ten times.
    let (mut offered, mut places) = (Vec::new(), Vec::new());
    for _ in 0..10 {
        // Later users join behind, so the user who is first now is still first when the seat is released.
        let first = eventually("somebody waits", || async { app.first_in_line(&event, "A-1") }).await;
        places.push(first.0);
        assert_eq!(app.cancel(&holder, &owning).await.0, 200);
        let (next, booking) = eventually("the seat is offered to the next", || async {
            let owner = app.seat_owner(&event, "A-1")?;
            let booking = app.stored_booking(&owner);
            (booking["status"] == "AWAITING_PAYMENT").then_some((booking["user_id"].clone(), owner))
        })
        .await;
        holder = users.iter().find(|user| next == json!(user.id)).unwrap().clone();
        owning = json!({"id": booking});
        assert_eq!(holder.id, first.1, "the first in line gets it");
        offered.push(holder.id.clone());
    }
    let answers = joins.await.unwrap();
    for (user, (status, answer)) in users.iter().zip(&answers) {
        // Who is offered the seat while their own request is still under way is told that it is theirs.
        let has_it = answer["code"] == "own_seat" && offered.contains(&user.id);
        assert!(*status == 201 || has_it, "{status} {answer}");
    }
    assert_eq!(offered.iter().collect::<HashSet<_>>().len(), 10, "none twice");
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "in the order of joining: {places:?}");
    // The rest still waits, each at a place of their own. A call to AWS that is made again after its time may put
    // somebody in line again who was offered the seat meanwhile.
    let mut positions = Vec::new();
    for user in &users {
        let (_, page) = app.get("/api/waiting-list", user).await;
        let position = page["items"][0]["position"].as_u64();
        assert!(position.is_some() || offered.contains(&user.id), "{page}");
        positions.extend(position);
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=app.waiters(&event, "A-1")).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_joined_once_and_left_and_not_for_a_seat_that_is_free_or_ones_own() {
    let app = App::start(&[]).await;
    let (owner, event) = app.buyer_and_event("A:1-3").await;
    let (b, c) = (app.buyer().await, app.buyer().await);
    let booking = app.confirmed(&owner, &event, &["A-1"]).await;
    assert_eq!(join(&app, &b, &event, "A-2").await.1["code"], "seat_open");
    assert_eq!(join(&app, &owner, &event, "A-1").await.1["code"], "own_seat");
    assert_eq!(join(&app, &b, &event, "Z-9").await.0, 404);
    assert_eq!(join(&app, &b, "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "A-1").await.0, 404);
    for _ in 0..2 {
        assert_eq!(join(&app, &b, &event, "A-1").await, (201, json!({"position": 1})));
    }
    assert_eq!(join(&app, &c, &event, "A-1").await, (201, json!({"position": 2})));
    assert_eq!(app.get("/api/waiting-list?cursor=x", &c).await.1["field"], "cursor");
    let (_, page) = app.get("/api/waiting-list", &c).await;
    assert_eq!((&page["items"][0]["seat"], &page["items"][0]["position"]), (&json!("A-1"), &json!(2)));
    for _ in 0..2 {
        assert_eq!(leave(&app, &b, &event, "A-1").await, 204);
    }
    assert_eq!(app.get("/api/waiting-list", &b).await.1["items"], json!([]));
    assert_eq!(app.get("/api/waiting-list", &c).await.1["items"][0]["position"], 1);
    // B joins again, at the end.
    assert_eq!(join(&app, &b, &event, "A-1").await, (201, json!({"position": 2})));
    // Everybody leaves: the seat is free for all.
    assert_eq!((leave(&app, &b, &event, "A-1").await, leave(&app, &c, &event, "A-1").await), (204, 204));
    app.cancel(&owner, &booking).await;
    app.letters_become(&event, "OOO").await;
    assert_eq!(leave(&app, &b, &event, "Z-9").await, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_as_many_seats_as_they_may_is_passed_over() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-4", &json!({"max_seats_per_user": 1})).await;
    let (a, b, c) = (app.buyer().await, app.buyer().await, app.buyer().await);
    let booking = app.confirmed(&a, &event, &["A-1"]).await;
    join(&app, &b, &event, "A-1").await;
    join(&app, &c, &event, "A-1").await;
    app.confirmed(&b, &event, &["A-2"]).await;
    app.cancel(&a, &booking).await;
    let offered = app.own_booking_in("AWAITING_PAYMENT", &c).await;
    assert_eq!(offered["seats"], json!(["A-1"]));
    assert_eq!(app.get("/api/waiting-list", &b).await.1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_seats_are_handed_over_in_one_go_each_to_its_own_line() {
    let app = App::start(&[]).await;
    let (a, event) = app.buyer_and_event("A:1-4").await;
    let (b, c) = (app.buyer().await, app.buyer().await);
    let booking = app.confirmed(&a, &event, &["A-1", "A-2", "A-3", "A-4"]).await;
    for (user, seat) in [(&b, "A-1"), (&b, "A-3"), (&c, "A-2"), (&c, "A-3")] {
        assert_eq!(join(&app, user, &event, seat).await.0, 201);
    }
    app.cancel(&a, &booking).await;
    let (to_b, to_c) =
        (app.own_booking_in("AWAITING_PAYMENT", &b).await, app.own_booking_in("AWAITING_PAYMENT", &c).await);
    assert_eq!((&to_b["seats"], &to_b["total"]["amount"]), (&json!(["A-1", "A-3"]), &json!(10_000_000)));
    assert_eq!(to_c["seats"], json!(["A-2"]));
    app.letters_become(&event, "GGGO").await;
    // C is next for A-3.
    app.cancel(&b, &to_b).await;
    eventually("C is offered A-3 too", || async {
        let (_, page) = app.get("/api/bookings", &c).await;
        page["items"].as_array().unwrap().iter().any(|booking| booking["seats"] == json!(["A-3"])).then_some(())
    })
    .await;
    app.letters_become(&event, "OGGO").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_given_up_while_its_event_is_being_deleted_goes_to_its_line_and_the_deletion_is_given_up() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let (a, b) = (app.buyer().await, app.buyer().await);
    let booking = app.confirmed(&a, &event, &["A-1"]).await;
    assert_eq!(join(&app, &b, &event, "A-1").await.0, 201);
    // This is the state after a deletion that found all seats open, and stopped before it withdrew them.
    let (pk, sk) = (format!("EVENT#{event}"), "EVENT");
    app.set("ticketing", &pk, sk, "status", json!({"S": "CLOSING"}));
    app.set("ticketing", &pk, sk, "deletion", json!({"S": "WITHDRAWING"}));
    app.cancel(&a, &booking).await;
    assert_eq!(app.own_booking_in("AWAITING_PAYMENT", &b).await["seats"], json!(["A-1"]));
    assert_eq!(app.delete(&format!("/api/events/{event}"), &organiser).await.0, 409);
    app.letters_become(&event, "GO").await;
    assert_eq!(app.get(&format!("/api/events/{event}"), &b).await.1["status"], "SCHEDULED");
}
