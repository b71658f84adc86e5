//! Meters are put up, changed and taken down. Of those that are not, the power company knows.

use crate::domain::{Meter, MeterDraft, MeterNumber, MeterQuery};
use crate::ports::{Meters, Page};
use crate::usecases::foreign_cursor;
use contracts::{Code, Problem};

/// A page of the meters kept, by number.
pub async fn list_meters(meters: &dyn Meters, limit: i32, cursor: Option<&str>) -> Result<Page<Meter>, Problem> {
    meters.list(limit, cursor).await?.ok_or_else(foreign_cursor)
}

/// Puts a meter up: what is said of it holds in the place of what the power company says.
pub async fn create_meter(meters: &dyn Meters, draft: MeterDraft) -> Result<Meter, Problem> {
    let meter = draft.check(1)?;
    if meters.insert(&meter).await? { Ok(meter) } else { Err(Problem::new(Code::MeterExists)) }
}

/// Changes what is said of a meter; `version` is the one the caller saw, if they say.
pub async fn update_meter(
    meters: &dyn Meters,
    number: MeterNumber,
    draft: MeterDraft,
    version: Option<u64>,
) -> Result<Meter, Problem> {
    if draft.number != number {
        return Err(Problem::invalid("number", "It stays; put another meter up."));
    }
    let after = draft.check(1)?;
    let before = seen(meters, number, version).await?;
    let after = Meter { version: before.version, ..after };
    if after == before {
        return Ok(before);
    }
    let after = Meter { version: before.version + 1, ..after };
    if meters.update(&before, &after).await? {
        return Ok(after);
    }
    // Somebody else wrote meanwhile, or the customer has another meter.
    let taken = match &after.customer_number {
        Some(customer) => meters.find(&MeterQuery::Customer(customer.clone())).await?,
        None => None,
    };
    let taken = taken.is_some_and(|other| other.number != after.number);
    Err(Problem::new(if taken { Code::MeterExists } else { Code::VersionMismatch }))
}

/// Takes a meter down: the power company's word holds again.
pub async fn delete_meter(meters: &dyn Meters, number: MeterNumber, version: Option<u64>) -> Result<(), Problem> {
    let meter = seen(meters, number, version).await?;
    if meters.delete(&meter).await? { Ok(()) } else { Err(Problem::new(Code::VersionMismatch)) }
}

async fn seen(meters: &dyn Meters, number: MeterNumber, version: Option<u64>) -> Result<Meter, Problem> {
    let meter = meters.find(&MeterQuery::Meter(number)).await?.ok_or_else(Problem::not_found)?;
    if version.is_some_and(|seen| seen != meter.version) {
        return Err(Problem::new(Code::VersionMismatch));
    }
    Ok(meter)
}
