//! DynamoDB in memory: the embedded engine, called with the JSON of DynamoDB's wire protocol.

use dynoxide::Database;
use dynoxide::actions::describe_stream::DescribeStreamRequest;
use dynoxide::actions::describe_table::DescribeTableRequest;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::errors::DynoxideError;
use serde_json::{Value, json};
use std::path::Path;
use template::{Error, create_table};

/// The tables of one story.
pub struct Tables(Database);

macro_rules! dispatch {
    ($database:expr, $operation:expr, $request:expr, $($name:literal $method:ident,)+) => {
        match $operation {
            $($name => serde_json::from_value($request)
                .map_err(|e| DynoxideError::SerializationException(e.to_string()))
                .and_then(|request| $database.$method(request))
                .and_then(|done| {
                    serde_json::to_string(&done).map_err(|e| DynoxideError::InternalServerError(e.to_string()))
                }),)+
            _ => Err(DynoxideError::ValidationException(format!("{} is not spoken here", $operation))),
        }
    };
}

impl Tables {
    /// Empty tables, as the template has them.
    pub fn of_template(tables: &[Value]) -> Result<Self, Error> {
        let database = Database::memory()?;
        for properties in tables {
            database.create_table(serde_json::from_value(create_table(properties))?)?;
        }
        Ok(Self(database))
    }

    /// The tables that were kept in this file.
    pub fn of_file(file: &Path) -> Result<Self, Error> {
        let database = Database::memory()?;
        database.restore_from(file.to_str().ok_or("not UTF-8")?)?;
        Ok(Self(database))
    }

    /// Keeps them in a file.
    pub fn keep(&self, file: &Path) -> Result<(), Error> {
        Ok(self.0.vacuum_into(file.to_str().ok_or("not UTF-8")?)?)
    }

    /// Carries out an operation of the API; answers status and body.
    pub fn answer(&self, operation: &str, request: Value) -> (u16, String) {
        let done = dispatch!(self.0, operation, request,
            "GetItem" get_item,
            "PutItem" put_item,
            "UpdateItem" update_item,
            "DeleteItem" delete_item,
            "Query" query,
            "BatchGetItem" batch_get_item,
            "BatchWriteItem" batch_write_item,
            "TransactWriteItems" transact_write_items,
        );
        match done {
            Ok(body) => (200, body),
            Err(error) => (error.status_code(), error.to_json()),
        }
    }

    /// All items of a table.
    pub fn all(&self, table: &str) -> Result<Vec<Value>, Error> {
        let request = serde_json::from_value(json!({"TableName": table}))?;
        match serde_json::to_value(self.0.scan(request)?.items)? {
            Value::Array(items) => Ok(items),
            _ => Ok(Vec::new()),
        }
    }

    /// The iterator for the records that a table's stream gets from now on.
    pub fn newest(&self, table: &str) -> Result<String, Error> {
        let describe = DescribeTableRequest { table_name: table.to_owned() };
        let stream_arn = self.0.describe_table(describe)?.table.latest_stream_arn.ok_or("the table has no stream")?;
        let describe = DescribeStreamRequest { stream_arn: stream_arn.clone(), ..Default::default() };
        let shards = self.0.describe_stream(describe)?.stream_description.shards;
        let request = GetShardIteratorRequest {
            stream_arn,
            shard_id: shards.first().ok_or("the stream has no shard")?.shard_id.clone(),
            shard_iterator_type: "LATEST".into(),
            sequence_number: None,
        };
        Ok(self.0.get_shard_iterator(request)?.shard_iterator.ok_or("the stream has no iterator")?)
    }

    /// The next records of a stream, as Lambda gets them, and the iterator for those after them.
    pub fn records(&self, iterator: String, arn: &str) -> Result<(Vec<Value>, String), Error> {
        let request = GetRecordsRequest { shard_iterator: iterator.clone(), limit: Some(1000) };
        let found = self.0.get_records(request)?;
        let records = found.records.iter().map(|record| {
            let mut record = serde_json::to_value(record)?;
            record["eventSourceARN"] = arn.into();
            record["awsRegion"] = template::REGION.into();
            Ok(record)
        });
        Ok((records.collect::<Result<_, Error>>()?, found.next_shard_iterator.unwrap_or(iterator)))
    }
}
