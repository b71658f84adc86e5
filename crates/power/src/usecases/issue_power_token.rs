//! Gets the token of a paid purchase from the power company.

use crate::domain::{Happening, PurchaseStatus};
use crate::ports::{Answer, PowerCompany, Purchases};
use crate::usecases::hear::{PurchasePorts, hear_from};
use contracts::{Failure, PurchaseId, World};

/// Has the power company issue the token of a purchase that is paid.
///
/// If the company gives no answer, it is asked what became of the order. If it does not answer that either, all of it
/// is tried again later, with the same reference. No answer is neither a token nor a refusal, and the company sells
/// once for one reference.
pub async fn issue_power_token(
    purchases: &dyn Purchases,
    company: &dyn PowerCompany,
    world: &dyn World,
    id: PurchaseId,
) -> Result<(), Failure> {
    let issuing = |status| status == PurchaseStatus::Issuing;
    let Some(purchase) = purchases.get(id).await?.filter(|purchase| issuing(purchase.status)) else {
        return Ok(());
    };
    let order = purchase.order();
    let answer = match company.buy(&order).await {
        Ok(answer) => answer,
        Err(why) => {
            tracing::warn!(purchase = %id, %why, "the power company gave no answer: it is asked what became of the order");
            let known = company.status(&order).await?;
            // The order may still be on its way.
            known.ok_or_else(|| Failure::transient("buy a token", "the order did not come to the company yet"))?
        }
    };
    let happening = match answer {
        Answer::Issued(token) => Happening::Issued(token),
        Answer::Refused => Happening::Refused,
    };
    hear_from(&PurchasePorts { purchases, world }, purchase, &happening).await.map(drop)
}
