//! AWS's own APIs, embedded: DynamoDB, SQS, SNS, SES, S3, API Gateway's `@connections`, and what people ask first of
//! Lambda, CloudWatch Logs and Secrets Manager, each over its real wire protocol, together on one port.

mod connections;
mod dynamodb;
mod front;
mod functions;
mod journal;
mod json;
mod logs;
mod s3;
mod secrets;
mod ses;
mod sns;
mod sqs;

pub use connections::{Connections, Outgoing};
pub use dynamodb::{DynamoDb, StreamRecords};
pub use front::DENIED_HEADER;
pub use functions::Lambda;
pub use logs::Logs;
pub use secrets::Secrets;
pub use ses::Ses;
pub use sqs::{Sqs, TRACE_ATTRIBUTE};

use front::Front;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use template::Error;
use template::Template;
use tokio::net::TcpListener;

/// The access key of this machine's own AWS. It opens nothing elsewhere.
pub const ACCESS_KEY: &str = "karcis";
/// Its secret.
pub const SECRET_KEY: &str = "karcis-local-only";

/// The engines, with what the template says in them.
pub struct Engines {
    /// Tables and their streams.
    pub dynamodb: DynamoDb,
    /// Queues.
    pub sqs: Arc<Sqs>,
    /// Mail.
    pub ses: Arc<Ses>,
    /// The open connections of the WebSocket API.
    pub connections: Arc<Connections>,
    /// The functions, as Lambda's API calls them.
    pub lambda: Arc<Lambda>,
    /// What the functions write.
    pub logs: Arc<Logs>,
    /// The keys, as Secrets Manager has them.
    pub secrets: Arc<Secrets>,
    /// Where `dynamodb` listens by itself.
    pub dynamodb_address: SocketAddr,
}

impl Engines {
    /// Makes what `template` says and serves it on `listener`. State is kept in `directory`.
    pub async fn start(
        template: &Template,
        directory: &Path,
        ephemeral: bool,
        listener: TcpListener,
    ) -> Result<Self, Error> {
        let address = listener.local_addr()?;
        let dynamodb = DynamoDb::open(&directory.join("dynamodb.sqlite"))?;
        for table in &template.tables {
            dynamodb.create(table)?;
        }
        let inner = TcpListener::bind("127.0.0.1:0").await?;
        let dynamodb_address = inner.local_addr()?;
        tokio::spawn(dynoxide::server::serve_with_shutdown(inner, dynamodb.engine(), std::future::pending()));

        let journal = (!ephemeral).then(|| directory.join("messages.jsonl"));
        let sqs = Sqs::start(address, &template.queues, journal).await?;
        let sns = sns::start(address, template, Arc::clone(&sqs))?;
        let s3 = s3::start(&directory.join("s3"), &template.buckets)?;
        let ses = Ses::start((!ephemeral).then(|| directory.join("mail.jsonl")))?;
        let connections = Arc::new(Connections::default());
        let lambda = Arc::new(Lambda::default());
        let (logs, secrets) = (Arc::new(Logs::default()), Arc::new(Secrets::default()));
        let front = Front {
            dynamodb: dynamodb_address,
            sqs: Arc::clone(&sqs),
            sns,
            ses: Arc::clone(&ses).http(),
            s3,
            connections: Arc::clone(&connections),
            lambda: Arc::clone(&lambda),
            logs: Arc::clone(&logs),
            secrets: Arc::clone(&secrets),
        };
        tokio::spawn(front.serve(listener));
        Ok(Self { dynamodb, sqs, ses, connections, lambda, logs, secrets, dynamodb_address })
    }
}
