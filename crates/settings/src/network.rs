//! Carries a function's calls in place of the real network: a simulation decides what happens to each call. The SDK's
//! clients stay as they are, so they send what AWS would get.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use std::fmt;
use std::sync::Arc;
use table::Chance;
use wire::Http;

/// A simulated network.
#[derive(Clone)]
pub struct Network {
    aws: SharedHttpClient,
    http: Http,
    chance: Chance,
    retries: TokenBucket,
}

impl Network {
    /// Calls to AWS go through `aws`, and calls to our services and outside systems through `http`; `chance` is for
    /// pauses.
    pub fn new(aws: SharedHttpClient, http: Http, chance: Chance) -> Self {
        // Each function has its own bucket of retry tokens: one function must not use up the retries of another.
        Self { aws, http, chance, retries: TokenBucket::default() }
    }

    pub(crate) fn aws(&self) -> SharedHttpClient {
        self.aws.clone()
    }

    pub(crate) fn http(&self) -> Http {
        self.http.clone()
    }

    pub(crate) fn chance(&self) -> Chance {
        Arc::clone(&self.chance)
    }

    pub(crate) fn retry_partition(&self) -> RetryPartition {
        RetryPartition::custom("karcis").token_bucket(self.retries.clone()).build()
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}
