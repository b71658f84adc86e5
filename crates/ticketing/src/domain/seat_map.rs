//! The seat map that buyers see: one letter for each seat, packed by block.

use contracts::{EventId, LiveState, SectionName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The status of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SeatStatus {
    /// For sale.
    Open,
    /// Held by a booking.
    OnGoing,
    /// Sold.
    Booked,
    /// Taken off sale: for good as a single seat, or together with the whole event, or because the organiser's system
    /// refused it to a buyer who had paid.
    Withdrawn,
}

/// The letter of a withdrawn seat. People see it in an event that is cancelled as a whole, and where the organiser's
/// system refused a seat; a seat that was withdrawn alone is on the plan no more.
const WITHDRAWN: char = 'W';

impl SeatStatus {
    /// Its letter in the compact view: `O`, `G`, `B` or `W`.
    pub const fn letter(self) -> char {
        match self {
            Self::Open => 'O',
            Self::OnGoing => 'G',
            Self::Booked => 'B',
            Self::Withdrawn => WITHDRAWN,
        }
    }

    /// Does it belong to a booking?
    pub const fn is_somebodys(self) -> bool {
        matches!(self, Self::OnGoing | Self::Booked)
    }

    /// The status of this letter.
    pub const fn of_letter(letter: char) -> Self {
        match letter {
            'O' => Self::Open,
            'G' => Self::OnGoing,
            WITHDRAWN => Self::Withdrawn,
            _ => Self::Booked,
        }
    }
}

/// The map of one block: its seats' letters, in the order of the block's labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockMap {
    /// The block.
    pub ordinal: u32,
    /// The block's section.
    pub section: SectionName,
    /// The layout's version at which a seat of this block was last added, repriced or withdrawn.
    pub layout: u64,
    /// One letter for each seat.
    pub letters: String,
    /// The places of seats that are no longer on the plan.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub withdrawn: BTreeSet<usize>,
    /// Grows with every change.
    pub version: u64,
    /// The stream's sequence number of the last change applied; empty before the first.
    pub sequence: String,
}

/// A change of one seat, as the stream reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatChange {
    /// The event.
    pub event_id: EventId,
    /// The seat's block.
    pub ordinal: u32,
    /// The seat's place in the block.
    pub place: usize,
    /// Its new status.
    pub status: SeatStatus,
    /// The stream's sequence number of this change, as [`sequence_key`] writes it.
    pub sequence: String,
}

/// Pads a stream's sequence number, a decimal of up to 40 digits, so that the texts sort as the numbers do.
pub fn sequence_key(sequence: &str) -> String {
    format!("{sequence:0>40}")
}

impl BlockMap {
    /// The map of a new block, all of whose seats are open.
    pub fn open(ordinal: u32, section: SectionName, layout: u64, seats: usize) -> Self {
        let letters = SeatStatus::Open.letter().to_string().repeat(seats);
        let withdrawn = BTreeSet::new();
        Self { ordinal, section, layout, letters, withdrawn, version: 0, sequence: String::new() }
    }

    /// How many of its seats have this status.
    pub fn count(&self, status: SeatStatus) -> usize {
        self.letters.chars().filter(|&letter| letter == status.letter()).count()
    }

    /// The letters that people see: those of all seats on the plan.
    pub fn visible(&self) -> String {
        let letters = self.letters.chars().enumerate().filter(|(place, _)| !self.withdrawn.contains(place));
        letters.map(|(_, letter)| letter).collect()
    }

    /// The state of the block, as watchers of its event are told it.
    pub fn live(&self, event_id: EventId) -> LiveState {
        let Self { ordinal: block, layout, version, .. } = *self;
        LiveState::Seats { event_id, block, layout, version, letters: self.visible() }
    }

    /// The map at another version of the layout. A reader who has an older layout must read the layout again.
    #[must_use]
    pub fn at(&self, layout: u64) -> Self {
        Self { layout, version: self.version + 1, ..self.clone() }
    }

    /// The map once this seat is withdrawn, at the layout's next version.
    #[must_use]
    pub fn without(&self, place: usize, layout: u64) -> Self {
        let letters = self.letters.chars().enumerate().map(|(i, letter)| if i == place { WITHDRAWN } else { letter });
        let mut withdrawn = self.withdrawn.clone();
        withdrawn.insert(place);
        Self { letters: letters.collect(), withdrawn, ..self.at(layout) }
    }

    /// The map after these changes, given in the stream's order. Changes that were applied before are skipped. `None`
    /// if there is nothing new.
    pub fn after(&self, changes: &[SeatChange]) -> Option<Self> {
        let mut letters: Vec<char> = self.letters.chars().collect();
        let mut sequence = self.sequence.clone();
        for change in changes.iter().filter(|change| change.sequence > self.sequence) {
            // A withdrawal is written to the map at once. Earlier changes of the seat may still come from the stream:
            // skip them.
            if let Some(letter) = letters.get_mut(change.place).filter(|_| !self.withdrawn.contains(&change.place)) {
                *letter = change.status.letter();
            }
            sequence.clone_from(&change.sequence);
        }
        let letters = letters.into_iter().collect();
        (sequence != self.sequence).then(|| Self { letters, sequence, version: self.version + 1, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn change(place: usize, status: SeatStatus, sequence: &str) -> SeatChange {
        let event_id = EventId::new(Uuid::from_u128(1));
        SeatChange { event_id, ordinal: 0, place, status, sequence: sequence_key(sequence) }
    }

    #[test]
    fn changes_apply_in_order_and_once() {
        let map = BlockMap::open(0, "A".parse().unwrap(), 1, 3);
        let first = [change(0, SeatStatus::OnGoing, "9"), change(1, SeatStatus::OnGoing, "10")];
        let after = map.after(&first).unwrap();
        assert_eq!((after.letters.as_str(), after.version, after.count(SeatStatus::Open)), ("GGO", 1, 1));
        assert_eq!(after.after(&first), None);
        // A batch that is delivered again with a new change in it: the old part is skipped.
        let again = [change(0, SeatStatus::Open, "10"), change(0, SeatStatus::Booked, "11")];
        assert_eq!(after.after(&again).unwrap().letters, "BGO");
    }

    #[test]
    fn a_seat_withdrawn_stays_so_and_is_not_shown() {
        let map = BlockMap::open(0, "A".parse().unwrap(), 1, 3).without(1, 2);
        assert_eq!((map.visible().as_str(), map.layout, map.count(SeatStatus::Open)), ("OO", 2, 2));
        assert_eq!(map.after(&[change(1, SeatStatus::Open, "1")]).unwrap().letters, "OWO");
        // A seat that was withdrawn with its whole event may be opened again.
        let closed = map.after(&[change(0, SeatStatus::Withdrawn, "1")]).unwrap();
        assert_eq!(closed.visible(), "WO");
        assert_eq!(closed.after(&[change(0, SeatStatus::Open, "2")]).unwrap().visible(), "OO");
    }

    #[test]
    fn a_place_that_is_not_there_changes_nothing() {
        let map = BlockMap::open(0, "A".parse().unwrap(), 1, 1);
        assert_eq!(map.after(&[change(7, SeatStatus::Booked, "1")]).unwrap().letters, "O");
    }
}
