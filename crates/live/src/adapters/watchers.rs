//! Who watches what, in DynamoDB.
//!
//! | item | key | what it says |
//! |---|---|---|
//! | a place | `EVENT#<id>` / `PLACE#<n>` | the connection that has this place among those told of an event |
//! | an own thing's watcher | `BOOKING#<id>` or `PURCHASE#<id>` / `CONNECTION#<c>` | the connection |
//! | a subscription | `CONNECTION#<c>` / its topic | where the item of the other end is |
//!
//! An event has as many places as connections may be told of it. Each is taken on condition that it is free or its
//! time is over, so no count has to be kept right. DynamoDB's TTL deletes all by `expires`.

use crate::domain::MOST_TOPICS;
use crate::ports::{Admission, Admitted, Watchers};
use async_trait::async_trait;
use contracts::{Failure, LiveTopic, Timestamp};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use table::{Key, Table, number, text, value};

/// How many places are looked at for a free one. Where nine of ten are taken, six of ten newcomers find one of the
/// rest; the others poll, and ask again.
const LOOKS: u64 = 8;

/// Who watches what, in the table `live`.
#[derive(Debug, Clone)]
pub struct DynamoWatchers {
    table: Table,
    places: u64,
}

/// An item of a topic: who is told.
#[derive(Serialize, Deserialize)]
struct Watcher {
    connection: String,
    /// Seconds since 1970.
    expires: i64,
}

/// An item of a connection: what it is told of.
#[derive(Serialize, Deserialize)]
struct Subscription {
    #[serde(rename = "SK")]
    topic: String,
    /// The `SK` of the item at the other end.
    place: String,
    expires: i64,
}

/// What became of taking a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// The connection has it now.
    Now,
    /// The connection has another place: two of its messages came at once.
    Elsewhere,
    /// Another connection has it.
    ByAnother,
}

fn connection_key(connection: &str, topic: &str) -> Key {
    Key::new(format!("CONNECTION#{connection}"), topic)
}

impl DynamoWatchers {
    /// In this table; of an event, `places` connections are told at most.
    pub fn new(table: Table, places: u64) -> Self {
        Self { table, places }
    }

    async fn subscriptions(&self, connection: &str) -> Result<Vec<Subscription>, Failure> {
        let query = self
            .table
            .query()
            .consistent_read(true)
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", text(format!("CONNECTION#{connection}")));
        self.table.all(query).await?.into_iter().map(value).collect()
    }

    /// Takes this place, if it is free or the connection's own, and the connection has no other.
    async fn take(&self, place: &str, admission: Admission<'_>) -> Result<Taken, Failure> {
        let Admission { connection, topic, now, until, .. } = admission;
        let (topic, expires) = (topic.to_string(), until.seconds());
        let watcher = Watcher { connection: connection.to_owned(), expires };
        let free = "attribute_not_exists(PK) OR expires <= :now OR #connection = :connection";
        let put = self
            .table
            .part_put(&Key::new(&topic, place), &watcher)?
            .condition_expression(free)
            .expression_attribute_names("#connection", "connection")
            .expression_attribute_values(":now", number(now.seconds()))
            .expression_attribute_values(":connection", text(connection));
        let subscription = Subscription { topic: topic.clone(), place: place.to_owned(), expires };
        let noted = self
            .table
            .part_put(&connection_key(connection, &topic), &subscription)?
            .condition_expression("attribute_not_exists(PK) OR place = :place OR expires <= :now")
            .expression_attribute_values(":place", text(place))
            .expression_attribute_values(":now", number(now.seconds()));
        let parts = [(Taken::ByAnother, table::put_part(put)?), (Taken::Elsewhere, table::put_part(noted)?)];
        match self.table.transact(parts.into_iter().collect()).await? {
            Ok(()) => Ok(Taken::Now),
            Err(refusals) if refusals.iter().any(|one| one.of == Taken::Elsewhere) => Ok(Taken::Elsewhere),
            Err(_) => Ok(Taken::ByAnother),
        }
    }

    async fn remove(&self, connection: &str, subscription: &Subscription) -> Result<(), Failure> {
        let place = self.table.update(&Key::new(&subscription.topic, &subscription.place));
        // A place that is no longer the connection's own stays as it is. It is freed, not deleted: its time is over.
        let place = place
            .update_expression("SET expires = :over")
            .condition_expression("#connection = :connection")
            .expression_attribute_names("#connection", "connection")
            .expression_attribute_values(":over", number(0))
            .expression_attribute_values(":connection", text(connection));
        drop(self.table.apply(place).await?);
        // Meanwhile the connection may have taken another place.
        let delete = self
            .table
            .part_delete(&connection_key(connection, &subscription.topic))
            .condition_expression("place = :place")
            .expression_attribute_values(":place", text(&subscription.place));
        self.table.all_or_none([table::delete_part(delete)?]).await.map(drop)
    }
}

#[async_trait]
impl Watchers for DynamoWatchers {
    async fn admit(&self, admission: Admission<'_>) -> Result<Admitted, Failure> {
        let Admission { connection, topic, start, .. } = admission;
        let known = self.subscriptions(connection).await?;
        let topic_key = topic.to_string();
        let mine = known.iter().find(|one| one.topic == topic_key);
        if mine.is_none() && known.len() >= MOST_TOPICS {
            return Ok(Admitted::TooMany);
        }
        if let Some(mine) = mine {
            match self.take(&mine.place, admission).await? {
                Taken::Now | Taken::Elsewhere => return Ok(Admitted::Told),
                // Its time was over, and somebody else has it.
                Taken::ByAnother => self.remove(connection, mine).await?,
            }
        }
        let LiveTopic::Event(_) = topic else {
            return match self.take(&format!("CONNECTION#{connection}"), admission).await? {
                Taken::Now | Taken::Elsewhere => Ok(Admitted::Told),
                Taken::ByAnother => Err(Failure::transient("watch", "the place is taken")),
            };
        };
        for look in 0..LOOKS.min(self.places) {
            let place = format!("PLACE#{:05}", (start + look) % self.places);
            if self.take(&place, admission).await? != Taken::ByAnother {
                return Ok(Admitted::Told);
            }
        }
        Ok(Admitted::Full)
    }

    async fn leave(&self, connection: &str, topic: LiveTopic) -> Result<(), Failure> {
        let subscription: Option<Subscription> =
            self.table.get(&connection_key(connection, &topic.to_string())).await?;
        match subscription {
            Some(subscription) => self.remove(connection, &subscription).await,
            None => Ok(()),
        }
    }

    async fn forget(&self, connection: &str) -> Result<(), Failure> {
        let known = self.subscriptions(connection).await?;
        try_join_all(known.iter().map(|subscription| self.remove(connection, subscription))).await.map(drop)
    }

    async fn of(&self, topic: LiveTopic, now: Timestamp) -> Result<Vec<String>, Failure> {
        let query = self
            .table
            .query()
            // Of one's own things each change counts, and they have few watchers. Who has just begun to watch an event
            // reads its map.
            .consistent_read(!matches!(topic, LiveTopic::Event(_)))
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", text(topic));
        let watchers = self.table.all(query).await?.into_iter().map(value::<Watcher>).collect::<Result<Vec<_>, _>>()?;
        Ok(watchers.into_iter().filter(|one| one.expires > now.seconds()).map(|one| one.connection).collect())
    }
}
