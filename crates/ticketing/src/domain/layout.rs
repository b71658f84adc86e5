//! Where an event's seats are: blocks of up to 500, each in a partition of its own.

use crate::domain::event::{Event, MAX_EVENT_SEATS, SectionSummary};
use crate::domain::seat_map::{BlockMap, SeatStatus};
use crate::domain::{rows, runs};
use contracts::optional::given;
use contracts::{Code, Mark, Money, Problem, SeatDetail, SeatLabel, SeatPrefix, SectionName};
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
    /// What stands before row and number in their labels. Without it, seats given as `rows` get the prefix that their
    /// section has, or one made of its name if another section has the same rows and numbers.
    pub prefix: Option<SeatPrefix>,
    /// Behind the seat of each of these numbers an aisle runs through the row.
    pub aisles: Option<BTreeSet<u32>>,
    /// What is special about single seats, by label or by row and number: `{"A-1": ["WHEELCHAIR"]}`.
    pub marks: Option<BTreeMap<SeatLabel, BTreeSet<Mark>>>,
}

/// Row and number, as they stand on a chair.
type Chair = (Option<String>, String);

fn owned((row, number): (Option<&str>, &str)) -> Chair {
    (row.map(str::to_owned), number.to_owned())
}

/// The most seats that a refusal names.
const TOLD: usize = 20;

/// What is to be done for seats that are asked for.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Nothing: they are all there, under these labels. If all have the same prefix, it is told.
    There(Labelled),
    /// They get these labels.
    New(Labelled),
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
pub enum AskedSeats {
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
    /// The key of its partition within the event: section, ordinal, the attempt that wrote it, and the prefix of its
    /// labels. Every seat that is booked or waited for has it.
    pub id: String,
    /// The section.
    pub section: SectionName,
    /// The price of each seat.
    pub price: Money,
    /// In order: the place of a label here is its place in the seat map.
    #[serde(with = "runs")]
    pub labels: Vec<SeatLabel>,
    /// Seats with a price of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<SeatLabel, Money>,
    /// Seats that were withdrawn. Their labels keep their places.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub withdrawn: BTreeSet<SeatLabel>,
    /// Seats behind which an aisle runs through the row.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aisles: BTreeSet<SeatLabel>,
    /// Seats that are special.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub marks: BTreeMap<SeatLabel, BTreeSet<Mark>>,
}

impl Block {
    /// The price of this seat, which is one of the block's.
    pub fn price_of(&self, label: &SeatLabel) -> Money {
        self.prices.get(label).copied().unwrap_or(self.price)
    }

    /// What is special about this seat.
    pub fn marks_of(&self, label: &SeatLabel) -> BTreeSet<Mark> {
        self.marks.get(label).cloned().unwrap_or_default()
    }

    /// Its seats in order, without the withdrawn ones.
    pub fn seats(&self) -> impl Iterator<Item = &SeatLabel> {
        self.labels.iter().filter(|label| !self.withdrawn.contains(*label))
    }

    fn id_of(section: &SectionName, ordinal: u32, attempt: &str, prefix: Option<&SeatPrefix>) -> String {
        let prefix = prefix.map(|prefix| format!("#{prefix}")).unwrap_or_default();
        format!("{section}#{ordinal:04}-{attempt}{prefix}")
    }

    /// What stands before row and number in each of its labels.
    pub fn prefix(&self) -> Option<SeatPrefix> {
        parts_of_id(&self.id).1
    }
}

/// The section and the prefix that a block's id has.
fn parts_of_id(id: &str) -> (Option<SectionName>, Option<SeatPrefix>) {
    let mut parts = id.split('#');
    let section = parts.next().and_then(|section| section.parse().ok());
    (section, parts.nth(1).and_then(|prefix| prefix.parse().ok()))
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
    /// What was special about it when it was booked.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub marks: BTreeSet<Mark>,
}

impl BookedSeat {
    /// As it stands on the chair.
    pub fn detail(&self) -> SeatDetail {
        SeatDetail { price: Some(self.price), marks: self.marks.clone(), ..seat_detail(&self.label, &self.block) }
    }
}

/// A seat as it stands on the chair, from its label and its block's id.
pub fn seat_detail(label: &SeatLabel, block: &str) -> SeatDetail {
    let (section, prefix) = parts_of_id(block);
    SeatDetail { section, ..SeatDetail::new(label.clone(), prefix.as_ref()) }
}

impl NewSeats {
    /// The requested seats, checked: at least one, not too many, and none twice.
    pub fn expand(&self) -> Result<AskedSeats, Problem> {
        if !self.price.is_price() {
            return Err(Problem::invalid("price", "Whole rupiah, above 0, in sen: Rp 50.000 is 5000000."));
        }
        match (&self.labels, given(self.rows.as_deref())) {
            (Some(labels), None) => {
                let unique: HashSet<_> = labels.iter().collect();
                if labels.is_empty() || labels.len() > MAX_LABELS || unique.len() != labels.len() {
                    return Err(Problem::invalid("labels", "1 to 500 labels, none twice."));
                }
                self.labelled(labels).map(AskedSeats::Labels)
            }
            (None, Some(rows)) => {
                let chairs = rows::expand(rows, MAX_EVENT_SEATS as usize).ok_or_else(|| {
                    Problem::invalid("rows", "Rows and numbers, such as A-C:1-40, at most 20000 seats, none twice.")
                })?;
                if self.prefix.is_some() {
                    self.labelled(&chairs).map(AskedSeats::Labels)
                } else {
                    Ok(AskedSeats::Chairs(chairs))
                }
            }
            _ => Err(Problem::invalid("labels", "Either labels or rows.")),
        }
    }

    /// Where the aisles are, and what is special about single seats.
    pub fn features(&self) -> Features {
        Features { aisles: self.aisles.clone().unwrap_or_default(), marks: self.marks.clone().unwrap_or_default() }
    }

    /// These seats with the prefix of the request.
    fn labelled(&self, chairs: &[SeatLabel]) -> Result<Labelled, Problem> {
        Labelled::new(self.prefix.clone(), chairs).ok_or_else(|| {
            Problem::invalid("prefix", "A shorter one: a label has at most 16 characters, prefix, row and number.")
        })
    }
}

/// What an organiser says of how seats stand: where the aisles are, and what is special about single ones.
#[derive(Debug, Clone, Default)]
pub struct Features {
    aisles: BTreeSet<u32>,
    marks: BTreeMap<SeatLabel, BTreeSet<Mark>>,
}

impl Features {
    fn has_aisle(&self, label: &SeatLabel, prefix: Option<&SeatPrefix>) -> bool {
        let (_, number) = label.chair(prefix);
        number.parse().is_ok_and(|number| self.aisles.contains(&number))
    }

    /// The marks of this seat, if it has any; it may be named by its label or as it stands on the chair.
    fn mark(&self, label: &SeatLabel, prefix: Option<&SeatPrefix>) -> Option<(SeatLabel, BTreeSet<Mark>)> {
        let bare = prefix.and_then(|prefix| label.without(prefix));
        let named = |name: &SeatLabel| name == label || Some(name.as_str()) == bare;
        let (_, marks) = self.marks.iter().find(|(name, _)| named(name))?;
        (!marks.is_empty()).then(|| (label.clone(), marks.clone()))
    }

    /// Are they about these seats?
    fn check(&self, seats: &Labelled) -> Result<(), Problem> {
        let prefix = seats.prefix.as_ref();
        let number = |label: &SeatLabel| label.chair(prefix).1.parse().ok();
        let numbers: HashSet<u32> = seats.labels.iter().filter_map(number).collect();
        if let Some(none) = self.aisles.iter().find(|number| !numbers.contains(*number)) {
            return Err(Problem::invalid("aisles", format!("Numbers of these seats; none of them is {none}.")));
        }
        let named: HashSet<_> = seats.labels.iter().map(|label| label.chair(prefix)).collect();
        let known = |label: &&SeatLabel| !seats.labels.contains(label) && !named.contains(&label.chair(None));
        match self.marks.keys().find(known) {
            Some(none) => Err(Problem::invalid("marks", format!("Labels of these seats; none of them is {none}."))),
            None => Ok(()),
        }
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
        let (price, marks) = (block.price_of(label), block.marks_of(label));
        Some(BookedSeat { label: label.clone(), block: block.id.clone(), price, marks })
    }

    /// How these maps of the event show a seat.
    pub fn status(&self, maps: &[BlockMap], label: &SeatLabel) -> Option<SeatStatus> {
        let (block, place) = self.place(label)?;
        let map = maps.iter().find(|map| map.ordinal == block.ordinal)?;
        map.letters.chars().nth(place).map(SeatStatus::of_letter)
    }

    /// The block of this seat, and the seat's place in it.
    pub fn place(&self, label: &SeatLabel) -> Option<(&Block, usize)> {
        let &(block, place) = self.places.get(label)?;
        Some((self.blocks.get(block)?, place))
    }

    /// What is to be done for these seats of a section: nothing if it has them all at this price, or else these labels.
    ///
    /// Chairs that the section has keep their labels. New ones get the newest prefix of the section, and without one
    /// the shortest, or none, under which no label is another section's.
    pub fn wanted(&self, section: &SectionName, price: Money, asked: &AskedSeats) -> Result<Wanted, Problem> {
        let blocks = || self.blocks.iter().filter(|block| block.section == *section);
        let priced = blocks().all(|block| block.price == price);
        match asked {
            AskedSeats::Labels(labelled) => {
                let named = |prefix: &SeatPrefix| labelled.labels.iter().all(|label| label.without(prefix).is_some());
                // Labels may be given as the map shows them, with the prefix that their section has.
                let known = || blocks().rev().filter_map(Block::prefix).find(named);
                let labelled = Labelled { prefix: labelled.prefix.clone().or_else(known), ..labelled.clone() };
                let stands = |label: &SeatLabel| {
                    self.place(label).is_some_and(|(block, _)| {
                        let prefix = labelled.prefix.as_ref();
                        block.section == *section && label.chair(block.prefix().as_ref()) == label.chair(prefix)
                    })
                };
                let there = priced && labelled.labels.iter().all(stands);
                Ok(if there { Wanted::There(labelled) } else { Wanted::New(labelled) })
            }
            AskedSeats::Chairs(chairs) => {
                let standing = self.standing(section);
                let there: Option<Vec<_>> =
                    chairs.iter().map(|chair| standing.get(&owned(chair.chair(None)))).collect();
                if let Some(there) = there.filter(|_| priced) {
                    let of = |label: &SeatLabel| self.place(label).and_then(|(block, _)| block.prefix());
                    let first = there.first().and_then(|label| of(label));
                    let prefix = first.filter(|first| there.iter().all(|label| of(label).as_ref() == Some(first)));
                    let labels = there.into_iter().map(|label| (*label).clone()).collect();
                    return Ok(Wanted::There(Labelled { prefix, labels }));
                }
                let own = blocks().rev().find_map(Block::prefix);
                let tried = own.map(Some).into_iter().chain([None]).chain(prefixes(section).map(Some));
                let free = |label: &SeatLabel| self.place(label).is_none_or(|(block, _)| block.section == *section);
                tried
                    .filter_map(|prefix| Labelled::new(prefix, chairs))
                    .find(|labelled| labelled.labels.iter().all(free))
                    .map(Wanted::New)
                    .ok_or_else(|| {
                        let advice =
                            "Other sections have these rows and numbers: 1 to 8 letters and digits that none has.";
                        Problem::invalid("prefix", advice)
                    })
            }
        }
    }

    /// Do seats that are there already stand as `features` says? A request that says nothing of it asks for nothing.
    pub fn stands_as(&self, features: &Features, seats: &Labelled) -> bool {
        let says_aisles = !features.aisles.is_empty();
        let says_marks = !features.marks.is_empty();
        seats.labels.iter().filter_map(|label| Some((label, self.place(label)?.0))).all(|(label, block)| {
            let prefix = block.prefix();
            let aisle = block.aisles.contains(label) == features.has_aisle(label, prefix.as_ref());
            let marks = features.mark(label, prefix.as_ref()).map(|(_, marks)| marks).unwrap_or_default()
                == block.marks_of(label);
            (aisle || !says_aisles) && (marks || !says_marks)
        })
    }

    /// The chairs of a section with their labels. Where a block has no prefix, a row `BAL-A` may have one written by
    /// hand: its chairs stand for those of row `A` too.
    fn standing(&self, section: &SectionName) -> HashMap<Chair, &SeatLabel> {
        let (mut exact, mut by_hand) = (HashMap::new(), HashMap::new());
        for block in self.blocks.iter().filter(|block| block.section == *section) {
            let prefix = block.prefix();
            for label in block.seats() {
                let (row, number) = owned(label.chair(prefix.as_ref()));
                if let Some((_, last)) =
                    row.as_deref().filter(|_| prefix.is_none()).and_then(|row| row.rsplit_once('-'))
                {
                    by_hand.insert((Some(last.to_owned()), number.clone()), label);
                }
                exact.insert((row, number), label);
            }
        }
        by_hand.extend(exact);
        by_hand
    }

    /// The event and the new blocks, after adding these seats to `event`. `attempt` is new for each try.
    pub fn add(
        &self,
        event: &Event,
        section: &SectionName,
        price: Money,
        asked: &Labelled,
        features: &Features,
        attempt: &str,
    ) -> Result<(Event, Vec<Block>), Problem> {
        if event.section(section).is_some_and(|old| old.price != price) {
            return Err(Problem::new(Code::SectionPrice));
        }
        let Labelled { prefix, labels } = asked;
        features.check(asked)?;
        let taken: Vec<_> = labels.iter().filter(|label| self.places.contains_key(*label)).take(TOLD).collect();
        if !taken.is_empty() {
            let advice = "The event has seats of these labels: give a `prefix`, or another one.";
            return Err(Problem::new(Code::SeatExists).detail(advice).with("seats", taken));
        }
        let standing = self.standing(section);
        let same = labels.iter().filter_map(|label| standing.get(&owned(label.chair(prefix.as_ref()))));
        let same: Vec<_> = same.take(TOLD).collect();
        if !same.is_empty() {
            let advice = "The section has these rows and numbers, under the labels in `seats`.";
            return Err(Problem::new(Code::SeatExists).detail(advice).with("seats", same));
        }
        let count = u32::try_from(labels.len()).unwrap_or(u32::MAX);
        if event.seats().saturating_add(count) > MAX_EVENT_SEATS {
            return Err(Problem::invalid("", "An event has at most 20000 seats."));
        }
        let blocks = (event.blocks..).zip(labels.chunks(BLOCK_SEATS)).map(|(ordinal, labels)| Block {
            ordinal,
            id: Block::id_of(section, ordinal, attempt, prefix.as_ref()),
            section: section.clone(),
            price,
            labels: labels.to_vec(),
            prices: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
            aisles: labels.iter().filter(|label| features.has_aisle(label, prefix.as_ref())).cloned().collect(),
            marks: labels.iter().filter_map(|label| features.mark(label, prefix.as_ref())).collect(),
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
            ends_at: None,
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
            let asked = AskedSeats::Chairs(rows::expand(rows, 20_000).unwrap());
            let Wanted::New(labelled) = layout.wanted(&section, Money::idr(100), &asked).unwrap() else {
                panic!("{section} has them")
            };
            first.push(labelled.labels[0].to_string());
            let (after, blocks) = layout
                .add(&event, &section, Money::idr(100), &labelled, &Features::default(), &attempt.to_string())
                .unwrap();
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
        let scene = Scene::of(&[("BALCONY", "BAL-A-1 BAL-A-2", "BAL")]);
        let detail = scene.layout.seat(&"BAL-A-1".parse().unwrap()).unwrap().detail();
        assert_eq!((detail.section.unwrap().as_str(), detail.row.as_deref()), ("BALCONY", Some("A")));
        assert_eq!((detail.number.as_str(), detail.price), ("1", Some(Money::idr(100))));
    }

    /// An event with these blocks: section, labels, and their prefix.
    struct Scene {
        event: Event,
        layout: Layout,
    }

    impl Scene {
        fn of(blocks: &[(&str, &str, &str)]) -> Self {
            let mut scene = Self { event: event(), layout: Layout::new(0, vec![]) };
            for (attempt, (section, labels, prefix)) in blocks.iter().enumerate() {
                let labels = labels.split(' ').map(|label| label.parse().unwrap()).collect();
                let labelled = Labelled { prefix: prefix.parse().ok(), labels };
                let (section, attempt) = (section.parse().unwrap(), attempt.to_string());
                let (after, more) = scene
                    .layout
                    .add(&scene.event, &section, Money::idr(100), &labelled, &Features::default(), &attempt)
                    .unwrap();
                scene.layout = Layout::new(after.layout_version, [scene.layout.blocks, more].concat());
                scene.event = after;
            }
            scene
        }

        /// What becomes of a request: `there`, the new labels, or the labels that refuse it.
        fn asks(&self, section: &str, seats: &str, prefix: &str) -> String {
            let (section, price) = (section.parse().unwrap(), Money::idr(100));
            let asked = match seats.split_once(':') {
                Some(_) if prefix.is_empty() => AskedSeats::Chairs(rows::expand(seats, 100).unwrap()),
                Some(_) => {
                    AskedSeats::Labels(Labelled::new(prefix.parse().ok(), &rows::expand(seats, 100).unwrap()).unwrap())
                }
                None => {
                    let labels: Vec<_> = seats.split(' ').map(|label| label.parse().unwrap()).collect();
                    AskedSeats::Labels(Labelled::new(prefix.parse().ok(), &labels).unwrap())
                }
            };
            let told = |labels: &[SeatLabel]| labels.iter().map(SeatLabel::as_str).collect::<Vec<_>>().join(" ");
            match self.layout.wanted(&section, price, &asked) {
                Ok(Wanted::There(_)) => "there".into(),
                Ok(Wanted::New(new)) => {
                    match self.layout.add(&self.event, &section, price, &new, &Features::default(), "z") {
                        Ok((_, blocks)) => told(&blocks[0].labels),
                        Err(problem) => format!("refused: {}", problem.body()["seats"]),
                    }
                }
                Err(problem) => format!("refused: {}", problem.body()["field"]),
            }
        }
    }

    #[test]
    fn one_chair_is_never_two_seats() {
        let scene = Scene::of(&[
            ("STALLS", "A-1 A-2", ""),
            ("BALCONY", "B-A-1 B-A-2", "B"),
            ("BALCONY", "LOUNGE", ""),
            // Written by hand, before there were prefixes.
            ("LOGE", "LG-A-1 LG-A-2", ""),
        ]);
        for (section, seats, prefix, outcome) in [
            ("STALLS", "A:1-2", "", "there"),
            ("STALLS", "A-2 A-1", "", "there"),
            ("STALLS", "A:2-3", "", r#"refused: ["A-2"]"#),
            ("STALLS", "A:1", "X", r#"refused: ["A-1"]"#),
            ("BALCONY", "A:1-2", "", "there"),
            ("BALCONY", "B-A-1", "", "there"),
            ("BALCONY", "A:1", "B", "there"),
            // The newest prefix of the section, whatever was added since.
            ("BALCONY", "C:1-2", "", "B-C-1 B-C-2"),
            // As the map shows them: row A, not row B-A.
            ("BALCONY", "B-A-3", "", "B-A-3"),
            ("BALCONY", "A:2-3", "", r#"refused: ["B-A-2"]"#),
            ("BALCONY", "A:2", "C", r#"refused: ["B-A-2"]"#),
            ("LOGE", "A:1-2", "", "there"),
            ("LOGE", "A:2-3", "", r#"refused: ["LG-A-2"]"#),
            ("LOGE", "B:1", "", "B-1"),
            // Another chair with this label is there.
            ("STALLS", "1", "A", r#"refused: ["A-1"]"#),
            ("GALLERY", "A-1", "", r#"refused: ["A-1"]"#),
            ("GALLERY", "A:1", "B", r#"refused: ["B-A-1"]"#),
            ("GALLERY", "A:1", "", "G-A-1"),
        ] {
            assert_eq!(scene.asks(section, seats, prefix), outcome, "{section} {seats} {prefix}");
        }
        // The chair that B-A-3 is, once it is there.
        let more = [("STALLS", "A-1", ""), ("BALCONY", "B-A-1", "B"), ("BALCONY", "B-A-3", "B")];
        assert_eq!(Scene::of(&more).asks("BALCONY", "A:3", ""), "there");
    }

    #[test]
    fn a_request_has_a_prefix_that_fits() {
        let asked = |labels: &str, prefix: &str| {
            let request = serde_json::json!({"section": "A", "price": {"amount": 100, "currency": "IDR"},
                "labels": [labels], "prefix": prefix});
            let request: NewSeats = serde_json::from_value(request).unwrap();
            request.expand()
        };
        let Ok(AskedSeats::Labels(labelled)) = asked("7", "VIP") else { panic!("no labels") };
        assert_eq!(labelled.labels[0].as_str(), "VIP-7");
        for (labels, prefix) in [("LONG-LABEL-7", "PREFIX"), ("LONG-LABEL-70000", "P")] {
            assert_eq!(asked(labels, prefix).unwrap_err().body()["field"], "prefix");
        }
    }

    #[test]
    fn seats_are_cut_into_blocks_and_found_again() {
        let (section, price) = ("A".parse().unwrap(), Money::idr(100));
        let (after, blocks) = Layout::new(0, vec![])
            .add(&event(), &section, price, &labels("A-B:1-600"), &Features::default(), "x")
            .unwrap();
        assert_eq!(blocks.iter().map(|b| b.labels.len()).collect::<Vec<_>>(), [500, 500, 200]);
        assert_eq!((after.blocks, after.layout_version, after.seats()), (3, 1, 1200));
        let layout = Layout::new(1, blocks);
        assert_eq!(layout.seat(&"B-600".parse().unwrap()).unwrap().block, "A#0002-x");
        assert!(layout.seat(&"B-601".parse().unwrap()).is_none());
        let (later, more) = layout.add(&after, &section, price, &labels("C:1-2"), &Features::default(), "y").unwrap();
        assert_eq!((more[0].id.as_str(), later.sections.len(), later.seats()), ("A#0003-y", 1, 1202));
    }

    #[test]
    fn refuses_a_label_twice_a_second_price_and_too_many() {
        let (section, price) = ("A".parse().unwrap(), Money::idr(100));
        let (after, blocks) = Layout::new(0, vec![])
            .add(&event(), &section, price, &labels("A:1-10"), &Features::default(), "x")
            .unwrap();
        let layout = Layout::new(1, blocks);
        let code = |section: &str, price, rows| {
            layout
                .add(&after, &section.parse().unwrap(), Money::idr(price), &labels(rows), &Features::default(), "y")
                .unwrap_err()
                .code()
        };
        assert_eq!(code("B", 100, "A:10-11"), Code::SeatExists);
        assert_eq!(code("A", 200, "C:1"), Code::SectionPrice);
        assert_eq!(code("B", 100, "B-U:1-1000"), Code::Invalid);
    }
}
