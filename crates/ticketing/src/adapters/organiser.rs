//! The systems of organisers over HTTP. The house's own and those at outside addresses get different clients and
//! tokens.

use crate::adapters::ServiceTokens;
use crate::domain::{BookedSeat, Booking};
use crate::ports::{OrganiserAnswer, OrganiserSystem};
use async_trait::async_trait;
use contracts::{BookingId, Failure};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use wire::Http;

/// The organiser's system over HTTP: the event's own, or the house's.
pub struct HttpOrganiserSystem {
    http: Http,
    outside: Http,
    tokens: Arc<ServiceTokens>,
    house: Option<String>,
    margin: Duration,
}

/// The audience of tokens for the house's own organiser system.
const AUDIENCE: &str = "organiser-system";

impl HttpOrganiserSystem {
    /// `house` is the address of the house's own system, for events that have no other. If there is none, Karcis alone
    /// keeps their seats, and nobody is asked. `http` reaches that one; `outside` reaches addresses that an organiser
    /// chose. Holds there outlast ours by `margin`: a payment at the last second must still be confirmed.
    pub fn new(http: Http, outside: Http, tokens: Arc<ServiceTokens>, house: Option<String>, margin: Duration) -> Self {
        Self { http, outside, tokens, house, margin }
    }

    fn http(&self, own: Option<&str>) -> &Http {
        if own.is_some() { &self.outside } else { &self.http }
    }

    /// Where holds are, if there is a system to be asked.
    fn holds(&self, own: Option<&str>) -> Option<String> {
        own.or(self.house.as_deref()).map(|system| format!("{system}/holds"))
    }

    /// An organiser's own system gets tokens that are valid only there.
    async fn send(&self, what: &str, own: Option<&str>, request: RequestBuilder) -> Result<Response, Failure> {
        let token = own.map_or_else(|| self.tokens.to(AUDIENCE), |address| self.tokens.to_outside(address))?;
        self.http(own).send(what, request.bearer_auth(token)).await
    }
}

#[async_trait]
impl OrganiserSystem for HttpOrganiserSystem {
    async fn hold(&self, booking: &Booking) -> Result<OrganiserAnswer, Failure> {
        let what = "ask the organiser for a hold";
        let seats: Vec<_> = booking.seats.iter().map(|seat| &seat.label).collect();
        let seat_details: Vec<_> = booking.seats.iter().map(BookedSeat::detail).collect();
        let body = json!({
            "booking_id": booking.id,
            "event_id": booking.event_id,
            "seats": seats,
            "seat_details": seat_details,
            "expires_at": booking.hold_expires_at + self.margin,
        });
        let own = booking.organiser_url.as_deref();
        let Some(holds) = self.holds(own) else { return Ok(OrganiserAnswer::Agreed) };
        match self.send(what, own, self.http(own).post(holds).json(&body)).await?.status() {
            status if status.is_success() => Ok(OrganiserAnswer::Agreed),
            StatusCode::CONFLICT => Ok(OrganiserAnswer::Refused),
            status => Err(Failure::transient(what, status)),
        }
    }

    async fn confirm(&self, booking: &Booking) -> Result<OrganiserAnswer, Failure> {
        let own = booking.organiser_url.as_deref();
        let Some(holds) = self.holds(own) else { return Ok(OrganiserAnswer::Agreed) };
        let url = format!("{holds}/{}/confirm", booking.id);
        let what = "confirm a hold";
        match self.send(what, own, self.http(own).post(url)).await?.status() {
            status if status.is_success() => Ok(OrganiserAnswer::Agreed),
            StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::GONE => Ok(OrganiserAnswer::Refused),
            status => Err(Failure::transient(what, status)),
        }
    }

    async fn release(&self, booking: BookingId, own: Option<&str>) -> Result<(), Failure> {
        let Some(holds) = self.holds(own) else { return Ok(()) };
        let url = format!("{holds}/{booking}");
        let what = "release a hold";
        match self.send(what, own, self.http(own).delete(url)).await?.status() {
            status if status.is_success() => Ok(()),
            // The hold is gone, which is all that was wished for.
            StatusCode::NOT_FOUND | StatusCode::GONE
            // It will not release it, however often it is asked, and may still agree to the next hold.
            | StatusCode::CONFLICT
            | StatusCode::UNPROCESSABLE_ENTITY => Ok(()),
            status => Err(Failure::transient(what, status)),
        }
    }
}
