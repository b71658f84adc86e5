//! A circuit breaker for each organiser's system: one that answers late is left alone for a while, so that it does not
//! hold the account's executions for which others wait. What is asked of it meanwhile fails at once, and costs only the
//! events that it runs.

use crate::adapters::HttpOrganiserSystem;
use crate::domain::Booking;
use crate::ports::{OrganiserAnswer, OrganiserSystem, Outages};
use async_trait::async_trait;
use contracts::{BookingId, Failure, Timestamp, World};
use reqwest::Url;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// From then on a call is late, although its answer may still come.
const LATE: Duration = Duration::from_secs(1);
/// How long what is known of a system is used.
const FRESH: Duration = Duration::from_secs(1);
/// The most systems of which something is kept in mind.
const MOST: usize = 1_000;
/// The house's own system.
const HOUSE: &str = "house";

/// The systems of organisers, behind circuit breakers.
pub struct CircuitBreaker {
    systems: HttpOrganiserSystem,
    outages: Arc<dyn Outages>,
    world: Arc<dyn World>,
    /// When it was looked up, and until when the system is shut.
    known: Mutex<HashMap<String, (Timestamp, Option<Timestamp>)>>,
}

impl CircuitBreaker {
    /// In front of `systems`. All functions share what they know of `outages`.
    pub fn new(systems: HttpOrganiserSystem, outages: Arc<dyn Outages>, world: Arc<dyn World>) -> Self {
        Self { systems, outages, world, known: Mutex::default() }
    }

    async fn is_shut(&self, system: &str) -> bool {
        let now = self.world.now();
        let known = self.known().get(system).copied().filter(|(looked, _)| looked.until(now) < FRESH);
        let until = if let Some((_, until)) = known { until } else { self.look_up(system, now).await };
        until.is_some_and(|until| now < until)
    }

    async fn look_up(&self, system: &str, now: Timestamp) -> Option<Timestamp> {
        // Without an answer it is called: what only spares others must not stop a sale.
        let until = self.outages.shut_until(system).await.unwrap_or_else(|why| {
            tracing::warn!(%why, "nobody knows whether an organiser's system is shut");
            None
        });
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(system.to_owned(), (now, until));
        until
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, (Timestamp, Option<Timestamp>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls the system at `own`, or the house's, unless it is shut. Notes a call that is late while it still runs.
    async fn guard<T>(&self, own: Option<&str>, call: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let system = own.map_or_else(|| HOUSE.to_owned(), host);
        if self.is_shut(&system).await {
            return Err(Failure::transient("call an organiser's system", "it answers late, and is left alone a while"));
        }
        tokio::pin!(call);
        if let Ok(answer) = timeout(LATE, &mut call).await {
            return answer;
        }
        let (answer, noted) = tokio::join!(call, self.outages.note_late(&system, self.world.now()));
        if let Err(why) = noted {
            tracing::warn!(%why, "nobody learns that an organiser's system is late");
        }
        answer
    }
}

/// All addresses of one host are one system.
fn host(url: &str) -> String {
    let host = Url::parse(url).ok().map(|url| url.authority().to_owned());
    host.unwrap_or_else(|| url.to_owned())
}

#[async_trait]
impl OrganiserSystem for CircuitBreaker {
    async fn hold(&self, booking: &Booking) -> Result<OrganiserAnswer, Failure> {
        self.guard(booking.organiser_url.as_deref(), self.systems.hold(booking)).await
    }

    async fn confirm(&self, booking: &Booking) -> Result<OrganiserAnswer, Failure> {
        self.guard(booking.organiser_url.as_deref(), self.systems.confirm(booking)).await
    }

    async fn release(&self, booking: BookingId, organiser_url: Option<&str>) -> Result<(), Failure> {
        self.guard(organiser_url, self.systems.release(booking, organiser_url)).await
    }
}
