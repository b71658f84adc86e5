//! One purchase, from request to invoice.

use crate::domain::{Contact, Ending, Happening, Meter, MeterQuery, Month, Product, Purchase, PurchaseStatus, Rates};
use crate::ports::{Inserted, Meters, PaymentQueue, Payments, PowerCompany, Products, Purchases, RateTable, Timers};
use crate::usecases::hear::{Heard, PurchasePorts, hear_from, news, void_and_act};
use crate::usecases::inquire;
use contracts::{
    Caller, Code, CreateInvoice, Failure, IdempotencyKey, InvoiceLink, InvoiceStatus, PaymentMode, Problem, ProductId,
    PurchaseId, TimeZone, World,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What a buyer sends.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyRequest {
    /// For which meter: its number, or its customer's.
    pub meter_number: MeterQuery,
    /// Which product.
    pub product_id: ProductId,
    /// The product's version that the buyer saw. The purchase is refused if the product has changed since.
    pub product_version: Option<u64>,
    /// The version of the table of rates that the buyer saw. The purchase is refused if the rates have changed since.
    pub rates_version: Option<u64>,
    /// When the payment is asked for; at once if not given.
    #[serde(default)]
    pub payment: PaymentMode,
    /// Is it meant that an equal purchase is under way? Without this, a second one is taken for a double tap.
    #[serde(default)]
    pub again: bool,
}

/// What buying a token needs.
pub struct Buy {
    /// What is sold.
    pub products: Arc<dyn Products>,
    /// The meters kept.
    pub meters: Arc<dyn Meters>,
    /// What a kWh costs.
    pub rates: Arc<dyn RateTable>,
    /// The purchases kept.
    pub purchases: Arc<dyn Purchases>,
    /// The timers of purchases.
    pub timers: Arc<dyn Timers>,
    /// The queue of payments' work.
    pub payment_queue: Arc<dyn PaymentQueue>,
    /// The payments service.
    pub payments: Arc<dyn Payments>,
    /// The power company.
    pub company: Arc<dyn PowerCompany>,
    /// Clock and ids.
    pub world: Arc<dyn World>,
    /// How long a buyer has to pay.
    pub time_to_pay: Duration,
    /// Where the meters are. It decides when a month begins.
    pub zone: TimeZone,
    /// Is there a payment provider?
    pub takes_payments: bool,
}

impl Buy {
    fn ports(&self) -> PurchasePorts<'_> {
        PurchasePorts { purchases: &*self.purchases, world: &*self.world }
    }
}

/// The namespace of purchase ids that are derived from a caller and their idempotency key.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0006);

/// Buys a token: looks up the meter, keeps the purchase, makes its invoice, and asks for payment. If anything fails on
/// the way, the timer that was sent first ends the purchase.
pub async fn buy_token(
    on: &Buy,
    caller: &Caller,
    request: &BuyRequest,
    key: Option<&IdempotencyKey>,
) -> Result<Purchase, Problem> {
    let id = PurchaseId::new(key.map_or_else(|| on.world.new_id(), |key| key.id(&NAMESPACE, caller.id)));
    let digest = key.map(|key| key.digest.clone());
    // An earlier purchase is looked up before the power company is asked, so that a repeated request gets its answer
    // while the company is closed.
    if digest.is_some()
        && let Some(earlier) = on.purchases.get(id).await?
    {
        return replay(earlier, digest.as_ref());
    }
    if !on.takes_payments {
        return Err(Problem::new(Code::NoPaymentProvider));
    }
    let rates = rates(&*on.rates, request).await?;
    let meter = inquire(&*on.meters, &*on.company, &rates, &request.meter_number).await?;
    // The product is read after the company has answered: that may take long, and the product may change meanwhile.
    let product = product(&*on.products, request).await?;
    let purchase = draft(on, caller, request, id, (product, meter, rates), digest.clone())?;
    // The timer goes first. A timer for a purchase that was never kept does nothing, but a purchase without a timer
    // would stay for ever.
    on.timers.start(id, purchase.expires_at, on.world.now()).await?;
    match on.purchases.insert(&purchase, request.again).await? {
        Inserted::New => pursue(on, purchase).await,
        Inserted::Existing(earlier) => replay(*earlier, digest.as_ref()),
        Inserted::UnderWay(first) => Err(Problem::new(Code::PurchaseUnderWay).with("purchase_id", first)),
        Inserted::OverLimit => Err(over_limit(&purchase)),
    }
}

/// The product, if it is as the buyer saw it. It is not checked again when the purchase is written, because then all
/// purchases of a product would conflict at the product's item.
async fn product(products: &dyn Products, request: &BuyRequest) -> Result<Product, Problem> {
    let product = products.get(request.product_id).await?.ok_or_else(Problem::not_found)?;
    if !product.active {
        return Err(Problem::new(Code::ProductWithdrawn));
    }
    if request.product_version.is_some_and(|seen| seen != product.version) {
        return Err(Problem::new(Code::ProductChanged).with("product", &product));
    }
    Ok(product)
}

/// The table of rates, if it is as the buyer saw it.
async fn rates(table: &dyn RateTable, request: &BuyRequest) -> Result<Rates, Problem> {
    let rates = table.get().await?;
    if request.rates_version.is_some_and(|seen| seen != rates.version) {
        return Err(Problem::new(Code::RatesChanged));
    }
    Ok(rates)
}

fn draft(
    on: &Buy,
    caller: &Caller,
    request: &BuyRequest,
    id: PurchaseId,
    (product, meter, rates): (Product, Meter, Rates),
    digest: Option<String>,
) -> Result<Purchase, Problem> {
    let what = "reckon a purchase";
    let none = || Failure::permanent(what, "there is no such sum or connection");
    let now = on.world.now();
    let purchase = Purchase {
        id,
        user_id: caller.id,
        meter_number: meter.number,
        connection: meter.connection.clone(),
        product_id: product.id,
        nominal: product.nominal,
        admin_fee: product.admin_fee,
        total: product.total().ok_or_else(none)?,
        local_tax: meter.local_tax,
        kwh: rates.buys(&meter.connection, product.nominal, meter.local_tax).ok_or_else(none)?,
        month: Month::of(now, on.zone.clock(now).time.offset()),
        status: PurchaseStatus::AwaitingPayment,
        reason: None,
        payment: request.payment,
        expires_at: now + on.time_to_pay,
        invoice: None,
        token: None,
        contact: Some(Contact {
            name: caller.name.clone(),
            email: caller.email.clone(),
            locale: caller.locale,
            meter_name: meter.name,
        }),
        created_at: now,
        updated_at: now,
        version: 1,
        request_digest: digest,
        correlation: correlation::in_hand(),
    };
    if purchase.kwh > meter.connection.month_limit() { Err(over_limit(&purchase)) } else { Ok(purchase) }
}

fn over_limit(purchase: &Purchase) -> Problem {
    Problem::new(Code::MonthLimit).with("month_limit_kwh", purchase.connection.month_limit())
}

/// The same answer as the first time, with the purchase as it is now.
fn replay(earlier: Purchase, digest: Option<&String>) -> Result<Purchase, Problem> {
    if earlier.request_digest.as_ref() != digest {
        return Err(Problem::new(Code::IdempotencyKeyReused));
    }
    match (earlier.status, &earlier.invoice) {
        (PurchaseStatus::AwaitingPayment, None) => Err(Problem::new(Code::InProgress)),
        (PurchaseStatus::Failed, None) => Err(without_payment(&earlier)),
        _ => Ok(earlier),
    }
}

fn without_payment(purchase: &Purchase) -> Problem {
    Problem::new(Code::PaymentUnavailable).with("purchase_id", purchase.id)
}

/// From purchase to invoice.
async fn pursue(on: &Buy, purchase: Purchase) -> Result<Purchase, Problem> {
    let asked = CreateInvoice {
        reference: purchase.id.uuid(),
        amount: purchase.total,
        payer: purchase.user_id,
        expires_at: purchase.expires_at,
    };
    match on.payments.create_invoice(&asked).await {
        Ok(invoice) if invoice.status == InvoiceStatus::Pending => {
            let link = InvoiceLink { number: invoice.number, payment_url: invoice.payment_url };
            await_payment(on, purchase, link).await
        }
        // The invoice is decided already, by somebody who was faster than this answer.
        Ok(invoice) => match news(&invoice, purchase.total, Ending::Expired) {
            Some(news) => answered(hear_from(&on.ports(), purchase, &news).await?),
            None => Err(Problem::new(Code::Internal)),
        },
        Err(why) => {
            tracing::warn!(purchase = %purchase.id, %why, "payments made no invoice");
            let problem = without_payment(&purchase);
            // If payments gives no answer to this either, the timer will ask again.
            if let Err(why) = void_and_act(&on.ports(), &*on.payments, purchase, Ending::PaymentUnavailable).await {
                tracing::warn!(%why, "the timer will end the purchase");
            }
            Err(problem)
        }
    }
}

async fn await_payment(on: &Buy, purchase: Purchase, link: InvoiceLink) -> Result<Purchase, Problem> {
    let number = link.number.clone();
    let heard = hear_from(&on.ports(), purchase, &Happening::InvoiceMade(link)).await?;
    if let Heard::Now(purchase) = &heard
        && purchase.status == PurchaseStatus::AwaitingPayment
        && purchase.payment == PaymentMode::Auto
        && let Err(why) = on.payment_queue.request_payment(&number).await
    {
        // The buyer can still pay by hand while there is time.
        tracing::warn!(purchase = %purchase.id, %why, "the payment was not asked for");
    }
    answered(heard)
}

fn answered(heard: Heard) -> Result<Purchase, Problem> {
    match heard {
        Heard::Now(purchase) if purchase.status == PurchaseStatus::Failed && purchase.invoice.is_none() => {
            Err(without_payment(&purchase))
        }
        Heard::Now(purchase) => Ok(*purchase),
        Heard::Unknown => Err(Problem::new(Code::Internal)),
    }
}
