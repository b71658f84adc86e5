//! Events that are moved after seats of them were sold.

use crate::app::{App, Organiser, User, eventually};
use contracts::{SystemWorld, World};
use serde_json::{Value, json};
use std::time::Duration;

/// What a PUT of this event takes, with these members other.
async fn draft(app: &App, organiser: &User, event: &str, other: &Value) -> Value {
    let (status, mut draft) = app.get(&format!("/api/events/{event}/draft"), organiser).await;
    assert_eq!(status, 200, "{draft}");
    draft.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    draft
}

async fn moved(app: &App, organiser: &User, event: &str, other: &Value) -> (u16, Value) {
    let draft = draft(app, organiser, event, other).await;
    app.put(&format!("/api/events/{event}"), organiser, &draft).await
}

async fn shown(app: &App, buyer: &User, booking: &Value) -> Value {
    app.get(&format!("/api/bookings/{}", booking["id"].as_str().unwrap()), buyer).await.1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_seats_is_told_once_gets_a_new_ticket_and_may_have_the_money_back() {
    // Without the move, nothing could be cancelled any more.
    let app = App::start(&[("CancelHours", "8760")]).await;
    let (organiser, buyer, other) = (app.user("organiser").await, app.buyer().await, app.buyer().await);
    let (was, is) = (SystemWorld.now() + Duration::from_hours(48), SystemWorld.now() + Duration::from_hours(72));
    let event = app.event(&organiser, "A:1-4", &json!({"starts_at": was, "venue": "Studio 1"})).await;
    let paid = app.confirmed(&buyer, &event, &["A-1", "A-2"]).await;
    let (_, unpaid) = app.book(&other, &event, &["A-3"], "manual").await;
    assert_eq!(app.cancel(&buyer, &paid).await.1["code"], "not_cancellable");
    let printed = eventually("the ticket is there", || app.pdf(&buyer, &paid)).await;
    let codes = format!("/api/bookings/{}/codes", paid["id"].as_str().unwrap());
    let (_, before) = app.get(&codes, &buyer).await;

    let (status, answer) = moved(&app, &organiser, &event, &json!({"starts_at": is, "venue": "Studio 9"})).await;
    assert_eq!((status, answer["venue"].as_str()), (200, Some("Studio 9")), "{answer}");
    for (who, booking) in [(&buyer, &paid), (&other, &unpaid)] {
        let now = eventually("the booking is moved", || async {
            let now = shown(&app, who, booking).await;
            (now["venue"] == "Studio 9").then_some(now)
        })
        .await;
        assert_eq!(now["starts_at"], json!(is));
        assert_eq!((&now["moved"]["venue"], &now["moved"]["starts_at"]), (&json!("Studio 1"), &json!(was)), "{now}");
        assert_eq!(now["moved"]["refund_until"], json!(is), "not past the new start");
        let mail = app.mail(who, "Dipindahkan: Sinners").await;
        let text = mail["text"].as_str().unwrap();
        assert!(text.contains("Studio 1") && text.contains("Studio 9"), "{text}");
    }
    eventually("the ticket is printed anew", || async { app.pdf(&buyer, &paid).await.filter(|pdf| *pdf != printed) })
        .await;
    assert_eq!(app.get(&codes, &buyer).await.1, before, "whoever has the old ticket gets in");
    // Who buys while plans of the old place are still kept is moved too.
    let late = app.confirmed(&other, &event, &["A-4"]).await;
    eventually("the late booking is moved", || async {
        (shown(&app, &other, &late).await["venue"] == "Studio 9").then_some(())
    })
    .await;

    let (status, answer) = app.cancel(&buyer, &paid).await;
    assert_eq!(status, 200, "{answer}");
    app.booking_in("REFUNDED", &buyer, &paid).await;
    app.mail(&buyer, "Dana dikembalikan").await;
    assert_eq!(app.mails(&buyer, "Dipindahkan").len(), 1);
}

/// An organiser's system may forget a sale that it confirmed months ago. It is not asked again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisers_system_is_not_asked_again_about_what_it_confirmed() {
    let app = App::start(&[]).await;
    let system = Organiser::forgetful().await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": system.url})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    eventually("it confirms", || async { (system.confirms() == 1).then_some(()) }).await;
    let was = eventually("the ticket is there", || app.pdf(&buyer, &booking)).await;
    assert_eq!(app.patch("/api/profile", &buyer, &json!({"name": "Siti Rahma"})).await.0, 200);
    let kept = || app.kept("ticketing", &format!("BOOKING#{}", booking["id"].as_str().unwrap()), "BOOKING");
    eventually("the ticket bears the name", async || {
        let is = app.pdf(&buyer, &booking).await?;
        (kept()["user_name"]["S"] == "Siti Rahma" && kept()["printed"]["BOOL"] == true && is != was).then_some(())
    })
    .await;
    assert_eq!(moved(&app, &organiser, &event, &json!({"venue": "Studio 9"})).await.0, 200);
    app.mail(&buyer, "Dipindahkan").await;
    eventually("the history knows", || async {
        let (_, page) = app.get("/api/bookings", &buyer).await;
        (page["items"][0]["venue"] == "Studio 9").then_some(())
    })
    .await;
    assert_eq!(shown(&app, &buyer, &booking).await["status"], "CONFIRMED");
    assert_eq!(system.confirms(), 1);
}

/// Two moves are two letters, and a move back is one too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_may_move_twice_and_back() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({"city": "Bandung"})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    for (number, (other, venue, city)) in [
        (json!({"venue": "Studio 9"}), "Studio 9", "Bandung"),
        (json!({"venue": "Studio 1"}), "Studio 1", "Bandung"),
        // A city that is taken away moves nobody; another one in its place does.
        (json!({"city": "Bogor"}), "Studio 1", "Bogor"),
    ]
    .into_iter()
    .enumerate()
    {
        if city == "Bogor" {
            assert_eq!(moved(&app, &organiser, &event, &json!({"city": null})).await.0, 200);
        }
        assert_eq!(moved(&app, &organiser, &event, &other).await.0, 200);
        eventually("the booking is moved", || async {
            let now = shown(&app, &buyer, &booking).await;
            (now["venue"] == venue && now["city"] == city && now["moved"]["was_paid"] == true).then_some(())
        })
        .await;
        eventually("a letter for each move", || async {
            (app.mails(&buyer, "Dipindahkan").len() == number + 1).then_some(())
        })
        .await;
    }
}

/// Moved to much later: the account of who has a seat stays, however the event was sold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_with_a_seat_of_a_moved_event_is_kept_until_the_new_time() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    app.event_began(&buyer, &event);
    assert_eq!(moved(&app, &organiser, &event, &json!({"starts_at": "2030-03-01T12:00:00Z"})).await.0, 200);
    eventually("the booking is moved", || async {
        (shown(&app, &buyer, &booking).await["starts_at"] == "2030-03-01T12:00:00.000Z").then_some(())
    })
    .await;
    assert_eq!(app.delete("/api/profile", &buyer).await.1["code"], "live_booking");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_moves_nothing_tells_nobody() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    for (other, status, field) in [
        (json!({"starts_at": "2020-01-01T12:00:00Z"}), 422, "starts_at"),
        (json!({"time_zone": "Asia/Atlantis"}), 422, "time_zone"),
        (json!({"ends_at": "2029-12-31T12:00:00Z"}), 422, "ends_at"),
        (json!({"venue": ""}), 422, "venue"),
        (json!({"title": "Sinners, again"}), 200, ""),
        (json!({"max_seats_per_user": 9}), 200, ""),
    ] {
        let (given, answer) = moved(&app, &organiser, &event, &other).await;
        assert_eq!((given, answer["field"].as_str().unwrap_or_default()), (status, field), "{other}: {answer}");
    }
    let stranger = app.user("organiser").await;
    let wish = draft(&app, &organiser, &event, &json!({"venue": "Elsewhere"})).await;
    assert_eq!(app.put(&format!("/api/events/{event}"), &stranger, &wish).await.0, 404);
    // A move that is told shows that nothing was told before it.
    assert_eq!(moved(&app, &organiser, &event, &json!({"venue": "Studio 2"})).await.0, 200);
    let mail = app.mail(&buyer, "Dipindahkan").await;
    assert!(mail["text"].as_str().unwrap().contains("Studio 2"), "{mail}");
    assert_eq!(app.mails(&buyer, "Dipindahkan").len(), 1);
    assert_eq!(shown(&app, &buyer, &booking).await["event_title"], "Sinners, again");
}

/// Who sat in it gets no second right to the money.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_has_begun_stays_where_and_when_it_is() {
    let app = App::start(&[("CancelHours", "0")]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let soon = SystemWorld.now() + Duration::from_secs(6);
    let event = app.event(&organiser, "A:1-2", &json!({"starts_at": soon})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    eventually("it has begun", || async { (SystemWorld.now() >= soon).then_some(()) }).await;
    for other in
        [json!({"starts_at": "2030-03-01T12:00:00Z"}), json!({"starts_at": "2030-03-01T12:00:00Z", "venue": "X"})]
    {
        let (status, problem) = moved(&app, &organiser, &event, &other).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("event_begun")), "{problem}");
    }
    assert_eq!(app.cancel(&buyer, &booking).await.1["code"], "not_cancellable");
    assert_eq!(shown(&app, &buyer, &booking).await["starts_at"], json!(soon));
}
