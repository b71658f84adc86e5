//! How a purchase takes in what happens: read, decide, write on condition, and begin again if somebody else wrote
//! meanwhile.

use crate::domain::{Decision, Ending, Happening, Purchase};
use crate::ports::{Payments, Purchases};
use contracts::{Failure, Invoice, InvoiceLink, InvoiceStatus, Money, Sum, World};

/// How often to try in all. A try fails only when somebody else changed the purchase, and a purchase has few changes.
const TRIES: u32 = 8;

/// What moving a purchase on takes.
pub struct PurchasePorts<'a> {
    /// The purchases kept.
    pub purchases: &'a dyn Purchases,
    /// The clock.
    pub world: &'a dyn World,
}

/// What became of the purchase.
#[derive(Debug)]
pub enum Heard {
    /// The purchase as it is now.
    Now(Box<Purchase>),
    /// There is no such purchase.
    Unknown,
}

/// Tells a purchase, as it was read, of `happening`, and writes what changes.
pub async fn hear_from(
    on: &PurchasePorts<'_>,
    mut purchase: Purchase,
    happening: &Happening,
) -> Result<Heard, Failure> {
    for _ in 0..TRIES {
        let change = match purchase.decide(happening.clone()) {
            Decision::Apply(change) => change,
            Decision::Nothing => return Ok(Heard::Now(Box::new(purchase))),
            Decision::Contradiction => {
                let why = format!("{} is {}, which what happened contradicts", purchase.id, purchase.status);
                return Err(Failure::permanent("move a purchase on", why));
            }
        };
        if let Some(changed) = on.purchases.change(&purchase, &change, on.world.now()).await? {
            return Ok(Heard::Now(Box::new(changed)));
        }
        match on.purchases.get(purchase.id).await? {
            Some(present) => purchase = present,
            None => return Ok(Heard::Unknown),
        }
    }
    Err(Failure::transient("move a purchase on", "others changed it each time"))
}

/// What an invoice's status means for its purchase, which costs `total`. `ending` says how the purchase ends if the
/// invoice is void. `None` while the invoice is not decided, and once it is refunded.
pub fn news(invoice: &Invoice, total: Money, ending: Ending) -> Option<Happening> {
    let link = InvoiceLink { number: invoice.number.clone(), payment_url: invoice.payment_url.clone() };
    match invoice.status {
        InvoiceStatus::Paid if invoice.against(total) == Sum::Less => Some(Happening::Underpaid(link)),
        InvoiceStatus::Paid => Some(Happening::Paid(link)),
        InvoiceStatus::Failed => Some(Happening::PaymentFailed(link)),
        // An invoice that was voided before it was made has no amount, and the buyer never heard of it.
        InvoiceStatus::Void => Some(Happening::Voided(ending, invoice.amount.map(|_| link))),
        InvoiceStatus::Pending | InvoiceStatus::Refunded => None,
    }
}

/// Raises the alarm if an invoice was paid with another sum than its purchase costs.
pub fn compare_sums(invoice: &Invoice, purchase: &Purchase) {
    if invoice.status == InvoiceStatus::Paid && invoice.against(purchase.total) != Sum::Agreed {
        // The template's metric filter counts these.
        tracing::error!(mismatches = 1, invoice = %invoice.number, "an invoice is paid with another sum");
    }
}

/// Voids a purchase's invoice, even if it was never made, and acts on the answer. So no purchase ends while money may
/// still come for it.
pub async fn void_and_act(
    on: &PurchasePorts<'_>,
    payments: &dyn Payments,
    purchase: Purchase,
    ending: Ending,
) -> Result<(), Failure> {
    let what = "void an invoice";
    let number = purchase.invoice_number().ok_or_else(|| Failure::permanent(what, "no number"))?;
    let invoice = payments.void_invoice(&number).await?;
    compare_sums(&invoice, &purchase);
    match news(&invoice, purchase.total, ending) {
        Some(news) => hear_from(on, purchase, &news).await.map(drop),
        // It was paid and refunded meanwhile. The purchase has heard of that, or will soon.
        None if invoice.status == InvoiceStatus::Refunded => Ok(()),
        None => Err(Failure::transient(what, "it is neither void nor decided")),
    }
}
