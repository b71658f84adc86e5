use crate::ports::{Telling, Tellings};
use async_trait::async_trait;
use contracts::{EventId, Failure, Timestamp};
use serde::Deserialize;
use std::time::Duration;
use table::{Key, Table, number, text};

/// How long it is kept what of a block was told: longer than a message of it may be under way.
const KEPT: Duration = Duration::from_hours(1);

/// What of each block was told last, in the table `live`: `BLOCK#<event>#<ordinal>` / `TOLD`.
#[derive(Debug, Clone)]
pub struct DynamoTellings(Table);

impl DynamoTellings {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[derive(Deserialize)]
struct Told {
    version: u64,
    until: Timestamp,
    /// The newest version that waits for its turn.
    #[serde(default)]
    wanted: u64,
}

#[async_trait]
impl Tellings for DynamoTellings {
    async fn claim(
        &self,
        event: EventId,
        block: u32,
        version: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Telling, Failure> {
        let key = Key::new(format!("BLOCK#{event}#{block}"), "TOLD");
        let claim = self
            .0
            .update(&key)
            .update_expression("SET version = :version, #until = :until, expires = :expires")
            .condition_expression(
                "attribute_not_exists(PK) OR (version < :version AND #until <= :now \
                 AND (attribute_not_exists(wanted) OR wanted <= :version))",
            )
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":until", text(until))
            .expression_attribute_values(":expires", number((now + KEPT).seconds()))
            .expression_attribute_values(":now", text(now));
        let Err(refused) = self.0.apply(claim).await? else { return Ok(Telling::Ours) };
        let told = refused.present::<Told>()?.filter(|told| told.version < version && told.wanted <= version);
        let Some(told) = told else { return Ok(Telling::Over) };
        if told.wanted == version {
            return Ok(Telling::NotBefore(told.until));
        }
        // Of all that wait, the newest alone goes on.
        let wait = self
            .0
            .update(&key)
            .update_expression("SET wanted = :version")
            .condition_expression("version < :version AND (attribute_not_exists(wanted) OR wanted < :version)")
            .expression_attribute_values(":version", number(version));
        Ok(if self.0.apply(wait).await?.is_ok() { Telling::NotBefore(told.until) } else { Telling::Over })
    }
}
