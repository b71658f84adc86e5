use crate::adapters::ServiceTokens;
use crate::domain::Booking;
use crate::ports::{OrganiserAnswer, OrganiserSystem};
use async_trait::async_trait;
use contracts::Failure;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::json;
use std::sync::Arc;

/// The organiser's system over HTTP: the event's own, or the house's.
pub struct HttpOrganiserSystem {
    http: reqwest::Client,
    tokens: Arc<ServiceTokens>,
    house: String,
}

/// What an organiser's system is called in tokens.
const AUDIENCE: &str = "organiser-system";

impl HttpOrganiserSystem {
    /// With the address of the house's own system, for events that have no other.
    pub fn new(http: reqwest::Client, tokens: Arc<ServiceTokens>, house: String) -> Self {
        Self { http, tokens, house }
    }

    fn holds(&self, booking: &Booking) -> String {
        format!("{}/holds", booking.organiser_url.as_ref().unwrap_or(&self.house))
    }

    async fn send(&self, what: &str, request: RequestBuilder) -> Result<Response, Failure> {
        let request = request.bearer_auth(self.tokens.to(AUDIENCE)?);
        request.send().await.map_err(|e| Failure::transient(what, e.without_url()))
    }

    async fn tell(&self, what: &str, request: RequestBuilder) -> Result<(), Failure> {
        let status = self.send(what, request).await?.status();
        if status.is_success() { Ok(()) } else { Err(Failure::transient(what, status)) }
    }
}

#[async_trait]
impl OrganiserSystem for HttpOrganiserSystem {
    async fn hold(&self, booking: &Booking) -> Result<OrganiserAnswer, Failure> {
        let what = "ask the organiser for a hold";
        let seats: Vec<_> = booking.seats.iter().map(|seat| &seat.label).collect();
        let body = json!({
            "booking_id": booking.id,
            "event_id": booking.event_id,
            "seats": seats,
            "expires_at": booking.hold_expires_at,
        });
        match self.send(what, self.http.post(self.holds(booking)).json(&body)).await?.status() {
            status if status.is_success() => Ok(OrganiserAnswer::Agreed),
            StatusCode::CONFLICT => Ok(OrganiserAnswer::Refused),
            status => Err(Failure::transient(what, status)),
        }
    }

    async fn confirm(&self, booking: &Booking) -> Result<(), Failure> {
        let url = format!("{}/{}/confirm", self.holds(booking), booking.id);
        self.tell("confirm a hold", self.http.post(url)).await
    }

    async fn release(&self, booking: &Booking) -> Result<(), Failure> {
        let url = format!("{}/{}", self.holds(booking), booking.id);
        self.tell("release a hold", self.http.delete(url)).await
    }
}
