use crate::domain::{Happening, PurchaseStatus};
use crate::ports::{Payments, Purchases};
use crate::usecases::hear::{PurchasePorts, hear_from};
use contracts::{Failure, PurchaseId, RefundAnswer, World};

/// Has payments pay back a purchase that the power company refused. Payments pays back once, even if it is asked
/// several times. If the payment provider refuses for good, the purchase waits until an admin has paid it back by hand.
pub async fn refund_purchase(
    purchases: &dyn Purchases,
    payments: &dyn Payments,
    world: &dyn World,
    id: PurchaseId,
) -> Result<(), Failure> {
    let refunding = |status| status == PurchaseStatus::Refunding;
    let Some(purchase) = purchases.get(id).await?.filter(|purchase| refunding(purchase.status)) else {
        return Ok(());
    };
    let number = purchase.invoice_number().ok_or_else(|| Failure::permanent("refund a purchase", "no number"))?;
    match payments.refund_invoice(&number).await? {
        RefundAnswer::PaidBack => {
            hear_from(&PurchasePorts { purchases, world }, purchase, &Happening::Refunded).await.map(drop)
        }
        // Payments has raised the alarm, and tells us once somebody has paid the money back by hand.
        RefundAnswer::Refused => Ok(()),
    }
}
