//! See [`function`].

use contracts::IdempotencyKey;
use lambda::prelude::*;
use power::domain::PurchaseView;
use power::usecases::buy_token::BuyRequest;
use power::usecases::{self, Buy};
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::PowerTokens, "/api/power/purchases", "Buys a power token, and asks for payment.")
        .open_to(Users)
        .example(example)
        .problems(&[
            Code::NotFound,
            Code::MeterUnknown,
            Code::MeterBlocked,
            Code::TariffNotSold,
            Code::ProductWithdrawn,
            Code::ProductChanged,
            Code::RatesChanged,
            Code::MonthLimit,
            Code::PurchaseUnderWay,
            Code::InProgress,
            Code::IdempotencyKeyReused,
            Code::PaymentUnavailable,
            Code::NoPaymentProvider,
            Code::PowerUnavailable,
        ])
        .served_by(handle)
}

fn example() -> Value {
    json!({"meter_number": "14000000001", "product_id": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "payment": "auto"})
}

async fn handle(
    on: Arc<Buy>,
    (caller, Json(asked), key): (Caller, Json<BuyRequest>, Option<IdempotencyKey>),
) -> Result<Created<Versioned<PurchaseView>>, Problem> {
    let purchase = usecases::buy_token(&on, &caller, &asked, key.as_ref()).await?;
    Ok(Created(Versioned { version: purchase.version, body: purchase.view() }))
}
