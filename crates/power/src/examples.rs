//! Bodies that more than one function shows as its example.

use crate::domain::Rates;
use serde_json::{Value, json};

/// The body of [`MeterDraft`](crate::domain::MeterDraft).
pub fn meter() -> Value {
    json!({"number": "14000000001", "customer_number": "514000000001", "name": "Siti Rahmawati", "tariff": "R1",
        "power_va": 1300, "local_tax": 300})
}

/// The body of [`RateLines`](crate::domain::RateLines).
pub fn rates() -> Value {
    json!(Rates::of_homes().lines)
}

/// The body of [`ProductDraft`](crate::domain::ProductDraft).
pub fn product() -> Value {
    json!({"nominal": {"amount": 10_000_000, "currency": "IDR"}, "admin_fee": {"amount": 150_000, "currency": "IDR"},
        "active": true})
}
