//! The door: serves on one port what CloudFront serves on AWS, the API under `/api/`, the WebSocket API at `/live` and
//! the pages elsewhere, and the local cloud's own pages under `/_local/`.

use crate::pages;
use crate::sockets::Live;
use engines::Ses;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::TcpListener;
use triggers::gateway::{Answer, Gateway, message, text_response};
use web::Pages;

/// The gateway, the pages, and the local cloud's own pages, served on one port.
pub struct Door {
    /// The gateway.
    pub gateway: Gateway,
    /// The pages.
    pub web: Pages,
    /// The WebSocket API.
    pub live: Arc<Live>,
    /// Is everything there, the sample data too?
    pub ready: Arc<AtomicBool>,
    /// The mail engine, which keeps what was sent.
    pub ses: Arc<Ses>,
}

impl Door {
    /// Serves until the process ends.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        loop {
            let Ok((stream, peer)) = listener.accept().await else { continue };
            drop(stream.set_nodelay(true));
            let door = Arc::clone(&self);
            let serve = hyper::service::service_fn(move |request: Request<Incoming>| {
                let door = Arc::clone(&door);
                async move {
                    let path = request.uri().path();
                    Ok::<_, Infallible>(match path.strip_prefix("/_local/") {
                        Some(own) => door.local(own, &request),
                        None if path == "/live" => door.live.answer(request, peer.ip()).await,
                        None if path.starts_with("/api/") => door.gateway.answer(request, peer.ip()).await,
                        None => door.web.answer(request.method(), path, request.headers()),
                    })
                }
            });
            // If a connection breaks, its client has to try again: the result is ignored.
            let mut connection = hyper::server::conn::http1::Builder::new();
            connection.timer(TokioTimer::new()).header_read_timeout(self.gateway.request_time);
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), serve).with_upgrades());
        }
    }

    /// Answers a page under `/_local/`, which only the local cloud has.
    fn local(&self, path: &str, request: &Request<Incoming>) -> Answer {
        match path {
            "mail" => self.mail(request),
            attachment if attachment.starts_with("mail/") => self.attachment(attachment),
            vendored if vendored.starts_with("vendor/") => match pages::vendored(&vendored["vendor/".len()..]) {
                Some((kind, bytes)) => text_response(200, kind, bytes),
                None => message(404, "Not Found"),
            },
            "api" => text_response(200, "text/html; charset=utf-8", pages::api()),
            "health" if self.ready.load(Ordering::Acquire) => {
                text_response(200, "application/json", r#"{"status":"ok"}"#)
            }
            "health" => text_response(503, "application/json", r#"{"status":"starting"}"#),
            _ => message(404, "Not Found"),
        }
    }

    /// An attachment of a mail: `mail/{id}/{place}`.
    fn attachment(&self, path: &str) -> Answer {
        let mut parts = path.split('/').skip(1);
        let (mail, place) = (parts.next().unwrap_or_default(), parts.next().and_then(|place| place.parse().ok()));
        match place.and_then(|place| self.ses.attachment(mail, place)) {
            Some((kind, bytes)) => text_response(200, &kind, bytes),
            None => message(404, "Not Found"),
        }
    }

    /// The mails "sent", newest first: a page for a browser, otherwise JSON. `?to=` selects the mails to one address.
    fn mail(&self, request: &Request<Incoming>) -> Answer {
        let query = request.uri().query().unwrap_or_default();
        let to = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "to").map(|(_, to)| to);
        let mails = self.ses.mails(to.as_deref());
        let accept = request.headers().get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if accept.contains("text/html") {
            return text_response(200, "text/html; charset=utf-8", pages::mail(&mails));
        }
        text_response(200, "application/json", json!({"items": mails, "next_cursor": null}).to_string())
    }
}
