//! How an event's seats stand: sections, rows, and where rows are broken. What is beside what follows from the layout's
//! order and its aisles, never from the numbers on the chairs.

use crate::domain::{Block, Layout};
use contracts::{Mark, Money, SeatLabel, SectionName};
use std::collections::BTreeSet;

/// A section as it stands.
#[derive(Debug)]
pub struct Hall<'a> {
    /// Its name.
    pub section: &'a SectionName,
    /// The price of each seat that has none of its own.
    pub price: Money,
    /// Its rows, from the stage on.
    pub rows: Vec<Row<'a>>,
    /// Is the last row broken behind its last seat? A row may go on in the next block.
    broken: bool,
}

/// A row as it stands.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its name, if the section has rows.
    pub name: Option<&'a str>,
    /// Its seats that are on the plan, from one side to the other.
    pub seats: Vec<Chair<'a>>,
}

/// A seat as it stands.
#[derive(Debug, Clone)]
pub struct Chair<'a> {
    /// Its label.
    pub label: &'a SeatLabel,
    /// Its number in the row.
    pub number: &'a str,
    /// Its price, if that is not its section's.
    pub price: Option<Money>,
    /// What is special about it.
    pub marks: Option<&'a BTreeSet<Mark>>,
    /// The ordinal of its block, and its place in the block's map.
    pub place: (u32, usize),
    /// Is it apart from the seat before it, by an aisle or a seat that is no longer there?
    pub apart: bool,
    /// Where it stands across the row. An aisle, and a seat that is no longer there, take the room of one seat.
    pub across: u32,
}

/// The sections of a layout in the order in which they were added.
pub fn halls(layout: &Layout) -> Vec<Hall<'_>> {
    let mut halls: Vec<Hall<'_>> = Vec::new();
    for block in &layout.blocks {
        let at = halls.iter().position(|hall| *hall.section == block.section).unwrap_or_else(|| {
            halls.push(Hall { section: &block.section, price: block.price, rows: vec![], broken: false });
            halls.len() - 1
        });
        if let Some(hall) = halls.get_mut(at) {
            hall.take(block);
        }
    }
    halls
}

impl Chair<'_> {
    /// Has it this mark?
    pub fn has(&self, mark: Mark) -> bool {
        self.marks.is_some_and(|marks| marks.contains(&mark))
    }
}

impl<'a> Hall<'a> {
    /// Adds a block's seats. Those of the row that the section ends with go on with it.
    fn take(&mut self, block: &'a Block) {
        let prefix = block.prefix();
        for (place, label) in block.labels.iter().enumerate() {
            if block.withdrawn.contains(label) {
                self.broken = true;
                continue;
            }
            let (name, number) = label.chair(prefix.as_ref());
            if self.rows.last().is_none_or(|row| row.name != name) {
                self.rows.push(Row { name, seats: vec![] });
                self.broken = false;
            }
            let Some(row) = self.rows.last_mut() else { continue };
            let before = row.seats.last();
            let apart = before.is_some() && self.broken;
            row.seats.push(Chair {
                label,
                number,
                price: block.prices.get(label).copied(),
                marks: block.marks.get(label),
                place: (block.ordinal, place),
                apart,
                across: before.map_or(0, |before| before.across + 1 + u32::from(apart)),
            });
            self.broken = block.aisles.contains(label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Blocks of one section, each with the labels of its seats, those with an aisle behind them, and those withdrawn.
    fn rows(blocks: &[(&str, &str, &str)]) -> Vec<String> {
        let labels =
            |text: &str| text.split_whitespace().map(|label| label.parse().unwrap()).collect::<Vec<SeatLabel>>();
        let blocks = (0..).zip(blocks).map(|(ordinal, (seats, aisles, withdrawn))| Block {
            ordinal,
            id: format!("A#{ordinal:04}-x"),
            section: "A".parse().unwrap(),
            price: Money::idr(100),
            labels: labels(seats),
            prices: BTreeMap::new(),
            withdrawn: labels(withdrawn).into_iter().collect(),
            aisles: labels(aisles).into_iter().collect(),
            marks: BTreeMap::new(),
        });
        let layout = Layout::new(1, blocks.collect());
        let seat = |chair: &Chair<'_>| format!("{}{}", if chair.apart { "|" } else { "" }, chair.number);
        let row =
            |row: &Row<'_>| format!("{} {}", row.name.unwrap_or("-"), row.seats.iter().map(seat).collect::<String>());
        halls(&layout).iter().flat_map(|hall| hall.rows.iter().map(row)).collect()
    }

    #[test]
    fn a_row_is_broken_where_it_is_whatever_block_its_seats_are_in() {
        for (blocks, stands) in [
            (&[("A-1 A-2 A-3 B-1", "", "")][..], &["A 123", "B 1"][..]),
            (&[("A-1 A-2 A-3", "A-2", "")], &["A 12|3"]),
            (&[("A-1 A-2 A-3", "", "A-2")], &["A 1|3"]),
            // A row that goes on in the next block.
            (&[("A-1 A-2", "", ""), ("A-3", "", "")], &["A 123"]),
            (&[("A-1 A-2", "A-2", ""), ("A-3", "", "")], &["A 12|3"]),
            (&[("A-1 A-2", "", "A-2"), ("A-3", "", "")], &["A 1|3"]),
            (&[("A-1 A-2", "", ""), ("A-3 A-4", "", "A-3")], &["A 12|4"]),
            // Behind the last seat of a row there is nothing to be apart from.
            (&[("A-1 A-2 B-1", "A-2", "")], &["A 12", "B 1"]),
            (&[("A-1 A-2", "A-2", ""), ("B-1", "", "")], &["A 12", "B 1"]),
            (&[("A-1 B-1 B-2", "", "B-1")], &["A 1", "B 2"]),
            (&[("7 8", "7", "")], &["- 7|8"]),
        ] {
            assert_eq!(rows(blocks), stands, "{blocks:?}");
        }
    }
}
