//! Keeps in DynamoDB which notices were sent.

use crate::adapters::keys;
use crate::ports::{Claim, Notices};
use async_trait::async_trait;
use contracts::{Failure, Timestamp, UserId};
use table::{Lease, Table};

/// Which notices were sent, in the table `accounts`; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoNotices(Table);

impl DynamoNotices {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl Notices for DynamoNotices {
    async fn claim(&self, user: UserId, key: &str, now: Timestamp) -> Result<Claim, Failure> {
        Ok(match self.0.lease(&keys::notice(user, key), now).await? {
            Lease::Ours => Claim::Ours,
            Lease::Busy => Claim::Busy,
            Lease::Done => Claim::Done,
        })
    }

    async fn done(&self, user: UserId, key: &str) -> Result<(), Failure> {
        self.0.lease_done(&keys::notice(user, key)).await
    }
}
