//! What power does, one file each. Master data: what ends in `_meter`, `_meters`, `_product`, `_products`,
//! `_rates`, and `inquire`. Transactions: all others.

pub mod buy_token;
mod create_meter;
mod create_product;
mod delete_meter;
mod delete_product;
mod expire_purchase;
mod get_purchase;
mod hear;
mod inquire;
mod issue_power_token;
mod list_meters;
mod list_products;
mod list_purchases;
mod notify_buyer;
mod refund_purchase;
mod relay;
mod show_meter;
mod take_payment_news;
mod update_meter;
mod update_product;
mod update_rates;

pub use buy_token::{Buy, buy_token};
pub use create_meter::create_meter;
pub use create_product::create_product;
pub use delete_meter::delete_meter;
pub use delete_product::delete_product;
pub use expire_purchase::{ExpirePurchase, expire_purchase};
pub use get_purchase::get_purchase;
pub use inquire::inquire;
pub use issue_power_token::issue_power_token;
pub use list_meters::list_meters;
pub use list_products::list_products;
pub use list_purchases::list_purchases;
pub use notify_buyer::{NotifyBuyer, notify_buyer};
pub use refund_purchase::refund_purchase;
pub use relay::relay;
pub use show_meter::show_meter;
pub use take_payment_news::take_payment_news;
pub use update_meter::update_meter;
pub use update_product::update_product;
pub use update_rates::update_rates;
