use crate::domain::{Contact, Purchase, PurchaseStatus, Reason};
use crate::ports::{Channel, Claim, Delivery, Mail, PurchaseChanged, Purchases, ReceiptPrinter};
use contracts::{Failure, Locale, World};
use std::sync::Arc;

/// What telling a buyer needs.
pub struct NotifyBuyer {
    /// The purchases kept.
    pub purchases: Arc<dyn Purchases>,
    /// How buyers are reached.
    pub channel: Arc<dyn Channel>,
    /// Who prints receipts.
    pub printer: Arc<dyn ReceiptPrinter>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Mails a buyer what became of their purchase, once, however often it is heard; with the receipt once there is a
/// token. When all is said, the purchase forgets whom it was said to.
pub async fn notify_buyer(on: &NotifyBuyer, change: &PurchaseChanged) -> Result<(), Failure> {
    let NotifyBuyer { purchases, channel, printer, world } = on;
    let Some(purchase) = purchases.get(change.id).await? else { return Ok(()) };
    let Some(contact) = purchase.contact.clone() else { return Ok(()) };
    let Some((subject, text)) = words(&purchase, change.status, &contact) else { return Ok(()) };
    let forget = purchase.is_final() && purchase.status == change.status;
    match purchases.claim_notice(purchase.id, change.status, world.now()).await? {
        // Who told them may have died before it was forgotten whom.
        Claim::Done => return purchases.told(purchase.id, change.status, forget).await,
        Claim::Busy => return Err(Failure::transient("mail a buyer", "somebody is doing so just now")),
        Claim::Ours => {}
    }
    let attachment = match change.status {
        PurchaseStatus::Issued => {
            Some((format!("token-{}.pdf", purchase.id), printer.print(&purchase, &contact.meter_name)?))
        }
        _ => None,
    };
    let mail = Mail { to: contact.email, subject, text, attachment };
    if channel.send(&mail).await? == Delivery::Refused {
        tracing::warn!(purchase = %purchase.id, "a mail cannot be delivered");
    }
    purchases.told(purchase.id, change.status, forget).await
}

/// What is said of a purchase that stands, or stood, so; `None` where nothing is.
fn words(purchase: &Purchase, about: PurchaseStatus, contact: &Contact) -> Option<(String, String)> {
    let Purchase { meter_number: meter, nominal, total, kwh, .. } = purchase;
    let (name, english) = (&contact.name, contact.locale == Locale::En);
    let (subject, text) = match about {
        PurchaseStatus::Issued => {
            let token = purchase.token.as_ref()?;
            if english {
                (
                    format!("Your power token of {nominal}"),
                    format!(
                        "your power token for meter {meter} ({}):\n\n{token}\n\n{kwh} kWh. \
                        Type its 20 digits into the meter. The receipt is attached.",
                        contact.meter_name
                    ),
                )
            } else {
                (
                    format!("Token listrik Anda {nominal}"),
                    format!(
                        "token listrik untuk meter {meter} ({}):\n\n{token}\n\n{} kWh. \
                        Masukkan 20 angkanya pada meter. Bukti pembelian terlampir.",
                        contact.meter_name,
                        kwh.indonesian()
                    ),
                )
            }
        }
        PurchaseStatus::Failed => {
            let (why_en, why_id) = match purchase.reason {
                Some(Reason::Expired) => ("was not paid in time", "tidak dibayar tepat waktu"),
                Some(Reason::PaymentUnavailable) => ("could not be invoiced", "tidak dapat ditagih"),
                Some(Reason::PaymentFailed | Reason::CompanyRefused) | None => ("was not paid", "gagal dibayar"),
            };
            if english {
                (
                    format!("Your power token of {nominal} was not bought"),
                    format!("your purchase of {nominal} for meter {meter} {why_en}. Nothing was taken."),
                )
            } else {
                (
                    format!("Token listrik {nominal} tidak jadi dibeli"),
                    format!("pembelian {nominal} untuk meter {meter} {why_id}. Tidak ada uang yang ditarik."),
                )
            }
        }
        PurchaseStatus::Refunding if english => (
            format!("The power company refused your token of {nominal}"),
            format!(
                "the power company issues no token of {nominal} for meter {meter}. You are being paid back {total}."
            ),
        ),
        PurchaseStatus::Refunding => (
            format!("Token listrik {nominal} ditolak"),
            format!("PLN tidak menerbitkan token {nominal} untuk meter {meter}. {total} sedang dikembalikan."),
        ),
        PurchaseStatus::Refunded if english => (
            format!("{total} paid back"),
            format!("{total} for your power token of {nominal} (meter {meter}) was paid back."),
        ),
        PurchaseStatus::Refunded => (
            format!("{total} dikembalikan"),
            format!("{total} untuk token listrik {nominal} (meter {meter}) telah dikembalikan."),
        ),
        PurchaseStatus::AwaitingPayment | PurchaseStatus::Issuing => return None,
    };
    let dear = if english { "Dear" } else { "Halo" };
    Some((subject, format!("{dear} {name},\n\n{text}\n\nKarcis\n")))
}
