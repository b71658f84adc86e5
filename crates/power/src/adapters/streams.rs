//! Reads records of the table's stream as changes of purchases. A record that cannot be read is an error, never
//! skipped.

use crate::domain::Purchase;
use crate::ports::PurchaseChanged;
use contracts::Failure;

/// The change in a record of a purchase.
pub fn change(image: serde_dynamo::Item) -> Result<PurchaseChanged, Failure> {
    // The error is left out, because it could quote the record, and records hold personal data.
    let purchase: Purchase =
        serde_dynamo::from_item(image).map_err(|_| Failure::permanent("read a record", "not a purchase"))?;
    Ok(PurchaseChanged::of(&purchase))
}
