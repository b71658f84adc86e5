//! The rules of power: no I/O, no clock, no randomness.

mod energy;
mod meter;
mod order;
mod product;
pub mod purchase;
mod rates;

pub use energy::{Connection, InvalidTariff, Kwh, LocalTax, Month, Tariff};
pub use meter::{CustomerNumber, Meter, MeterDraft, MeterNumber, MeterQuery, MeterView, NominalView};
pub use order::{Order, Token};
pub use product::{Product, ProductDraft};
pub use purchase::{Contact, Decision, Ending, Happening, Purchase, PurchaseStatus, PurchaseView, Reason, Transition};
pub use rates::{Rate, RateLines, Rates};
