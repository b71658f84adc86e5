use crate::domain::{Meter, MeterDraft};
use crate::ports::Meters;
use contracts::{Code, Problem};

/// Adds a meter. What is kept of it here takes precedence over what the power company says.
pub async fn create_meter(meters: &dyn Meters, draft: MeterDraft) -> Result<Meter, Problem> {
    let meter = draft.check(1)?;
    if meters.insert(&meter).await? { Ok(meter) } else { Err(Problem::new(Code::MeterExists)) }
}
