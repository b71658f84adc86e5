//! Where an event's seats are: blocks of up to 500, each in a partition of its own.

use crate::domain::event::{Event, MAX_EVENT_SEATS, SectionSummary};
use crate::domain::rows;
use contracts::optional::given;
use contracts::{Code, Money, Problem, SeatLabel, text_type};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr;

/// The most seats of one block, and so of one DynamoDB partition, which takes 1,000 write units a second.
pub const BLOCK_SEATS: usize = 500;
/// The most labels of one call.
const MAX_LABELS: usize = 500;

/// A section's name: 1 to 32 capital letters, digits and hyphens, such as `BALCONY`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SectionName(String);

text_type!(SectionName, "^[A-Z0-9-]{1,32}$", "BALCONY");

/// Why a text is no section's name.
#[derive(Debug, thiserror::Error)]
#[error("a section's name is 1 to 32 capital letters, digits and hyphens")]
pub struct InvalidSection;

impl FromStr for SectionName {
    type Err = InvalidSection;

    fn from_str(text: &str) -> Result<Self, InvalidSection> {
        let legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        if (1..=32).contains(&text.len()) && text.bytes().all(legal) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSection)
        }
    }
}

/// What an organiser sends to add seats: labels, or rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSeats {
    /// The section they belong to.
    pub section: SectionName,
    /// The price of each.
    pub price: Money,
    /// At most 500.
    pub labels: Option<Vec<SeatLabel>>,
    /// Rows and numbers, such as `A-C:1-40`: letters or a range of them, a colon, and numbers.
    pub rows: Option<String>,
}

/// Some seats of one section that were added together. Its labels never change. Each attempt to add seats makes a new
/// block id: if an attempt breaks off, no layout lists its seats and nobody can hold them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its place in the event, from 0.
    pub ordinal: u32,
    /// The key of its partition within the event: section, ordinal, and the attempt that wrote it.
    pub id: String,
    /// The section.
    pub section: SectionName,
    /// The price of each seat.
    pub price: Money,
    /// In order: the place of a label here is its place in the seat map.
    pub labels: Vec<SeatLabel>,
    /// Seats with a price of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<SeatLabel, Money>,
    /// Seats that were withdrawn. Their labels keep their places.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub withdrawn: BTreeSet<SeatLabel>,
}

impl Block {
    /// The price of this seat, which is one of the block's.
    pub fn price_of(&self, label: &SeatLabel) -> Money {
        self.prices.get(label).copied().unwrap_or(self.price)
    }

    /// Its seats in order, without the withdrawn ones.
    pub fn seats(&self) -> impl Iterator<Item = &SeatLabel> {
        self.labels.iter().filter(|label| !self.withdrawn.contains(*label))
    }
}

/// All seats of an event.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Grows whenever it changes.
    pub version: u64,
    /// The blocks, sorted by ordinal.
    pub blocks: Vec<Block>,
    places: HashMap<SeatLabel, (usize, usize)>,
}

/// A seat of a booking: where it is kept and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedSeat {
    /// Its label.
    pub label: SeatLabel,
    /// The id of its block.
    pub block: String,
    /// The price that the buyer was quoted.
    pub price: Money,
}

impl NewSeats {
    /// The requested labels, checked: at least one, not too many, and none twice.
    pub fn expand(&self) -> Result<Vec<SeatLabel>, Problem> {
        if !self.price.is_price() {
            return Err(Problem::invalid("price", "Whole rupiah, above 0, in sen: Rp 50.000 is 5000000."));
        }
        match (&self.labels, given(self.rows.as_deref())) {
            (Some(labels), None) => {
                let unique: HashSet<_> = labels.iter().collect();
                if labels.is_empty() || labels.len() > MAX_LABELS || unique.len() != labels.len() {
                    return Err(Problem::invalid("labels", "1 to 500 labels, none twice."));
                }
                Ok(labels.clone())
            }
            (None, Some(rows)) => rows::expand(rows, MAX_EVENT_SEATS as usize).ok_or_else(|| {
                Problem::invalid("rows", "Rows and numbers, such as A-C:1-40, at most 20000 seats, none twice.")
            }),
            _ => Err(Problem::invalid("labels", "Either labels or rows.")),
        }
    }
}

impl Layout {
    /// From the blocks of an event.
    pub fn new(version: u64, mut blocks: Vec<Block>) -> Self {
        blocks.sort_by_key(|block| block.ordinal);
        let places = blocks
            .iter()
            .enumerate()
            .flat_map(|(b, block)| block.labels.iter().enumerate().map(move |(i, label)| (b, block, i, label)))
            .filter(|(_, block, _, label)| !block.withdrawn.contains(*label))
            .map(|(b, _, i, label)| (label.clone(), (b, i)));
        let places = places.collect();
        Self { version, blocks, places }
    }

    /// The seat of this label, with its price.
    pub fn seat(&self, label: &SeatLabel) -> Option<BookedSeat> {
        let &(block, _) = self.places.get(label)?;
        let block = self.blocks.get(block)?;
        Some(BookedSeat { label: label.clone(), block: block.id.clone(), price: block.price_of(label) })
    }

    /// The block of this seat, and the seat's place in it.
    pub fn place(&self, label: &SeatLabel) -> Option<(&Block, usize)> {
        let &(block, place) = self.places.get(label)?;
        Some((self.blocks.get(block)?, place))
    }

    /// Does it have all these seats in this section, with this price of the section?
    pub fn has_all(&self, section: &SectionName, price: Money, labels: &[SeatLabel]) -> bool {
        labels
            .iter()
            .all(|label| self.place(label).is_some_and(|(block, _)| block.section == *section && block.price == price))
    }

    /// The event and the new blocks, after adding these seats to `event`. `attempt` is new for each try.
    pub fn add(
        &self,
        event: &Event,
        section: &SectionName,
        price: Money,
        labels: Vec<SeatLabel>,
        attempt: &str,
    ) -> Result<(Event, Vec<Block>), Problem> {
        if event.section(section).is_some_and(|old| old.price != price) {
            return Err(Problem::new(Code::SectionPrice));
        }
        let existing: Vec<_> = labels.iter().filter(|label| self.places.contains_key(*label)).take(20).collect();
        if !existing.is_empty() {
            return Err(Problem::new(Code::SeatExists).with("seats", existing));
        }
        let count = u32::try_from(labels.len()).unwrap_or(u32::MAX);
        if event.seats().saturating_add(count) > MAX_EVENT_SEATS {
            return Err(Problem::invalid("", "An event has at most 20000 seats."));
        }
        let blocks = (event.blocks..).zip(labels.chunks(BLOCK_SEATS)).map(|(ordinal, labels)| Block {
            ordinal,
            id: format!("{section}#{ordinal:04}-{attempt}"),
            section: section.clone(),
            price,
            labels: labels.to_vec(),
            prices: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
        });
        let blocks: Vec<_> = blocks.collect();
        let mut after = event.clone();
        after.layout_version += 1;
        after.version += 1;
        after.blocks += u32::try_from(blocks.len()).unwrap_or(u32::MAX);
        match after.sections.iter_mut().find(|old| old.name == *section) {
            Some(old) => old.seats += count,
            None => after.sections.push(SectionSummary { name: section.clone(), price, seats: count }),
        }
        Ok((after, blocks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{EventDraft, EventKind};
    use contracts::{EventId, Timestamp, UserId};
    use uuid::Uuid;

    fn event() -> Event {
        let draft = EventDraft {
            title: "Concert".into(),
            kind: EventKind::Concert,
            movie_id: None,
            venue: "Hall".into(),
            city: None,
            starts_at: Timestamp::from_millis(1000),
            time_zone: None,
            organiser_url: None,
            max_seats_per_user: None,
            on_sale_from: None,
            on_sale_until: None,
        };
        let (id, organiser) = (EventId::new(Uuid::from_u128(1)), UserId::new(Uuid::from_u128(2)));
        draft.check(id, organiser, Timestamp::from_millis(0), false).unwrap()
    }

    fn labels(rows: &str) -> Vec<SeatLabel> {
        rows::expand(rows, 20_000).unwrap()
    }

    #[test]
    fn seats_are_cut_into_blocks_and_found_again() {
        let (section, price) = ("A".parse().unwrap(), Money::idr(100));
        let (after, blocks) = Layout::new(0, vec![]).add(&event(), &section, price, labels("A-B:1-600"), "x").unwrap();
        assert_eq!(blocks.iter().map(|b| b.labels.len()).collect::<Vec<_>>(), [500, 500, 200]);
        assert_eq!((after.blocks, after.layout_version, after.seats()), (3, 1, 1200));
        let layout = Layout::new(1, blocks);
        assert_eq!(layout.seat(&"B-600".parse().unwrap()).unwrap().block, "A#0002-x");
        assert!(layout.seat(&"B-601".parse().unwrap()).is_none());
        let (later, more) = layout.add(&after, &section, price, labels("C:1-2"), "y").unwrap();
        assert_eq!((more[0].id.as_str(), later.sections.len(), later.seats()), ("A#0003-y", 1, 1202));
    }

    #[test]
    fn refuses_a_label_twice_a_second_price_and_too_many() {
        let (section, price) = ("A".parse().unwrap(), Money::idr(100));
        let (after, blocks) = Layout::new(0, vec![]).add(&event(), &section, price, labels("A:1-10"), "x").unwrap();
        let layout = Layout::new(1, blocks);
        let code = |section: &str, price, rows| {
            layout.add(&after, &section.parse().unwrap(), Money::idr(price), labels(rows), "y").unwrap_err().code()
        };
        assert_eq!(code("B", 100, "A:10-11"), Code::SeatExists);
        assert_eq!(code("A", 200, "C:1"), Code::SectionPrice);
        assert_eq!(code("B", 100, "B-U:1-1000"), Code::Invalid);
    }
}
