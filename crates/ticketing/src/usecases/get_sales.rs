//! The sales of one event.

use crate::domain::{BlockMap, Layout, SeatStatus};
use crate::ports::{Bookings, Events, Mismatches, SeatMaps};
use crate::usecases::own_event::own_event;
use contracts::edit::Seen;
use contracts::{
    Caller, EventId, Failure, Locale, Mismatch, MismatchKind, Money, Problem, SectionName, TimeZone, Timestamp, UserId,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

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
    /// When it begins.
    pub starts_at: Timestamp,
    /// The zone whose clocks say when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// Who may take the event over, if its organiser hands it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor_id: Option<UserId>,
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
        starts_at: event.starts_at,
        time_zone: event.time_zone,
        successor_id: event.successor_id,
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

/// A text that names no separator.
#[derive(Debug, thiserror::Error)]
#[error("One of comma, semicolon, tab.")]
pub struct UnknownSeparator;

impl UnknownSeparator {
    /// Of this text, which is not repeated.
    const fn of(_: &str) -> Self {
        Self
    }
}

/// What stands between the columns of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, strum::EnumString)]
#[strum(serialize_all = "snake_case", parse_err_ty = UnknownSeparator, parse_err_fn = UnknownSeparator::of)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// As spreadsheets in English expect.
    Comma,
    /// As spreadsheets expect where a comma is in numbers, Indonesian ones too.
    Semicolon,
    /// As pasted text.
    Tab,
}

impl Separator {
    /// What a spreadsheet in this language expects.
    pub const fn of(locale: Locale) -> Self {
        match locale {
            Locale::Id => Self::Semicolon,
            Locale::En => Self::Comma,
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

const DATE: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day] [hour]:[minute]");

/// A spreadsheet reads a file as UTF-8 only if it begins with this.
const BYTE_ORDER_MARK: char = '\u{feff}';

impl SalesView {
    /// The report as a table for spreadsheets: `part`, `name`, `value`, one fact a line. Money is in whole rupiah.
    pub fn csv(&self, separator: Separator) -> Result<String, Failure> {
        let mut facts = vec![["part", "name", "value"].map(str::to_owned)];
        let mut fact = |part: &str, name: &str, value: &str| facts.push([part, name, value].map(unlike_a_formula));
        fact("event", "id", &self.event_id.to_string());
        fact("event", "title", &self.title);
        // An event from before zones were kept has its time in UTC here.
        let zone = self.time_zone.clone().unwrap_or_default();
        // In this form, spreadsheets in both languages read a date, and texts sort as dates do.
        let begins = zone.clock(self.starts_at).time.format(DATE).map_err(|e| Failure::permanent("write a date", e))?;
        fact("event", "starts_at", &begins);
        fact("event", "time_zone", &zone.to_string());
        for (part, (sold, held, open, revenue)) in [("total", (self.sold, self.held, self.open, self.revenue))]
            .into_iter()
            .map(|(part, numbers)| (part.to_owned(), numbers))
            .chain(self.sections.iter().map(|s| (format!("section {}", s.name), (s.sold, s.held, s.open, s.revenue))))
        {
            fact(&part, "sold", &sold.to_string());
            fact(&part, "held", &held.to_string());
            fact(&part, "open", &open.to_string());
            // Prices are whole rupiah, so their sum is.
            fact(&part, "revenue_idr", &(revenue.amount / 100).to_string());
        }
        for (reason, count) in &self.failures {
            fact("failures", reason, &count.to_string());
        }
        for mismatch in &self.mismatches {
            fact("mismatch", mismatch.kind.into(), &mismatch.subject);
        }
        let mut table = csv::WriterBuilder::new();
        let mut table = table.delimiter(separator.byte()).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for fact in &facts {
            table.write_record(fact).map_err(|e| Failure::permanent("write a table", e))?;
        }
        let bytes = table.into_inner().map_err(|_| Failure::permanent("write a table", "it is not flushed"))?;
        let text = String::from_utf8(bytes).map_err(|e| Failure::permanent("write a table", e))?;
        Ok(format!("{BYTE_ORDER_MARK}{text}"))
    }
}

/// The characters that begin a formula in a spreadsheet, with their full-width forms (OWASP, "CSV Injection").
const FORMULAS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Puts `'` before a field that a spreadsheet would read as a formula.
fn unlike_a_formula(field: &str) -> String {
    if field.starts_with(FORMULAS) { format!("'{field}") } else { field.to_owned() }
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
            starts_at: "2026-11-29T11:30:00Z".parse().unwrap(),
            time_zone: Some("Asia/Makassar".parse().unwrap()),
            successor_id: None,
            sold: 2,
            held: 1,
            open: 3,
            revenue: Money::idr(10_000_000),
            sections: vec![],
            failures: [("EXPIRED".to_owned(), 4)].into(),
            mismatches: vec![],
        };
        for (separator, title, revenue) in [
            (Separator::Comma, "event,title,\"'=SUM(A1), \"\"live\"\"\"\r\n", "total,revenue_idr,100000\r\n"),
            (Separator::Semicolon, "event;title;\"'=SUM(A1), \"\"live\"\"\"\r\n", "total;revenue_idr;100000\r\n"),
            (Separator::Tab, "event\ttitle\t\"'=SUM(A1), \"\"live\"\"\"\r\n", "total\trevenue_idr\t100000\r\n"),
        ] {
            let csv = sales.csv(separator).unwrap();
            assert!(csv.starts_with("\u{feff}part"), "{csv}");
            assert!(csv.contains(title) && csv.contains(revenue), "{csv}");
            assert!(csv.contains("2026-11-29 19:30\r\n"), "{csv}");
        }
        for formula in ["=1", "+1", "-1", "@A", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"] {
            assert!(unlike_a_formula(formula).starts_with('\''), "{formula:?}");
        }
        assert_eq!(unlike_a_formula("1-2"), "1-2");
    }
}
