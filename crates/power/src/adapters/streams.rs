//! Records of the table's stream, as what they mean. A record that cannot be read is an error and not passed over.

use crate::domain::Purchase;
use crate::ports::PurchaseChanged;
use contracts::Failure;

/// What a record of a purchase says.
pub fn change(image: serde_dynamo::Item) -> Result<PurchaseChanged, Failure> {
    // The reader's message could quote the record, and records hold personal data: the type will do.
    let purchase: Purchase =
        serde_dynamo::from_item(image).map_err(|_| Failure::permanent("read a record", "not a purchase"))?;
    Ok(PurchaseChanged::of(&purchase))
}
