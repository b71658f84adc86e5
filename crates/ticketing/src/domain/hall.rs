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
            halls.push(Hall { section: &block.section, price: block.price, rows: vec![] });
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
        let mut broken = false;
        for (place, label) in block.labels.iter().enumerate() {
            if block.withdrawn.contains(label) {
                broken = true;
                continue;
            }
            let (name, number) = label.chair(prefix.as_ref());
            if self.rows.last().is_none_or(|row| row.name != name) {
                self.rows.push(Row { name, seats: vec![] });
                broken = false;
            }
            let Some(row) = self.rows.last_mut() else { continue };
            let before = row.seats.last();
            let apart = before.is_some() && broken;
            row.seats.push(Chair {
                label,
                number,
                price: block.prices.get(label).copied(),
                marks: block.marks.get(label),
                place: (block.ordinal, place),
                apart,
                across: before.map_or(0, |before| before.across + 1 + u32::from(apart)),
            });
            broken = block.aisles.contains(label);
        }
    }
}
