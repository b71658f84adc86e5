//! Bad log-ins are slowed, per account and per address: guessing takes for ever, and forgetting a password does not.

use std::time::Duration;

/// Failures are forgotten after this time.
pub const WINDOW: Duration = Duration::from_hours(1);

/// By what a bad log-in is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// By the e-mail typed, whether or not it has an account.
    Account(String),
    /// By the address that it came from, which many may share.
    Address(String),
}

impl Guess {
    /// Failures that cost nothing.
    const fn free(&self) -> u64 {
        match self {
            Self::Account(_) => 5,
            Self::Address(_) => 100,
        }
    }
}

/// How long nothing is tried after so many failures: at first not at all, then ever longer, at most a quarter of an
/// hour.
pub fn pause(guess: &Guess, failures: u64) -> Duration {
    let Some(over) = failures.checked_sub(guess.free()) else { return Duration::ZERO };
    let doublings = u32::try_from(over.min(10)).unwrap_or(10);
    (Duration::from_secs(5) * 2u32.pow(doublings)).min(Duration::from_mins(15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_gets_slower_and_an_office_is_not_locked_out() {
        let (account, address) = (Guess::Account("a".into()), Guess::Address("b".into()));
        assert_eq!(pause(&account, 4), Duration::ZERO);
        assert_eq!(pause(&account, 5), Duration::from_secs(5));
        assert_eq!(pause(&account, 6), Duration::from_secs(10));
        assert_eq!(pause(&account, 1000), Duration::from_mins(15));
        assert_eq!(pause(&address, 99), Duration::ZERO);
        assert_eq!(pause(&address, 100), Duration::from_secs(5));
    }
}
