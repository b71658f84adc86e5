//! Records that streams gave up, at AWS or in the local cloud, for `karcis dead-letters`.
//!
//! A record of a table's stream that its function failed to handle, time after time, lands in the failed-records
//! bucket. Once its cause is mended, the function is given the record again, with the item as it is by then: what an
//! item was days ago must not be told as news.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use contracts::{SystemWorld, World};
use reqwest::StatusCode;
use serde_json::{Value, json};
use settings::{Env, aws};
use std::collections::HashMap;
use std::time::{Duration, SystemTime};
use template::Error;
use ticketing::adapters::TOLD_AGAIN;
use triggers::failures;

/// How long a function may take: longer than any of them runs.
const PATIENCE: Duration = Duration::from_mins(2);

/// What became of an object.
pub enum Replayed {
    /// Somebody else was faster.
    Gone,
    /// All its records are handled.
    Handled(String),
    /// Not all are: it is kept, with those that are left.
    Left(String),
}

/// The failed-records bucket. An operator needs `s3:ListAllMyBuckets`; `s3:ListBucket`, `s3:GetObject`, `s3:PutObject`
/// and `s3:DeleteObject` on the bucket; `lambda:InvokeFunction`; and `dynamodb:GetItem` and `dynamodb:UpdateItem`.
pub struct Bucket {
    name: String,
    s3: aws_sdk_s3::Client,
    dynamodb: aws_sdk_dynamodb::Client,
    http: reqwest::Client,
}

/// What Lambda put into an object.
struct FailedRecords {
    object: Value,
    event: Value,
    function: String,
    line: String,
}

impl FailedRecords {
    fn of(object: &[u8]) -> Result<Self, Error> {
        let none = |what: &str| format!("this is none of Lambda's failed records and is left alone: {what}");
        let object: Value = serde_json::from_slice(object).map_err(|_| none("no JSON"))?;
        let payload = object["payload"].as_str().ok_or_else(|| none("no payload"))?;
        let event: Value = serde_json::from_str(payload).map_err(|_| none("its payload is no JSON"))?;
        let records = event["Records"].as_array().ok_or_else(|| none("no records"))?.len();
        let context = &object["requestContext"];
        let function = function(context["functionArn"].as_str().unwrap_or_default());
        let condition = context["condition"].as_str().unwrap_or_default();
        let time = object["timestamp"].as_str().unwrap_or_default();
        let line = format!("{time} {function}: {records} records, {condition}");
        Ok(Self { object, event, function, line })
    }
}

/// Why AWS did not do as it was asked, with its own words.
pub fn said(why: impl std::error::Error) -> Error {
    DisplayErrorContext(why).to_string().into()
}

impl Bucket {
    /// The stack's bucket of this region; its name ends with account and region.
    pub async fn of(env: &Env, stack: &str) -> Result<Self, Error> {
        let (s3, region) = (aws::s3(env)?, env.text("AWS_REGION")?);
        let start = format!("{stack}-failed-records-");
        let all = s3.list_buckets().send().await.map_err(said)?;
        let mut names = all.buckets().iter().filter_map(|bucket| bucket.name());
        let is_it = |name: &&str| name.starts_with(&start) && name.ends_with(&format!("-{region}"));
        let name = names.find(is_it).ok_or_else(|| format!("there is no bucket {start}…-{region}"))?.to_owned();
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { name, s3, dynamodb: aws::dynamodb(env)?, http })
    }

    /// The keys of all objects, oldest first: Lambda ends them with the time.
    pub async fn keys(&self) -> Result<Vec<String>, Error> {
        let mut pages = self.s3.list_objects_v2().bucket(&self.name).into_paginator().send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            keys.extend(page.map_err(said)?.contents().iter().filter_map(|object| object.key().map(str::to_owned)));
        }
        let time = |key: &str| key.rsplit('/').next().unwrap_or_default().to_owned();
        keys.sort_by_key(|key| time(key));
        Ok(keys)
    }

    /// What is in an object, in a line.
    pub async fn describe(&self, key: &str) -> Result<String, Error> {
        Ok(FailedRecords::of(&self.object(key).await?.ok_or("it is gone")?)?.line)
    }

    /// An object as it is.
    pub async fn text(&self, key: &str) -> Result<String, Error> {
        Ok(String::from_utf8_lossy(&self.object(key).await?.ok_or("it is gone")?).into_owned())
    }

    /// Deletes an object.
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        self.s3.delete_object().bucket(&self.name).key(key).send().await.map(drop).map_err(said)
    }

    async fn object(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        match self.s3.get_object().bucket(&self.name).key(key).send().await {
            Ok(object) => Ok(Some(object.body.collect().await?.to_vec())),
            Err(why) if why.as_service_error().is_some_and(GetObjectError::is_no_such_key) => Ok(None),
            Err(why) => Err(said(why)),
        }
    }

    /// Gives an object's records to their function again, one by one, and keeps only those that are not handled.
    pub async fn replay(&self, env: &Env, key: &str) -> Result<Replayed, Error> {
        let Some(object) = self.object(key).await? else { return Ok(Replayed::Gone) };
        let FailedRecords { mut object, mut event, function, line } = FailedRecords::of(&object)?;
        let records = event["Records"].as_array().cloned().unwrap_or_default();
        let (all, mut left, mut first) = (records.len(), Vec::new(), None);
        for record in records {
            if let Err(why) = self.handle(env, &function, &record).await {
                first.get_or_insert(why);
                left.push(record);
            }
        }
        let Some(why) = first else {
            self.delete(key).await?;
            return Ok(Replayed::Handled(line));
        };
        let line = format!("{line}: {} of {all} not handled, the first because {why}", left.len());
        if left.len() < all {
            event["Records"] = left.into();
            object["payload"] = event.to_string().into();
            let rest = serde_json::to_vec(&object)?.into();
            self.s3.put_object().bucket(&self.name).key(key).body(rest).send().await.map_err(said)?;
        }
        Ok(Replayed::Left(line))
    }

    /// Has the item of this record told as it is now.
    async fn handle(&self, env: &Env, function: &str, record: &Value) -> Result<(), Error> {
        let keys: serde_dynamo::Item = serde_json::from_value(record["dynamodb"]["Keys"].clone())?;
        let arn = record["eventSourceARN"].as_str().unwrap_or_default();
        let table = arn.split('/').nth(1).ok_or("the record names no table")?;
        let sort_key = record["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap_or_default();
        if sort_key.starts_with("SEAT#") {
            return self.touch(table, keys.into()).await;
        }
        let get = self.dynamodb.get_item().table_name(table).set_key(Some(keys.into())).consistent_read(true);
        // What is gone has nothing to tell.
        let Some(mut item) = get.send().await.map_err(said)?.item else { return Ok(()) };
        if sort_key == "BOOKING" {
            item.insert(TOLD_AGAIN.to_owned(), AttributeValue::Bool(true));
        }
        let mut present = record.clone();
        present["dynamodb"]["NewImage"] = serde_json::to_value(serde_dynamo::Item::from(item))?;
        self.invoke(env, function, &json!({"Records": [present]}).to_string()).await
    }

    /// Writes a seat as it is, so that the stream brings it once more. The seat maps pass over whatever is older than
    /// what they have, so an old record would change nothing.
    async fn touch(&self, table: &str, seat: HashMap<String, AttributeValue>) -> Result<(), Error> {
        let update = self
            .dynamodb
            .update_item()
            .table_name(table)
            .set_key(Some(seat))
            .update_expression(format!("SET {TOLD_AGAIN} = :now"))
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(":now", AttributeValue::S(SystemWorld.now().to_string()));
        match update.send().await {
            Err(why) if why.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception) => {
                Ok(())
            }
            other => other.map(drop).map_err(said),
        }
    }

    /// Calls a function, and waits until it has handled the event.
    async fn invoke(&self, env: &Env, function: &str, event: &str) -> Result<(), Error> {
        let region = env.text("AWS_REGION")?;
        let elsewhere = env.get("AWS_ENDPOINT_URL_LAMBDA").or_else(|| env.get("AWS_ENDPOINT_URL"));
        let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
        let aws = || format!("https://lambda.{region}.amazonaws.com{suffix}");
        let endpoint = elsewhere.map_or_else(aws, str::to_owned);
        let url = format!("{endpoint}/2015-03-31/functions/{function}/invocations");
        let mut request = self.http.post(&url).body(event.to_owned());
        for (name, value) in signature(env, &region, &url, event.as_bytes())? {
            request = request.header(name, value);
        }
        let response = request.send().await?;
        let (status, failed) = (response.status(), response.headers().contains_key("x-amz-function-error"));
        let text = response.text().await?;
        if status != StatusCode::OK || failed {
            return Err(format!("{status}: {text}").into());
        }
        if failures(&serde_json::from_str(&text)?).is_empty() { Ok(()) } else { Err("the function failed".into()) }
    }
}

/// The function's name in its ARN. Lambda may put a version behind it.
fn function(arn: &str) -> String {
    let name = arn.split(":function:").nth(1).unwrap_or_default();
    name.split(':').next().unwrap_or_default().to_owned()
}

/// The headers that sign a request to Lambda (AWS Signature Version 4).
fn signature(env: &Env, region: &str, url: &str, body: &[u8]) -> Result<Vec<(String, String)>, Error> {
    let credentials = aws::credentials(env)?.into();
    let parameters = v4::SigningParams::builder()
        .identity(&credentials)
        .region(region)
        .name("lambda")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let request = SignableRequest::new("POST", url, std::iter::empty(), SignableBody::Bytes(body))?;
    let (signed, _) = sign(request, &parameters)?.into_parts();
    Ok(signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_with_its_host_its_time_and_its_session() {
        let env = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_SESSION_TOKEN", "c")];
        let env: Env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
        let signed = signature(&env, "ap-southeast-3", "https://lambda.test/x", b"{}").unwrap();
        let header = |name: &str| signed.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str());
        assert_eq!(header("x-amz-security-token"), Some("c"));
        assert!(header("x-amz-date").is_some());
        let authorization = header("authorization").unwrap();
        assert!(authorization.contains("/ap-southeast-3/lambda/aws4_request"), "{authorization}");
        assert!(authorization.contains("SignedHeaders=host;x-amz-date;x-amz-security-token"), "{authorization}");
    }

    #[test]
    fn a_function_is_known_by_its_arn() {
        let arn = "arn:aws:lambda:ap-southeast-3:123456789012:function:karcis-seat-map";
        for arn in [arn.to_owned(), format!("{arn}:7"), format!("{arn}:$LATEST")] {
            assert_eq!(function(&arn), "karcis-seat-map");
        }
    }
}
