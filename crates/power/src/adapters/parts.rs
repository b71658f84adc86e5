//! How each adapter is made: which settings it takes, said here and nowhere else.

use crate::NAME;
use crate::adapters::{
    DynamoMeters, DynamoProducts, DynamoPurchases, DynamoRateTable, HttpPayments, HttpPowerCompany, PdfReceipts,
    SnsTopic, SqsLive, SqsPaymentQueue, SqsTimers,
};
use crate::usecases::{Buy, ExpirePurchase, NotifyBuyer};
use contracts::webhook::Secrets;
use mail::SesMail;
use queue::Queue;
use settings::{Error, HomeZone, Part, SettingError, TakesPayments, Wiring, aws};
use std::sync::Arc;
use wire::ServiceTokens;

/// Adapters that need only the table.
macro_rules! in_the_table {
    ($($adapter:ident),+) => {
        $(impl Part for $adapter {
            async fn make(wiring: &Wiring) -> Result<Self, Error> {
                Ok(Self::new(wiring.table("POWER_TABLE").await?))
            }
        })+
    };
}

in_the_table!(DynamoMeters, DynamoProducts, DynamoPurchases, DynamoRateTable);

fn tokens(wiring: &Wiring) -> Result<Arc<ServiceTokens>, SettingError> {
    Ok(Arc::new(ServiceTokens::new(NAME, wiring.env().signer("SERVICE_KEY")?, wiring.world())))
}

fn queue(wiring: &Wiring, setting: &str) -> Result<Queue, SettingError> {
    Ok(Queue::new(aws::sqs(wiring.env())?, wiring.env().text(setting)?))
}

impl Part for SqsLive {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(Queue::new(aws::sqs(wiring.env())?, wiring.env().text("BROADCAST_QUEUE_URL")?)))
    }
}

impl Part for SqsTimers {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(queue(wiring, "TIMER_QUEUE_URL")?))
    }
}

impl Part for SqsPaymentQueue {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(queue(wiring, "PAYMENT_QUEUE_URL")?))
    }
}

impl Part for SnsTopic {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(aws::sns(wiring.env())?, wiring.env().text("PURCHASES_TOPIC_ARN")?))
    }
}

impl Part for HttpPayments {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let url = wiring.env().text("PAYMENTS_URL")?;
        Ok(Self(wire::HttpPayments::new(wiring.http()?, tokens(wiring)?, url)))
    }
}

impl Part for HttpPowerCompany {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.http()?, tokens(wiring)?, wiring.env().get("COMPANY_URL").map(str::to_owned)))
    }
}

impl Part for PdfReceipts {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(HomeZone::make(wiring).await?.0)?)
    }
}

impl Part for Buy {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            products: wiring.shared::<DynamoProducts>().await?,
            rates: wiring.shared::<DynamoRateTable>().await?,
            meters: wiring.shared::<DynamoMeters>().await?,
            purchases: wiring.shared::<DynamoPurchases>().await?,
            timers: wiring.shared::<SqsTimers>().await?,
            payment_queue: wiring.shared::<SqsPaymentQueue>().await?,
            payments: wiring.shared::<HttpPayments>().await?,
            company: wiring.shared::<HttpPowerCompany>().await?,
            world: wiring.world(),
            time_to_pay: wiring.env().seconds("PURCHASE_SECONDS", 1..=900)?,
            zone: HomeZone::make(wiring).await?.0,
            takes_payments: TakesPayments::make(wiring).await?.0,
        })
    }
}

impl Part for ExpirePurchase {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            purchases: wiring.shared::<DynamoPurchases>().await?,
            timers: wiring.shared::<SqsTimers>().await?,
            topic: wiring.shared::<SnsTopic>().await?,
            payments: wiring.shared::<HttpPayments>().await?,
            world: wiring.world(),
        })
    }
}

impl Part for NotifyBuyer {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            purchases: wiring.shared::<DynamoPurchases>().await?,
            channel: wiring.shared::<SesMail>().await?,
            printer: wiring.shared::<PdfReceipts>().await?,
            world: wiring.world(),
        })
    }
}

/// The secrets that payments signs its webhooks to power with.
pub struct WebhookSecrets(pub Secrets);

impl Part for WebhookSecrets {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().webhook_secrets("WEBHOOK_SECRET")?))
    }
}
