//! The seat map, in full or compact.

use crate::domain::{BlockMap, SeatStatus};
use crate::ports::{PLAN_LIFE, Plan, Plans, ShownMaps};
use contracts::{EventId, Money, Problem, SeatLabel, SectionName};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// A seat and its status.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeatView {
    /// Its label.
    pub label: SeatLabel,
    /// Its row as it stands on the chair, if the section has rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Its number in the row.
    pub number: String,
    /// Its status about a second ago.
    pub status: SeatStatus,
    /// Its price, if that is not its section's price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
}

/// A section's seats.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SectionSeats {
    /// Its name.
    pub name: SectionName,
    /// The price of each seat.
    pub price: Money,
    /// In the layout's order.
    pub seats: Vec<SeatView>,
}

/// The seat map, in full or with one letter a seat.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum SeatMapView {
    /// Every seat by its label.
    Full {
        /// The event.
        event_id: EventId,
        /// Grows with every change.
        version: u64,
        /// In the order that sections were added.
        sections: Vec<SectionSeats>,
    },
    /// One letter a seat, in the layout's order.
    Compact {
        /// The event.
        event_id: EventId,
        /// Grows with every change.
        version: u64,
        /// The version of the layout that these letters belong to.
        layout: u64,
        /// The version of each block, by its number in the layout.
        blocks: BTreeMap<u32, u64>,
        /// Letters by section: `O` open, `G` on going, `B` booked, and `W` withdrawn, in an event that is cancelled.
        sections: BTreeMap<SectionName, String>,
    },
}

impl SeatMapView {
    /// Grows with every change.
    pub const fn version(&self) -> u64 {
        match self {
            Self::Full { version, .. } | Self::Compact { version, .. } => *version,
        }
    }
}

/// A form of the seat map other than the full one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownView, parse_err_fn = UnknownView::of)]
pub enum View {
    /// One letter a seat.
    Compact,
}

/// The error for a text that is no form of the seat map.
#[derive(Debug, thiserror::Error)]
#[error("Only `compact`.")]
pub struct UnknownView;

impl UnknownView {
    const fn of(_: &str) -> Self {
        Self
    }
}

/// The status of each seat of an event.
pub async fn list_seats(
    plans: &dyn Plans,
    maps: &dyn ShownMaps,
    event_id: EventId,
    view: Option<View>,
) -> Result<SeatMapView, Problem> {
    let compact = view == Some(View::Compact);
    let maps = maps.shown(event_id).await?;
    let version =
        maps.iter().map(|map| map.version).sum::<u64>() + maps.iter().map(|map| map.layout).max().unwrap_or(0);
    let layout = maps.iter().map(|map| map.layout).max().unwrap_or(0);
    if compact && !maps.is_empty() {
        let mut sections: BTreeMap<SectionName, String> = BTreeMap::new();
        for map in &*maps {
            sections.entry(map.section.clone()).or_default().push_str(&map.visible());
        }
        let blocks = maps.iter().map(|map| (map.ordinal, map.version)).collect();
        return Ok(SeatMapView::Compact { event_id, version, layout, blocks, sections });
    }
    let plan = match plans.plan(event_id, PLAN_LIFE).await? {
        Some(plan) if plan.layout.version < layout => plans.plan(event_id, Duration::ZERO).await?,
        plan => plan,
    };
    let plan = plan.ok_or_else(Problem::not_found)?;
    if compact {
        return Ok(SeatMapView::Compact {
            event_id,
            version,
            layout,
            blocks: BTreeMap::new(),
            sections: BTreeMap::new(),
        });
    }
    Ok(SeatMapView::Full { event_id, version, sections: sections(&plan, &maps) })
}

fn sections(plan: &Plan, maps: &[BlockMap]) -> Vec<SectionSeats> {
    let mut sections: Vec<SectionSeats> = Vec::new();
    for map in maps {
        let Some(block) = plan.layout.blocks.iter().find(|block| block.ordinal == map.ordinal) else { continue };
        let prefix = block.prefix();
        let seats = block.labels.iter().zip(map.letters.chars());
        let seats = seats.map(|(label, letter)| {
            let (row, number) = label.chair(prefix.as_ref());
            SeatView {
                label: label.clone(),
                row: row.map(str::to_owned),
                number: number.to_owned(),
                status: SeatStatus::of_letter(letter),
                price: block.prices.get(label).copied(),
            }
        });
        let seats = seats.filter(|seat| !block.withdrawn.contains(&seat.label));
        match sections.iter_mut().find(|section| section.name == block.section) {
            Some(section) => section.seats.extend(seats),
            None => {
                sections.push(SectionSeats { name: block.section.clone(), price: block.price, seats: seats.collect() });
            }
        }
    }
    sections
}
