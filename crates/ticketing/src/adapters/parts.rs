//! How each adapter is made. The settings that it takes are named here and nowhere else.

use crate::NAME;
use crate::adapters::{
    CachedEvents, CachedPlans, CachedSeatMaps, DynamoBookings, DynamoEvents, DynamoLines, DynamoMismatches,
    DynamoSeatMaps, HttpCatalogue, HttpOrganiserSystem, HttpPayments, PdfPrinter, S3Tickets, SignedCodes,
    SnsBookingTopic, SnsEventTopic, SqsClosingQueue, SqsLive, SqsMovingQueue, SqsPaymentQueue, SqsRenamingQueue,
    SqsTimers, TicketLinks,
};
use crate::usecases::{Book, BookingPorts, JoinWaitingList, OrganiserPorts, Reconcile, SalesPorts};
use contracts::Failure;
use contracts::webhook::Secrets;
use queue::Queue;
use settings::{Error, Part, SettingError, TakesPayments, Wiring, aws};
use std::sync::Arc;
use std::time::Duration;
use topic::Topic;
use wire::ServiceTokens;

const TABLE: &str = "TICKETING_TABLE";

/// Adapters that need only the table.
macro_rules! in_the_table {
    ($($adapter:ident),+) => {
        $(impl Part for $adapter {
            async fn make(wiring: &Wiring) -> Result<Self, Error> {
                Ok(Self::new(wiring.table(TABLE).await?))
            }
        })+
    };
}

in_the_table!(DynamoBookings, DynamoEvents, DynamoLines, DynamoMismatches, DynamoSeatMaps);

fn tokens(wiring: &Wiring) -> Result<Arc<ServiceTokens>, SettingError> {
    Ok(Arc::new(ServiceTokens::new(NAME, wiring.env().signer("SERVICE_KEY")?, wiring.world())))
}

fn queue(wiring: &Wiring, setting: &str) -> Result<Queue, SettingError> {
    Ok(Queue::new(aws::sqs(wiring.env())?, wiring.env().text(setting)?))
}

fn topic(wiring: &Wiring, setting: &str) -> Result<Topic, SettingError> {
    Ok(Topic::new(aws::sns(wiring.env())?, wiring.env().text(setting)?))
}

impl Part for CachedPlans {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.shared::<DynamoEvents>().await?, wiring.world()))
    }
}

impl Part for CachedEvents {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.shared::<DynamoEvents>().await?, wiring.world()))
    }
}

impl Part for CachedSeatMaps {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.shared::<DynamoSeatMaps>().await?, wiring.world()))
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

impl Part for SqsClosingQueue {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(queue(wiring, "CLOSE_QUEUE_URL")?))
    }
}

impl Part for SqsMovingQueue {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(queue(wiring, "MOVE_QUEUE_URL")?))
    }
}

impl Part for SqsRenamingQueue {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let after = wiring.env().seconds("RENAME_AGAIN_SECONDS", 0..=900)?;
        Ok(Self { queue: queue(wiring, "RENAME_QUEUE_URL")?, after })
    }
}

impl Part for SqsLive {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(queue(wiring, "BROADCAST_QUEUE_URL")?))
    }
}

impl Part for SnsBookingTopic {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(topic(wiring, "BOOKINGS_TOPIC_ARN")?))
    }
}

impl Part for SnsEventTopic {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(topic(wiring, "EVENTS_TOPIC_ARN")?))
    }
}

impl Part for HttpPayments {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let url = wiring.env().text("PAYMENTS_URL")?;
        Ok(Self(wire::HttpPayments::new(wiring.http()?, tokens(wiring)?, url)))
    }
}

impl Part for HttpOrganiserSystem {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let (house, margin) = (
            wiring.env().get("ORGANISER_URL").map(str::to_owned),
            wiring.env().seconds("ORGANISER_MARGIN_SECONDS", 0..=3600)?,
        );
        Ok(Self::new(wiring.http()?, wiring.http_outside()?, tokens(wiring)?, house, margin))
    }
}

impl Part for HttpCatalogue {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.http()?, tokens(wiring)?, wiring.env().text("CATALOGUE_URL")?))
    }
}

impl Part for S3Tickets {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(aws::s3(wiring.env())?, wiring.env().text("TICKETS_BUCKET")?))
    }
}

impl Part for TicketLinks {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.env().secret("LINK_KEY")?, wiring.env().text("PUBLIC_URL")?))
    }
}

impl Part for SignedCodes {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.env().signing_key("TICKET_KEY")?))
    }
}

impl Part for PdfPrinter {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let (key, env) = (wiring.env().signing_key("TICKET_KEY")?, wiring.env());
        Ok(Self::new(key, env.parse("TIME_ZONE")?).map_err(|why: Failure| why)?)
    }
}

impl Part for BookingPorts {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            bookings: wiring.shared::<DynamoBookings>().await?,
            lines: wiring.shared::<DynamoLines>().await?,
            events: wiring.shared::<DynamoEvents>().await?,
            timers: wiring.shared::<SqsTimers>().await?,
            world: wiring.world(),
            offer: wiring.env().seconds("WAITING_OFFER_SECONDS", 1..=900)?,
        })
    }
}

impl Part for Book {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            plans: wiring.shared::<CachedPlans>().await?,
            maps: wiring.shared::<DynamoSeatMaps>().await?,
            shown: wiring.shared::<CachedSeatMaps>().await?,
            ports: BookingPorts::make(wiring).await?,
            organiser: wiring.shared::<HttpOrganiserSystem>().await?,
            payments: wiring.shared::<HttpPayments>().await?,
            payment_queue: wiring.shared::<SqsPaymentQueue>().await?,
            hold: wiring.env().seconds("HOLD_SECONDS", 1..=900)?,
            lapse_pause: wiring.env().seconds("LAPSE_PAUSE_SECONDS", 0..=3600)?,
            unpaid_per_event: wiring.env().parse("UNPAID_PER_EVENT")?,
            takes_payments: TakesPayments::make(wiring).await?.0,
        })
    }
}

impl Part for OrganiserPorts {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            ports: BookingPorts::make(wiring).await?,
            organiser: wiring.shared::<HttpOrganiserSystem>().await?,
            mismatches: wiring.shared::<DynamoMismatches>().await?,
        })
    }
}

impl Part for JoinWaitingList {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            plans: wiring.shared::<CachedPlans>().await?,
            events: wiring.shared::<DynamoEvents>().await?,
            bookings: wiring.shared::<DynamoBookings>().await?,
            lines: wiring.shared::<DynamoLines>().await?,
            world: wiring.world(),
            lines_of_event: wiring.env().parse("LINES_PER_EVENT")?,
        })
    }
}

impl Part for Reconcile {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            events: wiring.shared::<DynamoEvents>().await?,
            bookings: wiring.shared::<DynamoBookings>().await?,
            payments: wiring.shared::<HttpPayments>().await?,
            mismatches: wiring.shared::<DynamoMismatches>().await?,
            world: wiring.world(),
        })
    }
}

impl Part for SalesPorts {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            events: wiring.shared::<DynamoEvents>().await?,
            maps: wiring.shared::<DynamoSeatMaps>().await?,
            bookings: wiring.shared::<DynamoBookings>().await?,
            mismatches: wiring.shared::<DynamoMismatches>().await?,
        })
    }
}

/// How long before an event a paid booking can still be cancelled.
pub struct CancelNotice(pub Duration);

impl Part for CancelNotice {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(Duration::from_hours(wiring.env().parse("CANCEL_HOURS")?)))
    }
}

/// How long a booking may be unfinished before it counts as late.
pub struct ResumeAfter(pub Duration);

impl Part for ResumeAfter {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().seconds("RESUME_AFTER_SECONDS", 0..=900)?))
    }
}

/// How long the buyers of an event that was moved may have all their money back.
pub struct MovedRefunds(pub Duration);

impl Part for MovedRefunds {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(Duration::from_hours(wiring.env().parse("MOVED_REFUND_HOURS")?)))
    }
}

/// May an organiser's system do without TLS? Only for development.
pub struct PlainHttp(pub bool);

impl Part for PlainHttp {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().text("ORGANISER_SCHEME")? == "http"))
    }
}

/// The secrets with which payments signs its webhooks to ticketing.
pub struct WebhookSecrets(pub Secrets);

impl Part for WebhookSecrets {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().webhook_secrets("WEBHOOK_SECRET")?))
    }
}
