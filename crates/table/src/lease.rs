//! Leases on work outside the table that must be done only once. A worker takes the work on for a limited time, does
//! it, and notes that it is done.

use crate::{Key, Table, attribute, text};
use contracts::{Failure, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a lease lasts: no worker runs longer.
const LEASE: Duration = Duration::from_mins(1);

/// Who does the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// Ours, for a minute.
    Ours,
    /// Another worker has it at the moment.
    Busy,
    /// It is done.
    Done,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    sent: bool,
    claimed_at: Timestamp,
}

impl Table {
    /// Takes on the work that this key stands for. Only one worker at a time gets [`Lease::Ours`], and none once the
    /// work is done.
    pub async fn lease(&self, key: &Key, now: Timestamp) -> Result<Lease, Failure> {
        let free = "attribute_not_exists(PK) OR (sent = :no AND claimed_at <= :late)";
        let new = Stored { sent: false, claimed_at: now };
        let values = [(":no", attribute(false)?), (":late", text(now - LEASE))];
        match self.put_if(key, &new, free, values).await? {
            Ok(()) => Ok(Lease::Ours),
            Err(refused) => {
                let done = refused.present::<Stored>()?.is_some_and(|stored| stored.sent);
                Ok(if done { Lease::Done } else { Lease::Busy })
            }
        }
    }

    /// Notes that the work is done.
    pub async fn lease_done(&self, key: &Key) -> Result<(), Failure> {
        let update = self.update(key).update_expression("SET sent = :yes");
        self.apply(update.expression_attribute_values(":yes", attribute(true)?)).await.map(drop)
    }
}
