//! Following one booking through all functions' logs, by one id.

use crate::app::eventually;
use crate::aws_port::{answer, asks};
use crate::restart::Process;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the functions of a booking are, from the request to the letter with the ticket.
const OF_A_BOOKING: [&str; 11] = [
    "book",
    "confirm-organiser-hold",
    "create-invoice",
    "gateway",
    "issue-ticket",
    "notify",
    "organiser-system",
    "payment-worker",
    "record-history",
    "ticketing-relay",
    "webhook",
];

const OF_A_PURCHASE: [&str; 9] = [
    "buy-token",
    "create-invoice",
    "gateway",
    "issue-power-token",
    "notify-buyer",
    "payment-worker",
    "power-company",
    "power-relay",
    "power-webhook",
];

/// What somebody would like their lines to be found by.
const CHOSEN: &str = "chosen-by-somebody";

/// The lines of all groups that have this text, with the functions that wrote them.
async fn lines(process: &Process, text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for group in ["accounts", "catalogue", "gateway", "live", "payments", "power", "simulators", "ticketing"] {
        let input = json!({"logGroupName": format!("/karcis/karcis/{group}"), "filterPattern": format!("\"{text}\"")});
        let target = "Logs_20140328.FilterLogEvents";
        let (status, page) = answer(asks(&process.client, &process.aws_url, "logs", target, &input)).await;
        assert_eq!(status, 200, "{page}");
        for event in page["events"].as_array().unwrap() {
            let function = event["logStreamName"].as_str().unwrap().trim_start_matches("karcis-").to_owned();
            found.push((function, event["message"].as_str().unwrap().to_owned()));
        }
    }
    found
}

/// Waits until exactly these functions have written lines with this id, and answers the lines.
async fn followed(process: &Process, id: &str, functions: &[&str]) -> Vec<String> {
    let expected: BTreeSet<_> = functions.iter().map(|name| (*name).to_owned()).collect();
    let lines = eventually(&format!("{expected:?} wrote lines"), || async {
        let lines = lines(process, id).await;
        let wrote: BTreeSet<_> = lines.iter().map(|(function, _)| function.clone()).collect();
        assert!(wrote.is_subset(&expected), "{wrote:?} wrote lines, and {expected:?} should");
        (wrote == expected).then_some(lines)
    })
    .await;
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Posts as the buyer; answers the id of the request, and the body.
async fn post(process: &Process, token: &str, path: &str, body: &Value) -> (String, Value) {
    let request = process.client.post(format!("{}{path}", process.url)).bearer_auth(token).json(body);
    // What a user chooses is not taken: who reads the log by an id should find nothing else.
    let response = request.header("x-correlation-id", CHOSEN).send().await.unwrap();
    let id = response.headers()["apigw-requestid"].to_str().unwrap().to_owned();
    (id, response.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_and_a_purchase_are_followed_through_all_logs_by_the_id_of_their_request() {
    let directory = tempfile::tempdir().unwrap();
    let process = Process::start_patient(directory.path()).await;
    let token = process.sign_in().await;
    let events = process.get("/api/events?limit=100", &token).await;
    let screening = events["items"].as_array().unwrap().iter().find(|event| event["title"] == "Sinners").unwrap();
    let body = json!({"event_id": screening["id"], "seats": ["A-1"], "payment": "auto"});
    let (id, booking) = post(&process, &token, "/api/bookings", &body).await;
    assert_eq!(booking["status"], "AWAITING_PAYMENT", "{booking}");
    let lines_of_booking = followed(&process, &id, &OF_A_BOOKING).await;

    let products = process.get("/api/power/products", &token).await;
    let body = json!({"meter_number": "14000000001", "product_id": products["items"][0]["id"], "payment": "auto"});
    let (purchase_id, purchase) = post(&process, &token, "/api/power/purchases", &body).await;
    assert_eq!(purchase["status"], "AWAITING_PAYMENT", "{purchase}");
    let lines_of_purchase = followed(&process, &purchase_id, &OF_A_PURCHASE).await;

    for line in lines_of_booking.iter().chain(&lines_of_purchase) {
        let said: Value = serde_json::from_str(line).unwrap();
        let named = said["span"]["correlation"].as_str().or(said["requestId"].as_str()).unwrap();
        assert!([&*id, &*purchase_id].contains(&named), "{line}");
        for personal in ["buyer@karcis.test", "Budi", "127.0.0.1"] {
            assert!(!line.contains(personal), "{line}");
        }
    }
    // Nor does anybody else choose: who is not signed in, or sends a webhook that is not payments'.
    let read = process.client.get(format!("{}/api/events", process.url)).header("x-correlation-id", CHOSEN);
    let read = read.send().await.unwrap();
    let read = read.headers()["apigw-requestid"].to_str().unwrap().to_owned();
    let mut logged = vec![read];
    for (path, status) in [("/api/webhooks/payment", 401), ("/api/webhooks/payment?x=1", 422)] {
        let forged = process.client.post(format!("{}{path}", process.url)).header("x-correlation-id", CHOSEN);
        let forged =
            forged.header("webhook-signature", "v1,AAAA").header("content-type", "application/json").body("{}");
        let forged = forged.send().await.unwrap();
        assert_eq!(forged.status(), status, "{path}");
        logged.push(forged.headers()["apigw-requestid"].to_str().unwrap().to_owned());
    }
    for id in logged {
        eventually("the function has logged it", || async {
            lines(&process, &id).await.iter().any(|(function, _)| function != "gateway").then_some(())
        })
        .await;
    }
    assert_eq!(lines(&process, CHOSEN).await, []);
}
