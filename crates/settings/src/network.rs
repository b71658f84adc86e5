//! What carries a function's calls where that is not the real network: a simulation stands there instead, and decides
//! what becomes of each. The SDK's clients stay as they are; what they send is what AWS would get.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use std::fmt;
use std::sync::Arc;
use table::Chance;
use wire::Http;

/// A network of somebody's own making.
#[derive(Clone)]
pub struct Network {
    aws: SharedHttpClient,
    http: Http,
    chance: Chance,
    retries: TokenBucket,
}

impl Network {
    /// Calls of AWS go through `aws`, those of our services and outside systems through `http`; `chance` is for pauses.
    pub fn new(aws: SharedHttpClient, http: Http, chance: Chance) -> Self {
        // What one function's retries have used up is no affair of another's.
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
