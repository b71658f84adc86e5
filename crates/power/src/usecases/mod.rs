//! What power does, one file each. Master data: `edit_products`, `edit_meters`, `inquire`. Transactions: all others.

pub mod buy_token;
mod edit_meters;
mod edit_products;
mod expire_purchase;
mod hear;
mod inquire;
mod issue_token;
mod notify_buyer;
mod read_purchases;
mod refund_purchase;
mod relay;
mod take_payment_news;

pub use buy_token::buy_token;
pub use edit_meters::{create_meter, delete_meter, list_meters, update_meter};
pub use edit_products::{create_product, delete_product, list_products, update_product};
pub use expire_purchase::expire_purchase;
pub use inquire::inquire;
pub use issue_token::issue_token;
pub use notify_buyer::notify_buyer;
pub use read_purchases::{get_purchase, list_purchases};
pub use refund_purchase::refund_purchase;
pub use relay::relay;
pub use take_payment_news::take_payment_news;

use contracts::Problem;

/// A cursor that is not of this list.
fn foreign_cursor() -> Problem {
    Problem::invalid("cursor", "Not a cursor that a page before this one answered.")
}
