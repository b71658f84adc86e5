//! The sales report as CSV, with any text in the cells whose text somebody may choose. A standard reader reads back
//! every row, with three cells each. Each of these cells has the text that was put in, perhaps behind an apostrophe,
//! and no cell begins a formula.
#![no_main]

use contracts::{EventId, MismatchKind, Money};
use karcis_fuzz::now;
use libfuzzer_sys::fuzz_target;
use ticketing::usecases::get_sales::{MismatchView, SalesView, Separator};
use uuid::Uuid;

fuzz_target!(|text: &str| {
    let mut parts = text.split('\0');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (title, reason, subject) = (next(), next(), next());
    let sales = SalesView {
        event_id: EventId::new(Uuid::from_u128(1)),
        title: title.clone(),
        starts_at: now(),
        time_zone: None,
        sold: 2,
        held: 1,
        open: u64::MAX,
        revenue: Money::idr(10_000_000),
        sections: vec![],
        failures: [(reason.clone(), 4)].into(),
        mismatches: vec![MismatchView {
            kind: MismatchKind::PaidWithoutBooking,
            subject: subject.clone(),
            found_at: now(),
        }],
    };
    let csv = sales.csv(Separator::Semicolon).expect("a table");
    let table = csv.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).delimiter(b';').from_reader(table.as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.expect("CSV that can be read")).collect();
    assert_eq!(rows.len(), 11, "{csv:?}");
    for row in &rows {
        assert_eq!(row.len(), 3, "{csv:?}");
        for cell in row {
            // OWASP, "CSV Injection": these characters begin a formula, and so do the full-width ones.
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']), "{cell:?}");
        }
    }
    for (row, column, put) in [(2, 2, &title), (9, 1, &reason), (10, 2, &subject)] {
        let cell = &rows[row][column];
        assert!(cell == put || cell.strip_prefix('\'') == Some(put), "{put:?} became {cell:?}");
    }
});
