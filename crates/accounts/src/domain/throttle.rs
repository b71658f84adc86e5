//! Bad log-ins cause pauses, per account and per network address. Guessing a password takes too long to succeed, but a
//! user who forgot theirs waits at most 15 minutes for the next try.

use contracts::keys::digest;
use std::time::Duration;

/// Failures are forgotten after this time.
pub const WINDOW: Duration = Duration::from_hours(1);

/// What a bad log-in is counted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// By the digest of the e-mail address that was typed, whether or not it has an account.
    Account(String),
    /// By the network address that it came from, which many users may share.
    Address(String),
}

impl Guess {
    /// What a bad log-in with this e-mail address, from this network address, is counted by: the account first.
    pub fn of(email: &str, address: &str) -> [Self; 2] {
        [Self::Account(digest(email.trim().to_lowercase().as_bytes())), Self::Address(address.to_owned())]
    }

    /// From this number of failures on, each one causes a pause.
    const fn free(&self) -> u64 {
        match self {
            Self::Account(_) => 5,
            Self::Address(_) => 100,
        }
    }
}

/// How long attempts are paused after this many failures. The first failures cause no pause. Each pause after that is
/// twice as long as the one before, up to 15 minutes.
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
