//! DynamoDB, embedded: the engine, the tables that the template says, and their streams as Lambda gets them.

use dynoxide::Database;
use dynoxide::actions::describe_stream::DescribeStreamRequest;
use dynoxide::actions::describe_table::DescribeTableRequest;
use dynoxide::actions::get_records::{GetRecordsRequest, Record};
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::actions::list_tables::ListTablesRequest;
use serde_json::{Value, json};
use std::path::Path;
use template::Error;
use template::create_table;

/// DynamoDB: tables made from the template, and their streams.
#[derive(Clone)]
pub struct DynamoDb(Database);

/// Records of a stream, as Lambda gets them, and where to go on.
pub struct StreamRecords {
    /// As in an event's `Records`.
    pub records: Vec<Value>,
    /// The iterator after them.
    pub next: String,
}

/// The engine looks up a stream's newest record at each write, and the records after a given one at each read, both
/// without an index. Without the two indexes below, every booking would get slower as the stream gets longer.
const INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS karcis_newest ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE INDEX IF NOT EXISTS karcis_next
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));";

impl DynamoDb {
    /// Opens the database of this file, or makes it.
    pub fn open(file: &Path) -> Result<Self, Error> {
        let database = Database::new(file.to_str().ok_or("the data directory's name is not UTF-8")?)?;
        // Leaves `synchronous` at NORMAL: a commit survives a crash of the process, but the last commits may not
        // survive a crash of the machine.
        database.disable_bulk_loading()?;
        let beside = rusqlite::Connection::open(file)?;
        beside.execute_batch(INDEXES)?;
        Ok(Self(database))
    }

    /// The engine itself, to be served.
    pub fn engine(&self) -> Database {
        self.0.clone()
    }

    /// Makes a table. If there is one of an older version, makes the indexes that it lacks.
    pub fn create(&self, properties: &Value) -> Result<(), Error> {
        let existing = self.0.list_tables(ListTablesRequest::default())?.table_names;
        if let Some(name) = existing.iter().find(|name| properties["TableName"] == ***name) {
            return self.complete(name, properties);
        }
        self.0.create_table(serde_json::from_value(create_table(properties))?)?;
        Ok(())
    }

    /// Makes the indexes that a table lacks.
    fn complete(&self, name: &str, properties: &Value) -> Result<(), Error> {
        let described = self.0.describe_table(DescribeTableRequest { table_name: name.to_owned() })?;
        let described = serde_json::to_value(described.table)?;
        let has = |index: &Value| {
            let indexes = described["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
            indexes.into_iter().any(|there| there["IndexName"] == index["IndexName"])
        };
        for index in properties["GlobalSecondaryIndexes"].as_array().into_iter().flatten().filter(|index| !has(index)) {
            let request = json!({
                "TableName": name,
                "AttributeDefinitions": properties["AttributeDefinitions"],
                "GlobalSecondaryIndexUpdates": [{"Create": index}],
            });
            self.0.update_table(serde_json::from_value(request)?)?;
        }
        Ok(())
    }

    /// Where a table's stream is read from: after the record of this sequence number, or from its beginning.
    pub fn stream_iterator(&self, table: &str, after: Option<&str>) -> Result<String, Error> {
        let describe = DescribeTableRequest { table_name: table.to_owned() };
        let stream_arn = self.0.describe_table(describe)?.table.latest_stream_arn.ok_or("the table has no stream")?;
        let describe = DescribeStreamRequest { stream_arn: stream_arn.clone(), ..Default::default() };
        let shards = self.0.describe_stream(describe)?.stream_description.shards;
        let request = GetShardIteratorRequest {
            stream_arn,
            shard_id: shards.first().ok_or("the stream has no shard")?.shard_id.clone(),
            shard_iterator_type: if after.is_some() { "AFTER_SEQUENCE_NUMBER" } else { "TRIM_HORIZON" }.to_owned(),
            sequence_number: after.map(str::to_owned),
        };
        Ok(self.0.get_shard_iterator(request)?.shard_iterator.ok_or("the stream has no iterator")?)
    }

    /// The next records of a stream.
    pub async fn stream_records(&self, iterator: String, limit: usize, arn: String) -> Result<StreamRecords, Error> {
        let database = self.0.clone();
        tokio::task::spawn_blocking(move || {
            let request = GetRecordsRequest { shard_iterator: iterator.clone(), limit: Some(limit) };
            let found = database.get_records(request)?;
            let records = found.records.iter().map(|record| as_lambda_sees_it(record, &arn));
            let records = records.collect::<Result<_, serde_json::Error>>()?;
            Ok(StreamRecords { records, next: found.next_shard_iterator.unwrap_or(iterator) })
        })
        .await?
    }

    /// How many items a table has.
    pub fn count(&self, table: &str) -> Result<usize, Error> {
        let request = json!({"TableName": table, "Select": "COUNT"});
        Ok(self.0.scan(serde_json::from_value(request)?)?.count)
    }

    /// Reads one item: for tests.
    pub fn get(&self, request: Value) -> Result<Value, Error> {
        Ok(serde_json::to_value(self.0.get_item(serde_json::from_value(request)?)?)?)
    }

    /// Reads items: for tests.
    pub fn query(&self, request: Value) -> Result<Value, Error> {
        Ok(serde_json::to_value(self.0.query(serde_json::from_value(request)?)?)?)
    }

    /// Changes one item directly: for tests.
    pub fn update(&self, request: Value) -> Result<(), Error> {
        self.0.update_item(serde_json::from_value(request)?)?;
        Ok(())
    }
}

fn as_lambda_sees_it(record: &Record, arn: &str) -> Result<Value, serde_json::Error> {
    let mut record = serde_json::to_value(record)?;
    record["eventSourceARN"] = arn.into();
    record["awsRegion"] = template::REGION.into();
    Ok(record)
}
