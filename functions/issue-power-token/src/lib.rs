//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use power::adapters::{DynamoPurchases, HttpPowerCompany};
use power::ports::PurchaseChanged;
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("issue-power-token", "Has the power company issue the tokens of paid purchases.").handled_by(handle)
}

parts! {
    struct IssuePowerToken {
        purchases: DynamoPurchases,
        company: HttpPowerCompany,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<IssuePowerToken>, change: PurchaseChanged) -> Result<(), Failure> {
    usecases::issue_power_token(&on.purchases, &on.company, &*on.world, change.id).await
}
