//! The sales report, and what reconciliation finds.

use crate::app::{App, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use template::STACK;
use triggers::Invoke;

async fn reconcile(app: &App) -> Value {
    app.cloud.functions.invoke(&format!("{STACK}-reconcile"), &json!({})).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sales_are_true_within_seconds() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-9", &json!({"title": "Rock, \"live\""})).await;
    let path = format!("/api/events/{event}/sales");
    let price = json!({"price": {"amount": 7_500_000, "currency": "IDR"}});
    app.patch(&format!("/api/events/{event}/seats/A-2"), &organiser, &price).await;
    let buyer = app.buyer().await;
    app.confirmed(&buyer, &event, &["A-1", "A-2"]).await;
    let (_, held) = app.book(&buyer, &event, &["A-3"], "manual").await;
    let given_up = app.confirmed(&buyer, &event, &["A-4"]).await;
    app.cancel(&buyer, &given_up).await;
    let sales = eventually("the report is true", || async {
        let (status, sales) = app.get(&path, &organiser).await;
        assert_eq!(status, 200, "{sales}");
        (sales["sold"] == 2 && sales["held"] == 1 && sales["open"] == 6).then_some(sales)
    })
    .await;
    assert_eq!(sales["revenue"], json!({"amount": 12_500_000, "currency": "IDR"}));
    assert_eq!(sales["failures"], json!({"CANCELLED": 1}));
    assert_eq!(sales["sections"][0]["sold"], 2);
    let (_, headers, csv) = app.ask_with(Method::GET, &path, &organiser, &[("accept", "text/csv")], None).await;
    assert!(headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    let csv = csv.as_str().unwrap();
    assert!(csv.contains("total;revenue_idr;125000\r\n") && csv.contains("\"Rock, \"\"live\"\"\""), "{csv}");
    let english = format!("{path}?separator=comma");
    let (_, _, csv) = app.ask_with(Method::GET, &english, &organiser, &[("accept", "text/csv")], None).await;
    assert!(csv.as_str().unwrap().starts_with("part,name,value\r\n"), "{csv}");
    let (status, problem) = app.get(&format!("{path}?separator=pipe"), &organiser).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("separator")), "{problem}");
    app.pay(&buyer, &held).await;
    eventually("what is paid is sold", || async {
        (app.get(&path, &organiser).await.1["revenue"]["amount"] == 17_500_000).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_disagrees_is_found_listed_and_mailed_once() {
    let app = App::start(&[("HoldSeconds", "1")]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-9", &json!({})).await;
    let buyer = app.buyer().await;
    let mut bookings = Vec::new();
    for seat in ["A-1", "A-2", "A-3", "A-4", "A-5"] {
        bookings.push(app.confirmed(&buyer, &event, &[seat]).await["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(reconcile(&app).await, json!({"mismatches": 0}));
    // Everything expired long ago, and still agrees. Then somebody writes into the tables.
    for id in &bookings {
        app.age(id);
    }
    assert_eq!(reconcile(&app).await, json!({"mismatches": 0}));
    let (paid, unpaid, sums) = (&bookings[0], &bookings[1], &bookings[2]);
    app.set("ticketing", &format!("BOOKING#{paid}"), "BOOKING", "status", json!({"S": "EXPIRED"}));
    app.set("payments", &format!("INVOICE#inv-ticketing-{unpaid}"), "INVOICE", "status", json!({"S": "VOID"}));
    let other = json!({"M": {"amount": {"N": "100"}, "currency": {"S": "IDR"}}});
    app.set("payments", &format!("INVOICE#inv-ticketing-{sums}"), "INVOICE", "amount", other);
    // A-1 is booked, and its booking is not confirmed: that is found too.
    assert_eq!(reconcile(&app).await, json!({"mismatches": 4}));
    assert_eq!(reconcile(&app).await, json!({"mismatches": 0}));
    let (_, sales) = app.get(&format!("/api/events/{event}/sales"), &organiser).await;
    let mut found: Vec<_> = sales["mismatches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["kind"].as_str().unwrap().to_owned(), m["subject"].as_str().unwrap().to_owned()))
        .collect();
    found.sort();
    let expected = [
        ("CONFIRMED_WITHOUT_PAYMENT".to_owned(), unpaid.clone()),
        ("PAID_WITHOUT_BOOKING".to_owned(), paid.clone()),
        ("SEAT_WITHOUT_BOOKING".to_owned(), "A-1".to_owned()),
        ("SUMS_DIFFER".to_owned(), sums.clone()),
    ];
    assert_eq!(found, expected);
    eventually("each is mailed", || async { (app.mails(&organiser, "Selisih").len() == 4).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notices_are_sent_once_although_messages_come_twice() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    app.mail(&buyer, "Tiket Anda").await;
    let mut message = booking.clone();
    message.as_object_mut().unwrap().extend(
        json!({"version": 3, "user_id": buyer.id, "user_name": "Siti", "venue": "Studio 1", "starts_at": "2030-01-01T12:00:00Z"})
            .as_object()
            .unwrap()
            .clone(),
    );
    for _ in 0..5 {
        app.cloud.engines.sqs.send(&format!("{STACK}-notify"), &message.to_string()).await.unwrap();
    }
    let mut marker = message.clone();
    marker["status"] = "EXPIRED".into();
    app.cloud.engines.sqs.send(&format!("{STACK}-notify"), &marker.to_string()).await.unwrap();
    app.mail(&buyer, "Pemesanan kedaluwarsa").await;
    assert_eq!(app.mails(&buyer, "Tiket Anda").len(), 1);
    // The mail is in the language that the buyer chose.
    app.patch("/api/profile", &buyer, &json!({"locale": "en"})).await;
    app.cancel(&buyer, &booking).await;
    let mail = app.mail(&buyer, "Cancelled").await;
    assert!(mail["html"].as_str().unwrap().contains("lang=\"en\""));
}
