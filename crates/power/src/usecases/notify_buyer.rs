//! Mails a buyer what became of their purchase.

use crate::domain::PurchaseStatus;
use crate::letters::letter;
use crate::ports::{Claim, PurchaseChanged, Purchases, ReceiptPrinter};
use contracts::{Failure, World};
use mail::{Attachment, Channel, Delivery, Mail};
use std::sync::Arc;
use uuid::Uuid;

/// What telling a buyer needs.
pub struct NotifyBuyer {
    /// The purchases kept.
    pub purchases: Arc<dyn Purchases>,
    /// How buyers are reached.
    pub channel: Arc<dyn Channel>,
    /// Prints receipts.
    pub printer: Arc<dyn ReceiptPrinter>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Mails a buyer what became of their purchase. Each status is mailed once, even if its news comes several times. A
/// mail with a token has the receipt with it. After the last mail, the purchase's contact is deleted.
pub async fn notify_buyer(on: &NotifyBuyer, change: &PurchaseChanged) -> Result<(), Failure> {
    let NotifyBuyer { purchases, channel, printer, world } = on;
    let Some(purchase) = purchases.get(change.id).await? else { return Ok(()) };
    let Some(contact) = purchase.contact.clone() else { return Ok(()) };
    let Some(letter) = letter(&purchase, change.status, &contact)? else { return Ok(()) };
    let forget = purchase.is_final() && purchase.status == change.status;
    match purchases.claim_notice(purchase.id, change.status, world.now()).await? {
        // Whoever sent the mail may have died before the contact was deleted.
        Claim::Done => return purchases.told(purchase.id, change.status, forget).await,
        Claim::Busy => return Err(Failure::transient("mail a buyer", "somebody is doing so just now")),
        Claim::Ours => {}
    }
    let attachment = match change.status {
        PurchaseStatus::Issued => Some(Attachment {
            name: format!("token-{}.pdf", purchase.id),
            pdf: printer.print(&purchase, &contact.meter_name)?,
        }),
        _ => None,
    };
    let id = Uuid::new_v5(&purchase.id.uuid(), change.status.to_string().as_bytes());
    let mail = Mail { id, to: contact.email, name: contact.name, letter, attachment };
    if channel.send(&mail).await? == Delivery::Refused {
        tracing::warn!(purchase = %purchase.id, "a mail cannot be delivered");
    }
    purchases.told(purchase.id, change.status, forget).await
}
