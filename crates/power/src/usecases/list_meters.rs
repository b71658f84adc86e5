use crate::domain::Meter;
use crate::ports::Meters;
use contracts::page::foreign_cursor;
use contracts::{Page, PageRequest, Problem};

/// A page of the meters kept, by number.
pub async fn list_meters(meters: &dyn Meters, asked: &PageRequest) -> Result<Page<Meter>, Problem> {
    meters.list(asked).await?.ok_or_else(foreign_cursor)
}
