use crate::domain::{Layout, SectionName};
use crate::ports::Plans;
use contracts::{EventId, Money, Problem, SeatLabel};
use serde::Serialize;

/// The seats of a section, in the order of the compact seat map.
#[derive(Debug, Serialize)]
pub struct SectionLayout {
    /// Its name.
    pub name: SectionName,
    /// The price of each seat.
    pub price: Money,
    /// Its labels, in order.
    pub labels: Vec<SeatLabel>,
}

/// All seats of an event. It changes only when seats do.
#[derive(Debug, Serialize)]
pub struct LayoutView {
    /// The event.
    pub event_id: EventId,
    /// The version that the compact seat map names as `layout`.
    pub layout: u64,
    /// In the order that sections were added.
    pub sections: Vec<SectionLayout>,
}

/// An event's layout.
pub async fn get_layout(plans: &dyn Plans, id: EventId) -> Result<LayoutView, Problem> {
    let plan = plans.plan(id, true).await?.ok_or_else(Problem::not_found)?;
    Ok(LayoutView { event_id: id, layout: plan.1.version, sections: sections(&plan.1) })
}

fn sections(layout: &Layout) -> Vec<SectionLayout> {
    let mut sections: Vec<SectionLayout> = Vec::new();
    for block in &layout.blocks {
        match sections.iter_mut().find(|section| section.name == block.section) {
            Some(section) => section.labels.extend_from_slice(&block.labels),
            None => sections.push(SectionLayout {
                name: block.section.clone(),
                price: block.price,
                labels: block.labels.clone(),
            }),
        }
    }
    sections
}
