//! Where an event's seats are: blocks of up to 500, each in a partition of its own.

use crate::domain::event::{Event, MAX_EVENT_SEATS, SectionSummary};
use crate::domain::rows;
use contracts::optional::given;
use contracts::{Code, Money, Problem, SeatDetail, SeatLabel, SeatPrefix, SectionName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The most seats of one block, and so of one DynamoDB partition, which takes 1,000 write units a second.
pub const BLOCK_SEATS: usize = 500;
/// The most labels of one call.
const MAX_LABELS: usize = 500;

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
    /// What stands before row and number in their labels. Without it, seats given as `rows` get the section's prefix,
    /// or one made of its name, where another section has the same rows and numbers.
    pub prefix: Option<SeatPrefix>,
}

/// Seats as they are put on sale, checked.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// What stands before row and number in each label.
    pub prefix: Option<SeatPrefix>,
    /// In the order of the request, none twice.
    pub labels: Vec<SeatLabel>,
}

/// The seats that a request asks for.
#[derive(Debug, Clone)]
pub enum Asked {
    /// The organiser chose their labels.
    Labels(Labelled),
    /// The organiser said what stands on the chairs: labels without a prefix.
    Chairs(Vec<SeatLabel>),
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
    /// What stands before row and number in each label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<SeatPrefix>,
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

    /// Its id: the section's name leads it.
    fn id_of(section: &SectionName, ordinal: u32, attempt: &str) -> String {
        format!("{section}#{ordinal:04}-{attempt}")
    }

    /// The section of the block with this id.
    fn section_of(id: &str) -> Option<SectionName> {
        id.split_once('#')?.0.parse().ok()
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
    /// What stands before row and number in its label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<SeatPrefix>,
    /// The price that the buyer was quoted.
    pub price: Money,
}

impl BookedSeat {
    /// As it stands on the chair.
    pub fn detail(&self) -> SeatDetail {
        let chair = seat_detail(&self.label, &self.block, self.prefix.as_ref());
        SeatDetail { price: Some(self.price), ..chair }
    }
}

/// A seat as it stands on the chair, from its label, its block's id and its prefix.
pub fn seat_detail(label: &SeatLabel, block: &str, prefix: Option<&SeatPrefix>) -> SeatDetail {
    SeatDetail { section: Block::section_of(block), ..SeatDetail::new(label.clone(), prefix) }
}

impl NewSeats {
    /// The requested seats, checked: at least one, not too many, and none twice.
    pub fn expand(&self) -> Result<Asked, Problem> {
        if !self.price.is_price() {
            return Err(Problem::invalid("price", "Whole rupiah, above 0, in sen: Rp 50.000 is 5000000."));
        }
        match (&self.labels, given(self.rows.as_deref())) {
            (Some(labels), None) => {
                let unique: HashSet<_> = labels.iter().collect();
                if labels.is_empty() || labels.len() > MAX_LABELS || unique.len() != labels.len() {
                    return Err(Problem::invalid("labels", "1 to 500 labels, none twice."));
                }
                self.labelled(labels).map(Asked::Labels)
            }
            (None, Some(rows)) => {
                let chairs = rows::expand(rows, MAX_EVENT_SEATS as usize).ok_or_else(|| {
                    Problem::invalid("rows", "Rows and numbers, such as A-C:1-40, at most 20000 seats, none twice.")
                })?;
                if self.prefix.is_some() {
                    self.labelled(&chairs).map(Asked::Labels)
                } else {
                    Ok(Asked::Chairs(chairs))
                }
            }
            _ => Err(Problem::invalid("labels", "Either labels or rows.")),
        }
    }

    /// These seats with the prefix of the request.
    fn labelled(&self, chairs: &[SeatLabel]) -> Result<Labelled, Problem> {
        Labelled::new(self.prefix.clone(), chairs).ok_or_else(|| {
            Problem::invalid("prefix", "A shorter one: a label has at most 16 characters, prefix, row and number.")
        })
    }
}

impl Labelled {
    /// These chairs under this prefix. `None` if a label gets too long.
    fn new(prefix: Option<SeatPrefix>, chairs: &[SeatLabel]) -> Option<Self> {
        let labels = match &prefix {
            None => chairs.to_vec(),
            Some(prefix) => chairs.iter().map(|chair| chair.prefixed(prefix)).collect::<Result<_, _>>().ok()?,
        };
        Some(Self { prefix, labels })
    }
}

/// What may stand before the labels of a section, best first: the initials of a name of several words, then how the
/// name begins, from one letter on.
fn prefixes(section: &SectionName) -> impl Iterator<Item = SeatPrefix> {
    let words: Vec<_> = section.as_str().split('-').filter(|word| !word.is_empty()).collect();
    let initials: String = words.iter().filter(|_| words.len() > 1).filter_map(|word| word.chars().next()).collect();
    let name = words.concat();
    let beginnings = (1..=name.len()).filter_map(move |length| name.get(..length).map(str::to_owned));
    std::iter::once(initials).chain(beginnings).filter_map(|text| text.parse().ok())
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
        let (block_id, prefix) = (block.id.clone(), block.prefix.clone());
        Some(BookedSeat { label: label.clone(), block: block_id, prefix, price: block.price_of(label) })
    }

    /// The block of this seat, and the seat's place in it.
    pub fn place(&self, label: &SeatLabel) -> Option<(&Block, usize)> {
        let &(block, place) = self.places.get(label)?;
        Some((self.blocks.get(block)?, place))
    }

    /// The labels of the seats that are asked for in this section.
    ///
    /// Chairs that the section has already keep their labels. New ones get the section's prefix if it has one, and
    /// otherwise the shortest one, or none, under which no label is in another section.
    pub fn labelled(&self, section: &SectionName, asked: Asked) -> Result<Labelled, Problem> {
        let chairs = match asked {
            Asked::Labels(labelled) => return Ok(labelled),
            Asked::Chairs(chairs) => chairs,
        };
        let own = || self.blocks.iter().filter(|block| block.section == *section);
        let seats = own().flat_map(|block| block.seats().map(move |label| (block, label)));
        let known: HashMap<_, _> =
            seats.map(|(block, label)| (label.chair(block.prefix.as_ref()), (block, label))).collect();
        let stand: Option<Vec<_>> = chairs.iter().map(|chair| known.get(&chair.chair(None))).collect();
        if let Some(stand) = stand {
            let prefix = stand.first().and_then(|(block, _)| block.prefix.clone());
            return Ok(Labelled { prefix, labels: stand.into_iter().map(|&(_, label)| label.clone()).collect() });
        }
        let own = own().next_back().map(|block| block.prefix.clone());
        let tried = own.into_iter().chain([None]).chain(prefixes(section).map(Some));
        let free = |label: &SeatLabel| self.place(label).is_none_or(|(block, _)| block.section == *section);
        tried
            .filter_map(|prefix| Labelled::new(prefix, &chairs))
            .find(|labelled| labelled.labels.iter().all(free))
            .ok_or_else(|| {
                Problem::invalid(
                    "prefix",
                    "Other sections have these rows and numbers: give a prefix of 1 to 8 letters.",
                )
            })
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
        asked: &Labelled,
        attempt: &str,
    ) -> Result<(Event, Vec<Block>), Problem> {
        if event.section(section).is_some_and(|old| old.price != price) {
            return Err(Problem::new(Code::SectionPrice));
        }
        let Labelled { prefix, labels } = asked;
        let chairs: HashSet<_> =
            self.blocks.iter().filter(|block| block.section == *section).flat_map(chairs).collect();
        let stands = |label: &SeatLabel| chairs.contains(&label.chair(prefix.as_ref()));
        let existing = labels.iter().filter(|label| self.places.contains_key(*label) || stands(label));
        let existing: Vec<_> = existing.take(20).collect();
        if !existing.is_empty() {
            return Err(Problem::new(Code::SeatExists).with("seats", existing));
        }
        let count = u32::try_from(labels.len()).unwrap_or(u32::MAX);
        if event.seats().saturating_add(count) > MAX_EVENT_SEATS {
            return Err(Problem::invalid("", "An event has at most 20000 seats."));
        }
        let blocks = (event.blocks..).zip(labels.chunks(BLOCK_SEATS)).map(|(ordinal, labels)| Block {
            ordinal,
            id: Block::id_of(section, ordinal, attempt),
            section: section.clone(),
            price,
            prefix: prefix.clone(),
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

/// The chairs of a block, without those withdrawn.
fn chairs(block: &Block) -> impl Iterator<Item = (Option<&str>, &str)> {
    block.seats().map(|label| label.chair(block.prefix.as_ref()))
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

    fn labels(rows: &str) -> Labelled {
        Labelled::new(None, &rows::expand(rows, 20_000).unwrap()).unwrap()
    }

    /// Adds each of these sections, and tells the first label of each.
    fn first_labels(added: &[(&str, &str)]) -> Vec<String> {
        let (mut event, mut layout) = (event(), Layout::new(0, vec![]));
        let mut first = Vec::new();
        for (attempt, (section, rows)) in added.iter().enumerate() {
            let section = section.parse().unwrap();
            let chairs = Asked::Chairs(rows::expand(rows, 20_000).unwrap());
            let labelled = layout.labelled(&section, chairs).unwrap();
            first.push(labelled.labels[0].to_string());
            let (after, blocks) =
                layout.add(&event, &section, Money::idr(100), &labelled, &attempt.to_string()).unwrap();
            layout = Layout::new(after.layout_version, [layout.blocks, blocks].concat());
            event = after;
        }
        let all: HashSet<_> = layout.blocks.iter().flat_map(Block::seats).collect();
        assert_eq!(all.len(), event.seats() as usize, "a label twice");
        first
    }

    #[test]
    fn the_same_row_and_number_may_be_in_many_sections() {
        for (added, first) in [
            (vec![("STALLS", "A:1-3"), ("BALCONY", "A:1-3")], vec!["A-1", "B-A-1"]),
            (vec![("STALLS", "A:1-3"), ("BALCONY", "D:1-3")], vec!["A-1", "D-1"]),
            // A section keeps its prefix.
            (vec![("STALLS", "A:1"), ("BALCONY", "A:1"), ("BALCONY", "B:1")], vec!["A-1", "B-A-1", "B-B-1"]),
            // A shorter prefix is another section's.
            (
                vec![("STALLS", "A:1"), ("BALCONY", "A:1"), ("BOX", "A:1"), ("BOXES", "A:1")],
                vec!["A-1", "B-A-1", "BO-A-1", "BOX-A-1"],
            ),
            (
                vec![("FLOOR", "A:1"), ("BALCONY-LEFT", "A:1"), ("BALCONY-RIGHT", "A:1")],
                vec!["A-1", "BL-A-1", "BR-A-1"],
            ),
            (vec![("STALLS", "AAA:9999"), ("CATEGORY-1-EAST-SIDE", "AAA:9999")], vec!["AAA-9999", "C1ES-AAA-9999"]),
        ] {
            assert_eq!(first_labels(&added), first, "{added:?}");
        }
    }

    #[test]
    fn a_seat_is_known_by_section_row_and_number() {
        let (section, price) = ("BALCONY".parse().unwrap(), Money::idr(100));
        let prefixed = Labelled { prefix: Some("BAL".parse().unwrap()), labels: vec!["BAL-A-1".parse().unwrap()] };
        let (after, blocks) = Layout::new(0, vec![]).add(&event(), &section, price, &prefixed, "x").unwrap();
        let layout = Layout::new(1, blocks);
        let detail = layout.seat(&"BAL-A-1".parse().unwrap()).unwrap().detail();
        assert_eq!((detail.section.as_ref(), detail.row.as_deref()), (Some(&section), Some("A")));
        assert_eq!((detail.number.as_str(), detail.price), ("1", Some(price)));
        // The same chair under another label is the same seat.
        assert_eq!(layout.add(&after, &section, price, &labels("A:1"), "y").unwrap_err().code(), Code::SeatExists);
        // Asked for by row and number, it keeps the label that it has, whatever was added since.
        let other = Labelled { prefix: Some("X".parse().unwrap()), labels: vec!["X-B-1".parse().unwrap()] };
        let (_, more) = layout.add(&after, &section, price, &other, "z").unwrap();
        let layout = Layout::new(2, [layout.blocks, more].concat());
        let again = layout.labelled(&section, Asked::Chairs(rows::expand("A:1", 1).unwrap())).unwrap();
        assert_eq!(again.labels[0].as_str(), "BAL-A-1");
        assert!(layout.has_all(&section, price, &again.labels), "{again:?}");
    }

    #[test]
    fn a_request_has_a_prefix_that_fits() {
        let asked = |labels: &str, prefix: &str| {
            let request = serde_json::json!({"section": "A", "price": {"amount": 100, "currency": "IDR"},
                "labels": [labels], "prefix": prefix});
            let request: NewSeats = serde_json::from_value(request).unwrap();
            request.expand()
        };
        let Ok(Asked::Labels(labelled)) = asked("7", "VIP") else { panic!("no labels") };
        assert_eq!(labelled.labels[0].as_str(), "VIP-7");
        for (labels, prefix) in [("LONG-LABEL-7", "PREFIX"), ("LONG-LABEL-70000", "P")] {
            assert_eq!(asked(labels, prefix).unwrap_err().body()["field"], "prefix");
        }
    }

    #[test]
    fn seats_are_cut_into_blocks_and_found_again() {
        let (section, price) = ("A".parse().unwrap(), Money::idr(100));
        let (after, blocks) = Layout::new(0, vec![]).add(&event(), &section, price, &labels("A-B:1-600"), "x").unwrap();
        assert_eq!(blocks.iter().map(|b| b.labels.len()).collect::<Vec<_>>(), [500, 500, 200]);
        assert_eq!((after.blocks, after.layout_version, after.seats()), (3, 1, 1200));
        let layout = Layout::new(1, blocks);
        assert_eq!(layout.seat(&"B-600".parse().unwrap()).unwrap().block, "A#0002-x");
        assert!(layout.seat(&"B-601".parse().unwrap()).is_none());
        let (later, more) = layout.add(&after, &section, price, &labels("C:1-2"), "y").unwrap();
        assert_eq!((more[0].id.as_str(), later.sections.len(), later.seats()), ("A#0003-y", 1, 1202));
    }

    #[test]
    fn refuses_a_label_twice_a_second_price_and_too_many() {
        let (section, price) = ("A".parse().unwrap(), Money::idr(100));
        let (after, blocks) = Layout::new(0, vec![]).add(&event(), &section, price, &labels("A:1-10"), "x").unwrap();
        let layout = Layout::new(1, blocks);
        let code = |section: &str, price, rows| {
            layout.add(&after, &section.parse().unwrap(), Money::idr(price), &labels(rows), "y").unwrap_err().code()
        };
        assert_eq!(code("B", 100, "A:10-11"), Code::SeatExists);
        assert_eq!(code("A", 200, "C:1"), Code::SectionPrice);
        assert_eq!(code("B", 100, "B-U:1-1000"), Code::Invalid);
    }
}
