//! Messages of queues. The first byte chooses the queue. The rest is the body of a message that comes in one batch with
//! a good message. The good message is handled, whatever the other one says. The other one is handled only if it has
//! the shape of the queue's messages; if not, it goes to the dead letters, and never back to the queue. A message that
//! can be read stays the same when it is written and read again.
#![no_main]

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use contracts::{BookingChanged, EventNews, Failure, HoldTimer, PaymentWork, SystemWorld, UserNews};
use karcis_fuzz::{mode, wait};
use lambda::{Context, Definition, Env, Function, Network, Queue};
use libfuzzer_sys::fuzz_target;
use power::ports::{PurchaseChanged, PurchaseTimer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use ticketing::adapters::CloseEvent;

static HANDLED: AtomicU32 = AtomicU32::new(0);
static BURIED: AtomicU32 = AtomicU32::new(0);

/// A fake SQS, in which every call succeeds.
#[derive(Debug, Clone)]
struct Sqs;

impl HttpClient for Sqs {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Sqs {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let asked: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).expect("JSON");
        assert_eq!(asked["QueueUrl"], "https://sqs.example/dead", "{asked}");
        BURIED.fetch_add(1, Ordering::Relaxed);
        let answer = SdkBody::from(r#"{"MessageId":"1"}"#);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().expect("a status"), answer)))
    }
}

fn env() -> Env {
    let settings = [
        ("AWS_REGION", "ap-southeast-3"),
        ("AWS_ACCESS_KEY_ID", "nobody"),
        ("AWS_SECRET_ACCESS_KEY", "nothing"),
        ("QUEUE_URL", "https://sqs.example/queue"),
        ("DEAD_LETTERS_URL", "https://sqs.example/dead"),
        ("RETRY_SECONDS", "1"),
    ];
    let env: Env = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
    env.on(Network::new(SharedHttpClient::new(Sqs), wire::Http::new().expect("TLS"), Arc::new(|| 0.5)))
}

/// A function that handles a queue's messages of this shape.
fn queue<M: Serialize + DeserializeOwned + Send + 'static>() -> Function {
    let queue = Queue::of("fuzzed", "Reads messages.").handled_by(handle::<M>);
    wait(queue.start(env(), Arc::new(SystemWorld))).expect("settings")
}

async fn handle<M: Serialize + DeserializeOwned + Send + 'static>(_: Arc<()>, message: M) -> Result<(), Failure> {
    HANDLED.fetch_add(1, Ordering::Relaxed);
    let written = serde_json::to_value(&message).expect("JSON");
    let again: M = serde_json::from_value(written.clone()).expect("our own JSON");
    assert_eq!(serde_json::to_value(again).expect("JSON"), written);
    Ok(())
}

fn deliver<M: Serialize + DeserializeOwned + Send + 'static>(queue: &Function, good: &str, body: &str) {
    let message = |id: &str, body: &str| json!({"messageId": id, "receiptHandle": id, "body": body, "attributes": {}});
    let event = json!({"Records": [message("other", body), message("good", good)]});
    let readable = u32::from(serde_json::from_str::<M>(body).is_ok());
    HANDLED.store(0, Ordering::Relaxed);
    BURIED.store(0, Ordering::Relaxed);
    let event = serde_json::value::to_raw_value(&event).expect("JSON");
    let answer = wait(queue.invoke(event, Context::default())).expect("an answer");
    assert_eq!(answer.get(), r#"{"batchItemFailures":[]}"#);
    assert_eq!(HANDLED.load(Ordering::Relaxed), 1 + readable, "handled");
    assert_eq!(BURIED.load(Ordering::Relaxed), 1 - readable, "buried");
}

macro_rules! queues {
    ($data:expr, $($mode:literal $message:ty: $good:expr;)+) => {{
        let Some((mode, body)) = mode($data) else { return };
        let Ok(body) = std::str::from_utf8(body) else { return };
        match mode {
            $($mode => {
                static QUEUE: LazyLock<Function> = LazyLock::new(queue::<$message>);
                deliver::<$message>(&QUEUE, $good, body);
            })+
            _ => {}
        }
    }};
}

fuzz_target!(|data: &[u8]| {
    queues!(data,
        b'p' PaymentWork: r#"{"invoice":"inv-ticketing-01a1fc00-0000-7000-8000-000000000007"}"#;
        b't' HoldTimer: r#"{"booking_id":"01a1fc00-0000-7000-8000-000000000007","due":"2027-01-15T08:00:00Z"}"#;
        b'b' BookingChanged: include_str!("../corpus/queue_message/booking").trim_start_matches('b');
        b'e' EventNews: include_str!("../corpus/queue_message/event-news").trim_start_matches('e');
        b'u' UserNews: include_str!("../corpus/queue_message/user-news").trim_start_matches('u');
        b'x' PurchaseTimer: r#"{"purchase_id":"01a1fc00-0000-7000-8000-000000000007","due":"2027-01-15T08:00:00Z"}"#;
        b'y' PurchaseChanged: r#"{"id":"01a1fc00-0000-7000-8000-000000000007","status":"ISSUING","version":3}"#;
        b'c' CloseEvent: r#"{"event_id":"01a1fc00-0000-7000-8000-000000000003"}"#;
    );
});
