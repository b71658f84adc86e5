//! Measures Karcis: `cargo run --release -p bench -- bookings`, `best`, `surge`, `cold` or `sizes`. The results
//! are in bench/README.md.

mod best;
mod bookings;
mod cold;
mod karcis;
mod sizes;
mod surge;

use std::io::Write;
use std::process::ExitCode;

/// An error of any kind: its text is shown to the person at the terminal.
type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let what = std::env::args().nth(1).unwrap_or_default();
    let report = match what.as_str() {
        "bookings" => bookings::measure().await,
        "best" => best::measure().await,
        "surge" => surge::measure().await,
        "cold" => cold::measure().await,
        "sizes" => sizes::measure(),
        _ => Err("say what to measure: bookings, best, surge, cold or sizes".into()),
    };
    let (text, code) = match report {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(error) => (format!("bench: {error}"), ExitCode::FAILURE),
    };
    drop(writeln!(std::io::stdout(), "{text}"));
    code
}
