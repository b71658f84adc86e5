//! Counts bad log-ins in DynamoDB, hour by hour.

use crate::adapters::keys;
use crate::domain::{Guess, WINDOW, pause};
use crate::ports::Guesses;
use async_trait::async_trait;
use contracts::{Failure, Timestamp};
use serde::Deserialize;
use table::{Table, number, text};

/// Bad log-ins in the table `accounts`; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoGuesses(Table);

#[derive(Deserialize)]
struct Failures {
    failures: u64,
    last: Timestamp,
}

impl DynamoGuesses {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl Guesses for DynamoGuesses {
    async fn paused_until(&self, guess: &Guess, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
        let found: Option<Failures> = self.0.get(&keys::guesses(guess, now)).await?;
        let until = found.map(|found| found.last + pause(guess, found.failures));
        Ok(until.filter(|until| now < *until))
    }

    async fn failed(&self, guess: &Guess, now: Timestamp) -> Result<(), Failure> {
        let update = self
            .0
            .update(&keys::guesses(guess, now))
            .update_expression("SET #last = :now, expires = :expires ADD failures :one")
            .expression_attribute_names("#last", "last")
            .expression_attribute_values(":now", text(now))
            .expression_attribute_values(":expires", number((now + WINDOW).seconds()))
            .expression_attribute_values(":one", number(1));
        self.0.apply(update).await.map(drop)
    }

    async fn forget(&self, guess: &Guess, now: Timestamp) -> Result<(), Failure> {
        // Mostly there is no such item, and reading is cheaper than deleting.
        match self.0.get::<Failures>(&keys::guesses(guess, now)).await? {
            Some(_) => self.0.delete(&keys::guesses(guess, now)).await,
            None => Ok(()),
        }
    }
}
