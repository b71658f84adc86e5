//! Reads records of the table's stream as purchases. A record that cannot be read is an error, never
//! skipped.

use crate::domain::Purchase;
use contracts::Failure;

/// The purchase in a record, as it is now.
pub fn purchase(image: serde_dynamo::Item) -> Result<Purchase, Failure> {
    // The error is left out, because it could quote the record, and records hold personal data.
    serde_dynamo::from_item(image).map_err(|_| Failure::permanent("read a record", "not a purchase"))
}
