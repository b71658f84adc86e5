//! The local cloud: `infra/template.yaml` in one process, on this machine alone.
//!
//! It creates what the template defines and nothing else: tables, queues, topics, buckets, routes, the authorizer, and
//! the sources that feed functions from queues and streams. Embedded engines provide AWS's own APIs over their real
//! wire protocols. Each HTTP request becomes an API Gateway event for the same handler that is deployed.
//!
//! - [`door`]: the gateway behind a port, and the local cloud's own pages beside it.
//! - [`sockets`]: the WebSocket API behind it.
//! - [`functions`]: the functions, started as Lambda would.
//! - [`log_lines`]: what they write, kept for CloudWatch Logs' API.
//! - [`sources`]: queues, streams and schedules that feed them.
//! - [`cloud`]: starts all of it together. [`seed`]: the sample data.
//!
//! Three parts are crates of their own: `template` reads the template, `engines` are AWS's APIs, and `triggers` calls
//! functions as AWS does. The simulation uses `template` and `triggers`, and has a database of its own.

pub mod cloud;
pub mod dead_letters;
pub mod door;
mod failed_records;
pub mod functions;
pub mod guide;
pub mod limits;
pub mod log_lines;
pub mod migrate;
pub mod options;
mod pages;
pub mod rights;
pub mod sam_env;
pub mod seed;
pub mod sockets;
pub mod sources;

pub use cloud::Cloud;
pub use options::Options;
