use crate::adapters::keys;
use crate::ports::{Claim, Notices};
use async_trait::async_trait;
use contracts::{Failure, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use table::{Table, text};

/// How long who took a notice on may take: no worker runs longer.
const LEASE: Duration = Duration::from_mins(1);

/// Which notices were sent, in the table `accounts`; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoNotices(Table);

#[derive(Serialize, Deserialize)]
struct StoredNotice {
    sent: bool,
    claimed_at: Timestamp,
}

impl DynamoNotices {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl Notices for DynamoNotices {
    async fn claim(&self, user: UserId, key: &str, now: Timestamp) -> Result<Claim, Failure> {
        let free = "attribute_not_exists(PK) OR (sent = :no AND claimed_at <= :late)";
        let new = StoredNotice { sent: false, claimed_at: now };
        let values = [(":no", table::attribute(false)?), (":late", text(now - LEASE))];
        match self.0.put_if(&keys::notice(user, key), &new, free, values).await? {
            Ok(()) => Ok(Claim::Ours),
            Err(refused) => {
                let sent = refused.present::<StoredNotice>()?.is_some_and(|notice| notice.sent);
                Ok(if sent { Claim::Done } else { Claim::Busy })
            }
        }
    }

    async fn done(&self, user: UserId, key: &str) -> Result<(), Failure> {
        let update = self.0.update(&keys::notice(user, key)).update_expression("SET sent = :yes");
        self.0.apply(update.expression_attribute_values(":yes", table::attribute(true)?)).await.map(drop)
    }
}
