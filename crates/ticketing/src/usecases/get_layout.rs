//! An event's seats by section, for clients that read the compact seat map.

use crate::domain::Layout;
use crate::ports::{Events, Plans};
use contracts::{EventId, Money, Problem, SeatLabel, SectionName};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The seats of a section, in the order of the compact seat map.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SectionLayout {
    /// Its name.
    pub name: SectionName,
    /// The price of each seat.
    pub price: Money,
    /// Its labels, in order.
    pub labels: Vec<SeatLabel>,
    /// The same seats in the same order, as they stand on the chairs: those of one row that follow each other together.
    pub rows: Vec<RowLayout>,
    /// Seats with a price of their own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<SeatLabel, Money>,
}

/// Seats of one row that follow each other in the map.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RowLayout {
    /// Its name, if the section has rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The seats' numbers.
    pub numbers: Vec<String>,
}

/// All seats of an event. It changes only when seats do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LayoutView {
    /// The event.
    pub event_id: EventId,
    /// The version that the compact seat map names as `layout`.
    pub layout: u64,
    /// In the order that sections were added.
    pub sections: Vec<SectionLayout>,
}

/// An event's layout. It is read again only if the cached one is older than the event's present version.
pub async fn get_layout(events: &dyn Events, plans: &dyn Plans, id: EventId) -> Result<LayoutView, Problem> {
    let event = events.get(id).await?.ok_or_else(Problem::not_found)?;
    let plan = match plans.plan(id, false).await? {
        Some(plan) if plan.layout.version < event.layout_version => plans.plan(id, true).await?,
        plan => plan,
    };
    let plan = plan.ok_or_else(Problem::not_found)?;
    Ok(LayoutView { event_id: id, layout: plan.layout.version, sections: sections(&plan.layout) })
}

fn sections(layout: &Layout) -> Vec<SectionLayout> {
    let mut sections: Vec<SectionLayout> = Vec::new();
    for block in &layout.blocks {
        let at = sections.iter().position(|section| section.name == block.section).unwrap_or_else(|| {
            let (name, price) = (block.section.clone(), block.price);
            sections.push(SectionLayout { name, price, labels: vec![], rows: vec![], prices: BTreeMap::new() });
            sections.len() - 1
        });
        let Some(section) = sections.get_mut(at) else { continue };
        section.prices.extend(block.prices.clone());
        let prefix = block.prefix();
        for label in block.seats() {
            let (row, number) = label.chair(prefix.as_ref());
            match section.rows.last_mut().filter(|last| last.row.as_deref() == row) {
                Some(last) => last.numbers.push(number.to_owned()),
                None => section.rows.push(RowLayout { row: row.map(str::to_owned), numbers: vec![number.to_owned()] }),
            }
            section.labels.push(label.clone());
        }
    }
    sections
}
