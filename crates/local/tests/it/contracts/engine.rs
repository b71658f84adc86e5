use crate::app::options;
use aws_sdk_s3::types::CreateBucketConfiguration;
use contracts::{Failure, Page, PageRequest, SystemWorld, World};
use local::options::TEMPLATE;
use local::template::{Surroundings, Template, create_table};
use local::{ACCESS_KEY, ACCOUNT, Cloud, REGION, SECRET_KEY, STACK};
use queue::Queue;
use serde_json::{Value, json};
use settings::{Env, aws};
use std::sync::Arc;
use table::Table;
use tokio::sync::OnceCell;

/// A page to be asked for.
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

/// AWS's services somewhere, with what the template says in them.
pub struct Engine {
    pub env: Env,
    pub world: SystemWorld,
    url: String,
    _cloud: Option<Cloud>,
}

impl Engine {
    /// Those that the local cloud embeds, with nobody reading its queues and streams.
    pub async fn embedded() -> Self {
        let cloud = Cloud::start_in(&options(&[]), Arc::new(SystemWorld), false).await.unwrap();
        let url = cloud.aws_url.clone();
        Self { env: env(&url, ACCESS_KEY, SECRET_KEY), world: SystemWorld, url, _cloud: Some(cloud) }
    }

    /// The one elsewhere. Tests share what is in it, under ids of their own.
    pub async fn second() -> Self {
        static MADE: OnceCell<()> = OnceCell::const_new();
        #[expect(clippy::disallowed_methods, reason = "not a setting of the product")]
        let url = std::env::var("KARCIS_SECOND_ENGINE").unwrap();
        MADE.get_or_init(|| make(&url)).await;
        Self { env: env(&url, TEST, TEST), world: SystemWorld, url, _cloud: None }
    }

    pub async fn table(&self, service: &str) -> Table {
        Table::new(aws::dynamodb(&self.env).unwrap(), format!("{STACK}-{service}"))
    }

    pub fn queue_url(&self, queue: &str) -> String {
        format!("{}/{ACCOUNT}/{STACK}-{queue}", self.url)
    }

    pub fn queue(&self, queue: &str) -> Queue {
        Queue::new(self.sqs(), self.queue_url(queue))
    }

    pub fn topic_arn(topic: &str) -> String {
        format!("arn:aws:sns:{REGION}:{ACCOUNT}:{STACK}-{topic}")
    }

    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws::sqs(&self.env).unwrap()
    }

    /// The bodies of the messages that a queue shows now; they are gone from it then.
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

    pub fn id(&self) -> uuid::Uuid {
        self.world.new_id()
    }
}

/// What emulators take for credentials (LocalStack's documentation, "Credentials").
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

/// Makes what the template says: tables, queues, topics with their subscriptions, and buckets.
async fn make(url: &str) {
    let keys = local::keys::generate().unwrap();
    let around = Surroundings {
        parameters: [("PublicUrl".into(), "http://karcis.test".into())].into(),
        secrets: keys,
        queues_url: url.to_owned(),
    };
    let template = Template::read(TEMPLATE, &around).unwrap();
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
        // There already, on an engine that is asked a second time.
        drop(s3.create_bucket().bucket(bucket).create_bucket_configuration(here.clone()).send().await);
    }
    let ses = aws::ses(&env).unwrap();
    ses.verify_email_identity().email_address("tickets@karcis.example").send().await.unwrap();
}
