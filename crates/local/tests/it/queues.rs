//! A message that fails does not hold up the other messages of its queue.

use crate::app::{App, eventually};
use rustack_sqs_model::operations::SqsOperation;
use serde_json::{Value, json};
use template::STACK;

async fn dead_letters(app: &App, queue: &str) -> usize {
    let url = app.cloud.engines.sqs.url(&format!("{STACK}-{queue}-dead-letters"));
    let request = json!({"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]});
    let answer: Value = app.cloud.engines.sqs.call(SqsOperation::GetQueueAttributes, &request).await.unwrap();
    answer["Attributes"]["ApproximateNumberOfMessages"].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poison_message_ends_in_the_dead_letters_and_blocks_nothing() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let queues = [
        "payment-worker",
        "expire-hold",
        "record-history",
        "issue-ticket",
        "confirm-organiser-hold",
        "release-organiser-hold",
    ];
    for queue in queues {
        for poison in ["not JSON", "{}", r#"{"invoice":"inv-ticketing-019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11"}"#] {
            app.cloud.engines.sqs.send(&format!("{STACK}-{queue}"), poison).await.unwrap();
        }
    }
    let (status, booking) = app.book(&buyer, &event, &["A-1"], "auto").await;
    assert_eq!(status, 201);
    app.booking_in("CONFIRMED", &buyer, &booking).await;
    app.history_says(&buyer, booking["id"].as_str().unwrap(), "CONFIRMED", None).await;
    for queue in queues {
        eventually(&format!("the poison of {queue} is in its dead letters"), || async {
            (dead_letters(&app, queue).await == 3).then_some(())
        })
        .await;
    }
}
