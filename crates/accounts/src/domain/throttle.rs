//! Bad log-ins cause pauses, per account and per network address. Guessing a password takes too long to succeed, but a
//! user who forgot theirs waits at most 15 minutes for the next try.
//!
//! Nobody is kept out by strangers: while an address is paused, [`Work`] opens it for one log-in; and a new password by
//! the mailed link ends the pause of its account.

use contracts::Timestamp;
use contracts::keys::{digest, zero_bits};
use serde::Serialize;
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
        [Self::of_account(email), Self::Address(address.to_owned())]
    }

    /// What bad log-ins with this e-mail address are counted by, from wherever they come.
    pub fn of_account(email: &str) -> Self {
        Self::Account(digest(email.trim().to_lowercase().as_bytes()))
    }

    /// From this number of failures on, each one causes a pause.
    const fn free(&self) -> u64 {
        match self {
            Self::Account(_) => 5,
            Self::Address(_) => 100,
        }
    }
}

/// Work that lets one person through while their network address is paused because of others.
///
/// It costs a phone about a second, and everybody who tries one password on many accounts as much for each of them. How
/// often one account is tried is counted besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Work {
    /// What to begin with.
    challenge: String,
    /// How many zero bits the SHA-256 of `<challenge>:<proof>` must begin with.
    zero_bits: u32,
}

impl Work {
    /// For this e-mail address from this network address, in this hour.
    pub fn of(email: &str, address: &str, now: Timestamp) -> Self {
        let hour = now.seconds() / 3600;
        let email = email.trim().to_lowercase();
        Self { challenge: digest(format!("{hour}\n{address}\n{email}").as_bytes()), zero_bits: 20 }
    }

    /// Is this text the proof?
    pub fn is_done(&self, proof: &str) -> bool {
        proof.len() <= 64 && zero_bits(format!("{}:{proof}", self.challenge).as_bytes()) >= self.zero_bits
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
    fn work_is_for_one_person_in_one_place() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let work = Work::of("siti@example.com", "192.0.2.1", now);
        let proof = (0..u32::MAX).map(|n| n.to_string()).find(|proof| work.is_done(proof)).unwrap();
        assert!(Work::of(" Siti@Example.com", "192.0.2.1", now).is_done(&proof));
        for (email, address, later) in [
            ("budi@example.com", "192.0.2.1", 0),
            ("siti@example.com", "192.0.2.2", 0),
            ("siti@example.com", "192.0.2.1", 1),
        ] {
            let other = Work::of(email, address, now + Duration::from_hours(later));
            assert!(!other.is_done(&proof), "{email} {address} {later}");
        }
        assert!(!work.is_done("") && !work.is_done(&format!("{proof}{}", " ".repeat(64))));
    }

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
