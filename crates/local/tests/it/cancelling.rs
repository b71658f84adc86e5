//! Bookings are cancelled, and the money is refunded once.

use crate::app::{App, Organiser, eventually};
use contracts::{SystemWorld, World};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_bookings_invoice_is_refunded_once_although_refunds_fail_half_the_time() {
    let app = App::start(&[("RefundFailureRate", "0.5")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-20").await;
    let mut cancelled = Vec::new();
    for n in 1..=20 {
        let booking = app.confirmed(&buyer, &event, &[&format!("A-{n}")]).await;
        let (status, answer) = app.cancel(&buyer, &booking).await;
        assert!(status == 200 && ["REFUNDING", "REFUNDED"].contains(&answer["status"].as_str().unwrap()), "{answer}");
        // A second cancel changes nothing.
        assert_eq!(app.cancel(&buyer, &booking).await.0, 200);
        cancelled.push(booking);
    }
    for booking in &cancelled {
        app.booking_in("REFUNDED", &buyer, booking).await;
        let number = booking["invoice"]["number"].as_str().unwrap();
        assert_eq!(app.get(&format!("/api/invoices/{number}"), &buyer).await.1["status"], "REFUNDED");
        app.history_says(&buyer, booking["id"].as_str().unwrap(), "REFUNDED", None).await;
    }
    app.letters_become(&event, &"O".repeat(20)).await;
    eventually("each refund is told once", || async {
        (app.mails(&buyer, "Dana dikembalikan").len() == 20).then_some(())
    })
    .await;
}

/// The provider may refuse a refund for good: the account that the money came from is closed. Then an admin pays it
/// back by hand, once they have heard of it, and notes that. Until then nobody is told that the money is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_the_provider_keeps_is_paid_back_by_hand() {
    let app = App::start(&[("RefundRefusalRate", "1")]).await;
    let (organiser, buyer, admin) = (app.user("organiser").await, app.buyer().await, app.user("admin").await);
    let event = app.event(&organiser, "A:1-2", &json!({})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    let number = booking["invoice"]["number"].as_str().unwrap();
    let (invoice, by_hand) = (format!("/api/invoices/{number}"), format!("/api/invoices/{number}/refund-by-hand"));
    let (status, problem) = app.post(&by_hand, &admin, &json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("refund_not_refused")), "money goes back once");
    assert_eq!(app.cancel(&buyer, &booking).await.1["status"], "REFUNDING");
    eventually("the organiser is told", || async {
        let (_, sales) = app.get(&format!("/api/events/{event}/sales"), &organiser).await;
        (sales["mismatches"][0]["kind"] == "REFUND_REFUSED").then_some(())
    })
    .await;
    app.mail(&organiser, "Selisih pada acara").await;
    let (_, kept) = app.get(&invoice, &buyer).await;
    assert_eq!((&kept["status"], kept["refund_refused_at"].is_string()), (&json!("PAID"), true), "{kept}");
    app.booking_in("REFUNDING", &buyer, &booking).await;
    assert_eq!(app.mails(&buyer, "Dana dikembalikan").len(), 0);
    for nobody in [&buyer, &organiser] {
        assert_eq!(app.post(&by_hand, nobody, &json!({})).await.0, 403);
    }
    for _ in 0..2 {
        let (status, noted) = app.post(&by_hand, &admin, &json!({})).await;
        assert_eq!((status, &noted["status"]), (200, &json!("REFUNDED")), "{noted}");
    }
    let (status, problem) = app.post(&by_hand, &app.user("admin").await, &json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("refunded_before")), "two admins do not pay twice");
    let (_, invoice) = app.get(&invoice, &admin).await;
    assert_eq!(invoice["refunded_by"], json!(admin.id), "{invoice}");
    app.booking_in("REFUNDED", &buyer, &booking).await;
    app.mail(&buyer, "Dana dikembalikan").await;

    let product = app.product(100_000).await;
    // The power company refuses this meter's order.
    let (_, purchase) = app.buy(&buyer, "14000000005", &product, "auto").await;
    let number = purchase["invoice"]["number"].as_str().unwrap();
    let by_hand = format!("/api/invoices/{number}/refund-by-hand");
    eventually("the provider refuses, and an admin pays it back", || async {
        (app.post(&by_hand, &admin, &json!({})).await.0 == 200).then_some(())
    })
    .await;
    app.purchase_in("REFUNDED", &buyer, &purchase).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_paid_is_voided_and_may_be_booked_again() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let path = format!("/api/bookings/{}/cancel", booking["id"].as_str().unwrap());
    let (_, headers, _) = app.ask_with(Method::GET, path.trim_end_matches("/cancel"), &buyer, &[], None).await;
    let stale = app.ask_with(Method::POST, &path, &buyer, &[("if-match", "\"77\"")], None).await;
    assert_eq!((stale.0, stale.2["code"].as_str()), (412, Some("version_mismatch")));
    let seen = headers["etag"].to_str().unwrap();
    let (status, _, answer) = app.ask_with(Method::POST, &path, &buyer, &[("if-match", seen)], None).await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("CANCELLED")));
    let number = booking["invoice"]["number"].as_str().unwrap();
    assert_eq!(app.get(&format!("/api/invoices/{number}"), &buyer).await.1["status"], "VOID");
    assert_eq!(app.post(&format!("/api/invoices/{number}/pay"), &buyer, &json!({})).await.0, 409);
    app.confirmed(&buyer, &event, &["A-1"]).await;
    let stranger = app.buyer().await;
    assert_eq!(app.cancel(&stranger, &booking).await.0, 404);
    assert_eq!(app.ask(Method::POST, "/api/bookings/x/cancel", Some(&buyer), None).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paid_booking_is_kept_when_the_event_is_near_and_a_failed_one_has_nothing_to_cancel() {
    let app = App::start(&[("CancelHours", "8760")]).await;
    let organiser = app.user("organiser").await;
    let buyer = app.buyer().await;
    let soon = SystemWorld.now() + Duration::from_hours(24);
    let event = app.event(&organiser, "A:1-2", &json!({"starts_at": soon})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    let (status, problem) = app.cancel(&buyer, &booking).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("not_cancellable")));
    app.booking_in("CONFIRMED", &buyer, &booking).await;
    // An admin may still pay it back, and no organiser may.
    assert_eq!(app.cancel(&organiser, &booking).await.0, 404);
    let admin = app.user("admin").await;
    let (status, answer) = app.cancel(&admin, &booking).await;
    assert_eq!(status, 200, "{answer}");
    app.booking_in("REFUNDED", &buyer, &booking).await;
    app.mail(&buyer, "Dana dikembalikan").await;

    let app = App::start(&[("PaymentFailureRate", "1")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "auto").await;
    app.booking_in("FAILED", &buyer, &booking).await;
    assert_eq!(app.cancel(&buyer, &booking).await.1["code"], "not_cancellable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_organisers_hold_of_a_cancelled_booking_is_released() {
    let app = App::start(&[]).await;
    let system = Organiser::start(201).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": system.url})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    app.cancel(&buyer, &booking).await;
    let release = format!("DELETE /organiser/holds/{}", booking["id"].as_str().unwrap());
    eventually("the hold is released there", || async { system.calls().contains(&release).then_some(()) }).await;
}

/// It names its buyer, and opens no door any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ticket_of_a_booking_that_was_given_up_is_erased() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    let path = format!("/api/bookings/{}/ticket", booking["id"].as_str().unwrap());
    let ticket = eventually("there is a ticket", || async {
        let (status, ticket) = app.get(&path, &buyer).await;
        (status == 200).then_some(ticket)
    })
    .await;
    let is_there = async || reqwest::get(ticket["url"].as_str().unwrap()).await.unwrap().status().as_u16();
    assert_eq!(is_there().await, 200);
    assert_eq!(app.cancel(&buyer, &booking).await.0, 200);
    eventually("it is erased", || async { (is_there().await == 404).then_some(()) }).await;
}
