//! HTTP between functions, to outside systems, and from people: every request goes to the gateway, unless it is lost.

use crate::bugs;
use crate::promises::Promise;
use crate::stage::{ACTOR, Actor, Stage, lock};
use crate::weather::{Fault, Kind};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::StatusCode;
use reqwest::{Request, Response};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Weak};
use std::time::Duration;
use template::STACK;
use triggers::gateway::find;
use wire::Carrier;

/// The gateway, from inside.
pub struct Doors(pub Weak<Stage>);

/// How long a deliberate bug waits for an answer: less than the correct code waits.
const IMPATIENCE: Duration = Duration::from_secs(2);

/// The role of people; a function's role is its package.
pub const PERSON: &str = "person";

#[async_trait]
impl Carrier for Doors {
    async fn carry(&self, request: Request) -> Result<Response, String> {
        let stage = self.0.upgrade().ok_or("the story is over")?;
        let actor = ACTOR.try_with(Clone::clone).unwrap_or_else(|_| Actor::new("nobody", PERSON));
        stage.carry(&actor, request).await
    }
}

fn copy(request: &Request) -> hyper::Request<Full<Bytes>> {
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let mut made = hyper::Request::new(Full::new(Bytes::copy_from_slice(body)));
    *made.method_mut() = request.method().clone();
    *made.uri_mut() = request.url().as_str().parse().unwrap_or_default();
    *made.headers_mut() = request.headers().clone();
    made
}

impl Stage {
    /// Carries a request to the gateway and its answer back, if they get there.
    pub async fn carry(self: &Arc<Self>, actor: &Actor, request: Request) -> Result<Response, String> {
        let id = actor.next_call();
        let route = find(&self.gateway.routes, request.method().as_str(), request.url().path());
        let path = route.map_or("-", |(route, _)| route.path.as_str());
        let step = format!("{}: {} {path}", actor.role, request.method());
        let kind = if &*actor.role == PERSON { Kind::Person } else { Kind::Http };
        if let Some(pretended) = bugs::on_http(self, actor, &request) {
            return Ok(hyper::Response::new(pretended.to_string()).into());
        }
        let fault = self.fate(&id, &step, kind);
        self.travel(&id).await;
        match fault {
            Some(Fault::Refused) => {
                let mut busy = hyper::Response::new(r#"{"message":"Service Unavailable"}"#);
                *busy.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                return Ok(busy.into());
            }
            Some(Fault::LostBefore) => return Err("cut off".into()),
            Some(Fault::DiesBefore) => actor.die().await,
            Some(Fault::Late) => {
                // Some are on their way for as long as a hold lasts.
                let wait = Duration::from_millis(self.dice.of("late").within(&id, 4_100..400_000));
                drop(self.deliver(copy(&request), &id, wait));
                return std::future::pending().await;
            }
            Some(Fault::Twice) => {
                let wait = Duration::from_millis(self.dice.of("twice").within(&id, 1..3_000));
                drop(self.deliver(copy(&request), &format!("{id} again"), wait));
            }
            _ => {}
        }
        let delivered = self.deliver(copy(&request), &id, Duration::ZERO);
        let answer = match bugs::on_silence(self, actor, &request) {
            None => delivered.await,
            Some(pretended) => match tokio::time::timeout(IMPATIENCE, delivered).await {
                Ok(answer) => answer,
                Err(_) => return Ok(pretended),
            },
        };
        let answer = bugs::on_response(self, &request, answer.map_err(|_| "cut off")?);
        self.note(|| format!("{id}: {} {}: {}", request.method(), request.url().path(), answer.status()));
        match fault {
            Some(Fault::LostAfter) => return Err("the answer is lost".into()),
            Some(Fault::DiesAfter) => actor.die().await,
            _ => {}
        }
        self.travel(&format!("{id} back")).await;
        Ok(answer)
    }

    /// Brings a request to the gateway after `wait`. The sender may be gone by then.
    fn deliver(
        self: &Arc<Self>,
        request: hyper::Request<Full<Bytes>>,
        id: &str,
        wait: Duration,
    ) -> tokio::task::JoinHandle<Response> {
        let (stage, id) = (Arc::clone(self), id.to_owned());
        let waits = self.waiting();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            let _busy = stage.busy();
            drop(waits);
            if !wait.is_zero() {
                stage.note(|| format!("{id} arrives"));
            }
            let (told, order) = (told(&request), order(&request).await);
            if let Some((booking, "confirmed")) = &told
                && let Some(refusal) = stage.refusal(booking)
            {
                lock(&stage.refused).insert(booking.clone());
                return refusal;
            }
            let asked = asked(&request).await;
            let answer = stage.gateway.answer(request, IpAddr::V4(Ipv4Addr::LOCALHOST)).await;
            // A hold that is gone there is released.
            let done =
                |what| answer.status().is_success() || (what == "released" && answer.status() == StatusCode::NOT_FOUND);
            if let Some((booking, what)) = told.filter(|(_, what)| done(*what)) {
                lock(&stage.told).entry(booking).or_default().insert(what);
            }
            if let Some(asked) = asked.filter(|_| answer.status() == StatusCode::CONFLICT) {
                stage.asked_of_the_organiser_in_vain(&asked);
            }
            // The power company has the order, whether it answered (200) or was silent (504).
            if let Some(reference) = order.filter(|_| matches!(answer.status().as_u16(), 200 | 504)) {
                lock(&stage.issued).insert(reference);
            }
            let (parts, body) = answer.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            hyper::Response::from_parts(parts, body).into()
        })
    }
}

/// The body of a request for a hold.
async fn asked(request: &hyper::Request<Full<Bytes>>) -> Option<Value> {
    if request.method() != "POST" || request.uri().path() != "/api/organiser-system/holds" {
        return None;
    }
    let body = request.body().clone().collect().await.ok()?.to_bytes();
    serde_json::from_slice(&body).ok()
}

/// How an organiser's system refuses what it agreed to.
const REFUSALS: [StatusCode; 3] = [StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::GONE];

impl Stage {
    /// The answer of an organiser's system that does not confirm this booking, for some of them.
    fn refusal(&self, booking: &str) -> Option<Response> {
        let dice = self.dice.of("refuses to confirm");
        if self.weather.faults == 0.0 || !dice.happens(booking, 0.06) {
            return None;
        }
        let mut refusal = hyper::Response::new(r#"{"message":"no such hold"}"#);
        *refusal.status_mut() = REFUSALS[usize::try_from(dice.within(&format!("how {booking}"), 0..3)).unwrap_or(0)];
        Some(refusal.into())
    }

    /// The organiser's system refused a hold. If another booking has the seat there, it was asked too early.
    fn asked_of_the_organiser_in_vain(&self, asked: &Value) {
        let (Some(event), Some(booking)) = (asked["event_id"].as_str(), asked["booking_id"].as_str()) else { return };
        lock(&self.refused_holds).insert(booking.to_owned());
        // A request that arrives late is not about what is held here now.
        if !self.holds_now(booking) {
            return;
        }
        let theirs = self.tables.all(&format!("{STACK}-organiser")).unwrap_or_default();
        for label in asked["seats"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let seat = format!("SEAT#{event}#{label}");
            let other = |item: &&Value| item["PK"]["S"] == *seat && item["booking"]["S"] != *booking;
            if theirs.iter().any(|item| other(&item)) {
                self.broken(
                    Promise::SeatOnce,
                    format!("the organiser's system was asked for {label} before it released its last hold"),
                );
            }
        }
    }

    /// Is this booking held, as the table has it?
    fn holds_now(&self, booking: &str) -> bool {
        let bookings = self.tables.all(&format!("{STACK}-ticketing")).unwrap_or_default();
        let key = format!("BOOKING#{booking}");
        bookings.iter().any(|item| item["PK"]["S"] == *key && item["status"]["S"] == "HELD")
    }
}

/// What a request tells the organiser's system: the booking, and whether it is confirmed or released.
fn told(request: &hyper::Request<Full<Bytes>>) -> Option<(String, &'static str)> {
    let rest = request.uri().path().strip_prefix("/api/organiser-system/holds")?;
    match (request.method().as_str(), rest.trim_start_matches('/').split('/').collect::<Vec<_>>().as_slice()) {
        ("POST", [booking, "confirm"]) => Some(((*booking).to_owned(), "confirmed")),
        ("DELETE", [booking]) => Some(((*booking).to_owned(), "released")),
        _ => None,
    }
}

/// The reference of an order that the power company issues if it hears of it.
async fn order(request: &hyper::Request<Full<Bytes>>) -> Option<String> {
    const REFUSED: &str = "14000000005";
    if request.method() != "POST" || request.uri().path() != "/api/power-company/orders" {
        return None;
    }
    let body = request.body().clone().collect().await.ok()?.to_bytes();
    let order: Value = serde_json::from_slice(&body).ok()?;
    (order["meter_number"] != REFUSED).then(|| order["reference"].as_str().map(str::to_owned))?
}

/// An answer's body as JSON.
pub async fn json_of(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap_or_default();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}
