//! Queues: the story decides when each message is delivered, together with which others, and whether twice, late or
//! again.

use crate::stage::{Stage, lock};
use crate::weather::{Fault, Kind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use template::SourceSpec;
use triggers::{failures, matches, record};

/// The queue's visibility time-out in seconds: when a failed message comes again, unless its function says otherwise.
const VISIBILITY: u64 = 60;

/// A message, and how often it was received.
#[derive(Debug, Clone)]
struct Message {
    id: String,
    body: String,
    receives: u64,
}

#[derive(Default)]
struct Ready {
    messages: Vec<Message>,
    collected: bool,
}

/// All queues of a story.
#[derive(Default)]
pub struct Queues {
    ready: Mutex<BTreeMap<String, Ready>>,
    postponed: Mutex<BTreeMap<String, u64>>,
    dead: Mutex<BTreeMap<String, Vec<String>>>,
    sent: AtomicU64,
}

impl Queues {
    /// Notes that the message received under this handle shall come again after `seconds` seconds.
    pub fn postpone(&self, receipt: &str, seconds: u64) {
        lock(&self.postponed).insert(receipt.to_owned(), seconds);
    }

    /// The messages in queues that feed no function: the dead letters.
    pub fn dead_letters(&self) -> Vec<(String, String)> {
        let dead = lock(&self.dead);
        dead.iter().flat_map(|(queue, bodies)| bodies.iter().map(|body| (queue.clone(), body.clone()))).collect()
    }
}

impl Stage {
    /// Tells a topic's subscribers, each by a message of its own.
    pub fn tell(self: &Arc<Self>, topic: &str, message: &str) {
        let said: Value = serde_json::from_str(message).unwrap_or_default();
        for subscription in self.props.template.subscriptions.iter().filter(|sub| sub.topic_arn == topic) {
            let filter = subscription.attributes.get("FilterPolicy");
            let filter: Option<Value> = filter.and_then(|filter| serde_json::from_str(filter).ok());
            if filter.is_none_or(|filter| matches(&filter, &said)) {
                let queue = subscription.endpoint.rsplit(':').next().unwrap_or_default();
                self.send(queue, message, 0);
            }
        }
    }

    /// Sends a message, which becomes visible after `delay` seconds; answers its id.
    pub fn send(self: &Arc<Self>, queue: &str, body: &str, delay: u64) -> String {
        let id = format!("m{}", self.queues.sent.fetch_add(1, Ordering::Relaxed));
        if self.props.source_of_queue(queue).is_none() {
            lock(&self.queues.dead).entry(queue.to_owned()).or_default().push(body.to_owned());
            return id;
        }
        let message = Message { id: id.clone(), body: body.to_owned(), receives: 0 };
        self.later(queue.to_owned(), message, Duration::from_secs(delay));
        id
    }

    /// Makes a message visible after `wait`.
    fn later(self: &Arc<Self>, queue: String, message: Message, wait: Duration) {
        let stage = Arc::clone(self);
        let waiting = self.waiting();
        let busy = wait.is_zero().then(|| self.busy());
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            stage.travel(&format!("{queue} {} {}", message.id, message.receives)).await;
            stage.arrive(&queue, message);
            drop((busy, waiting));
        });
    }

    fn arrive(self: &Arc<Self>, queue: &str, message: Message) {
        let mut all = lock(&self.queues.ready);
        let ready = all.entry(queue.to_owned()).or_default();
        ready.messages.push(message);
        if std::mem::replace(&mut ready.collected, true) {
            return;
        }
        let (stage, queue) = (Arc::clone(self), queue.to_owned());
        let busy = self.busy();
        tokio::spawn(async move {
            // Others may come into the same batch.
            tokio::time::sleep(Duration::from_millis(15)).await;
            let messages = lock(&stage.queues.ready).remove(&queue).map(|ready| ready.messages).unwrap_or_default();
            let Some(source) = stage.props.source_of_queue(&queue).cloned() else { return };
            for batch in messages.chunks(source.batch_size) {
                tokio::spawn(Arc::clone(&stage).receive(queue.clone(), source.clone(), batch.to_vec(), true));
            }
            drop(busy);
        });
    }

    /// Gives a batch to its function.
    async fn receive(self: Arc<Self>, queue: String, source: SourceSpec, batch: Vec<Message>, first: bool) {
        let busy = self.busy();
        let mut taken = Vec::new();
        let mut come_again = Vec::new();
        for mut message in batch {
            let name = queue.trim_start_matches("karcis-");
            let id = format!("{name}~{}.{}", message.id, message.receives);
            if first && self.loses(&id, name) {
                continue;
            }
            let fault = if first { self.fate(&id, &format!("queue {name}"), Kind::Delivery) } else { None };
            match fault {
                Some(Fault::Late) => {
                    let wait = Duration::from_millis(self.dice.of("late").within(&id, 1_000..200_000));
                    message.receives += 1;
                    // Once everything answers, no message is late any more.
                    let calm = self.weather.until.saturating_sub(self.elapsed());
                    self.later(queue.clone(), message, wait.min(calm));
                    continue;
                }
                Some(Fault::Twice) => {
                    let wait = Duration::from_millis(self.dice.of("twice").within(&id, 0..2_000));
                    let (stage, waiting) = (Arc::clone(&self), self.waiting());
                    let (queue, source, copy) = (queue.clone(), source.clone(), message.clone());
                    tokio::spawn(async move {
                        tokio::time::sleep(wait).await;
                        let again = Message { receives: copy.receives + 1000, ..copy };
                        stage.receive_once(queue, source, again).await;
                        drop(waiting);
                    });
                }
                Some(Fault::NotDeleted) => come_again.push(message.id.clone()),
                _ => {}
            }
            message.receives += 1;
            taken.push(message);
        }
        let receipt = |message: &Message| format!("{queue}~{}~{}", message.id, message.receives);
        let records: Vec<_> = taken.iter().map(|message| seen(message, &receipt(message), &source.arn)).collect();
        if records.is_empty() {
            return;
        }
        let event = json!({"Records": records});
        self.delivered(&source.function, &event);
        let answer = self.invoke(&source.function, &event).await;
        let failed = answer.as_ref().map(failures);
        for message in taken {
            let handled = failed.as_ref().is_ok_and(|failed| !failed.contains(&message.id));
            let postponed = lock(&self.queues.postponed).remove(&receipt(&message));
            if handled && !come_again.contains(&message.id) {
                continue;
            }
            if crate::bugs::forgets(&self, &queue) {
                continue;
            }
            let wait = postponed.filter(|_| !handled).unwrap_or(VISIBILITY);
            self.later(queue.clone(), message, Duration::from_secs(wait));
        }
        drop(busy);
    }

    /// Gives a message to its function a second time; the answer is ignored.
    async fn receive_once(self: Arc<Self>, queue: String, source: SourceSpec, message: Message) {
        let receipt = format!("{queue}~{}~{}", message.id, message.receives);
        let records = [seen(&message, &receipt, &source.arn)];
        drop(self.invoke(&source.function, &json!({"Records": records})).await);
    }
}

/// A message as Lambda gets it.
fn seen(message: &Message, receipt: &str, arn: &str) -> Value {
    let received = json!({
        "MessageId": message.id,
        "ReceiptHandle": receipt,
        "Body": message.body,
        "Attributes": {"ApproximateReceiveCount": message.receives.to_string()},
        "MD5OfBody": "",
    });
    record(&received, arn)
}
