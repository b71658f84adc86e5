//! The local cloud: `infra/template.yaml` in one process, on this machine alone.
//!
//! It makes what the template says and nothing else: tables, queues, topics, buckets, routes, the authorizer, and the
//! sources that feed functions from queues and streams. AWS's own APIs come from embedded engines, over their real
//! wire protocols; each HTTP request becomes an API Gateway event, and the very handler that ships is called with it.
//!
//! - [`template`]: reads the template and resolves what it refers to.
//! - [`engines`]: DynamoDB, SQS, SNS and S3, and the front that serves them on one port.
//! - [`gateway`]: routes, authorizer, events.
//! - [`sources`]: queues and streams that feed functions.
//! - [`functions`]: the functions, started as Lambda would.
//! - [`progress`]: how far something is that takes longer than a moment.
//! - [`cloud`]: all of it together. [`seed`]: the sample data. [`keys`]: the keys of this machine's own.

pub mod cloud;
pub mod engines;
pub mod functions;
pub mod gateway;
pub mod guide;
pub mod keys;
pub mod migrate;
pub mod options;
mod pages;
pub mod progress;
pub mod sam_env;
pub mod seed;
pub mod sources;
pub mod template;

pub use cloud::Cloud;
pub use options::Options;

/// What goes wrong in the local cloud is told to the person at the terminal.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The account that everything belongs to, as on LocalStack.
pub const ACCOUNT: &str = "000000000000";
/// The region that everything is in.
pub const REGION: &str = "ap-southeast-3";
/// The name of the stack.
pub const STACK: &str = "karcis";
/// The access key of this machine's own AWS. It opens nothing elsewhere.
pub const ACCESS_KEY: &str = "karcis";
/// Its secret.
pub const SECRET_KEY: &str = "karcis-local-only";
