use crate::domain::{Happening, PurchaseStatus};
use crate::ports::{Payments, Purchases};
use crate::usecases::hear::{PurchasePorts, hear_from};
use contracts::{Failure, InvoiceStatus, PurchaseId, World};

/// Has payments pay back a purchase that the power company refused. Payments pays back once, even if it is asked
/// several times.
pub async fn refund_purchase(
    purchases: &dyn Purchases,
    payments: &dyn Payments,
    world: &dyn World,
    id: PurchaseId,
) -> Result<(), Failure> {
    let what = "refund a purchase";
    let refunding = |status| status == PurchaseStatus::Refunding;
    let Some(purchase) = purchases.get(id).await?.filter(|purchase| refunding(purchase.status)) else {
        return Ok(());
    };
    let number = purchase.invoice_number().ok_or_else(|| Failure::permanent(what, "no number"))?;
    let invoice = payments.refund_invoice(&number).await?;
    if invoice.status != InvoiceStatus::Refunded {
        return Err(Failure::transient(what, "it is not refunded yet"));
    }
    hear_from(&PurchasePorts { purchases, world }, purchase, &Happening::Refunded).await.map(drop)
}
