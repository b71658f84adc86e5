//! AWS as the functions' SDK sees it. Each request of the unmodified SDK comes here instead of a socket, and what
//! happens to it is decided here.

use crate::bugs;
use crate::promises::Promise;
use crate::stage::{ACTOR, Actor, Stage, lock};
use crate::watchers::maps_written;
use crate::weather::{Fault, Kind};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;
use template::call::{Call, Sent, Service, parts, table_of};
use template::{FunctionSpec, Right};

/// AWS, as one function may use it.
#[derive(Clone)]
pub struct Aws {
    stage: Weak<Stage>,
    rights: Arc<[Right]>,
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Aws")
    }
}

impl HttpClient for Aws {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Aws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let aws = self.clone();
        HttpConnectorFuture::new(async move {
            let stage = aws.stage.upgrade().ok_or_else(|| lost("the story is over"))?;
            let actor = ACTOR.try_with(Clone::clone).unwrap_or_else(|_| Actor::new("nobody", "nobody"));
            let call = read(&request).ok_or_else(|| lost("not a call that is known here"))?;
            stage.call(&actor, &aws.rights, call).await
        })
    }
}

fn lost(why: &'static str) -> ConnectorError {
    ConnectorError::io(why.into())
}

impl Aws {
    /// A client for this function.
    pub fn client(stage: &Arc<Stage>, spec: &FunctionSpec) -> SharedHttpClient {
        SharedHttpClient::new(Self { stage: Arc::downgrade(stage), rights: spec.rights.clone().into() })
    }
}

/// The call that a request to a host of this name is.
fn read(request: &HttpRequest) -> Option<Call> {
    let (host, path) = request.uri().strip_prefix("http://")?.split_once('/')?;
    let service = match host {
        "sqs" => Service::Sqs,
        "sns" => Service::Sns,
        "s3" => Service::S3,
        "connections" => Service::Connections,
        "dynamodb" => Service::DynamoDb,
        _ => Service::Ses,
    };
    let target = request.headers().get("x-amz-target");
    let body = request.body().bytes().unwrap_or_default();
    Call::read(service, Sent { method: request.method(), path, target, body })
}

/// What the weather makes of a call.
trait Weathered {
    fn kind(&self) -> Kind;
    fn step(&self, role: &str) -> String;
    fn charged(&self, role: &str) -> Option<String>;
}

impl Weathered for Call {
    fn kind(&self) -> Kind {
        match self.operation.as_str() {
            "GetItem" | "Query" | "BatchGetItem" | "GetObject" => Kind::Read,
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => Kind::Write,
            _ => Kind::Send,
        }
    }

    /// What kind of step it is: the operation, and what kinds of items or which queue it is about.
    fn step(&self, role: &str) -> String {
        let about: Vec<String> = match self.service {
            Service::DynamoDb => {
                let mut kinds: Vec<_> = keys(&self.request).iter().map(|key| kind_of(key)).collect();
                kinds.dedup();
                kinds
            }
            Service::Sqs => vec![queue(&self.request).trim_start_matches("karcis-").to_owned()],
            _ => Vec::new(),
        };
        format!("{role}: {} {}", self.operation, about.join("+"))
    }

    /// The invoice that this call sets to `PAID`, if it does: the provider has taken the money by then.
    fn charged(&self, role: &str) -> Option<String> {
        let paid = self.request["ExpressionAttributeValues"][":to"]["S"] == "PAID";
        keys(&self.request).pop().filter(|_| role == "payment-worker" && self.operation == "UpdateItem" && paid)
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn queue(request: &Value) -> String {
    text(request, "QueueUrl").rsplit('/').next().unwrap_or_default().to_owned()
}

/// The partition keys that a request is about, in order.
fn keys(request: &Value) -> Vec<String> {
    let of = |item: &Value| {
        let key = item["Key"]["PK"]["S"].as_str().or(item["Item"]["PK"]["S"].as_str());
        let query = || item["ExpressionAttributeValues"][":pk"]["S"].as_str();
        key.or_else(query).map(str::to_owned)
    };
    let single = of(request);
    single.into_iter().chain(parts(request).filter_map(|(_, part)| of(part))).collect()
}

/// The kind of item that a partition holds. A seat's partition key begins as its event's does, and has one more part.
fn kind_of(key: &str) -> String {
    let mut pieces = key.splitn(3, '#');
    let kind = pieces.next().unwrap_or_default();
    if kind == "EVENT" && pieces.nth(1).is_some() { "SEAT".into() } else { kind.to_owned() }
}

/// After how many milliseconds a request arrives that the SDK has given up.
const LATE: std::ops::Range<u64> = 3_100..9_000;

impl Stage {
    async fn call(
        self: &Arc<Self>,
        actor: &Actor,
        rights: &[Right],
        mut call: Call,
    ) -> Result<HttpResponse, ConnectorError> {
        if let Some((action, resource)) = call.beyond(rights) {
            self.broken(Promise::OwnTable, format!("{} has no right to {action} on {resource}", actor.role));
        }
        let (id, step, kind) = (actor.next_call(), call.step(&actor.role), call.kind());
        if let Some(invoice) = call.charged(&actor.role) {
            lock(&self.charged).insert(invoice);
        }
        let fault = self.fate(&id, &step, kind);
        self.travel(&id).await;
        if self.is_out(call.service.prefix()) {
            return refused(call.service);
        }
        match fault {
            Some(Fault::Refused) => return refused(call.service),
            Some(Fault::Conflict) => return conflict(&call),
            Some(Fault::Throttled) => return Ok(self.throttled(&actor.role, call)),
            Some(Fault::LostBefore) => return Err(lost("cut off")),
            Some(Fault::DiesBefore) => actor.die().await,
            Some(Fault::Late) => {
                let (stage, role) = (Arc::clone(self), actor.role.to_string());
                let busy = self.busy();
                let wait = Duration::from_millis(self.dice.of("late").within(&id, LATE));
                tokio::spawn(async move {
                    tokio::time::sleep(wait).await;
                    stage.note(|| format!("{id} takes effect"));
                    drop(stage.effect(&role, call));
                    drop(busy);
                });
                // The SDK gives an attempt three seconds.
                return std::future::pending().await;
            }
            _ => {}
        }
        let after = bugs::after_call(self, &actor.role, &call.operation, &mut call.request);
        let (status, body) = self.effect(&actor.role, call);
        self.note(|| format!("{id}: {step}: {status}"));
        match fault {
            Some(Fault::LostAfter) => return Err(lost("cut off")),
            Some(Fault::DiesAfter) => actor.die().await,
            _ => {}
        }
        if let Some(after) = after.filter(|_| status == 200) {
            let call = Call { service: Service::DynamoDb, operation: "PutItem".to_owned(), request: after };
            self.effect(&actor.role, call);
        }
        self.travel(&format!("{id} back")).await;
        Ok(response(status, body))
    }

    /// Does what a call asks for.
    fn effect(self: &Arc<Self>, role: &str, call: Call) -> (u16, String) {
        let Call { service, operation, mut request } = call;
        if let Some(pretended) = bugs::on_call(self, role, &operation, &mut request) {
            return (200, pretended);
        }
        match (service, operation.as_str()) {
            (Service::DynamoDb, _) => {
                let writes = !matches!(operation.as_str(), "GetItem" | "Query" | "BatchGetItem");
                let table = if writes { table_of(&request) } else { None };
                let maps = if writes { maps_written(&request) } else { Vec::new() };
                let (status, body) = self.tables.answer(&operation, request);
                if status == 200 {
                    self.drew(&maps);
                }
                let body = bugs::on_answer(self, role, &operation, body);
                if let Some(table) = table.filter(|_| status == 200) {
                    self.streams.written(self, &table);
                }
                (status, body)
            }
            (Service::Sqs, "SendMessage") => {
                let delay = request["DelaySeconds"].as_u64().unwrap_or(0);
                let id = self.send(&queue(&request), &text(&request, "MessageBody"), delay);
                (200, json!({"MessageId": id, "MD5OfMessageBody": ""}).to_string())
            }
            (Service::Sqs, "SendMessageBatch") => {
                let entries = request["Entries"].as_array().into_iter().flatten();
                let taken: Vec<_> = entries
                    .map(|entry| {
                        let id = self.send(&queue(&request), &text(entry, "MessageBody"), 0);
                        json!({"Id": entry["Id"], "MessageId": id, "MD5OfMessageBody": ""})
                    })
                    .collect();
                (200, json!({"Successful": taken, "Failed": []}).to_string())
            }
            (Service::Sqs, "ChangeMessageVisibility") => {
                let seconds = request["VisibilityTimeout"].as_u64().unwrap_or(0);
                self.queues.postpone(&text(&request, "ReceiptHandle"), seconds);
                (200, "{}".into())
            }
            (Service::Sns, "PublishBatch") => (200, self.publish(&request, usize::MAX)),
            (Service::Sns, "Publish") => {
                self.tell(&text(&request, "TopicArn"), &text(&request, "Message"));
                (200, published())
            }
            (Service::Ses, "SendEmail" | "SendRawEmail") => (200, sent_mail(&operation)),
            (Service::S3, _) => self.object(&request),
            (Service::Connections, _) if self.push(&text(&request, "ConnectionId"), &text(&request, "Data")) => {
                (200, String::new())
            }
            (Service::Connections, _) => (410, json!({"__type": "GoneException"}).to_string()),
            _ => (400, json!({"__type": "UnknownOperationException"}).to_string()),
        }
    }

    /// Throttles a call: the first half of a batch is carried out, and everything else is refused.
    fn throttled(self: &Arc<Self>, role: &str, call: Call) -> HttpResponse {
        let (refused, code) = match (call.service, call.operation.as_str()) {
            (Service::DynamoDb, "BatchWriteItem") => return self.half(role, call, "", "UnprocessedItems"),
            (Service::DynamoDb, "BatchGetItem") => return self.half(role, call, "/Keys", "UnprocessedKeys"),
            (Service::DynamoDb, "TransactWriteItems") => {
                return response(400, cancelled(&call.request, "ThrottlingError"));
            }
            (Service::DynamoDb, _) => ("com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", 400),
            (Service::Sqs, _) => ("com.amazonaws.sqs#RequestThrottled", 400),
            (Service::Sns, "PublishBatch") => {
                let entry = |number: usize| &call.request[format!("PublishBatchRequestEntries.member.{number}.Id")];
                let all = (1..=10).take_while(|number| entry(*number).is_string()).count();
                return response(200, self.publish(&call.request, all / 2));
            }
            (Service::Sns, _) => ("Throttled", 429),
            (Service::S3, _) => ("SlowDown", 503),
            (Service::Connections, _) => ("LimitExceededException", 429),
            _ => ("Throttling", 400),
        };
        let body = match call.service {
            Service::DynamoDb | Service::Sqs | Service::Connections => {
                json!({"__type": refused, "message": "slower"}).to_string()
            }
            Service::S3 => format!("<Error><Code>{refused}</Code></Error>"),
            _ => format!("<ErrorResponse><Error><Code>{refused}</Code></Error></ErrorResponse>"),
        };
        response(code, body)
    }

    /// Carries out the first half of a batch on one table, and answers the rest as unprocessed.
    ///
    /// `within` is the pointer to the entries of the table's request; `left` is the field of the answer with the rest.
    fn half(self: &Arc<Self>, role: &str, mut call: Call, within: &str, left: &str) -> HttpResponse {
        let Some(table) = table_of(&call.request) else { return response(400, "{}".into()) };
        let mut rest = call.request["RequestItems"].clone();
        let entries = |of: &mut Value| of[&table].pointer_mut(within).and_then(Value::as_array_mut).map(std::mem::take);
        let mut done = entries(&mut rest).unwrap_or_default();
        let undone = done.split_off(done.len() / 2);
        let put = |of: &mut Value, entries: Vec<Value>| {
            if let Some(place) = of[&table].pointer_mut(within) {
                *place = entries.into();
            }
        };
        put(&mut rest, undone);
        let mut body = json!({"Responses": {}});
        if !done.is_empty() {
            put(&mut call.request["RequestItems"], done);
            let (status, answer) = self.effect(role, call);
            match serde_json::from_str(&answer) {
                Ok(answer) if status == 200 => body = answer,
                _ => return response(status, answer),
            }
        }
        body[left] = rest;
        response(200, body.to_string())
    }

    /// Publishes the first `most` messages of a batch; the others fail.
    fn publish(self: &Arc<Self>, form: &Value, most: usize) -> String {
        let topic = text(form, "TopicArn");
        let (mut taken, mut failed) = (Vec::new(), Vec::new());
        for number in 1.. {
            let entry = format!("PublishBatchRequestEntries.member.{number}");
            let (Some(id), Some(message)) =
                (form[format!("{entry}.Id")].as_str(), form[format!("{entry}.Message")].as_str())
            else {
                break;
            };
            if number > most {
                failed.push(
                    "<member><Id>".to_owned()
                        + id
                        + "</Id><Code>Throttled</Code><SenderFault>false</SenderFault></member>",
                );
                continue;
            }
            self.tell(&topic, message);
            taken.push("<member><Id>".to_owned() + id + "</Id><MessageId>" + id + "</MessageId></member>");
        }
        format!(
            "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult><Failed>{}</Failed>\
             <Successful>{}</Successful></PublishBatchResult></PublishBatchResponse>",
            failed.concat(),
            taken.concat()
        )
    }

    fn object(&self, request: &Value) -> (u16, String) {
        let mut objects = lock(&self.objects);
        let key = text(request, "Key");
        match request["Method"].as_str() {
            Some("PUT") => drop(objects.insert(key)),
            Some("DELETE") => drop(objects.remove(&key)),
            _ if !objects.contains(&key) => return (404, String::new()),
            _ => {}
        }
        (200, String::new())
    }
}

fn published() -> String {
    "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>1</MessageId>\
     </PublishResult></PublishResponse>"
        .into()
}

fn sent_mail(operation: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><{operation}Result><MessageId>1</MessageId>\
         </{operation}Result></{operation}Response>"
    )
}

fn response(status: u16, body: String) -> HttpResponse {
    let status = status.try_into().unwrap_or_else(|_| 500.try_into().unwrap_or_else(|_| unreachable!()));
    HttpResponse::new(status, SdkBody::from(body))
}

#[expect(clippy::unnecessary_wraps, reason = "answers like the rest")]
fn refused(service: Service) -> Result<HttpResponse, ConnectorError> {
    let body = match service {
        Service::Sns | Service::Ses => {
            "<ErrorResponse><Error><Code>ServiceUnavailable</Code></Error></ErrorResponse>".to_owned()
        }
        Service::S3 => "<Error><Code>SlowDown</Code></Error>".to_owned(),
        Service::Sqs => json!({"__type": "com.amazonaws.sqs#InternalError", "message": "unwell"}).to_string(),
        Service::Connections => json!({"__type": "InternalServerError", "message": "unwell"}).to_string(),
        Service::DynamoDb => {
            json!({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "unwell"}).to_string()
        }
    };
    Ok(response(if matches!(service, Service::DynamoDb | Service::Sqs) { 500 } else { 503 }, body))
}

/// What DynamoDB answers to a write that is in conflict with another.
#[expect(clippy::unnecessary_wraps, reason = "answers like the rest")]
fn conflict(call: &Call) -> Result<HttpResponse, ConnectorError> {
    let body = if call.operation == "TransactWriteItems" {
        cancelled(&call.request, "TransactionConflict")
    } else if call.operation == "BatchWriteItem" {
        json!({"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "message": "slower"})
            .to_string()
    } else {
        json!({"__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException", "message": "ongoing"})
            .to_string()
    };
    Ok(response(400, body))
}

/// What DynamoDB answers to a transaction whose last part could not be done for this reason.
fn cancelled(request: &Value, code: &str) -> String {
    let mut reasons: Vec<_> = parts(request).map(|_| json!({"Code": "None"})).collect();
    if let Some(last) = reasons.last_mut() {
        *last = json!({"Code": code, "Message": "not now"});
    }
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": reasons,
    })
    .to_string()
}
