//! Runs the contract tests of ports against AWS's services, with what the template says in them. There are two engines
//! that are independent of each other, so that one emulator's habits are not taken for AWS's. The tests are with the
//! crate whose ports they test, in `tests/contracts.rs`.
//!
//! The second engine is at `KARCIS_SECOND_ENGINE`; its tests are ignored unless asked for (`.ci/run` does):
//! `KARCIS_SECOND_ENGINE=http://127.0.0.1:4577 cargo test --test contracts second_engine -- --ignored`.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "tests alone use it")]

use aws_sdk_s3::types::CreateBucketConfiguration;
use contracts::{Failure, Page, PageRequest, SystemWorld, World};
use engines::{ACCESS_KEY, Engines, SECRET_KEY};
use queue::Queue;
use serde_json::{Value, json};
use settings::{Env, aws};
use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};
use table::Table;
use tempfile::TempDir;
use template::{ACCOUNT, REGION, STACK, Surroundings, TEXT, Template, create_table, keys};
use tokio::net::TcpListener;
use tokio::sync::OnceCell;

/// The longest wait in a test. A test fails if its promise is not kept by then.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// Runs each suite (a function of an [`Engine`]) on each engine, as a test of this name.
#[macro_export]
macro_rules! on_each_engine {
    ($($name:ident: $suite:ident;)+) => {
        mod embedded_engines {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$suite(&$crate::Engine::embedded().await).await;
            })+
        }
        mod second_engine {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = "needs a second engine at KARCIS_SECOND_ENGINE"]
            async fn $name() {
                super::$suite(&$crate::Engine::second().await).await;
            })+
        }
    };
}

/// Asks again and again until there is an answer, or the deadline has come.
pub async fn eventually<T, F, Fut>(what: &str, mut ask: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never came about that {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A request for a page.
pub fn page(limit: u32, cursor: Option<&str>) -> PageRequest {
    PageRequest { limit, cursor: cursor.map(str::to_owned) }
}

/// A whole list, read page by page.
pub async fn whole<T>(
    limit: u32,
    mut read: impl AsyncFnMut(PageRequest) -> Result<Option<Page<T>>, Failure>,
) -> Vec<T> {
    let (mut listed, mut cursor) = (Vec::new(), None);
    loop {
        let found = read(PageRequest { limit, cursor }).await.unwrap().unwrap();
        assert!(found.items.len() <= limit as usize);
        listed.extend(found.items);
        cursor = found.next_cursor;
        if cursor.is_none() {
            return listed;
        }
    }
}

/// AWS's services at one endpoint, with what the template says in them.
pub struct Engine {
    /// The settings of a function that uses these services.
    pub env: Env,
    /// The clock and ids of a test.
    pub world: SystemWorld,
    url: String,
    _directory: Option<TempDir>,
}

impl Engine {
    /// The services that the local cloud embeds; nothing reads their queues and streams.
    pub async fn embedded() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let directory = tempfile::tempdir().unwrap();
        Engines::start(&template_at(&url), directory.path(), true, listener).await.unwrap();
        Self { env: env(&url, ACCESS_KEY, SECRET_KEY), world: SystemWorld, url, _directory: Some(directory) }
    }

    /// The second engine. All tests share its contents, and each uses its own ids.
    pub async fn second() -> Self {
        static MADE: OnceCell<()> = OnceCell::const_new();
        #[expect(clippy::disallowed_methods, reason = "not a setting of the product")]
        let url = std::env::var("KARCIS_SECOND_ENGINE").unwrap();
        MADE.get_or_init(|| make(&url)).await;
        Self { env: env(&url, TEST, TEST), world: SystemWorld, url, _directory: None }
    }

    /// A service's table.
    pub async fn table(&self, service: &str) -> Table {
        Table::new(aws::dynamodb(&self.env).unwrap(), format!("{STACK}-{service}"))
    }

    /// Where a queue is, by its name without the stack's.
    pub fn queue_url(&self, queue: &str) -> String {
        format!("{}/{ACCOUNT}/{STACK}-{queue}", self.url)
    }

    /// A queue, by its name without the stack's.
    pub fn queue(&self, queue: &str) -> Queue {
        Queue::new(self.sqs(), self.queue_url(queue))
    }

    /// A topic's ARN, by its name without the stack's.
    pub fn topic_arn(topic: &str) -> String {
        format!("arn:aws:sns:{REGION}:{ACCOUNT}:{STACK}-{topic}")
    }

    /// A bucket's name in the account, by its name without the stack's.
    pub fn bucket(bucket: &str) -> String {
        format!("{STACK}-{bucket}-{ACCOUNT}-{REGION}")
    }

    /// SQS itself.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws::sqs(&self.env).unwrap()
    }

    /// The bodies of the messages that can be received from a queue now; they are deleted from it.
    pub async fn messages(&self, queue: &str) -> Vec<Value> {
        let (sqs, url) = (self.sqs(), self.queue_url(queue));
        let mut bodies = Vec::new();
        loop {
            let found = sqs.receive_message().queue_url(&url).max_number_of_messages(10).send().await.unwrap();
            let messages = found.messages.unwrap_or_default();
            if messages.is_empty() {
                return bodies;
            }
            for message in messages {
                bodies.push(serde_json::from_str(&message.body.unwrap()).unwrap());
                let receipt = message.receipt_handle.unwrap();
                sqs.delete_message().queue_url(&url).receipt_handle(receipt).send().await.unwrap();
            }
        }
    }

    /// A new id.
    pub fn id(&self) -> uuid::Uuid {
        self.world.new_id()
    }
}

/// The credentials that emulators accept (LocalStack's documentation, "Credentials").
const TEST: &str = "test";

fn env(url: &str, key: &str, secret: &str) -> Env {
    let settings = [
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_ENDPOINT_URL", url),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The template, of a stack whose AWS is at `url`.
fn template_at(url: &str) -> Template {
    let keys = serde_json::from_str(keys::OF_TESTS).unwrap();
    // A suite does not wait for what is delayed by whole minutes.
    let parameters = BTreeMap::from([("ForgetAfterSeconds".to_owned(), "0".to_owned())]);
    let around = Surroundings::local(&parameters, &keys, "http://karcis.test", url);
    Template::read(TEXT, &around).unwrap()
}

/// Makes what the template says: tables, queues, topics with their subscriptions, and buckets.
async fn make(url: &str) {
    let template = template_at(url);
    let client = reqwest::Client::new();
    let call = async |service: &str, target: &str, body: Value| {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={TEST}/20300101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"
        );
        let request = client.post(url).header("x-amz-target", target).header("authorization", scope);
        let answer =
            request.header("content-type", "application/x-amz-json-1.0").body(body.to_string()).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success() || text.contains("InUse") || text.contains("AlreadyExists"), "{target}: {text}");
    };
    for table in &template.tables {
        call("dynamodb", "DynamoDB_20120810.CreateTable", create_table(table)).await;
    }
    let (last, first): (Vec<_>, Vec<_>) =
        template.queues.iter().partition(|queue| queue.attributes.contains_key("RedrivePolicy"));
    for queue in first.into_iter().chain(last) {
        let request = json!({"QueueName": queue.name, "Attributes": queue.attributes});
        call("sqs", "AmazonSQS.CreateQueue", request).await;
    }
    let env = env(url, TEST, TEST);
    let sns = aws::sns(&env).unwrap();
    for topic in &template.topics {
        sns.create_topic().name(topic).send().await.unwrap();
    }
    for subscription in &template.subscriptions {
        let subscribe =
            sns.subscribe().topic_arn(&subscription.topic_arn).protocol("sqs").endpoint(&subscription.endpoint);
        subscribe.set_attributes(Some(subscription.attributes.clone())).send().await.unwrap();
    }
    let s3 = aws::s3(&env).unwrap();
    let here = CreateBucketConfiguration::builder().location_constraint(REGION.into()).build();
    for bucket in &template.buckets {
        // The bucket may exist already, on an engine that was used before.
        drop(s3.create_bucket().bucket(bucket).create_bucket_configuration(here.clone()).send().await);
    }
    let ses = aws::ses(&env).unwrap();
    ses.verify_email_identity().email_address("tickets@karcis.example").send().await.unwrap();
}
