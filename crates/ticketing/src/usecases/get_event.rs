use crate::domain::event::{EventKind, EventStatus};
use crate::domain::{BlockMap, Event, SectionName};
use crate::ports::{Plans, SeatMaps};
use contracts::{EventId, Money, Problem, Timestamp};
use serde::Serialize;

/// A section as people see it.
#[derive(Debug, Serialize)]
pub struct SectionView {
    /// Its name.
    pub name: SectionName,
    /// The price of each seat.
    pub price: Money,
    /// How many seats it has.
    pub seats: u32,
    /// How many of them are open, a second ago.
    pub open: usize,
}

/// An event as people see it.
#[derive(Debug, Serialize)]
pub struct EventView {
    /// Its id.
    pub id: EventId,
    /// Its title.
    pub title: String,
    /// What kind of event.
    pub kind: EventKind,
    /// Where.
    pub venue: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// Its sections.
    pub sections: Vec<SectionView>,
    /// How many seats one buyer may have.
    pub max_seats_per_user: u32,
    /// When sale begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_sale_from: Option<Timestamp>,
    /// When sale ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_sale_until: Option<Timestamp>,
    /// Where it stands.
    pub status: EventStatus,
}

impl EventView {
    /// From the event and its seat maps.
    pub fn new(event: &Event, maps: &[BlockMap]) -> Self {
        let open = |name: &SectionName| maps.iter().filter(|m| m.section == *name).map(BlockMap::open_seats).sum();
        let sections = event.sections.iter().map(|section| SectionView {
            name: section.name.clone(),
            price: section.price,
            seats: section.seats,
            open: open(&section.name),
        });
        Self {
            id: event.id,
            title: event.title.clone(),
            kind: event.kind,
            venue: event.venue.clone(),
            starts_at: event.starts_at,
            sections: sections.collect(),
            max_seats_per_user: event.max_seats_per_user,
            on_sale_from: event.on_sale_from,
            on_sale_until: event.on_sale_until,
            status: event.status,
        }
    }
}

/// One event, with its free seats.
pub async fn get_event(plans: &dyn Plans, maps: &dyn SeatMaps, id: EventId) -> Result<EventView, Problem> {
    let maps = maps.read(id).await?;
    let newest = maps.iter().map(|map| map.layout).max().unwrap_or(0);
    // A plan from before the newest seats would not know their section.
    let plan = match plans.plan(id, false).await? {
        Some(plan) if plan.0.layout_version < newest => plans.plan(id, true).await?,
        plan => plan,
    };
    let plan = plan.ok_or_else(Problem::not_found)?;
    Ok(EventView::new(&plan.0, &maps))
}
