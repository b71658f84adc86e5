//! `karcis dead-letters`: what queues, schedules and streams gave up, at AWS or in the local cloud: lists, reads,
//! replays and drops it.

use crate::failed_records::{Bucket, Replayed, said};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use clap::Subcommand;
use contracts::{SystemWorld, Timestamp, World, keys};
use futures::future::join_all;
use serde_json::{Value, json};
use settings::{Env, aws};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;
use template::{Error, TEXT, queue_names};

/// How the names of the queues of dead letters end.
const DEAD_LETTERS: &str = "-dead-letters";
/// The most messages that SQS gives at once (Amazon SQS API reference, "ReceiveMessage").
const BATCH: i32 = 10;
/// For how many seconds nobody else is given what this command looks at. It gives the rest back when it is done.
const IN_HAND: i32 = 300;
/// How long an empty queue is waited for, in seconds: with this, SQS asks all of its servers.
const WAIT: i32 = 1;

/// What is done with dead letters.
#[derive(Debug, Clone, Subcommand)]
pub enum Action {
    /// Says one line for each: its id, where from, since when, and until when it lives.
    List,
    /// Prints one whole. It may hold personal data.
    Read {
        /// Its id, as `list` says it.
        id: String,
    },
    /// Has them handled once more, once their cause is mended, and drops those that are handed over.
    Replay {
        /// Which, by their ids.
        #[arg(required_unless_present = "all")]
        ids: Vec<String>,
        /// All of them.
        #[arg(long, conflicts_with = "ids")]
        all: bool,
    },
    /// Deletes them for good.
    Drop {
        /// Which, by their ids.
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

impl Action {
    fn is_about(&self, id: &str) -> bool {
        match self {
            Self::List => true,
            Self::Read { id: wanted } => wanted == id,
            Self::Replay { ids, all } => *all || ids.iter().any(|wanted| wanted == id),
            Self::Drop { ids } => ids.iter().any(|wanted| wanted == id),
        }
    }

    /// The ids that were named.
    fn named(&self) -> &[String] {
        match self {
            Self::List => &[],
            Self::Read { id } => std::slice::from_ref(id),
            Self::Replay { ids, .. } | Self::Drop { ids } => ids,
        }
    }
}

/// Does this with the dead letters of `stack`, and says a line for each. A letter that cannot be read, replayed or
/// dropped keeps no other from it.
///
/// `env` says where SQS, S3, Lambda and DynamoDB are, as a function's environment does. An operator needs
/// `sqs:ListQueues`; `sqs:GetQueueAttributes`, `sqs:ReceiveMessage`, `sqs:ChangeMessageVisibility` and
/// `sqs:DeleteMessage` on the queues of dead letters; `sqs:SendMessage` on the others; and what [`Bucket`] needs.
///
/// # Errors
/// Something that was to be replayed, read or dropped was not, or an id is not there.
pub async fn dead_letters(
    env: &Env,
    stack: &str,
    action: &Action,
    mut say: impl FnMut(String) -> Result<(), Error>,
) -> Result<(), Error> {
    let (mut seen, mut failed) = (Vec::new(), 0);
    let sqs = aws::sqs(env)?;
    let queues = queues(&sqs, stack).await?;
    // Side by side, because each waits for its last letter.
    let mut broken = None;
    for (told, why) in join_all(queues.iter().map(|queue| queue.all(action))).await {
        for Told { id, line } in told {
            failed += usize::from(line.is_err());
            say(line.unwrap_or_else(|why| format!("{id}: {why}")))?;
            seen.push(id);
        }
        broken = broken.or(why);
    }
    // What was done is said first.
    if let Some(why) = broken {
        return Err(why);
    }
    let bucket = Bucket::of(env, stack).await?;
    for key in bucket.keys().await? {
        if action.is_about(&key) {
            let done = act_on_object(&bucket, env, action, &key).await;
            failed += usize::from(done.is_err());
            say(done.unwrap_or_else(|why| format!("{key}: {why}")))?;
            seen.push(key);
        }
    }
    let missing: Vec<_> = action.named().iter().filter(|id| !seen.contains(id)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(format!("not there, or in another's hands for {IN_HAND} seconds: {}", missing.join(", ")).into());
    }
    if failed > 0 {
        return Err(format!("{failed} could not be dealt with").into());
    }
    if seen.is_empty() {
        say("There are no dead letters.".to_owned())?;
    }
    Ok(())
}

async fn act_on_object(bucket: &Bucket, env: &Env, action: &Action, key: &str) -> Result<String, Error> {
    match action {
        Action::List => Ok(format!("{key}  {}; it is kept until it is dropped", bucket.describe(key).await?)),
        Action::Read { .. } => bucket.text(key).await,
        Action::Replay { .. } => match bucket.replay(env, key).await? {
            Replayed::Gone => Ok(format!("{key}: somebody else was faster")),
            Replayed::Handled(line) => Ok(format!("{line}: handled now, and deleted")),
            Replayed::Left(line) => Err(line.into()),
        },
        Action::Drop { .. } => bucket.delete(key).await.map(|()| format!("{key}: dropped")),
    }
}

/// A queue of dead letters.
struct Queue {
    sqs: Client,
    url: String,
    name: String,
    keeps: Duration,
    /// Is there a queue that its letters came from? A schedule has none.
    feeds: bool,
}

/// A message in it.
struct Letter {
    id: String,
    message: Message,
    sent_at: Timestamp,
    received: u32,
}

/// What became of a letter, in a line.
enum Done {
    /// It is not there any more.
    Gone(String),
    /// It is still there.
    Stays(String),
}

/// What was said of a letter, or why nothing was done with it.
struct Told {
    id: String,
    line: Result<String, Error>,
}

/// The queues of dead letters of a stack: those of the template, and none whose name merely begins alike.
async fn queues(sqs: &Client, stack: &str) -> Result<Vec<Queue>, Error> {
    let own = queue_names(TEXT, stack)?;
    let mut pages = sqs.list_queues().queue_name_prefix(format!("{stack}-")).max_results(1000).into_paginator().send();
    let mut queues = Vec::new();
    while let Some(page) = pages.next().await {
        for url in page.map_err(said)?.queue_urls() {
            let name = url.rsplit('/').next().unwrap_or_default().to_owned();
            if !name.ends_with(DEAD_LETTERS) || !own.contains(&name) {
                continue;
            }
            let asked = sqs.get_queue_attributes().queue_url(url);
            let asked = asked.attribute_names(QueueAttributeName::MessageRetentionPeriod).send().await.map_err(said)?;
            let period = asked.attributes().and_then(|all| all.get(&QueueAttributeName::MessageRetentionPeriod));
            let keeps = Duration::from_secs(period.and_then(|seconds| seconds.parse().ok()).unwrap_or_default());
            let feeds = own.contains(name.trim_end_matches(DEAD_LETTERS));
            queues.push(Queue { sqs: sqs.clone(), url: url.clone(), name, keeps, feeds });
        }
    }
    queues.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(queues)
}

impl Queue {
    /// Does this with every letter. Those that stay are nobody else's until the end, so that each is met once.
    /// Answers why it ended early, if it did.
    async fn all(&self, action: &Action) -> (Vec<Told>, Option<Error>) {
        let (mut told, mut met, mut stay) = (Vec::new(), HashSet::new(), Vec::new());
        let (mut replayed, mut broken) = (HashSet::new(), None);
        loop {
            let receive = self.sqs.receive_message().queue_url(&self.url).max_number_of_messages(BATCH);
            let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
            let receive = receive.message_attribute_names("All");
            let received = match receive.visibility_timeout(IN_HAND).wait_time_seconds(WAIT).send().await {
                Ok(received) => received,
                Err(why) => {
                    broken = Some(said(why));
                    break;
                }
            };
            let before = met.len();
            for letter in received.messages.unwrap_or_default().into_iter().map(Letter::of) {
                // It was in hand for so long that it came again.
                if !met.insert(letter.id.clone()) {
                    continue;
                }
                if !action.is_about(&letter.id) {
                    stay.push(letter);
                    continue;
                }
                let line = self.act(action, &letter, &mut replayed).await;
                let stays = !matches!(line, Ok(Done::Gone(_)));
                let line = line.map(|(Done::Gone(line) | Done::Stays(line))| line);
                told.push((letter.sent_at, Told { id: letter.id.clone(), line }));
                if stays {
                    stay.push(letter);
                }
            }
            if met.len() == before {
                break;
            }
        }
        for letter in stay {
            // If that fails, it comes back by itself a little later.
            let change = self.sqs.change_message_visibility().queue_url(&self.url).visibility_timeout(0);
            if let Err(why) = change.set_receipt_handle(letter.message.receipt_handle).send().await {
                tracing::debug!(why = %DisplayErrorContext(why), "a letter was not given back");
            }
        }
        told.sort_by_key(|(sent_at, _)| *sent_at);
        (told.into_iter().map(|(_, told)| told).collect(), broken)
    }

    /// `replayed` has digests of the bodies that were sent once more: what is replayed may be given up again at once,
    /// as a new message, and is not replayed for ever.
    async fn act(&self, action: &Action, letter: &Letter, replayed: &mut HashSet<String>) -> Result<Done, Error> {
        let body = letter.message.body().unwrap_or_default();
        match action {
            Action::List => Ok(Done::Stays(self.line(letter, SystemWorld.now()))),
            Action::Read { .. } => Ok(Done::Stays(letter.whole(&self.name)?)),
            Action::Replay { .. } if self.feeds && !replayed.insert(keys::digest(body.as_bytes())) => {
                Ok(Done::Stays(format!("{}: left, because the same words were just sent once more", letter.id)))
            }
            Action::Replay { .. } => self.replay(letter).await.map(Done::Gone),
            Action::Drop { .. } => {
                self.delete(letter).await?;
                Ok(Done::Gone(format!("{}: dropped", letter.id)))
            }
        }
    }

    /// A line that says what it is. A message keeps the time at which it was first sent, and lives on from that (Amazon
    /// SQS developer guide, "Using dead-letter queues in Amazon SQS").
    fn line(&self, letter: &Letter, now: Timestamp) -> String {
        let until = letter.sent_at + self.keeps;
        let days = now.until(until).as_secs() / 86_400;
        format!(
            "{}  {}: {}sent {}, received {} times; it lives until {until} ({days} days)",
            letter.id,
            self.name,
            letter.rule().map(|rule| format!("{rule}, ")).unwrap_or_default(),
            letter.sent_at,
            letter.received
        )
    }

    /// Sends it to its queue once more, then deletes it here. Broken off in between, it is handled twice, which each
    /// function allows for. A schedule's next run does what a failed one should have, so a failed one is only deleted.
    async fn replay(&self, letter: &Letter) -> Result<String, Error> {
        if !self.feeds {
            self.delete(letter).await?;
            return Ok(format!("{}: dropped, because the next run of its schedule does the same", letter.id));
        }
        let url = self.url.trim_end_matches(DEAD_LETTERS);
        let send = self.sqs.send_message().queue_url(url).message_body(letter.message.body().unwrap_or_default());
        send.set_message_attributes(letter.message.message_attributes.clone()).send().await.map_err(said)?;
        self.delete(letter).await?;
        Ok(format!("{}: sent to {} once more", letter.id, url.rsplit('/').next().unwrap_or_default()))
    }

    async fn delete(&self, letter: &Letter) -> Result<(), Error> {
        let delete = self.sqs.delete_message().queue_url(&self.url);
        delete.set_receipt_handle(letter.message.receipt_handle.clone()).send().await.map(drop).map_err(said)
    }
}

impl Letter {
    fn of(message: Message) -> Self {
        let attribute = |name| message.attributes().and_then(|all| all.get(&name));
        let sent = attribute(MessageSystemAttributeName::SentTimestamp).and_then(|millis| millis.parse().ok());
        let received = attribute(MessageSystemAttributeName::ApproximateReceiveCount).and_then(|n| n.parse().ok());
        Self {
            id: message.message_id().unwrap_or_default().to_owned(),
            sent_at: Timestamp::from_millis(sent.unwrap_or_default()),
            received: received.unwrap_or_default(),
            message,
        }
    }

    /// The rule whose event it is, if it is a schedule's.
    fn rule(&self) -> Option<String> {
        let body: Value = serde_json::from_str(self.message.body()?).ok()?;
        Some(body["resources"][0].as_str()?.rsplit('/').next()?.to_owned())
    }

    /// The whole of it, as JSON. A body that is JSON is shown as such. What EventBridge and Lambda say of an event that
    /// they gave up is in the attributes.
    fn whole(&self, queue: &str) -> Result<String, Error> {
        let body = self.message.body().unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or_else(|_| json!(body));
        let attributes = self.message.message_attributes.iter().flatten();
        let attributes: BTreeMap<_, _> = attributes.map(|(name, value)| (name, value.string_value())).collect();
        let whole = json!({"id": self.id, "queue": queue, "sent_at": self.sent_at, "received": self.received,
            "attributes": attributes, "body": body});
        Ok(serde_json::to_string_pretty(&whole)?)
    }
}
