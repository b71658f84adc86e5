//! Batches from SQS queues and DynamoDB streams. One message that fails is retried alone: both answer with partial
//! batch responses (AWS Lambda developer guide, "Reporting batch item failures").

use crate::describe::Description;
use crate::function::Definition;
use crate::function::{Function, Of};
use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::MessageAttributeValue;
use contracts::{CorrelationId, Failure, World};
use correlation::following;
use futures::FutureExt;
use futures::future::join_all;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use settings::{Env, Error, OfService, SettingError};
use settings::{Part, Wiring};
use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// The longest pause between two tries of a message: `SLOW` in its first hour or so, `SLOWEST` after that.
///
/// So a message is late by at most a minute after an outage of an hour, and an outage of days does not use up the tries
/// that a queue gives a message.
const SLOW: Duration = Duration::from_mins(1);
const SLOWEST: Duration = Duration::from_mins(20);
/// Tries in the first hour or so.
const MANY: u32 = 60;
/// From this try on there is a pause, even if `RETRY_SECONDS` is 0. A queue gives a message 400 tries
/// (`maxReceiveCount`). Without pauses they would be used up while another worker still works on the same thing.
const NOT_AT_ONCE: u32 = 10;
/// How many times a message with a permanent failure is tried: meanwhile somebody may repair a permission or a setting.
const HOPELESS: u32 = 10;
/// The longest time for one try, so that a slow message does not make the rest of its batch fail: a function that is
/// fed by a queue has ten seconds.
const LONGEST_TRY: Duration = Duration::from_secs(8);

/// A function fed by a queue.
pub struct Queue {
    names: Vec<&'static str>,
    does: &'static str,
    of_services: bool,
}

impl Queue {
    /// Fed by the queue of this name, without the stack's; `does` is a sentence of what it is for.
    pub fn of(name: &'static str, does: &'static str) -> Self {
        Self { names: vec![name], does, of_services: false }
    }

    /// Fed by several queues, one for each service: messages for one service do not wait behind those for another.
    pub fn of_services(names: &[&'static str], does: &'static str) -> Self {
        Self { names: names.to_vec(), does, of_services: true }
    }

    /// Sets the handler. It takes one message, which is JSON of the shape `M`. The messages of a batch are handled
    /// concurrently, and each fails alone: `Retry` says what happens to a message that failed.
    pub fn handled_by<S, M, F, Fut>(self, handler: F) -> Fed<Self, (S, M), F>
    where
        S: Part,
        M: DeserializeOwned + Send + 'static,
        F: Fn(Arc<S>, M) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        Fed { source: self, handler, of: PhantomData }
    }

    /// Sets the handler. It takes all messages of a batch together, which are JSON of the shape `M`; if it fails, each
    /// of them failed.
    pub fn handled_together_by<S, M, F, Fut>(self, handler: F) -> Together<S, M, F>
    where
        S: Part,
        M: DeserializeOwned + Send + 'static,
        F: Fn(Arc<S>, Vec<M>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        Together { source: self, handler, of: PhantomData }
    }
}

/// A function fed by a queue whose handler takes whole batches.
pub struct Together<S, M, F> {
    source: Queue,
    handler: F,
    of: Of<(S, M)>,
}

/// A function fed by a table's stream.
pub struct Stream {
    table: &'static str,
    does: &'static str,
}

impl Stream {
    /// Fed by the stream of the table of this name, without the stack's; `does` is a sentence of what it is for.
    pub const fn of(table: &'static str, does: &'static str) -> Self {
        Self { table, does }
    }

    /// Sets the handler. It takes the records of a batch in order. If one fails, the handler answers the place in the
    /// batch of the first record that was not handled, and the stream goes on from there.
    pub fn handled_by<S, F, Fut>(self, handler: F) -> Fed<Self, S, F>
    where
        S: Part,
        F: Fn(Arc<S>, Vec<Record>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), (usize, Failure)>> + Send + 'static,
    {
        Fed { source: self, handler, of: PhantomData }
    }
}

/// A function fed by a queue or a stream, with its handler.
pub struct Fed<Source, Types, F> {
    source: Source,
    handler: F,
    of: Of<Types>,
}

impl<S, M, F, Fut> Definition for Fed<Queue, (S, M), F>
where
    S: Part,
    M: DeserializeOwned + Send + 'static,
    F: Fn(Arc<S>, M) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Failure>> + Send + 'static,
{
    fn describe(self) -> Description {
        Description { does: self.source.does, queues: self.source.names, ..Description::default() }
    }

    async fn start(self, env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
        let retry = if self.source.of_services { Retry::of_services(&env)? } else { Retry::from_env(&env)? };
        let (parts, handler) = (Arc::new(S::make(&Wiring::new(env, world)).await?), self.handler);
        Ok(sqs(retry, move |message| handler(Arc::clone(&parts), message)))
    }
}

impl<S, M, F, Fut> Definition for Together<S, M, F>
where
    S: Part,
    M: DeserializeOwned + Send + 'static,
    F: Fn(Arc<S>, Vec<M>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Failure>> + Send + 'static,
{
    fn describe(self) -> Description {
        Description { does: self.source.does, queues: self.source.names, ..Description::default() }
    }

    async fn start(self, env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
        let retry = Retry::from_env(&env)?;
        let (parts, handler) = (Arc::new(S::make(&Wiring::new(env, world)).await?), Arc::new(self.handler));
        Ok(Function::new(move |event: SqsEvent| {
            let (parts, handler, retry) = (Arc::clone(&parts), Arc::clone(&handler), retry.clone());
            async move {
                let (mut readable, mut together, mut failed) = (Vec::new(), Vec::new(), Vec::new());
                for message in event.records {
                    match parsed(&message) {
                        Ok(one) => {
                            readable.push(message);
                            together.push(one);
                        }
                        Err(why) => failed.push((message, why)),
                    }
                }
                if !together.is_empty()
                    && let Err(why) = within_time(handler(parts, together)).await
                {
                    failed.extend(readable.into_iter().map(|message| (message, why.clone())));
                }
                let failures = failed
                    .iter()
                    .map(|(message, why)| following(correlation(message), async { retry.failed(message, why).await }));
                let batch_item_failures = join_all(failures).await.into_iter().flatten().collect();
                Ok::<_, Error>(BatchResponse { batch_item_failures })
            }
        }))
    }
}

impl<S, F, Fut> Definition for Fed<Stream, S, F>
where
    S: Part,
    F: Fn(Arc<S>, Vec<Record>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), (usize, Failure)>> + Send + 'static,
{
    fn describe(self) -> Description {
        Description { does: self.source.does, stream: Some(self.source.table), ..Description::default() }
    }

    async fn start(self, env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
        let (parts, handler) = (Arc::new(S::make(&Wiring::new(env, world)).await?), self.handler);
        Ok(stream(move |records| handler(Arc::clone(&parts), records)))
    }
}

/// What happens to a message that failed.
///
/// It is received again, as long as the queue keeps it: soon at first, then after longer and longer pauses, which
/// replace the queue's visibility time-out. A message that cannot be read, or that failed permanently [`HOPELESS`]
/// times, goes to the dead letters, which have an alarm.
#[derive(Clone)]
struct Retry {
    sqs: Client,
    queues: Vec<Urls>,
    first: Duration,
}

/// Where a queue is, and where its dead letters are.
#[derive(Clone)]
struct Urls {
    queue: String,
    dead_letters: String,
}

/// Why a message failed.
#[derive(Clone)]
enum Why {
    /// The body cannot be read, now or later.
    Unreadable(String),
    /// The handler failed permanently, or panicked.
    Permanent(String),
    /// The handler failed, and a later try may succeed.
    Transient(String),
}

impl Why {
    fn text(&self) -> &str {
        match self {
            Self::Unreadable(text) | Self::Permanent(text) | Self::Transient(text) => text,
        }
    }
}

impl Retry {
    /// For the queue at `QUEUE_URL` with its dead letters at `DEAD_LETTERS_URL`; the first pause is `RETRY_SECONDS`.
    fn from_env(env: &Env) -> Result<Self, SettingError> {
        Self::of(env, vec![Urls { queue: env.text("QUEUE_URL")?, dead_letters: env.text("DEAD_LETTERS_URL")? }])
    }

    /// For several queues, one for each service: `QUEUE_URL_<SERVICE>` with `DEAD_LETTERS_URL_<SERVICE>`. Messages for
    /// one service do not wait behind those for another.
    fn of_services(env: &Env) -> Result<Self, SettingError> {
        let urls = |of: OfService| {
            let dead_letters = env.text(&format!("DEAD_LETTERS_URL_{}", of.suffix))?;
            Ok(Urls { queue: of.value, dead_letters })
        };
        Self::of(env, env.of_services("QUEUE_URL_")?.into_iter().map(urls).collect::<Result<_, _>>()?)
    }

    fn of(env: &Env, queues: Vec<Urls>) -> Result<Self, SettingError> {
        Ok(Self { sqs: settings::aws::sqs(env)?, queues, first: env.seconds("RETRY_SECONDS", 0..=60)? })
    }

    /// The queue that a message came from: its ARN ends with the queue's name, as its URL does.
    fn queue_of(&self, message: &SqsMessage) -> Option<&Urls> {
        let name = source(message);
        let named = self.queues.iter().find(|urls| urls.queue.rsplit('/').next() == name);
        named.or_else(|| self.queues.first().filter(|_| self.queues.len() == 1))
    }

    /// What becomes of a message that failed: the item of the answer by which it stays in its queue, or nothing if it
    /// is among the dead letters.
    async fn failed(&self, message: &SqsMessage, why: &Why) -> Option<BatchItemFailure> {
        let id = message.message_id.clone().unwrap_or_default();
        let (queue, tries) = (source(message), tries(message));
        // The template's alarms read `queue` and `tries` from this line.
        tracing::warn!(id, queue, tries, why = why.text(), "the message failed");
        if self.bury(message, why).await {
            return None;
        }
        self.postpone(message).await;
        Some(BatchItemFailure { item_identifier: id })
    }

    /// Sends a message that can never succeed to the dead letters; answers whether it is there now.
    async fn bury(&self, message: &SqsMessage, why: &Why) -> bool {
        let lost = match why {
            Why::Unreadable(_) => true,
            Why::Permanent(_) => tries(message) >= HOPELESS,
            Why::Transient(_) => false,
        };
        if !lost {
            return false;
        }
        let Some(Urls { dead_letters, .. }) = self.queue_of(message) else { return false };
        let body = message.body.as_deref().filter(|body| !body.is_empty()).unwrap_or("-");
        let send = self.sqs.send_message().queue_url(dead_letters).message_body(body);
        // It stays in its chain.
        let id = correlation(message)
            .and_then(|id| MessageAttributeValue::builder().data_type("String").string_value(id).build().ok());
        let attributes = id.map(|id| HashMap::from([(correlation::ATTRIBUTE.to_owned(), id)]));
        send.set_message_attributes(attributes).send().await.is_ok()
    }

    async fn postpone(&self, message: &SqsMessage) {
        let seconds = i32::try_from(pause(self.first, tries(message)).as_secs()).unwrap_or(60);
        let Some(Urls { queue, .. }) = self.queue_of(message) else { return };
        let change = self.sqs.change_message_visibility().queue_url(queue).visibility_timeout(seconds);
        if let Err(error) = change.set_receipt_handle(message.receipt_handle.clone()).send().await {
            tracing::warn!(%error, "the message waits for the queue's visibility time-out");
        }
    }
}

/// How long a message is tried for at most, if the first pause is `first` and the queue gives it this many tries. The
/// function makes the pauses. If it does not start, each pause is the queue's visibility time-out instead.
pub fn given_up_after(first: Duration, tries: u32) -> Duration {
    (1..=tries).map(|tried| pause(first, tried) + LONGEST_TRY).sum()
}

/// How long a message waits after this many tries: twice as long each time, within the limits above.
fn pause(first: Duration, tries: u32) -> Duration {
    let slowest = if tries < MANY { SLOW } else { SLOWEST };
    let least = if tries < NOT_AT_ONCE { Duration::ZERO } else { Duration::from_secs(1) };
    (first * 2u32.saturating_pow(tries.saturating_sub(1).min(10))).min(slowest).max(least)
}

fn handled(message: &SqsMessage) {
    tracing::info!(id = message.message_id.as_deref(), queue = source(message), "handled");
}

/// The chain that a message belongs to, by its attribute or, if it came through a topic, by its body.
fn correlation(message: &SqsMessage) -> Option<CorrelationId> {
    #[derive(Deserialize)]
    struct Said {
        correlation: CorrelationId,
    }
    let attribute = message.message_attributes.get(correlation::ATTRIBUTE);
    let told = attribute.and_then(|attribute| attribute.string_value.as_deref()?.parse().ok());
    let said = || serde_json::from_str(message.body.as_deref()?).ok().map(|Said { correlation }| correlation);
    told.or_else(said).or_else(|| message.message_id.as_deref()?.parse().ok())
}

/// The name of the queue that a message came from.
fn source(message: &SqsMessage) -> Option<&str> {
    message.event_source_arn.as_deref().and_then(|arn| arn.rsplit(':').next())
}

fn tries(message: &SqsMessage) -> u32 {
    message.attributes.get("ApproximateReceiveCount").and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// What both kinds of batch answer.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchResponse {
    batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure {
    item_identifier: String,
}

/// A function fed by a queue whose messages are JSON of the shape `M`. The messages of a batch are handled
/// concurrently, and each fails alone: [`Retry`] says what happens to a message that failed.
fn sqs<M, F, Fut>(retry: Retry, handler: F) -> Function
where
    M: DeserializeOwned + Send + 'static,
    F: Fn(M) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let handler = Arc::new(handler);
    Function::new(move |event: SqsEvent| {
        let (handler, retry) = (Arc::clone(&handler), retry.clone());
        async move {
            let tries = event.records.iter().map(|message| {
                following(correlation(message), async {
                    match attempt(&*handler, message).await {
                        Ok(()) => handled(message),
                        Err(why) => return retry.failed(message, &why).await,
                    }
                    None
                })
            });
            let batch_item_failures = join_all(tries).await.into_iter().flatten().collect();
            Ok::<_, Error>(BatchResponse { batch_item_failures })
        }
    })
}

async fn attempt<M, F, Fut>(handler: &F, message: &SqsMessage) -> Result<(), Why>
where
    M: DeserializeOwned,
    F: Fn(M) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let parsed = parsed(message)?;
    within_time(async { handler(parsed).await }).await
}

fn parsed<M: DeserializeOwned>(message: &SqsMessage) -> Result<M, Why> {
    let body = message.body.as_deref().unwrap_or_default();
    // The parser's message could quote the body, and bodies hold personal data. So only the place of the error is
    // logged.
    serde_json::from_str(body)
        .map_err(|e| Why::Unreadable(format!("not of the expected shape, line {} column {}", e.line(), e.column())))
}

/// Handles one message, or all of a batch, within the time of one try.
async fn within_time(handling: impl Future<Output = Result<(), Failure>>) -> Result<(), Why> {
    match tokio::time::timeout(LONGEST_TRY, AssertUnwindSafe(handling).catch_unwind()).await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(failure @ Failure::Transient(_)))) => Err(Why::Transient(failure.to_string())),
        Ok(Ok(Err(failure @ Failure::Permanent(_)))) => Err(Why::Permanent(failure.to_string())),
        Ok(Err(_)) => Err(Why::Permanent("panicked".to_owned())),
        Err(_) => Err(Why::Transient("took too long".to_owned())),
    }
}

/// A stream's record: the change of one item.
#[derive(Debug)]
pub struct Record {
    /// Its place in the stream.
    pub sequence: String,
    /// The item's key.
    pub keys: serde_dynamo::Item,
    /// The item as it is now; empty if it was deleted.
    pub new_image: serde_dynamo::Item,
}

impl Record {
    /// The chain in which its item was made, if the item says so.
    fn correlation(&self) -> Option<CorrelationId> {
        match self.new_image.inner().get("correlation") {
            Some(serde_dynamo::AttributeValue::S(id)) => id.parse().ok(),
            _ => None,
        }
    }
}

impl From<EventRecord> for Record {
    fn from(record: EventRecord) -> Self {
        let change = record.change;
        Self { sequence: change.sequence_number.unwrap_or_default(), keys: change.keys, new_image: change.new_image }
    }
}

/// The contents of the records up to the first that cannot be read, and the place of that record.
///
/// The caller still has to handle the records before it, because the stream goes on from that place.
pub fn readable<T>(
    records: Vec<Record>,
    read: impl Fn(Record) -> Result<T, Failure>,
) -> (Vec<T>, Result<(), (usize, Failure)>) {
    let mut said = Vec::with_capacity(records.len());
    for (place, record) in records.into_iter().enumerate() {
        match read(record) {
            Ok(one) => said.push(one),
            Err(why) => return (said, Err((place, why))),
        }
    }
    (said, Ok(()))
}

/// A function fed by a table's stream. The handler takes the records in order. If one fails, the handler answers the
/// place in the batch of the first record that was not handled, and the stream goes on from there.
fn stream<F, Fut>(handler: F) -> Function
where
    F: Fn(Vec<Record>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), (usize, Failure)>> + Send + 'static,
{
    Function::new(move |event: StreamEvent| {
        let records: Vec<_> = event.records.into_iter().map(Record::from).collect();
        let sequences: Vec<_> = records.iter().map(|record| record.sequence.clone()).collect();
        let chains: Vec<_> = records.iter().map(Record::correlation).collect();
        let outcome = handler(records);
        async move {
            let outcome = outcome.await;
            let done = outcome.as_ref().map_or_else(|(place, _)| *place, |()| sequences.len());
            for (sequence, chain) in sequences.iter().zip(&chains).take(done).filter(|(_, chain)| chain.is_some()) {
                following(chain.clone(), async { tracing::info!(sequence, "handled") }).await;
            }
            let Err((place, why)) = outcome else { return Ok::<_, Error>(BatchResponse::default()) };
            let item_identifier = sequences.get(place).or(sequences.first()).cloned().unwrap_or_default();
            let stuck = async { tracing::warn!(sequence = item_identifier, %why, "the stream will go on from here") };
            following(chains.get(place).cloned().flatten(), stuck).await;
            Ok(BatchResponse { batch_item_failures: vec![BatchItemFailure { item_identifier }] })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_after_an_hour_to_twenty() {
        let pauses = |first: u64| move |tries: u32| pause(Duration::from_secs(first), tries).as_secs();
        assert_eq!([1, 2, 3, 4, 5, 6, 7, 8, 59].map(pauses(1)), [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!([60, 999, u32::MAX].map(pauses(1)), [1024; 3]);
        assert_eq!([60, 999].map(pauses(2)), [1200; 2]);
        assert_eq!([1, 9, 10, 999].map(pauses(0)), [0, 0, 1, 1]);
        // The template's alarms take 16 tries for ten minutes, and 60 tries for an hour.
        let until = |first: u64, tries: u32| (1..tries).map(pauses(first)).sum::<u64>();
        assert!((600..660).contains(&until(1, 16)) && (3_300..3_900).contains(&until(5, 60)), "{}", until(5, 60));
    }
}
