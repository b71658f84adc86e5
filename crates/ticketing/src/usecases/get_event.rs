//! An event as people see it, with its free seats. `list_events` shares the view.

use crate::domain::event::{EventKind, EventStatus};
use crate::domain::{BlockMap, Event, SeatStatus};
use crate::ports::{Events, SeatMaps, ShownEvents, ShownMaps};
use contracts::{EventId, Money, MovieId, Problem, SectionName, TimeZone, Timestamp};
use futures::future::try_join;
use schemars::JsonSchema;
use serde::Serialize;

/// A section as people see it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SectionView {
    /// Its name.
    pub name: SectionName,
    /// The price of each seat.
    pub price: Money,
    /// How many seats it has.
    pub seats: u32,
    /// How many of them were open about a second ago.
    pub open: usize,
}

/// An event as people see it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventView {
    /// Its id.
    pub id: EventId,
    /// Its title.
    pub title: String,
    /// What kind of event.
    pub kind: EventKind,
    /// The movie that it screens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movie_id: Option<MovieId>,
    /// Where.
    pub venue: String,
    /// In which city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is over.
    pub ends_at: Timestamp,
    /// The zone whose clocks say when, by its IANA name. Only an event from before zones were kept has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
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
    /// Grows with every change that its organiser makes.
    pub version: u64,
}

impl EventView {
    /// From the event and its seat maps.
    pub fn new(event: &Event, maps: &[BlockMap]) -> Self {
        let open = |name: &SectionName| {
            maps.iter().filter(|map| map.section == *name).map(|map| map.count(SeatStatus::Open)).sum()
        };
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
            movie_id: event.movie_id,
            venue: event.venue.clone(),
            city: event.city.clone(),
            starts_at: event.starts_at,
            ends_at: event.ends_at(),
            time_zone: event.time_zone.clone(),
            sections: sections.collect(),
            max_seats_per_user: event.max_seats_per_user,
            on_sale_from: event.on_sale_from,
            on_sale_until: event.on_sale_until,
            status: event.status,
            version: event.version,
        }
    }
}

/// One event as it is now, with its free seats, for who changed it.
pub async fn get_event(events: &dyn Events, maps: &dyn SeatMaps, id: EventId) -> Result<EventView, Problem> {
    let (event, maps) = try_join(events.get(id), maps.read(id)).await?;
    Ok(EventView::new(&event.ok_or_else(Problem::not_found)?, &maps))
}

/// One event as everybody may see it, with its free seats.
pub async fn show_event(events: &dyn ShownEvents, maps: &dyn ShownMaps, id: EventId) -> Result<EventView, Problem> {
    let (event, maps) = try_join(events.shown(id), maps.shown(id)).await?;
    Ok(EventView::new(&event.ok_or_else(Problem::not_found)?, &maps))
}
