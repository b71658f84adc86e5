//! The WebSocket API as API Gateway runs it: what comes over a connection becomes an event for the function behind its
//! route, and its answer is sent back where the route has a response (Amazon API Gateway, "Working with WebSocket
//! APIs"). Whoever runs it has the connections themselves.

use crate::Invoke;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use contracts::{Timestamp, World};
use hyper::HeaderMap;
use serde_json::{Map, Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use template::{ACCOUNT, SocketRouteSpec};
use time::UtcOffset;
use time::macros::format_description;

/// The WebSocket API.
pub struct Sockets {
    /// The template's routes.
    pub routes: Vec<SocketRouteSpec>,
    /// Calls the functions behind the routes.
    pub functions: Arc<dyn Invoke>,
    /// The gateway's own clock and ids.
    pub world: Arc<dyn World>,
}

/// A connection.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its id.
    pub id: String,
    /// Where it comes from.
    pub source: IpAddr,
    since: Timestamp,
}

impl Sockets {
    /// A connection that is about to begin.
    pub fn connection(&self, source: IpAddr) -> Connection {
        Connection { id: URL_SAFE.encode(self.world.new_id()), source, since: self.world.now() }
    }

    /// Asks whether a connection may begin: the status of the answer, 200 if it may.
    pub async fn connect(&self, connection: &Connection, headers: &HeaderMap) -> u16 {
        let Some(route) = self.route("$connect") else { return 200 };
        let mut event = self.event(connection, "$connect", "CONNECT");
        event["headers"] = named(headers).into();
        match self.functions.invoke(&route.function, &event).await {
            Ok(answer) => answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(500),
            Err(why) => {
                tracing::error!(%why, function = route.function, "no answer");
                500
            }
        }
    }

    /// Takes a message; answers what is sent back.
    pub async fn message(&self, connection: &Connection, text: &str) -> Option<String> {
        let action =
            serde_json::from_str::<Value>(text).ok().and_then(|body| body["action"].as_str().map(str::to_owned));
        let own = |message: &str| {
            let request = self.world.new_id().to_string();
            Some(json!({"message": message, "connectionId": connection.id, "requestId": request}).to_string())
        };
        let known = |key: &String| !key.starts_with('$');
        let route = action.filter(known).and_then(|key| self.route(&key)).or_else(|| self.route("$default"));
        let Some(route) = route else { return own("Forbidden") };
        let mut event = self.event(connection, &route.key, "MESSAGE");
        event["requestContext"]["messageId"] = self.world.new_id().to_string().into();
        event["body"] = text.into();
        match self.functions.invoke(&route.function, &event).await {
            Ok(answer) if route.answers => answer["body"].as_str().map(str::to_owned),
            Ok(_) => None,
            Err(why) => {
                tracing::error!(%why, function = route.function, "no answer");
                own("Internal server error")
            }
        }
    }

    /// Tells that a connection ended. AWS promises no more than to try.
    pub async fn disconnect(&self, connection: &Connection, code: u16, reason: &str) {
        let Some(route) = self.route("$disconnect") else { return };
        let mut event = self.event(connection, "$disconnect", "DISCONNECT");
        event["requestContext"]["disconnectStatusCode"] = code.into();
        event["requestContext"]["disconnectReason"] = reason.into();
        if let Err(why) = self.functions.invoke(&route.function, &event).await {
            tracing::warn!(%why, function = route.function, "no answer");
        }
    }

    fn route(&self, key: &str) -> Option<&SocketRouteSpec> {
        self.routes.iter().find(|route| route.key == key)
    }

    fn event(&self, connection: &Connection, key: &str, kind: &str) -> Value {
        let now = self.world.now();
        let clock = format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
        json!({
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "local",
                "connectedAt": connection.since.millis(),
                "connectionId": connection.id,
                "domainName": "local",
                "eventType": kind,
                "extendedRequestId": self.world.new_id().to_string(),
                "identity": {"sourceIp": connection.source.to_string()},
                "messageDirection": "IN",
                "requestId": self.world.new_id().to_string(),
                "requestTime": now.at(UtcOffset::UTC).format(&clock).unwrap_or_default(),
                "requestTimeEpoch": now.millis(),
                "routeKey": key,
                "stage": "live",
            },
            "isBase64Encoded": false,
        })
    }
}

/// The headers by name, as API Gateway writes names: `Sec-WebSocket-Key` comes as the client wrote it, and here as
/// browsers do.
fn named(headers: &HeaderMap) -> Map<String, Value> {
    let title = |name: &str| {
        let words = name
            .split('-')
            .map(|word| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default());
        words.collect::<Vec<_>>().join("-")
    };
    headers
        .iter()
        .map(|(name, value)| (title(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned().into()))
        .collect()
}
