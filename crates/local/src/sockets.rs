//! The WebSocket API on a real port: upgrades connections, and carries what comes and goes, within API Gateway's
//! limits.

use engines::{Connections, Outgoing};
use futures::{SinkExt, StreamExt};
use hyper::header::HeaderValue;
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use triggers::gateway::{Answer, message};
use triggers::sockets::{Connection, Sockets};

/// What API Gateway allows a connection (Amazon API Gateway, "Quotas for configuring and running a WebSocket API").
#[derive(Debug, Clone, Copy)]
pub struct SocketLimits {
    /// The largest frame, in bytes.
    pub frame: usize,
    /// The largest message, in bytes.
    pub message: usize,
    /// How long it may be silent.
    pub idle: Duration,
    /// How long it may live.
    pub life: Duration,
}

/// API Gateway's own.
pub const SOCKET_LIMITS: SocketLimits = SocketLimits {
    frame: 32 * 1024,
    message: 128 * 1024,
    idle: Duration::from_mins(10),
    life: Duration::from_hours(2),
};

/// The WebSocket API, served at `/live` of the door.
pub struct Live {
    /// What comes over a connection becomes an event.
    pub sockets: Sockets,
    /// The connections, as backends reach them.
    pub connections: Arc<Connections>,
    /// What a connection may do.
    pub limits: SocketLimits,
}

type Stream = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

impl Live {
    /// Answers a request that would open a connection.
    pub async fn answer<B>(self: &Arc<Self>, mut request: Request<B>, source: IpAddr) -> Answer {
        let Some(accept) = accept(request.headers()) else {
            let mut refusal = message(426, "Upgrade Required");
            refusal.headers_mut().insert("upgrade", HeaderValue::from_static("websocket"));
            return refusal;
        };
        let connection = self.sockets.connection(source);
        match self.sockets.connect(&connection, request.headers()).await {
            200..300 => {}
            500.. => return message(500, "Internal server error"),
            refused => return message(refused, "Forbidden"),
        }
        let (live, upgrade) = (Arc::clone(self), hyper::upgrade::on(&mut request));
        let outbox = self.connections.begin(&connection.id, source.to_string());
        tokio::spawn(live.carry(connection, outbox, upgrade));
        let switch = Response::builder()
            .status(101)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-accept", accept);
        switch.body(http_body_util::Full::default()).unwrap_or_default()
    }

    /// Carries what comes and goes until the connection ends.
    async fn carry(self: Arc<Self>, connection: Connection, mut outbox: Receiver<Outgoing>, upgrade: OnUpgrade) {
        let (mut code, mut reason) = (1006, "");
        if let Ok(upgraded) = upgrade.await {
            let config = WebSocketConfig::default()
                .max_frame_size(Some(self.limits.frame))
                .max_message_size(Some(self.limits.message));
            let upgraded = TokioIo::new(upgraded);
            let mut stream = WebSocketStream::from_raw_socket(upgraded, Role::Server, Some(config)).await;
            (code, reason) = self.converse(&connection, &mut outbox, &mut stream).await;
            let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
            // Whoever is gone already needs no farewell.
            drop(stream.close(Some(frame)).await);
        }
        self.connections.ended(&connection.id);
        self.sockets.disconnect(&connection, code, reason).await;
    }

    /// Answers the code and the reason with which the connection ends.
    async fn converse(
        self: &Arc<Self>,
        connection: &Connection,
        outbox: &mut Receiver<Outgoing>,
        stream: &mut Stream,
    ) -> (u16, &'static str) {
        let end = Instant::now() + self.limits.life;
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                came = stream.next() => {
                    heard = Instant::now();
                    self.connections.touch(&connection.id);
                    if let ControlFlow::Break(ended) = self.take(connection, came) {
                        return ended;
                    }
                }
                goes = outbox.recv() => match goes {
                    Some(Outgoing::Text(text)) => {
                        heard = Instant::now();
                        if stream.send(Message::text(text)).await.is_err() {
                            return (1006, "");
                        }
                    }
                    Some(Outgoing::End) | None => return (1001, "Connection Closed Normally"),
                },
                () = sleep_until(heard + self.limits.idle) => return (1001, "Going away"),
                () = sleep_until(end) => return (1001, "Going away"),
            }
        }
    }

    /// Takes what came; messages are answered at once and each by itself.
    fn take(
        self: &Arc<Self>,
        connection: &Connection,
        came: Option<Result<Message, Error>>,
    ) -> ControlFlow<(u16, &'static str)> {
        let text = match came {
            Some(Ok(Message::Text(text))) => text.as_str().to_owned(),
            Some(Ok(Message::Binary(bytes))) => String::from_utf8_lossy(&bytes).into_owned(),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return ControlFlow::Continue(()),
            Some(Ok(Message::Close(frame))) => {
                return ControlFlow::Break((frame.map_or(1005, |frame| frame.code.into()), "Client-side close"));
            }
            Some(Err(Error::Capacity(_))) => return ControlFlow::Break((1009, "Message too long")),
            Some(Err(_)) | None => return ControlFlow::Break((1006, "")),
        };
        let (live, connection) = (Arc::clone(self), connection.clone());
        tokio::spawn(async move {
            if let Some(answer) = live.sockets.message(&connection, &text).await {
                live.connections.send(&connection.id, answer);
            }
        });
        ControlFlow::Continue(())
    }
}

/// What proves that the request was understood (RFC 6455, section 4.2.2); `None` if it does not ask for a WebSocket.
fn accept(headers: &HeaderMap) -> Option<String> {
    let says = |name: &str, wanted: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(',').any(|one| one.trim().eq_ignore_ascii_case(wanted))
    };
    let asked = says("upgrade", "websocket") && says("connection", "upgrade") && says("sec-websocket-version", "13");
    headers.get("sec-websocket-key").filter(|_| asked).map(|key| derive_accept_key(key.as_bytes()))
}
