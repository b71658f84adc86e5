//! How each adapter is made: which settings it takes, said here and nowhere else.

use crate::adapters::{
    DynamoInvoices, FailureRates, HttpWebhooks, SimulatedGateway, SimulatedMethods, SqsPaymentQueue, Target,
};
use crate::usecases::SettleInvoice;
use settings::{Env, Error, OfService, Part, PublicUrl, SettingError, Wiring, aws};
use std::sync::Arc;

impl Part for DynamoInvoices {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.table("PAYMENTS_TABLE").await?))
    }
}

/// A queue for each client: `PAYMENT_QUEUE_URL_<CLIENT>`.
impl Part for SqsPaymentQueue {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let urls = wiring.env().of_services("PAYMENT_QUEUE_URL_")?.into_iter().map(|of| (of.service, of.value));
        Ok(Self::new(aws::sqs(wiring.env())?, urls))
    }
}

/// A webhook for each client: `WEBHOOK_URL_<CLIENT>` with `WEBHOOK_SECRET_<CLIENT>`.
impl Part for HttpWebhooks {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let env = wiring.env();
        let target = |of: OfService| {
            let secrets = env.webhook_secrets(&format!("WEBHOOK_SECRET_{}", of.suffix))?;
            Ok::<_, SettingError>(Target { client: of.service, url: of.value, secrets })
        };
        let targets = env.of_services("WEBHOOK_URL_")?.into_iter().map(target).collect::<Result<_, _>>()?;
        Ok(Self::new(wiring.http()?, wiring.world(), targets))
    }
}

impl Part for SettleInvoice {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let env = wiring.env();
        let rates = FailureRates { payment: env.rate("PAYMENT_FAILURE_RATE")?, ..refunds(env)? };
        Ok(Self {
            invoices: wiring.shared::<DynamoInvoices>().await?,
            gateway: Arc::new(SimulatedGateway::new(rates, env.secret("SIMULATION_KEY")?)),
            webhooks: wiring.shared::<HttpWebhooks>().await?,
            world: wiring.world(),
            public_url: PublicUrl::make(wiring).await?.0,
        })
    }
}

impl Part for SimulatedMethods {
    async fn make(_: &Wiring) -> Result<Self, Error> {
        Ok(Self)
    }
}

/// The provider, for functions that only pay back.
pub struct RefundGateway(pub SimulatedGateway);

impl Part for RefundGateway {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(SimulatedGateway::new(refunds(wiring.env())?, wiring.env().secret("SIMULATION_KEY")?)))
    }
}

/// The shares of refunds that fail.
fn refunds(env: &Env) -> Result<FailureRates, SettingError> {
    let (refund, refusal) = (env.rate("REFUND_FAILURE_RATE")?, env.rate("REFUND_REFUSAL_RATE")?);
    Ok(FailureRates { refund, refusal, ..FailureRates::default() })
}
