//! What payments does, one file each.

mod create_invoice;
mod get_invoice;
mod pay_invoice;
mod settle_invoice;
mod void_invoice;

pub use create_invoice::create_invoice;
pub use get_invoice::get_invoice;
pub use pay_invoice::pay_invoice;
pub use settle_invoice::settle_invoice;
pub use void_invoice::void_invoice;
