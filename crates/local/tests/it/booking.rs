//! One booking, from seat to ticket, and every way in which it may end.

use crate::app::{App, Organiser, User, eventually, options};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::{Money, Timestamp};
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paid_booking_is_confirmed_and_its_ticket_can_be_fetched() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    let (status, booking) = app.book(&buyer, &event, &["A-3", "A-1"], "auto").await;
    assert_eq!(status, 201, "{booking}");
    assert_eq!(booking["seats"], json!(["A-3", "A-1"]));
    assert_eq!(booking["total"], json!(Money::idr(10_000_000)));
    let confirmed = app.booking_in("CONFIRMED", &buyer, &booking).await;
    assert_eq!(confirmed["invoice"]["number"], format!("inv-ticketing-{}", booking["id"].as_str().unwrap()));
    app.letters_become(&event, "BOBO").await;

    let path = format!("/api/bookings/{}/ticket", booking["id"].as_str().unwrap());
    let link = eventually("there is a ticket", || async {
        let (status, link) = app.get(&path, &buyer).await;
        (status == 200).then_some(link)
    })
    .await;
    let pdf = app.client.get(link["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    let pdf = pdf.bytes().await.unwrap();
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() < 40_000, "{} bytes", pdf.len());
    // The link opens this object and no other, and only as it was signed.
    let other = link["url"].as_str().unwrap().replace("tickets/", "tickets/x");
    assert_eq!(app.client.get(other).send().await.unwrap().status(), 403);
    app.history_says(&buyer, booking["id"].as_str().unwrap(), "CONFIRMED", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_payment_fails_the_booking_and_frees_the_seats() {
    let app = App::start(&[("PaymentFailureRate", "1")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (status, booking) = app.book(&buyer, &event, &["A-1"], "auto").await;
    assert_eq!(status, 201);
    let failed = app.booking_in("FAILED", &buyer, &booking).await;
    assert_eq!(failed["reason"], "PAYMENT_FAILED");
    app.letters_become(&event, "OO").await;
    app.history_says(&buyer, booking["id"].as_str().unwrap(), "FAILED", Some("PAYMENT_FAILED")).await;
    let (status, problem) = app.get(&format!("/api/bookings/{}/ticket", booking["id"].as_str().unwrap()), &buyer).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("ticket_not_ready")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusing_organiser_fails_the_booking_and_frees_the_seats() {
    let app = App::start(&[("OrganiserFailureRate", "1")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (status, problem) = app.book(&buyer, &event, &["A-1", "A-2"], "auto").await;
    assert_eq!((status, problem["code"].as_str()), (502, Some("organiser_refused")));
    let id = problem["booking_id"].as_str().unwrap();
    app.history_says(&buyer, id, "FAILED", Some("ORGANISER_REFUSED")).await;
    app.letters_become(&event, "OO").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpaid_hold_expires_and_cannot_be_paid_afterwards() {
    let app = App::start(&[("HoldSeconds", "2")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (status, booking) = app.book(&buyer, &event, &["A-2"], "manual").await;
    assert_eq!((status, booking["status"].as_str()), (201, Some("AWAITING_PAYMENT")));
    app.letters_become(&event, "OG").await;
    let expired = app.booking_in("EXPIRED", &buyer, &booking).await;
    assert_eq!(expired["invoice"], booking["invoice"]);
    app.letters_become(&event, "OO").await;
    let pay = format!("/api/invoices/{}/pay", booking["invoice"]["number"].as_str().unwrap());
    let (status, problem) = app.post(&pay, &buyer, &json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("not_payable")));
    app.history_says(&buyer, booking["id"].as_str().unwrap(), "EXPIRED", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_that_comes_too_early_ends_nothing() {
    let app = App::start(&[("HoldSeconds", "2")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    // Such a timer may come from an earlier try with the same idempotency key.
    let early = json!({"booking_id": booking["id"], "due": booking["created_at"]});
    app.cloud.engines.sqs.send("karcis-expire-hold", &early.to_string()).await.unwrap();
    let expired = app.booking_in("EXPIRED", &buyer, &booking).await;
    assert!(expired["updated_at"].as_str() >= booking["hold_expires_at"].as_str(), "{expired}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manual_booking_waits_for_its_buyer_to_pay() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let number = booking["invoice"]["number"].as_str().unwrap();
    let (status, invoice) = app.get(&format!("/api/invoices/{number}"), &buyer).await;
    assert_eq!((status, invoice["status"].as_str()), (200, Some("PENDING")));
    assert_eq!(invoice["expires_at"], booking["hold_expires_at"]);
    let stranger = app.buyer().await;
    assert_eq!(app.get(&format!("/api/invoices/{number}"), &stranger).await.0, 404);
    let pay = format!("/api/invoices/{number}/pay");
    assert_eq!(app.post(&pay, &stranger, &json!({})).await.0, 404);
    // The payment URL is a page, which asks this. A second time changes nothing.
    let url = booking["invoice"]["payment_url"].as_str().unwrap();
    assert_eq!(url, format!("{}/pay/{number}", app.cloud.url));
    assert_eq!(app.client.get(url).send().await.unwrap().headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(
        (&invoice["methods"], &invoice["simulated"]),
        (&json!(["QRIS", "VIRTUAL_ACCOUNT", "E_WALLET"]), &json!(true))
    );
    for unknown in [json!({"method": "CASH"}), json!({"method": 1}), json!({"by": "QRIS"})] {
        assert_eq!(app.post(&pay, &buyer, &unknown).await.0, 422, "{unknown}");
    }
    for body in [Some(json!({"method": "QRIS"})), None] {
        let (paid, _) = app.ask(Method::POST, &pay, Some(&buyer), body.as_ref()).await;
        assert!(paid == 202 || paid == 409, "{paid}");
    }
    app.booking_in("CONFIRMED", &buyer, &booking).await;
    let (_, invoice) = app.get(&format!("/api/invoices/{number}"), &buyer).await;
    assert_eq!(invoice["status"], "PAID");
}

/// Books with an idempotency key.
async fn book_with_key(app: &App, buyer: &User, key: &str, body: &Value) -> (u16, Value) {
    let request = app.client.post(format!("{}/api/bookings", app.cloud.url)).bearer_auth(&buyer.token);
    crate::app::answer(request.header("idempotency-key", key).json(body).send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replayed_request_answers_the_same_booking_as_it_is_now() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    let body = json!({"event_id": event, "seats": ["A-1"]});
    let (status, first) = book_with_key(&app, &buyer, "k-1", &body).await;
    assert_eq!(status, 201, "{first}");
    app.booking_in("CONFIRMED", &buyer, &first).await;
    let (status, again) = book_with_key(&app, &buyer, "k-1", &body).await;
    assert_eq!((status, &again["id"], again["status"].as_str()), (201, &first["id"], Some("CONFIRMED")));
    let other = json!({"event_id": event, "seats": ["A-2"]});
    let (status, problem) = book_with_key(&app, &buyer, "k-1", &other).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("idempotency_key_reused")));
    // Another caller may use the same key.
    let neighbour = app.buyer().await;
    let (status, theirs) = book_with_key(&app, &neighbour, "k-1", &other).await;
    assert_eq!(status, 201);
    assert_ne!(theirs["id"], first["id"]);
    app.letters_become(&event, "BBOO").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replayed_refusal_is_the_same_refusal() {
    let app = App::start(&[("OrganiserFailureRate", "1")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-4").await;
    let body = json!({"event_id": event, "seats": ["A-1"]});
    let (status, first) = book_with_key(&app, &buyer, "k-1", &body).await;
    assert_eq!(status, 502, "{first}");
    let (status, again) = book_with_key(&app, &buyer, "k-1", &body).await;
    assert_eq!((status, &again), (502, &first));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_at_once_makes_one_booking() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-9").await;
    let body = json!({"event_id": event, "seats": ["A-1", "A-2"]});
    let tries = (0..8).map(|_| book_with_key(&app, &buyer, "k-1", &body));
    let answers = futures::future::join_all(tries).await;
    let mut ids: Vec<_> =
        answers.iter().filter(|(status, _)| *status == 201).map(|(_, b)| b["id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{answers:?}");
    let others = answers.iter().filter(|(status, _)| *status != 201);
    assert!(others.clone().all(|(status, p)| *status == 409 && p["code"] == "in_progress"), "{answers:?}");
    app.letters_become(&event, "BBOOOOOOO").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_has_no_more_seats_than_the_event_allows() {
    let app = App::start(&[("HoldSeconds", "2")]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-9", &json!({"max_seats_per_user": 3})).await;
    let (status, problem) = app.book(&buyer, &event, &["A-1", "A-2", "A-3", "A-4"], "manual").await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("too_many_seats")));
    let (status, two) = app.book(&buyer, &event, &["A-1", "A-2"], "manual").await;
    assert_eq!(status, 201);
    let (status, problem) = app.book(&buyer, &event, &["A-3", "A-4"], "manual").await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("too_many_seats")));
    assert_eq!(app.book(&buyer, &event, &["A-3"], "auto").await.0, 201);
    // Expired seats no longer count.
    app.booking_in("EXPIRED", &buyer, &two).await;
    assert_eq!(app.book(&buyer, &event, &["A-4", "A-5"], "auto").await.0, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sale_has_a_window() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({"on_sale_from": "2029-01-01T00:00:00Z"})).await;
    let (status, problem) = app.book(&buyer, &event, &["A-1"], "auto").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("not_on_sale")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisers_own_system_is_asked_and_told_the_end() {
    let app = App::start(&[]).await;
    let organiser_system = Organiser::start(201).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": organiser_system.url})).await;
    let (status, booking) = app.book(&buyer, &event, &["A-1"], "auto").await;
    assert_eq!(status, 201, "{booking}");
    let id = booking["id"].as_str().unwrap();
    eventually("the hold is confirmed there", || async {
        organiser_system.calls().contains(&format!("POST /organiser/holds/{id}/confirm")).then_some(())
    })
    .await;
    let (first, hold) = organiser_system.told.lock().unwrap()[0].clone();
    assert_eq!(first, "POST /organiser/holds");
    // Their hold lasts longer than ours, so that a payment at the last second can still be confirmed.
    let ends: Timestamp = booking["hold_expires_at"].as_str().unwrap().parse().unwrap();
    let expected = json!({"booking_id": id, "event_id": event, "seats": ["A-1"],
        "seat_details": booking["seat_details"], "expires_at": ends + Duration::from_mins(10)});
    assert_eq!(hold, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_that_is_gone_there_is_released() {
    for gone in [404, 410] {
        let app = App::start(&[]).await;
        let answer = move |calls: &[(String, Value)]| {
            let last = &calls.last().unwrap().0;
            (if last.starts_with("DELETE") { gone } else { 201 }, json!({}))
        };
        let system = Organiser::answering(answer).await;
        let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
        let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": system.url})).await;
        let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
        let waiter = app.buyer().await;
        app.post(&format!("/api/events/{event}/seats/A-1/waiting-list"), &waiter, &json!({})).await;
        app.cancel(&buyer, &booking).await;
        // Who waits is offered the seat only once the old hold is released there.
        eventually("the seat is offered", || async {
            let (_, page) = app.get("/api/bookings", &waiter).await;
            (page["items"][0]["status"] == "AWAITING_PAYMENT").then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_from_the_organiser_is_no_refusal_and_the_hold_is_given_back() {
    let app = App::start(&[]).await;
    let broken = Organiser::start(500).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": broken.url})).await;
    let (status, problem) = app.book(&buyer, &event, &["A-1"], "auto").await;
    assert_eq!((status, problem["code"].as_str()), (502, Some("organiser_unavailable")));
    let id = problem["booking_id"].as_str().unwrap();
    app.history_says(&buyer, id, "FAILED", Some("ORGANISER_UNAVAILABLE")).await;
    app.letters_become(&event, "OO").await;
    eventually("the hold is released there", || async {
        broken.calls().contains(&format!("DELETE /organiser/holds/{id}")).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seats_go_on_sale_together_or_not_at_all() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-3", &json!({})).await;
    let path = format!("/api/events/{event}/seats");
    let price = json!(Money::idr(5_000_000));
    let (status, problem) =
        app.post(&path, &organiser, &json!({"section": "B", "labels": ["B-1", "A-3"], "price": price})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("seat_exists")));
    assert_eq!(problem["seats"], json!(["A-3"]));
    let dearer = json!(Money::idr(6_000_000));
    let (status, problem) =
        app.post(&path, &organiser, &json!({"section": "REGULAR", "labels": ["A-4"], "price": dearer})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("section_price")));
    let (_, found) = app.ask(Method::GET, &format!("/api/events/{event}"), None, None).await;
    assert_eq!(found["sections"].as_array().unwrap().len(), 1);
    assert_eq!(found["sections"][0]["open"], 3);
    // An organiser cannot add seats to another organiser's event.
    let rival = app.user("organiser").await;
    assert_eq!(app.post(&path, &rival, &json!({"section": "B", "labels": ["B-1"], "price": price})).await.0, 404);
    // On sale at once.
    assert_eq!(app.post(&path, &organiser, &json!({"section": "B", "labels": ["B-1"], "price": price})).await.0, 201);
    let buyer = app.buyer().await;
    assert_eq!(app.book(&buyer, &event, &["B-1", "A-1"], "auto").await.0, 201);
    let (_, layout) = app.ask(Method::GET, &format!("/api/events/{event}/layout"), None, None).await;
    assert_eq!(layout["sections"][1]["labels"], json!(["B-1"]));
    let (_, seats) = app.ask(Method::GET, &format!("/api/events/{event}/seats"), None, None).await;
    assert_eq!(seats["sections"][0]["seats"][1], json!({"label": "A-2", "row": "A", "number": "2", "status": "OPEN"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layout_is_cached_by_its_tag() {
    let app = App::start(&[]).await;
    let (_, event) = app.buyer_and_event("A:1-3").await;
    let url = format!("{}/api/events/{event}/layout", app.cloud.url);
    let first = app.client.get(&url).send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    let again = app.client.get(&url).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_come_in_pages() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    for day in 1..=5 {
        let more = json!({"title": format!("Film {day}"), "starts_at": format!("2030-01-0{day}T12:00:00Z")});
        app.event(&organiser, "A:1", &more).await;
    }
    let (mut titles, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = app.ask(Method::GET, &format!("/api/events?limit=2{cursor}"), None, None).await;
        assert_eq!(status, 200, "{page}");
        titles.extend(page["items"].as_array().unwrap().iter().map(|e| e["title"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(titles, ["Film 1", "Film 2", "Film 3", "Film 4", "Film 5"]);
    let path = "/api/events?from=2030-01-02T00:00:00Z&to=2030-01-04T00:00:00Z&q=fILM";
    let (_, page) = app.ask(Method::GET, path, None, None).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let backwards = "/api/events?from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z";
    assert_eq!(app.ask(Method::GET, backwards, None, None).await.1["field"], "to");
    let foreign = URL_SAFE_NO_PAD.encode("USER#1");
    assert_eq!(app.ask(Method::GET, &format!("/api/events?cursor={foreign}"), None, None).await.0, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_big_event_spreads_over_blocks_and_is_one_map() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A-B:1-1000", &json!({})).await;
    assert_eq!(app.letters(&event).await, "O".repeat(2_000));
    let buyer = app.buyer().await;
    let (status, booking) = app.book(&buyer, &event, &["B-1000", "A-1"], "auto").await;
    assert_eq!(status, 201, "{booking}");
    app.letters_become(&event, &format!("B{}B", "O".repeat(1_998))).await;
    let too_many = json!({"section": "Z", "rows": "C-U:1-999", "price": Money::idr(100)});
    assert_eq!(app.post(&format!("/api/events/{event}/seats"), &organiser, &too_many).await.0, 422);
}

/// Whoever deploys Karcis without saying who takes the money sells nothing, and buyers are told why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_payment_provider_nothing_is_sold_and_nothing_is_held() {
    let app = App::start(&[("PaymentProvider", "none"), ("Simulators", "yes")]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (status, problem) = app.book(&buyer, &event, &["A-1"], "auto").await;
    assert_eq!((status, &problem["code"]), (503, &json!("no_payment_provider")), "{problem}");
    assert_eq!(problem["retryable"], false);
    let product = app.product(20_000).await;
    let (status, problem) = app.buy(&buyer, "14000000001", &product, "auto").await;
    assert_eq!((status, &problem["code"]), (503, &json!("no_payment_provider")), "{problem}");
    assert_eq!(app.get("/api/bookings", &buyer).await.1["items"], json!([]));
    app.letters_become(&event, "OO").await;
}

/// A house without another system keeps its seats by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_without_an_organisers_system_sells_by_itself() {
    let options = Options {
        absent: ["organiser-system", "power-company", "tmdb"].map(str::to_owned).to_vec(),
        ..options(&[("Simulators", "no"), ("TmdbUrl", "https://api.themoviedb.org")])
    };
    let app = App::with(&options).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    eventually("the ticket is there", || app.pdf(&buyer, &booking)).await;
    assert_eq!(app.cancel(&buyer, &booking).await.0, 200);
    app.booking_in("REFUNDED", &buyer, &booking).await;
}
