//! Seats that a buyer kept from others and did not pay. An unpaid hold costs its buyer nothing, so who lets seats lapse
//! cannot hold them again at once, and waits longer each time.

use contracts::{SeatLabel, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// How many lapses bar a buyer from those seats alone. After that they are barred from all seats of the event, because
/// there are always others to be kept.
pub const FEW: u32 = 3;

/// From so many lapses on the pause does not grow any more.
pub const MOST: u32 = 7;

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// What a buyer let lapse of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapses {
    /// How often.
    pub times: u32,
    /// When, the last time.
    pub last: Timestamp,
    /// Which seats.
    pub seats: BTreeSet<SeatLabel>,
}

/// The pause after so many lapses, where the first one costs `first`.
pub fn pause_after(times: u32, first: Duration) -> Duration {
    (first * (1 << times.clamp(1, MOST).saturating_sub(1))).min(LONGEST_PAUSE.max(first))
}

/// What a buyer cannot hold now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barred {
    /// Those of the seats that they asked for.
    pub seats: Vec<SeatLabel>,
    /// Until when.
    pub until: Timestamp,
    /// Is it every seat of the event?
    pub all: bool,
}

impl Lapses {
    /// Those of `asked` that the buyer cannot hold at `now`. `None`: they can hold all of them.
    pub fn bar<'a>(
        &self,
        asked: impl Iterator<Item = &'a SeatLabel>,
        now: Timestamp,
        first: Duration,
    ) -> Option<Barred> {
        let (until, all) = (self.last + pause_after(self.times, first), self.times > FEW);
        let seats: Vec<_> = asked.filter(|seat| all || self.seats.contains(seat)).cloned().collect();
        (now < until && !seats.is_empty()).then_some(Barred { seats, until, all })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(all: &[&str]) -> Vec<SeatLabel> {
        all.iter().map(|label| label.parse().unwrap()).collect()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn the_pause_grows_with_each_lapse_up_to_an_hour() {
        let minute = Duration::from_mins(1);
        for (times, minutes) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (1_000, 60)] {
            assert_eq!(pause_after(times, minute), Duration::from_mins(minutes), "{times}");
        }
        assert_eq!(pause_after(5, Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn a_few_lapses_bar_from_those_seats_and_many_from_all() {
        let lapses = |times| Lapses { times, last: at(0), seats: labels(&["A-1"]).into_iter().collect() };
        for (times, asked, now, barred) in [
            (1, ["A-1", "A-2"], 59, Some((vec!["A-1"], 60))),
            (1, ["A-1", "A-2"], 60, None),
            (1, ["A-3", "A-2"], 59, None),
            (3, ["A-1", "A-2"], 239, Some((vec!["A-1"], 240))),
            (4, ["A-3", "A-2"], 479, Some((vec!["A-3", "A-2"], 480))),
            (4, ["A-3", "A-2"], 480, None),
        ] {
            let found = lapses(times).bar(labels(&asked).iter(), at(now), Duration::from_mins(1));
            let barred =
                barred.map(|(seats, until)| Barred { seats: labels(&seats), until: at(until), all: times > FEW });
            assert_eq!(found, barred, "{times} {asked:?} {now}");
        }
    }
}
