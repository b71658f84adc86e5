//! Keeps in DynamoDB the number of each user's current session.

use crate::adapters::keys;
use crate::ports::Sessions;
use async_trait::async_trait;
use contracts::{Failure, UserId};
use serde::Deserialize;
use table::{Table, number};

/// Sessions in the table `accounts`; see [`keys`]. A user who never ended a session has no item.
#[derive(Debug, Clone)]
pub struct DynamoSessions(Table);

#[derive(Deserialize)]
struct Session {
    session: u64,
}

impl DynamoSessions {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl Sessions for DynamoSessions {
    async fn current(&self, user: UserId) -> Result<u64, Failure> {
        Ok(self.0.get::<Session>(&keys::session(user)).await?.map_or(0, |found| found.session))
    }

    async fn end(&self, user: UserId) -> Result<(), Failure> {
        let update = self.0.update(&keys::session(user)).update_expression("ADD #session :one");
        let update = update.expression_attribute_names("#session", "session");
        self.0.apply(update.expression_attribute_values(":one", number(1))).await.map(drop)
    }
}
