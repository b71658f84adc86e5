//! `cargo run -- migrate`: migrates stored data to this version, at AWS or at any other endpoint.

use contracts::Failure;
use progress::Progress;
use settings::{Env, aws};
use table::Table;
use table::migration::{Migrated, Migration};
use template::Error;

/// The services' migrations, by table.
const ALL: &[(&str, &[Migration])] = &[
    ("accounts", accounts::adapters::MIGRATIONS),
    ("catalogue", catalogue::adapters::MIGRATIONS),
    ("ticketing", ticketing::adapters::MIGRATIONS),
    ("payments", payments::adapters::MIGRATIONS),
];

/// Runs the unfinished migrations of the tables of `stack`; answers one line for every migration.
///
/// `env` says where DynamoDB is, as a function's environment does.
pub async fn migrate(env: &Env, stack: &str) -> Result<Vec<String>, Error> {
    let client = aws::dynamodb(env)?;
    let mut said = Vec::new();
    let progress = Progress::of("migrations", ALL.iter().map(|(_, all)| all.len() as u64).sum());
    for (name, migrations) in ALL {
        let table = Table::new(client.clone(), format!("{stack}-{name}"));
        for migration in *migrations {
            let outcome: Result<Migrated, Failure> = table.migrate(migration).await;
            let outcome = match outcome? {
                Migrated::Before => "was done before".to_owned(),
                Migrated::Now(changed) => format!("is done: {changed} items changed"),
            };
            progress.step();
            said.push(format!("{stack}-{name} {:04} ({}) {outcome}", migration.number, migration.what));
        }
    }
    Ok(said)
}
