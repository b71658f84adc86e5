use crate::domain::{RateLines, Rates};
use crate::ports::RateTable;
use contracts::Problem;
use contracts::edit::{Seen, edit};

/// Replaces the table of rates. `seen` is what the caller saw of it. What was bought before stays as it was reckoned.
pub async fn update_rates(table: &dyn RateTable, lines: &RateLines, seen: &Seen) -> Result<Rates, Problem> {
    lines.check()?;
    let read = || async { table.get().await.map_err(Problem::from) };
    let change = |before: &Rates| {
        let after = Rates { lines: lines.clone(), version: before.version + 1 };
        Ok(Some(after).filter(|after| after.lines != before.lines))
    };
    edit(
        seen,
        read,
        change,
        |before: Rates, after| async move { Ok(table.update(&before, &after).await?.then_some(after)) },
    )
    .await
}
