//! What payments does, one file each.

mod create_invoice;
mod get_invoice;
mod list_invoices;
mod pay_invoice;
mod refund_by_hand;
mod refund_invoice;
mod settle_invoice;
mod void_invoice;

pub use create_invoice::create_invoice;
pub use get_invoice::{PayableInvoice, get_invoice, show_invoice};
pub use list_invoices::list_invoices;
pub use pay_invoice::{PayRequest, pay_invoice};
pub use refund_by_hand::refund_by_hand;
pub use refund_invoice::refund_invoice;
pub use settle_invoice::{SettleInvoice, settle_invoice};
pub use void_invoice::void_invoice;
