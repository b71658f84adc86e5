//! A call of AWS as a function sends it, and the rights that it needs.

use crate::{ACCOUNT, REGION, Right, STACK};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A service of AWS that functions call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// DynamoDB.
    DynamoDb,
    /// SQS.
    Sqs,
    /// SNS.
    Sns,
    /// SES.
    Ses,
    /// S3.
    S3,
    /// The connections of a WebSocket API.
    Connections,
}

impl Service {
    /// As the SDK's metadata name it.
    pub fn of_sdk(name: &str) -> Option<Self> {
        Some(match name {
            "DynamoDB" => Self::DynamoDb,
            "SQS" => Self::Sqs,
            "SNS" => Self::Sns,
            "SES" => Self::Ses,
            "S3" => Self::S3,
            "ApiGatewayManagementApi" => Self::Connections,
            _ => return None,
        })
    }

    /// As actions and ARNs name it.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Sqs => "sqs",
            Self::Sns => "sns",
            Self::Ses => "ses",
            Self::S3 => "s3",
            Self::Connections => "execute-api",
        }
    }
}

/// A request on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// `GET` and so on.
    pub method: &'a str,
    /// With the query.
    pub path: &'a str,
    /// The header `x-amz-target`, of JSON protocols.
    pub target: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// One call of AWS.
#[derive(Debug, Clone)]
pub struct Call {
    /// The service.
    pub service: Service,
    /// Such as `GetItem`.
    pub operation: String,
    /// Its parameters. Of S3 and of connections, those that matter here: `Bucket`, `Key` and `Method`, or
    /// `ConnectionId` and `Data`.
    pub request: Value,
}

impl Call {
    /// Reads a request. `None`: it is none that functions send.
    pub fn read(service: Service, sent: Sent<'_>) -> Option<Self> {
        let (operation, request) = match service {
            Service::DynamoDb | Service::Sqs => {
                let (_, operation) = sent.target?.split_once('.')?;
                (operation.to_owned(), serde_json::from_slice(sent.body).ok()?)
            }
            Service::Sns | Service::Ses => {
                let form = form_urlencoded::parse(sent.body);
                let form: Map<String, Value> =
                    form.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
                (form.get("Action")?.as_str()?.to_owned(), Value::Object(form))
            }
            Service::S3 => {
                let operation = match sent.method {
                    "PUT" => "PutObject",
                    // To ask for an object's head needs the right to the object.
                    "HEAD" | "GET" => "GetObject",
                    "DELETE" => "DeleteObject",
                    _ => return None,
                };
                let (bucket, key) = sent.path.split('?').next()?.trim_start_matches('/').split_once('/')?;
                (operation.to_owned(), json!({"Bucket": bucket, "Key": key, "Method": sent.method}))
            }
            Service::Connections => {
                let (_, connection) = sent.path.split_once("connections/")?;
                let connection = percent_decode_str(connection).decode_utf8().ok()?;
                let data = String::from_utf8_lossy(sent.body);
                ("PostToConnection".to_owned(), json!({"ConnectionId": connection, "Data": data}))
            }
        };
        Some(Self { service, operation, request })
    }

    /// The parts of a transaction, each with its kind, such as `Put`.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &Value)> {
        parts(&self.request)
    }

    /// The table of a request to DynamoDB.
    pub fn table(&self) -> Option<String> {
        table_of(&self.request)
    }

    /// The rights that the call needs: actions, and the resources that they are on.
    pub fn needs(&self) -> BTreeSet<(String, String)> {
        let (request, action) = (&self.request, format!("{}:{}", self.service.prefix(), self.operation));
        let table = |name: &str| format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}");
        let text = |name: &str| request[name].as_str().unwrap_or_default();
        match (self.service, self.operation.as_str()) {
            // A transaction needs the rights of its parts (Amazon DynamoDB developer guide, "Amazon DynamoDB
            // Transactions: How it works").
            (Service::DynamoDb, "TransactWriteItems") => self
                .parts()
                .map(|(kind, part)| {
                    (format!("dynamodb:{kind}Item"), table(part["TableName"].as_str().unwrap_or_default()))
                })
                .collect(),
            (Service::DynamoDb, _) => {
                let name = self.table().unwrap_or_default();
                let resource = match request["IndexName"].as_str() {
                    Some(index) => format!("{}/index/{index}", table(&name)),
                    None => table(&name),
                };
                [(action, resource)].into()
            }
            (Service::Sqs, operation) => {
                // A batch needs the right to the single one (Amazon SQS developer guide, "Amazon SQS API permissions").
                let action = format!("sqs:{}", operation.trim_end_matches("Batch"));
                let queue = text("QueueUrl").rsplit('/').next().unwrap_or_default();
                [(action, format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"))].into()
            }
            (Service::Connections, _) => {
                let connections = format!("{STACK}-LiveApi/live/POST/@connections");
                let resource = format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{connections}/{}", text("ConnectionId"));
                [("execute-api:ManageConnections".to_owned(), resource)].into()
            }
            (Service::Sns, _) => [("sns:Publish".to_owned(), text("TopicArn").to_owned())].into(),
            // The identity is the one that mails are sent as.
            (Service::Ses, _) => {
                let sender = text("Source");
                let identity = sender.rsplit_once('<').map_or(sender, |(_, address)| address.trim_end_matches('>'));
                [(action, format!("arn:aws:ses:{REGION}:{ACCOUNT}:identity/{identity}"))].into()
            }
            (Service::S3, _) => [(action, format!("arn:aws:s3:::{}/{}", text("Bucket"), text("Key")))].into(),
        }
    }

    /// What of the needed rights no statement of a role allows.
    pub fn beyond(&self, rights: &[Right]) -> Option<(String, String)> {
        let allowed = |(action, resource): &(String, String)| rights.iter().any(|right| right.allows(action, resource));
        self.needs().into_iter().find(|needed| !allowed(needed))
    }
}

/// The parts of a transaction's request, each with its kind, such as `Put`.
pub fn parts(request: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let items = request["TransactItems"].as_array().into_iter().flatten();
    items.filter_map(|item| item.as_object()?.iter().next().map(|(kind, part)| (kind.as_str(), part)))
}

/// The table of a request to DynamoDB.
pub fn table_of(request: &Value) -> Option<String> {
    let single = request["TableName"].as_str().map(str::to_owned);
    let batch = || request["RequestItems"].as_object()?.keys().next().cloned();
    let part = || parts(request).next()?.1["TableName"].as_str().map(str::to_owned);
    single.or_else(batch).or_else(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each case: a request, and the right that it needs.
    #[test]
    fn a_call_needs_the_rights_of_what_it_does() {
        let dynamo = |operation: &str, body: Value| {
            let target = format!("DynamoDB_20120810.{operation}");
            let body = body.to_string();
            let sent = Sent { method: "POST", path: "/", target: Some(&target), body: body.as_bytes() };
            Call::read(Service::DynamoDb, sent).unwrap()
        };
        let form = |service, body: &str| {
            let sent = Sent { method: "POST", path: "/", target: None, body: body.as_bytes() };
            Call::read(service, sent).unwrap()
        };
        let s3 = |method| {
            let path = "/karcis-tickets/tickets/a.pdf?x-id=PutObject";
            Call::read(Service::S3, Sent { method, path, target: None, body: b"" }).unwrap()
        };
        let sqs = Sent {
            method: "POST",
            path: "/",
            target: Some("AmazonSQS.SendMessageBatch"),
            body: br#"{"QueueUrl": "http://x/0/karcis-notify"}"#,
        };
        let told = Sent { method: "POST", path: "/live/@connections/a%3D", target: None, body: b"{}" };
        let index = json!({"TableName": "karcis-x", "IndexName": "by_due"});
        let transaction =
            json!({"TransactItems": [{"Put": {"TableName": "karcis-x"}}, {"Update": {"TableName": "karcis-x"}}]});
        for (call, needs) in [
            (dynamo("GetItem", json!({"TableName": "karcis-x"})), vec!["dynamodb:GetItem table/karcis-x"]),
            (dynamo("Query", index), vec!["dynamodb:Query table/karcis-x/index/by_due"]),
            (
                dynamo("BatchGetItem", json!({"RequestItems": {"karcis-x": {}}})),
                vec!["dynamodb:BatchGetItem table/karcis-x"],
            ),
            (
                dynamo("TransactWriteItems", transaction),
                vec!["dynamodb:PutItem table/karcis-x", "dynamodb:UpdateItem table/karcis-x"],
            ),
            (Call::read(Service::Sqs, sqs).unwrap(), vec!["sqs:SendMessage karcis-notify"]),
            (
                Call::read(Service::Connections, told).unwrap(),
                vec!["execute-api:ManageConnections karcis-LiveApi/live/POST/@connections/a="],
            ),
            (form(Service::Sns, "Action=PublishBatch&TopicArn=a:b"), vec!["sns:Publish a:b"]),
            (
                form(Service::Ses, "Action=SendRawEmail&Source=Karcis+%3Cno@karcis.test%3E"),
                vec!["ses:SendRawEmail identity/no@karcis.test"],
            ),
            (s3("PUT"), vec!["s3:PutObject karcis-tickets/tickets/a.pdf"]),
            (s3("HEAD"), vec!["s3:GetObject karcis-tickets/tickets/a.pdf"]),
        ] {
            let found: Vec<_> = call
                .needs()
                .into_iter()
                .map(|(action, on)| {
                    let on = ["dynamodb", "sqs", "ses", "execute-api"]
                        .iter()
                        .fold(on, |on, service| on.replace(&format!("arn:aws:{service}:{REGION}:{ACCOUNT}:"), ""));
                    format!("{action} {}", on.replace("arn:aws:s3:::", ""))
                })
                .collect();
            assert_eq!(found, needs);
        }
    }
}
