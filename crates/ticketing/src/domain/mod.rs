//! The rules of ticketing: no I/O, no clock, no chance. A test keeps it that way.

pub mod booking;
pub mod event;
pub mod layout;
pub mod line;
pub mod reconciliation;
pub mod rows;
pub mod seat_map;
pub mod ticket;

pub use booking::{Booking, Decision, Ending, Happening, PaymentMode, SeatEffect, Transition};
pub use event::{Event, EventDraft, EventStatus, SectionSummary};
pub use layout::{Block, BookedSeat, Layout, NewSeats, SectionName};
pub use line::{Waiter, Waiting};
pub use seat_map::{BlockMap, SeatChange, SeatStatus};

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// What the rules may stand on: nothing here does I/O, tells the time, or draws lots.
    const ALLOWED: &[&str] = &[
        "crate::domain",
        "super",
        "BookingStatus::",
        "contracts",
        "schemars",
        "serde",
        "std::collections",
        "std::fmt",
        "std::str",
        "std::time",
        "thiserror",
        "uuid",
    ];

    #[test]
    fn the_rules_stand_on_nothing_that_does_io() {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain")).unwrap() {
            let path = entry.unwrap().path();
            let source = std::fs::read_to_string(&path).unwrap();
            let rules = source.split("#[cfg(test)]").next().unwrap();
            let used = rules.lines().filter_map(|line| {
                let line = line.trim();
                line.strip_prefix("pub use ").or_else(|| line.strip_prefix("use "))
            });
            for import in used.filter(|_| !path.ends_with("mod.rs")) {
                assert!(ALLOWED.iter().any(|root| import.starts_with(root)), "{}: {import}", path.display());
            }
            for banned in
                ["tokio", "aws_", "reqwest", "std::fs", "std::net", "std::env", "SystemTime", "rand::", "async fn"]
            {
                assert!(!rules.contains(banned), "{} holds {banned}", path.display());
            }
        }
    }
}
