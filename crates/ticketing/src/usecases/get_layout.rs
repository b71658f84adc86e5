//! An event's seats by section, for clients that read the compact seat map.

use crate::domain::event::EventKind;
use crate::domain::hall::{Hall, Row, halls};
use crate::domain::layout::Layout;
use crate::ports::{A_MOMENT, Plans};
use contracts::{EventId, Mark, Money, Problem, SeatLabel, SectionName};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The seats of a section, in the order of the compact seat map.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SectionLayout {
    /// Its name.
    pub name: SectionName,
    /// The price of each seat.
    pub price: Money,
    /// The blocks that its seats are in, in order: the compact map has a version for each, and watchers are told each
    /// by itself.
    pub blocks: Vec<BlockLayout>,
    /// Its labels, in order.
    pub labels: Vec<SeatLabel>,
    /// The same seats in the same order, as they stand on the chairs: those of one row that follow each other together.
    pub rows: Vec<RowLayout>,
    /// Seats with a price of their own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<SeatLabel, Money>,
    /// Seats that are special.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub marks: BTreeMap<SeatLabel, BTreeSet<Mark>>,
}

/// A block: seats of one section that follow each other.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BlockLayout {
    /// Its number.
    pub block: u32,
    /// How many seats it has.
    pub seats: usize,
}

/// Seats of one row that follow each other in the map.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RowLayout {
    /// Its name, if the section has rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The seats' numbers.
    pub numbers: Vec<String>,
    /// Before which seats the row is broken, counted from 0: by an aisle, or by a seat that is no longer there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<usize>,
}

/// What an audience looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Front {
    /// A cinema's screen.
    Screen,
    /// A stage.
    Stage,
}

/// All seats of an event. It changes only when seats do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LayoutView {
    /// The event.
    pub event_id: EventId,
    /// The version that the compact seat map names as `layout`.
    pub layout: u64,
    /// What the first row of each section is nearest to.
    pub front: Front,
    /// In the order that sections were added.
    pub sections: Vec<SectionLayout>,
}

/// An event's layout.
pub async fn get_layout(plans: &dyn Plans, id: EventId) -> Result<LayoutView, Problem> {
    let plan = plans.plan(id, A_MOMENT).await?.ok_or_else(Problem::not_found)?;
    let front = match plan.event.kind {
        EventKind::Screening => Front::Screen,
        EventKind::Concert => Front::Stage,
    };
    let sections = halls(&plan.layout).into_iter().map(|hall| section(&plan.layout, hall)).collect();
    Ok(LayoutView { event_id: id, layout: plan.layout.version, front, sections })
}

fn section(layout: &Layout, hall: Hall<'_>) -> SectionLayout {
    let blocks = layout.blocks.iter().filter(|block| block.section == *hall.section);
    let seats = || hall.rows.iter().flat_map(|row| &row.seats);
    SectionLayout {
        name: hall.section.clone(),
        price: hall.price,
        blocks: blocks.map(|block| BlockLayout { block: block.ordinal, seats: block.seats().count() }).collect(),
        labels: seats().map(|chair| chair.label.clone()).collect(),
        prices: seats().filter_map(|chair| Some((chair.label.clone(), chair.price?))).collect(),
        marks: seats().filter_map(|chair| Some((chair.label.clone(), chair.marks?.clone()))).collect(),
        rows: hall.rows.iter().map(row).collect(),
    }
}

fn row(row: &Row<'_>) -> RowLayout {
    let seats = row.seats.iter();
    RowLayout {
        row: row.name.map(str::to_owned),
        numbers: seats.clone().map(|chair| chair.number.to_owned()).collect(),
        gaps: seats.enumerate().filter(|(_, chair)| chair.apart).map(|(place, _)| place).collect(),
    }
}
