//! Webhooks as the Standard Webhooks specification has them (standardwebhooks.com): `webhook-id`,
//! `webhook-timestamp` and `webhook-signature` over `id.timestamp.body`, with HMAC-SHA256.

use crate::{Invoice, Timestamp};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// How far the sender's clock may differ, and how old a webhook may be: five minutes, as the specification advises.
pub const TOLERANCE: Duration = Duration::from_mins(5);

/// The header with the message's id: the same each time the same message is sent.
pub const ID: &str = "webhook-id";
/// The header with the time of this try, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures, separated by spaces.
pub const SIGNATURE: &str = "webhook-signature";

/// What payments tells its clients. There is nothing else to tell: voids, and refunds that the provider makes, are
/// answers to the client itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum InvoiceEvent {
    /// The money came.
    #[serde(rename = "invoice.paid")]
    Paid(Invoice),
    /// The payment was tried and failed.
    #[serde(rename = "invoice.failed")]
    Failed(Invoice),
    /// The provider had refused to pay the money back, and somebody did it by hand.
    #[serde(rename = "invoice.refunded")]
    Refunded(Invoice),
}

impl InvoiceEvent {
    /// The types of news. A genuine webhook of another type is taken and changes nothing.
    pub const TYPES: [&str; 3] = ["invoice.paid", "invoice.failed", "invoice.refunded"];

    /// The invoice that the news is about.
    pub const fn invoice(&self) -> &Invoice {
        let (Self::Paid(invoice) | Self::Failed(invoice) | Self::Refunded(invoice)) = self;
        invoice
    }
}

/// The secrets shared by a sender and a receiver. As a setting: `whsec_<base64>`, several separated by spaces. While a
/// secret is being replaced, the sender signs with all and the receiver accepts any.
pub struct Secrets(Vec<hmac::Key>);

/// A setting that holds no valid secrets. The error does not show the setting.
#[derive(Debug, thiserror::Error)]
#[error("webhook secrets are written whsec_<base64 of 24 to 64 bytes>, separated by spaces")]
pub struct InvalidSecret;

/// A webhook whose signature is not valid. The error does not say why, because the reason could help an attacker to
/// forge one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook's signature is not valid")]
pub struct InvalidSignature;

impl Secrets {
    /// From their setting.
    pub fn parse(setting: &str) -> Result<Self, InvalidSecret> {
        let key = |text: &str| {
            let bytes =
                STANDARD.decode(text.strip_prefix("whsec_").ok_or(InvalidSecret)?).map_err(|_| InvalidSecret)?;
            let fits = (24..=64).contains(&bytes.len());
            fits.then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes)).ok_or(InvalidSecret)
        };
        let keys = setting.split_whitespace().map(key).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(InvalidSecret) } else { Ok(Self(keys)) }
    }

    /// The value of the signature header.
    pub fn sign(&self, id: &str, second: i64, body: &[u8]) -> String {
        let content = content(id, second, body);
        let signatures = self.0.iter().map(|key| format!("v1,{}", STANDARD.encode(hmac::sign(key, &content))));
        signatures.collect::<Vec<_>>().join(" ")
    }

    /// Checks a webhook as received: the headers' values and the raw bytes of its body.
    pub fn verify(
        &self,
        id: &str,
        timestamp: &str,
        signatures: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), InvalidSignature> {
        let second: i64 = timestamp.parse().map_err(|_| InvalidSignature)?;
        let fresh = now.seconds().abs_diff(second) <= TOLERANCE.as_secs();
        let content = content(id, second, body);
        let genuine = signatures.split(' ').filter_map(|s| STANDARD.decode(s.strip_prefix("v1,")?).ok()).any(|tag| {
            // Compared in constant time.
            self.0.iter().any(|key| hmac::verify(key, &content, &tag).is_ok())
        });
        if fresh && genuine { Ok(()) } else { Err(InvalidSignature) }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

fn content(id: &str, second: i64, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", second.to_string().as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    #[test]
    fn every_type_of_news_is_listed() {
        let number = "inv-ticketing-019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";
        for kind in InvoiceEvent::TYPES {
            let news = serde_json::json!({"type": kind, "data": {"number": number, "status": "PAID",
                "client": "ticketing", "reference": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "payment_url": ""}});
            let read: InvoiceEvent = serde_json::from_value(news).unwrap();
            // A new variant does not compile until it has its line here.
            let listed = match read {
                InvoiceEvent::Paid(_) => "invoice.paid",
                InvoiceEvent::Failed(_) => "invoice.failed",
                InvoiceEvent::Refunded(_) => "invoice.refunded",
            };
            assert_eq!(listed, kind);
        }
    }

    /// The example of the specification's own libraries.
    #[test]
    fn signs_as_the_specification_does() {
        let signature = Secrets::parse(OLD).unwrap().sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn accepts_any_of_several_secrets_while_one_is_replaced() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let both = Secrets::parse(&format!("{OLD} {NEW}")).unwrap();
        let signature = both.sign("msg_1", now.seconds(), b"{}");
        for receiver in [OLD, NEW] {
            let receiver = Secrets::parse(receiver).unwrap();
            assert_eq!(receiver.verify("msg_1", &now.seconds().to_string(), &signature, b"{}", now), Ok(()));
        }
    }

    #[test]
    fn refuses_unsigned_stale_and_tampered() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let (secrets, second) = (Secrets::parse(OLD).unwrap(), now.seconds());
        let good = secrets.sign("msg_1", second, b"{}");
        let other = Secrets::parse(NEW).unwrap().sign("msg_1", second, b"{}");
        let at = second.to_string();
        assert_eq!(secrets.verify("msg_1", &at, &good, b"{}", now), Ok(()));
        for (id, at, signature, body) in [
            ("msg_2", &at, &good, "{}"),
            ("msg_1", &(second + 1).to_string(), &good, "{}"),
            ("msg_1", &at, &good, "{ }"),
            ("msg_1", &at, &other, "{}"),
            ("msg_1", &at, &String::new(), "{}"),
            ("msg_1", &at, &good.replace("v1,", "v2,"), "{}"),
            ("msg_1", &String::new(), &good, "{}"),
        ] {
            assert_eq!(secrets.verify(id, at, signature, body.as_bytes(), now), Err(InvalidSignature));
        }
        let late = now + TOLERANCE + Duration::from_secs(1);
        assert_eq!(secrets.verify("msg_1", &at, &good, b"{}", late), Err(InvalidSignature));
        let early = now - TOLERANCE - Duration::from_secs(1);
        assert_eq!(secrets.verify("msg_1", &at, &good, b"{}", early), Err(InvalidSignature));
    }
}
