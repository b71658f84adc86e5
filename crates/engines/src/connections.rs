//! The open connections of the WebSocket API, as backends reach them: `@connections` (Amazon API Gateway, "Use
//! @connections commands in your backend service").

use bytes::Bytes;
use contracts::{SystemWorld, Timestamp, World};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The largest message (Amazon API Gateway, "Quotas for configuring and running a WebSocket API").
const MAX_MESSAGE: usize = 128 * 1024;
/// How many messages may wait for a slow connection.
const WAITING: usize = 1_000;

/// What is to be sent to a connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A text.
    Text(String),
    /// Its end.
    End,
}

/// The open connections.
#[derive(Default)]
pub struct Connections(Mutex<HashMap<String, Open>>);

struct Open {
    outbox: Sender<Outgoing>,
    source: String,
    since: Timestamp,
    active: Timestamp,
}

impl Connections {
    fn open(&self) -> MutexGuard<'_, HashMap<String, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a connection from `source`. What is to be sent to it comes from the receiver.
    pub fn begin(&self, id: &str, source: String) -> Receiver<Outgoing> {
        let (outbox, receiver) = channel(WAITING);
        let now = SystemWorld.now();
        self.open().insert(id.to_owned(), Open { outbox, source, since: now, active: now });
        receiver
    }

    /// Sends a text to a connection, if it is still there and not too far behind.
    pub fn send(&self, id: &str, text: String) {
        if let Err(why) = self.outgoing(id, Outgoing::Text(text)) {
            tracing::info!(?why, "an answer does not get to its connection");
        }
    }

    /// Notes that the connection sent something.
    pub fn touch(&self, id: &str) {
        if let Some(open) = self.open().get_mut(id) {
            open.active = SystemWorld.now();
        }
    }

    /// Ends all connections, as when the network breaks. Their functions are told as ever.
    pub fn end_all(&self) {
        for open in self.open().values() {
            drop(open.outbox.try_send(Outgoing::End));
        }
    }

    /// Forgets a connection that ended.
    pub fn ended(&self, id: &str) {
        self.open().remove(id);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.open().len()
    }

    fn outgoing(&self, id: &str, what: Outgoing) -> Result<(), Refused> {
        let mut open = self.open();
        let connection = open.get_mut(id).ok_or(Refused::Gone)?;
        connection.outbox.try_send(what).map_err(|_| Refused::TooMany)?;
        connection.active = SystemWorld.now();
        Ok(())
    }

    /// Answers a request to `/@connections/{id}`: `POST` sends, `GET` tells, `DELETE` ends.
    pub async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().replace("%40", "@").replace("%3D", "=");
        let Some((_, id)) = path.split_once("/@connections/") else { return refused(403, "ForbiddenException") };
        let done = match *request.method() {
            Method::POST => match Limited::new(request.into_body(), MAX_MESSAGE).collect().await {
                Err(_) => return refused(413, "PayloadTooLargeException"),
                Ok(body) => {
                    let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
                    self.outgoing(id, Outgoing::Text(text)).map(|()| (200, String::new()))
                }
            },
            Method::DELETE => self.outgoing(id, Outgoing::End).map(|()| (204, String::new())),
            Method::GET => self.open().get(id).map_or(Err(Refused::Gone), |open| {
                let told = json!({
                    "connectedAt": open.since.to_string(),
                    "lastActiveAt": open.active.to_string(),
                    "identity": {"sourceIp": open.source},
                });
                Ok((200, told.to_string()))
            }),
            _ => return refused(403, "ForbiddenException"),
        };
        match done {
            Ok((status, body)) => build(status, None, body),
            Err(Refused::Gone) => refused(410, "GoneException"),
            Err(Refused::TooMany) => refused(429, "LimitExceededException"),
        }
    }
}

/// Why nothing can be sent to a connection.
#[derive(Debug, Clone, Copy)]
enum Refused {
    /// It is no more.
    Gone,
    /// Too much waits for it already.
    TooMany,
}

fn refused(status: u16, kind: &str) -> Response<Full<Bytes>> {
    build(status, Some(kind), "{}".into())
}

fn build(status: u16, error: Option<&str>, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(status).header("content-type", "application/json");
    if let Some(kind) = error {
        response = response.header("x-amzn-errortype", kind);
    }
    response.body(Full::from(body)).unwrap_or_default()
}
