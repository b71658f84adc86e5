//! Reads one table's stream and calls its function with batches of records, as Lambda's event source mapping for
//! DynamoDB streams does: in order, with retries, and with the position kept on disk.

use crate::functions::Functions;
use contracts::{SystemWorld, Timestamp, World};
use engines::DynamoDb;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use template::{ACCOUNT, Error, REGION, SourceSpec};
use triggers::{Invoke, Unanswered, failures, matches};
use uuid::Uuid;

/// The pause before an idle stream is read again. Lambda polls four times a second; here it is faster, so that people
/// wait less.
const PAUSE: Duration = Duration::from_millis(20);

/// The pause after a batch that is throttled.
const THROTTLED: Duration = Duration::from_millis(200);

/// Reads a table's stream in order, one batch at a time, and calls its function, until the process ends.
///
/// The position is kept on disk, so that reading continues from there after a restart.
pub async fn read(source: SourceSpec, dynamodb: DynamoDb, functions: Arc<Functions>, directory: PathBuf) {
    let kept = directory.join("streams").join(&source.function);
    loop {
        if let Err(error) = follow(&source, &dynamodb, &functions, &directory, &kept).await {
            tracing::error!(%error, function = source.function, "the stream cannot be read");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn follow(
    source: &SourceSpec,
    dynamodb: &DynamoDb,
    functions: &Functions,
    directory: &Path,
    kept: &Path,
) -> Result<(), Error> {
    let table = source.arn.split('/').nth(1).ok_or_else(|| format!("{} is no table's stream", source.arn))?;
    let position = std::fs::read_to_string(kept).ok();
    let mut iterator = dynamodb.stream_iterator(table, position.as_deref())?;
    loop {
        let found = dynamodb.stream_records(iterator, source.batch_size, source.arn.clone()).await?;
        iterator = found.next;
        let Some(last) = found.records.last().map(sequence) else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let wanted = |record: &Value| source.filters.is_empty() || source.filters.iter().any(|f| matches(f, record));
        let mut records: Vec<_> = found.records.into_iter().filter(wanted).collect();
        deliver(source, functions, directory, &mut records).await?;
        keep(kept, &last)?;
    }
}

/// Calls the function until all records are handled or given up.
async fn deliver(
    source: &SourceSpec,
    functions: &Functions,
    directory: &Path,
    records: &mut Vec<Value>,
) -> Result<(), Error> {
    let mut attempts = 0;
    let mut size = records.len();
    while !records.is_empty() {
        let batch = records.get(..size.clamp(1, records.len())).unwrap_or_default();
        let handled = match functions.invoke(&source.function, &json!({"Records": batch})).await {
            Ok(answer) => {
                let failed = failures(&answer);
                let first = batch.iter().position(|record| failed.contains(&sequence(record)));
                first.unwrap_or(batch.len())
            }
            // That counts as no try (AWS Lambda developer guide, "How Lambda processes records from stream and
            // queue-based event sources").
            Err(Unanswered::Throttled) => {
                tokio::time::sleep(THROTTLED).await;
                continue;
            }
            Err(why) => {
                tracing::warn!(%why, function = source.function, "the records come again");
                if source.bisect {
                    size = (batch.len() / 2).max(1);
                }
                0
            }
        };
        records.drain(..handled);
        if handled > 0 {
            (attempts, size) = (0, records.len());
            continue;
        }
        attempts += 1;
        if attempts > source.retries {
            give_up(source, directory, &records.remove(0), attempts)?;
            attempts = 0;
        }
        tokio::time::sleep(Duration::from_millis(50 * attempts.min(20))).await;
    }
    Ok(())
}

/// Writes a record that failed for good to the bucket that the template names, if it names one.
pub fn give_up(source: &SourceSpec, directory: &Path, record: &Value, attempts: u64) -> Result<(), Error> {
    tracing::error!(function = source.function, sequence = sequence(record), "a record was given up");
    let Some(bucket) = &source.failures else { return Ok(()) };
    let (key, lost) = lost_record(source, record, attempts, SystemWorld.now());
    let file = directory.join("s3").join(bucket).join(key);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, serde_json::to_vec(&lost)?)?;
    Ok(())
}

/// The key and the text under which Lambda keeps a record that its function did not handle (AWS Lambda, "Retain
/// discarded records for a DynamoDB event source", example of an S3 destination).
fn lost_record(source: &SourceSpec, record: &Value, attempts: u64, now: Timestamp) -> (String, Value) {
    let (second, number) = (now.to_string(), sequence(record));
    let (day, time) = (second.get(..10).unwrap_or_default(), second.get(11..19).unwrap_or_default());
    let mapping = Uuid::new_v5(&Uuid::NAMESPACE_OID, source.function.as_bytes());
    let (slashed, dotted) = (day.replace('-', "/"), time.replace(':', "."));
    let key = format!("aws/lambda/{mapping}/shardId-0/{slashed}/{day}T{dotted}-{}", Uuid::now_v7());
    let lost = json!({
        "requestContext": {
            "requestId": Uuid::now_v7().to_string(),
            "functionArn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}", source.function),
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": second,
        "DDBStreamBatchInfo": {
            "shardId": "shardId-0",
            "startSequenceNumber": &number,
            "endSequenceNumber": &number,
            "batchSize": 1,
            "streamArn": source.arn,
        },
        "payload": json!({"Records": [record]}).to_string(),
    });
    (key, lost)
}

fn sequence(record: &Value) -> String {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default().to_owned()
}

/// Writes the position in the stream. The rename makes it atomic: the file has the old or the new position.
fn keep(kept: &Path, position: &str) -> Result<(), Error> {
    let fresh = kept.with_extension("new");
    std::fs::write(&fresh, position)?;
    Ok(std::fs::rename(fresh, kept)?)
}
