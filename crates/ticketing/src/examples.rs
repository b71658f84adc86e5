//! Bodies that more than one function shows as its example.

use serde_json::{Value, json};

/// The body of [`EventDraft`](crate::domain::EventDraft).
pub fn event() -> Value {
    json!({"title": "Malam Akustik", "kind": "CONCERT", "venue": "Istora Senayan", "city": "Jakarta",
        "starts_at": "2030-01-01T12:00:00Z", "time_zone": "Asia/Jakarta", "max_seats_per_user": 6})
}
