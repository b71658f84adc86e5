//! Random numbers, drawn from the seed by name. A draw does not depend on earlier draws, so a story from which
//! something is left out stays the same elsewhere.

use std::ops::Range;

/// Dice of one seed, or of a branch of it.
#[derive(Debug, Clone, Copy)]
pub struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub fn of_seed(seed: u64) -> Self {
        Self(mixed(seed ^ 0x6b61_7263_6973_0001))
    }

    /// Separate dice for the thing with this name.
    #[must_use]
    pub fn of(&self, name: &str) -> Self {
        // FNV-1a (Fowler, Noll, Vo), then mixed.
        let hash = name.bytes().fold(self.0 ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(mixed(hash))
    }

    /// Any number.
    pub fn number(&self, name: &str) -> u64 {
        self.of(name).0
    }

    /// A number from 0 (included) to 1 (excluded).
    pub fn share(&self, name: &str) -> f64 {
        // 53 bits are what a float holds.
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let share = (self.number(name) >> 11) as f64 / (1_u64 << 53) as f64;
        share
    }

    /// Does something with this probability happen?
    pub fn happens(&self, name: &str, chance: f64) -> bool {
        self.share(name) < chance
    }

    /// A whole number of this range.
    pub fn within(&self, name: &str, range: Range<u64>) -> u64 {
        range.start + self.number(name) % (range.end - range.start).max(1)
    }

    /// One of these.
    pub fn one_of<'a, T>(&self, name: &str, all: &'a [T]) -> Option<&'a T> {
        let place = self.within(name, 0..u64::try_from(all.len()).unwrap_or(1));
        all.get(usize::try_from(place).unwrap_or(0))
    }
}

/// SplitMix64's finalizer (Steele, Lea, Flood 2014).
const fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_draws_the_same_each_time_and_shares_are_even() {
        let dice = Dice::of_seed(7);
        assert_eq!(dice.number("book#1.2"), Dice::of_seed(7).number("book#1.2"));
        assert_ne!(dice.number("book#1.2"), dice.number("book#1.3"));
        assert_ne!(dice.number("book#1.2"), Dice::of_seed(8).number("book#1.2"));
        let hits = (0..10_000).filter(|n| dice.happens(&n.to_string(), 0.25)).count();
        assert!((2_300..2_700).contains(&hits), "{hits}");
    }
}
