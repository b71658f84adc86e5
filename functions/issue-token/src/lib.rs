//! Has the power company issue the tokens of paid purchases.

use contracts::World;
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use power::NAME;
use power::adapters::{DynamoPurchases, HttpPowerCompany, ServiceTokens};
use power::ports::PurchaseChanged;
use power::usecases;
use std::sync::Arc;

struct IssueToken {
    purchases: DynamoPurchases,
    company: HttpPowerCompany,
    world: Arc<dyn World>,
}

/// Settings: `POWER_TABLE`, `SERVICE_KEY`, `COMPANY_URL`, `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let tokens = Arc::new(ServiceTokens::new(NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let on = Arc::new(IssueToken {
        purchases: DynamoPurchases::new(aws::table(&env, "POWER_TABLE").await?),
        company: HttpPowerCompany::new(aws::http(&env)?, tokens, env.text("COMPANY_URL")?),
        world,
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |change: PurchaseChanged| {
        let on = on.clone();
        async move { usecases::issue_token(&on.purchases, &on.company, &*on.world, change.id).await }
    }))
}
