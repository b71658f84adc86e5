use crate::domain::{MeterNumber, MeterQuery};
use crate::ports::Meters;
use contracts::Problem;
use contracts::edit::{Seen, as_seen, until_done};

/// Removes a meter. From then on, what the power company says of it counts again. `seen` is what the caller
/// saw of it.
pub async fn delete_meter(meters: &dyn Meters, number: MeterNumber, seen: &Seen) -> Result<(), Problem> {
    let query = MeterQuery::Meter(number);
    until_done(|| async {
        let meter = as_seen(meters.find(&query).await?.ok_or_else(Problem::not_found)?, seen)?;
        Ok(meters.delete(&meter).await?.then_some(()))
    })
    .await
}
