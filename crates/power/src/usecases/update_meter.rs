//! Changes a meter, and the customer that it is found by.

use crate::domain::{Meter, MeterDraft, MeterNumber, MeterQuery};
use crate::ports::Meters;
use contracts::edit::{Seen, as_seen, until_done};
use contracts::{Code, Problem};

/// Changes the data of a meter. `seen` is what the caller saw of it.
pub async fn update_meter(
    meters: &dyn Meters,
    number: MeterNumber,
    draft: MeterDraft,
    seen: &Seen,
) -> Result<Meter, Problem> {
    if draft.number != number {
        return Err(Problem::invalid("number", "It stays; put another meter up."));
    }
    let drafted = draft.check(1)?;
    until_done(|| async {
        let found = meters.find(&MeterQuery::Meter(number.clone())).await?.ok_or_else(Problem::not_found)?;
        let before = as_seen(found, seen)?;
        let same = Meter { version: before.version, ..drafted.clone() };
        if same == before {
            return Ok(Some(before));
        }
        let after = Meter { version: before.version + 1, ..same };
        if meters.update(&before, &after).await? {
            return Ok(Some(after));
        }
        // Somebody else wrote meanwhile, or the customer has another meter.
        if let Some(customer) = &after.customer_number {
            let other = meters.find(&MeterQuery::Customer(customer.clone())).await?;
            if other.is_some_and(|other| other.number != after.number) {
                return Err(Problem::new(Code::MeterExists));
            }
        }
        Ok(None)
    })
    .await
}
