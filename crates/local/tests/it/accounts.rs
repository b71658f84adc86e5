//! People: profiles, passwords, sessions, roles, and what remains after an account is deleted.

use crate::app::{App, User, eventually};
use contracts::keys::zero_bits;
use contracts::{SystemWorld, Timestamp, World};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use template::STACK;
use triggers::Invoke;

async fn log_in(app: &App, email: &str, password: &str) -> (u16, Value) {
    app.ask(Method::POST, "/api/login", None, Some(&json!({"email": email, "password": password}))).await
}

/// The token of the mailed link.
fn token(mail: &Value) -> String {
    let text = mail["text"].as_str().unwrap();
    text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_changed_at_the_version_that_was_seen() {
    let app = App::start(&[]).await;
    let buyer = app.buyer().await;
    let (status, headers, profile) = app.ask_with(Method::GET, "/api/profile", &buyer, &[], None).await;
    assert_eq!((status, &profile["version"]), (200, &json!(1)));
    let tag = headers["etag"].to_str().unwrap();
    let body = json!({"name": "Siti N.", "locale": "en", "phone": "+628123456789"});
    let (status, headers, changed) =
        app.ask_with(Method::PATCH, "/api/profile", &buyer, &[("if-match", tag)], Some(&body)).await;
    assert_eq!((status, changed["name"].as_str(), headers["etag"].to_str().unwrap()), (200, Some("Siti N."), "\"2\""));
    let (status, _, problem) =
        app.ask_with(Method::PATCH, "/api/profile", &buyer, &[("if-match", tag)], Some(&body)).await;
    assert_eq!((status, problem["code"].as_str()), (412, Some("version_mismatch")));
    for bad in [json!({"name": " "}), json!({"phone": "0812"}), json!({"email": "x@y.id"}), json!({"locale": "fr"})] {
        assert_eq!(app.patch("/api/profile", &buyer, &bad).await.0, 422, "{bad}");
    }
    assert_eq!(app.get("/api/profile", &buyer).await.1["phone"], "+628123456789");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_confirmed_and_a_forgotten_password_reset_by_mail() {
    let app = App::start(&[]).await;
    let buyer = app.unconfirmed().await;
    // A user may sign in before the address is confirmed.
    assert_eq!(app.get("/api/profile", &buyer).await.1["email_confirmed"], false);
    let welcome = app.mail(&buyer, "Konfirmasi").await;
    let confirm = json!({"token": token(&welcome)});
    for _ in 0..2 {
        assert_eq!(app.ask(Method::POST, "/api/email/confirm", None, Some(&confirm)).await.0, 204);
    }
    assert_eq!(app.get("/api/profile", &buyer).await.1["email_confirmed"], true);

    for email in [&*buyer.email, "nobody@karcis.test"] {
        let asked = app.ask(Method::POST, "/api/password/reset", None, Some(&json!({"email": email}))).await;
        assert_eq!(asked.0, 204);
    }
    let request = || app.kept("accounts", &format!("USER#{}", buyer.id), "RESET")["request"].clone();
    let (asked, again) = (request(), json!({"email": buyer.email}));
    assert_eq!(app.ask(Method::POST, "/api/password/reset", None, Some(&again)).await.0, 204);
    assert_eq!(request(), asked, "a link that was just asked for is on its way");
    let mail = app.mail(&buyer, "Kata sandi baru").await;
    let reset = json!({"token": token(&mail), "new": "battery staple"});
    // A link works for one purpose only.
    let wrong = json!({"token": token(&welcome), "new": "battery staple"});
    let path = "/api/password/reset/confirm";
    assert_eq!(app.ask(Method::POST, path, None, Some(&wrong)).await.0, 400);
    assert_eq!(app.ask(Method::POST, path, None, Some(&json!({"token": token(&mail), "new": "short"}))).await.0, 422);
    assert_eq!(app.ask(Method::POST, path, None, Some(&reset)).await.0, 204);
    let (status, problem) = app.ask(Method::POST, path, None, Some(&reset)).await;
    assert_eq!((status, problem["code"].as_str()), (400, Some("invalid_link")));
    assert_eq!(log_in(&app, &buyer.email, "correct horse").await.0, 401);
    assert_eq!(log_in(&app, &buyer.email, "battery staple").await.0, 200);
}

/// A token says who its user was for up to an hour. What is sold and told with it goes by the account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_token_acts_under_the_present_name_and_not_for_an_account_that_is_gone() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let (renamed, erased) = (app.buyer().await, app.buyer().await);
    let elsewhere = signed_in_again(&app, &renamed).await;
    assert_eq!(app.patch("/api/profile", &elsewhere, &json!({"name": "Siti Rahma"})).await.0, 200);
    let booking = app.confirmed(&renamed, &event, &["A-1"]).await;
    let (_, page) = app.get(&format!("/api/events/{event}/bookings"), &organiser).await;
    assert_eq!((&page["items"][0]["id"], &page["items"][0]["user_name"]), (&booking["id"], &json!("Siti Rahma")));
    let elsewhere = signed_in_again(&app, &erased).await;
    assert_eq!(app.delete("/api/profile", &elsewhere).await.0, 204);
    refused(&app, &erased).await;
}

/// Their tickets, the organiser's lists and their places in lines say the present name, also what they booked in the
/// minute in which the gateway still knew the earlier one. Nobody is mailed again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_another_name_finds_it_on_all_that_they_have() {
    let app = App::start(&[("ForgetAfterSeconds", "3")]).await;
    let (organiser, other, buyer) = (app.user("organiser").await, app.buyer().await, app.buyer().await);
    let event = app.event(&organiser, "A:1-4", &json!({})).await;
    let theirs = app.confirmed(&other, &event, &["A-1"]).await;
    let line = format!("/api/events/{event}/seats/A-1/waiting-list");
    assert_eq!(app.post(&line, &buyer, &Value::Null).await.0, 201);
    let before = app.confirmed(&buyer, &event, &["A-2"]).await;
    let (_, unpaid) = app.book(&buyer, &event, &["A-3"], "manual").await;
    let printed = eventually("the ticket is there", || app.pdf(&buyer, &before)).await;

    assert_eq!(app.patch("/api/profile", &buyer, &json!({"name": "Siti Rahma"})).await.0, 200);
    let kept =
        |booking: &Value| app.kept("ticketing", &format!("BOOKING#{}", booking["id"].as_str().unwrap()), "BOOKING");
    let name = |booking: &Value| kept(booking)["user_name"]["S"].clone();
    for booking in [&before, &unpaid] {
        eventually("the booking has the name", || async { (name(booking) == "Siti Rahma").then_some(()) }).await;
    }
    let (_, late) = app.book(&buyer, &event, &["A-4"], "manual").await;
    assert_eq!(name(&late), "Siti Nurhaliza", "the gateway still knows the token by the earlier name");
    eventually("that one has it, too", || async { (name(&late) == "Siti Rahma").then_some(()) }).await;
    eventually("the ticket is printed anew", || async { app.pdf(&buyer, &before).await.filter(|pdf| *pdf != printed) })
        .await;
    eventually("the organiser sees the name", || async {
        let (_, page) = app.get(&format!("/api/events/{event}/bookings"), &organiser).await;
        let names: Vec<_> = page["items"].as_array()?.iter().map(|one| one["user_name"].clone()).collect();
        (names == ["Siti Rahma", "Siti Rahma", "Siti Rahma", "Siti Nurhaliza"]).then_some(())
    })
    .await;
    // Who is offered what they waited for is offered it under the present name.
    app.cancel(&other, &theirs).await;
    let offer = eventually("the seat is offered", || async {
        let owner = app.seat_owner(&event, "A-1").filter(|owner| *owner != theirs["id"].as_str().unwrap())?;
        Some(json!({"id": owner}))
    })
    .await;
    assert_eq!(name(&offer), "Siti Rahma");
    // Another change of the account, and the same name again, print nothing anew.
    let version = || kept(&before)["version"]["N"].as_str().unwrap().parse::<u64>().unwrap();
    let named = version();
    assert_eq!(app.patch("/api/profile", &buyer, &json!({"name": "Siti Rahma", "locale": "en"})).await.0, 200);
    assert_eq!(app.patch("/api/profile", &buyer, &json!({"name": "Siti R"})).await.0, 200);
    eventually("the last name is printed", || async {
        (name(&before) == "Siti R" && kept(&before)["printed"]["BOOL"] == true).then_some(())
    })
    .await;
    assert_eq!(version(), named + 1);
    assert_eq!(app.mails(&buyer, "Tiket Anda").len(), 1);
}

/// The same user with another token: a gateway keeps its verdict on each token for a minute.
async fn signed_in_again(app: &App, user: &User) -> User {
    eventually("another token", || async {
        let token = log_in(app, &user.email, "correct horse").await.1["access_token"].as_str()?.to_owned();
        (token != user.token).then(|| User { token, ..user.clone() })
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_and_signing_out_end_all_sessions() {
    let app = App::start(&[]).await;
    let buyer = app.buyer().await;
    let wrong = json!({"old": "battery staple", "new": "battery staple"});
    assert_eq!(app.post("/api/password", &buyer, &wrong).await.0, 401);
    let right = json!({"old": "correct horse", "new": "battery staple"});
    assert_eq!(app.post("/api/password", &buyer, &right).await.0, 204);
    refused(&app, &buyer).await;
    let (_, signed_in) = log_in(&app, &buyer.email, "battery staple").await;
    let again = User { token: signed_in["access_token"].as_str().unwrap().to_owned(), ..buyer };
    assert_eq!(app.get("/api/profile", &again).await.0, 200);
    assert_eq!(app.ask(Method::POST, "/api/logout", Some(&again), None).await.0, 204);
    refused(&app, &again).await;
}

/// Checks that the authorizer refuses this token. The gateway is not asked, because it keeps a verdict for up to a
/// minute.
async fn refused(app: &App, user: &User) {
    let question = json!({"type": "REQUEST", "identitySource": [format!("Bearer {}", user.token)]});
    let verdict = app.cloud.functions.invoke(&format!("{STACK}-authorizer"), &question).await.unwrap();
    assert_eq!(verdict["isAuthorized"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_log_ins_are_slowed_by_account() {
    let app = App::start(&[]).await;
    let (buyer, other) = (app.buyer().await, app.buyer().await);
    for email in [&*buyer.email, "nobody@karcis.test"] {
        for _ in 0..5 {
            assert_eq!(log_in(&app, email, "battery staple").await.0, 401);
        }
        let response = app
            .client
            .post(format!("{}/api/login", app.cloud.url))
            .json(&json!({"email": email, "password": "correct horse"}))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 429);
        assert!(response.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    }
    assert_eq!(log_in(&app, &other.email, "correct horse").await.0, 200);
}

/// Strangers behind the same address, and strangers who guess the account, keep nobody out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_password_is_let_in_whatever_strangers_did() {
    let app = App::start(&[]).await;
    let (buyer, attacked) = (app.buyer().await, app.buyer().await);
    for number in 0..101 {
        log_in(&app, &format!("nobody-{number}@karcis.test"), "battery staple").await;
    }
    let (status, problem) = log_in(&app, &buyer.email, "correct horse").await;
    assert_eq!((status, problem["code"].as_str()), (429, Some("too_many_attempts")), "{problem}");
    let solve = |problem: &Value| {
        let work = &problem["proof_of_work"];
        let (challenge, bits) = (work["challenge"].as_str().unwrap(), work["zero_bits"].as_u64().unwrap());
        let done = |n: &u64| u64::from(zero_bits(format!("{challenge}:{n}").as_bytes())) >= bits;
        (0..u64::from(u32::MAX)).find(done).unwrap().to_string()
    };
    let proof = solve(&problem);
    let with_proof = async |email: &str, password: &str, proof: &str| {
        let body = json!({"email": email, "password": password, "proof": proof});
        app.ask(Method::POST, "/api/login", None, Some(&body)).await
    };
    for (email, password, proof, status) in [
        (&buyer.email, "correct horse", proof.as_str(), 200),
        (&buyer.email, "battery staple", proof.as_str(), 401),
        (&buyer.email, "correct horse", "", 429),
        (&buyer.email, "correct horse", "guessed", 429),
        (&attacked.email, "correct horse", proof.as_str(), 429),
    ] {
        let (given, answer) = with_proof(email, password, proof).await;
        // After a failure the address is paused anew, and not for longer than it is now: the proof stays good.
        assert_eq!(given, status, "{email} {password} {proof}: {answer}");
    }
    // Strangers guessed this account: the mailed link lets its owner in.
    let (_, problem) = log_in(&app, &attacked.email, "correct horse").await;
    let proof = solve(&problem);
    for _ in 0..5 {
        assert_eq!(with_proof(&attacked.email, "battery staple", &proof).await.0, 401);
    }
    assert_eq!(with_proof(&attacked.email, "correct horse", &proof).await.0, 429);
    app.ask(Method::POST, "/api/password/reset", None, Some(&json!({"email": attacked.email}))).await;
    let mail = app.mail(&attacked, "Kata sandi baru").await;
    let token =
        mail["text"].as_str().unwrap().split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let body = json!({"token": token, "new": "staple battery"});
    assert_eq!(app.ask(Method::POST, "/api/password/reset/confirm", None, Some(&body)).await.0, 204);
    assert_eq!(with_proof(&attacked.email, "staple battery", &proof).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_admin_is_made_once_and_makes_the_others() {
    let app = App::start(&[]).await;
    let (first, second) = (app.buyer().await, app.buyer().await);
    let make = |email: String| {
        let app = &app;
        async move { app.cloud.functions.invoke(&format!("{STACK}-make-admin"), &json!({"email": email})).await.unwrap() }
    };
    assert_eq!(make(first.email.clone()).await["admin"], first.id);
    assert_eq!(make(first.email.clone()).await["admin"], first.id);
    assert_eq!(make(second.email.clone()).await["code"], "has_admin");
    let (_, signed_in) = log_in(&app, &first.email, "correct horse").await;
    let admin = User { token: signed_in["access_token"].as_str().unwrap().to_owned(), ..first };
    let path = format!("/api/users/{}", second.id);
    assert_eq!(app.get(&path, &admin).await.1["role"], "buyer");
    let (status, headers, user) =
        app.ask_with(Method::PATCH, &path, &admin, &[("if-match", "\"1\"")], Some(&json!({"role": "organiser"}))).await;
    assert_eq!((status, user["role"].as_str(), headers["etag"].to_str().unwrap()), (200, Some("organiser"), "\"2\""));
    let stale =
        app.ask_with(Method::PATCH, &path, &admin, &[("if-match", "\"1\"")], Some(&json!({"blocked": true}))).await;
    assert_eq!(stale.0, 412);
    let own = format!("/api/users/{}", admin.id);
    assert_eq!(app.patch(&own, &admin, &json!({"role": "buyer"})).await.1["code"], "own_account");
    assert_eq!(app.delete(&own, &admin).await.1["code"], "own_account");
    // A blocked user is told so, and their token is no longer valid.
    assert_eq!(app.patch(&path, &admin, &json!({"blocked": true})).await.0, 200);
    refused(&app, &second).await;
    assert_eq!(log_in(&app, &second.email, "correct horse").await.1["code"], "blocked");
    // All users, a page at a time; nobody else sees them.
    let third = app.buyer().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = app.get(&format!("/api/users?limit=2{cursor}"), &admin).await;
        assert_eq!(status, 200, "{page}");
        seen.extend(page["items"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [third.id.clone(), second.id.clone(), admin.id.clone()]);
    for (method, path) in [("GET", "/api/users"), ("GET", &*own), ("PATCH", &own), ("DELETE", &own)] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        assert_eq!(app.ask(method, path, Some(&third), Some(&json!({"role": "admin"}))).await.0, 403, "{path}");
    }
    assert_eq!(app.delete(&format!("/api/users/{}", third.id), &admin).await.0, 204);
    assert_eq!(app.get(&format!("/api/users/{}", third.id), &admin).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_is_forgotten_but_not_while_a_seat_is_theirs() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-3").await;
    let confirmed = app.confirmed(&buyer, &event, &["A-1"]).await;
    let id = confirmed["id"].as_str().unwrap();
    let (_, ticket) = eventually("there is a ticket", || async {
        let answer = app.get(&format!("/api/bookings/{id}/ticket"), &buyer).await;
        (answer.0 == 200).then_some(answer)
    })
    .await;
    let (status, problem) = app.delete("/api/profile", &buyer).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("live_booking")));
    // The event is over, so the booking no longer prevents the deletion.
    app.event_began(&buyer, &event);
    assert_eq!(app.delete("/api/profile", &buyer).await.0, 204);
    refused(&app, &buyer).await;
    assert_eq!(log_in(&app, &buyer.email, "correct horse").await.0, 401);
    eventually("the ticket is erased", || async {
        let gone = app.client.get(ticket["url"].as_str().unwrap()).send().await.unwrap();
        (gone.status() == 404).then_some(())
    })
    .await;
    let admin = app.user("admin").await;
    let (_, page) = app.get(&format!("/api/events/{event}/bookings"), &admin).await;
    assert_eq!((&page["items"][0]["status"], &page["items"][0]["user_name"]), (&json!("CONFIRMED"), &Value::Null));
    // Somebody else may register with the address.
    let body = json!({"email": buyer.email, "password": "correct horse", "name": "Somebody"});
    assert_eq!(app.ask(Method::POST, "/api/register", None, Some(&body)).await.0, 201);
}

/// What was booked in the minute in which a token outlives its account is nobody's: it is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_leaves_no_seat_that_is_nobodys() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    let (_, over) = app.buyer_and_event("A:1-2").await;
    let kept = app.confirmed(&buyer, &over, &["A-1"]).await;
    began(&app, &over, &kept, SystemWorld.now() - Duration::from_hours(1));
    let paid = app.confirmed(&buyer, &event, &["A-1"]).await;
    let (_, held) = app.book(&buyer, &event, &["A-2"], "manual").await;
    let news = json!({"type": "user.deleted", "user_id": buyer.id}).to_string();
    app.cloud.engines.sqs.send(&format!("{STACK}-forget-buyer"), &news).await.unwrap();
    app.booking_in("REFUNDED", &buyer, &paid).await;
    app.booking_in("CANCELLED", &buyer, &held).await;
    app.letters_become(&event, "OOOO").await;
    // Nothing else happens to the seat of an event that is over, once its buyer is forgotten.
    eventually("the name is forgotten", || async {
        let booking = app.kept("ticketing", &format!("BOOKING#{}", kept["id"].as_str().unwrap()), "BOOKING");
        booking["user_name"].is_null().then_some(())
    })
    .await;
    app.booking_in("CONFIRMED", &buyer, &kept).await;
}

/// Moves the event of this booking two days into the past, and its end to `ends`.
fn began(app: &App, event: &str, booking: &Value, ends: Timestamp) {
    let (began, id) = (json!({"S": SystemWorld.now() - Duration::from_hours(50)}), booking["id"].as_str().unwrap());
    app.set("ticketing", &format!("BOOKING#{id}"), "BOOKING", "starts_at", began.clone());
    app.set("ticketing", &format!("EVENT#{event}"), "EVENT", "starts_at", began);
    app.set("ticketing", &format!("EVENT#{event}"), "EVENT", "ends_at", json!({"S": ends}));
}

/// A festival of three days: who has its ticket keeps it until it is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_seat_of_an_event_that_has_begun_cannot_go_before_it_is_over() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    began(&app, &event, &booking, SystemWorld.now() + Duration::from_hours(1));
    assert_eq!(app.delete("/api/profile", &buyer).await.1["code"], "live_booking");
    began(&app, &event, &booking, SystemWorld.now() - Duration::from_hours(1));
    assert_eq!(app.delete("/api/profile", &buyer).await.0, 204);
}

/// Its buyers would have nobody to turn to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_runs_events_to_come_cannot_go() {
    let app = App::start(&[]).await;
    let (organiser, admin) = (app.user("organiser").await, app.user("admin").await);
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let theirs = format!("/api/users/{}", organiser.id);
    for (path, user) in [("/api/profile", &organiser), (theirs.as_str(), &admin)] {
        let (status, problem) = app.delete(path, user).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("events_to_come")), "{path}");
    }
    assert_eq!(app.post(&format!("/api/events/{event}/cancel"), &organiser, &json!({})).await.0, 200);
    eventually("they may go", || async { (app.delete("/api/profile", &organiser).await.0 == 204).then_some(()) }).await;
}

/// What is handed over is the other's as soon as they take it, and not before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organiser_hands_their_events_over_and_can_go() {
    let app = App::start(&[]).await;
    let (old, new, third) = (app.user("organiser").await, app.user("organiser").await, app.user("organiser").await);
    let (event, buyer) = (app.event(&old, "A:1-2", &json!({})).await, app.buyer().await);
    app.confirmed(&buyer, &event, &["A-1"]).await;
    let path = format!("/api/events/{event}");
    let (hand_over, take_over) = (format!("{path}/hand-over"), format!("{path}/take-over"));
    let take = |user: &User| {
        let (user, take_over) = (user.clone(), take_over.clone());
        let app = &app;
        async move { app.ask(Method::POST, &take_over, Some(&user), None).await.0 }
    };
    assert_eq!(take(&new).await, 404);
    assert_eq!(app.post(&hand_over, &new, &json!({"to": new.id})).await.0, 404);
    // It may be taken back, and given to another.
    for (to, named) in [(&new, json!(new.id)), (&old, Value::Null), (&third, json!(third.id)), (&new, json!(new.id))] {
        let answer = app.post(&hand_over, &old, &json!({"to": to.id})).await;
        assert_eq!(answer, (200, json!({"successor_id": named})));
        assert_eq!(app.get(&format!("{path}/sales"), &old).await.1["successor_id"], named);
    }
    assert_eq!((take(&third).await, take(&buyer).await), (404, 403));
    // A change in between leaves the offer as it is.
    let (_, draft) = app.get(&format!("{path}/draft"), &old).await;
    assert_eq!(app.put(&path, &old, &draft).await.0, 200);
    assert_eq!(app.get(&format!("{path}/sales"), &new).await.0, 404);
    assert_eq!(app.delete("/api/profile", &old).await.1["code"], "events_to_come");
    // The answer may get lost.
    assert_eq!((take(&new).await, take(&new).await, take(&old).await), (204, 204, 404));
    assert_eq!(app.get(&format!("{path}/sales"), &old).await.0, 404);
    assert_eq!(app.get(&format!("{path}/sales"), &new).await.0, 200);
    assert_eq!(app.delete("/api/profile", &old).await.0, 204);
    assert_eq!(app.delete("/api/profile", &new).await.1["code"], "events_to_come");
    let (status, _) = app.post(&format!("{path}/cancel"), &new, &json!({})).await;
    assert_eq!(status, 200);
    let (status, problem) = app.post(&hand_over, &new, &json!({"to": third.id})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("event_over")), "it is closed by who runs it");
}
