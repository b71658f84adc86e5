//! The sales of one event.

use crate::domain::{BlockMap, Layout, SeatStatus, SectionName};
use crate::ports::{Bookings, Events, Mismatches, SeatMaps};
use crate::usecases::own_event::own_event;
use contracts::edit::Seen;
use contracts::{Caller, EventId, Mismatch, MismatchKind, Money, Problem, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a section sold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SectionSales {
    /// Its name.
    pub name: SectionName,
    /// Seats sold.
    pub sold: u64,
    /// Seats held for payment.
    pub held: u64,
    /// Seats free.
    pub open: u64,
    /// The sum of what the seats sold cost.
    pub revenue: Money,
}

/// What disagrees between bookings, seats and invoices.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MismatchView {
    /// What.
    pub kind: MismatchKind,
    /// The booking's id, or a seat's label.
    pub subject: String,
    /// When it was found.
    pub found_at: Timestamp,
}

/// The sales of an event, accurate to within seconds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SalesView {
    /// The event.
    pub event_id: EventId,
    /// Its title.
    pub title: String,
    /// Seats sold.
    pub sold: u64,
    /// Seats held for payment.
    pub held: u64,
    /// Seats free.
    pub open: u64,
    /// The sum of what the seats sold cost.
    pub revenue: Money,
    /// The same for each section, in the order they were added.
    pub sections: Vec<SectionSales>,
    /// How many bookings got no ticket or lost it, by reason of failure or by status.
    pub failures: BTreeMap<String, u64>,
    /// What disagrees between bookings, seats and invoices, as the last reconciliation found it.
    pub mismatches: Vec<MismatchView>,
}

/// The ports that a sales report needs.
pub struct SalesPorts {
    /// The store of events.
    pub events: Arc<dyn Events>,
    /// The packed seat maps.
    pub maps: Arc<dyn SeatMaps>,
    /// The store of bookings.
    pub bookings: Arc<dyn Bookings>,
    /// What reconciliation found.
    pub mismatches: Arc<dyn Mismatches>,
}

/// The sales report of an event that the caller runs.
pub async fn get_sales(on: &SalesPorts, caller: &Caller, id: EventId) -> Result<SalesView, Problem> {
    let SalesPorts { events, maps, bookings, mismatches } = on;
    let event = own_event(&**events, caller, id, &Seen::Any).await?;
    let layout = events.layout(&event).await?;
    let sections = sections(&layout, &maps.read(id).await?);
    let total = |count: fn(&SectionSales) -> u64| sections.iter().map(count).sum();
    let found = mismatches.of_event(id).await?;
    let view = |Mismatch { kind, subject, found_at, .. }| MismatchView { kind, subject, found_at };
    Ok(SalesView {
        event_id: id,
        title: event.title,
        sold: total(|section| section.sold),
        held: total(|section| section.held),
        open: total(|section| section.open),
        revenue: Money::idr(total(|section| section.revenue.amount)),
        failures: bookings.endings(id).await?,
        mismatches: found.into_iter().map(view).collect(),
        sections,
    })
}

/// The layout has the price of every sold seat, because only open seats can change their price.
fn sections(layout: &Layout, maps: &[BlockMap]) -> Vec<SectionSales> {
    let mut sections: Vec<SectionSales> = Vec::new();
    for block in &layout.blocks {
        let at = sections.iter().position(|section| section.name == block.section).unwrap_or_else(|| {
            let (name, revenue) = (block.section.clone(), Money::idr(0));
            sections.push(SectionSales { name, sold: 0, held: 0, open: 0, revenue });
            sections.len() - 1
        });
        let Some(section) = sections.get_mut(at) else { continue };
        let Some(map) = maps.iter().find(|map| map.ordinal == block.ordinal) else { continue };
        for (label, letter) in block.labels.iter().zip(map.letters.chars()) {
            match SeatStatus::of_letter(letter) {
                SeatStatus::Open => section.open += 1,
                SeatStatus::OnGoing => section.held += 1,
                SeatStatus::Booked => {
                    section.sold += 1;
                    section.revenue.amount += block.price_of(label).amount;
                }
                SeatStatus::Withdrawn => {}
            }
        }
    }
    sections
}

impl SalesView {
    /// The report as CSV (RFC 4180): `part,name,value`, one fact a line.
    pub fn csv(&self) -> String {
        let mut text = "part,name,value\r\n".to_owned();
        let mut line = |part: &str, name: &str, value: &str| {
            text.extend([&*quoted(part), ",", &quoted(name), ",", &quoted(value), "\r\n"]);
        };
        line("event", "id", &self.event_id.to_string());
        line("event", "title", &self.title);
        for (part, numbers) in [("total", (self.sold, self.held, self.open, self.revenue))]
            .into_iter()
            .map(|(part, numbers)| (part.to_owned(), numbers))
            .chain(self.sections.iter().map(|s| (format!("section {}", s.name), (s.sold, s.held, s.open, s.revenue))))
        {
            let (sold, held, open, revenue) = numbers;
            line(&part, "sold", &sold.to_string());
            line(&part, "held", &held.to_string());
            line(&part, "open", &open.to_string());
            line(&part, "revenue_idr", &format!("{}.{:02}", revenue.amount / 100, revenue.amount % 100));
        }
        for (reason, count) in &self.failures {
            line("failures", reason, &count.to_string());
        }
        for mismatch in &self.mismatches {
            line("mismatch", mismatch.kind.into(), &mismatch.subject);
        }
        text
    }
}

/// The characters that begin a formula in a spreadsheet, with their full-width forms (OWASP, "CSV Injection").
const FORMULAS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Quotes a field where CSV needs it, and puts `'` before a field that a spreadsheet would read as a formula.
fn quoted(field: &str) -> String {
    let field = if field.starts_with(FORMULAS) { format!("'{field}") } else { field.to_owned() };
    if field.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_report_as_csv_is_quoted_and_runs_no_formula() {
        let sales = SalesView {
            event_id: EventId::new(Uuid::from_u128(1)),
            title: "=SUM(A1), \"live\"".into(),
            sold: 2,
            held: 1,
            open: 3,
            revenue: Money::idr(10_000_050),
            sections: vec![],
            failures: [("EXPIRED".to_owned(), 4)].into(),
            mismatches: vec![],
        };
        let csv = sales.csv();
        assert!(csv.contains("event,title,\"'=SUM(A1), \"\"live\"\"\"\r\n"), "{csv}");
        assert!(csv.contains("total,revenue_idr,100000.50\r\nfailures,EXPIRED,4\r\n"), "{csv}");
        for formula in ["=1", "+1", "-1", "@A", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"] {
            assert!(quoted(formula).trim_start_matches('"').starts_with('\''), "{formula:?}");
        }
        assert_eq!(quoted("1-2"), "1-2");
    }
}
