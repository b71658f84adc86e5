//! The local cloud: `infra/template.yaml` in one process, on this machine alone.
//!
//! It makes what the template says and nothing else: tables, queues, topics, buckets, routes, the authorizer, and the
//! sources that feed functions from queues and streams. AWS's own APIs come from embedded engines, over their real
//! wire protocols; each HTTP request becomes an API Gateway event, and the very handler that ships is called with it.
//!
//! - [`door`]: the gateway behind a port, and the local cloud's own pages beside it.
//! - [`functions`]: the functions, started as Lambda would.
//! - [`sources`]: queues, streams and schedules that feed them.
//! - [`cloud`]: all of it together. [`seed`]: the sample data.
//!
//! Reading the template, the engines, and what calls a function as AWS has it are crates of their own: `template`,
//! `engines`, `triggers`. The simulation has the first and the last of them, and a database of its own.

pub mod cloud;
pub mod door;
pub mod functions;
pub mod guide;
pub mod migrate;
pub mod options;
mod pages;
pub mod sam_env;
pub mod seed;
pub mod sources;

pub use cloud::Cloud;
pub use options::Options;
