//! The sales report as CSV, with any text in the cells whose text somebody may choose. A standard reader reads back
//! every row, with three cells each. Each of these cells has the text that was put in, perhaps behind an apostrophe,
//! and no cell begins a formula.
#![no_main]

use contracts::{EventId, MismatchKind, Money};
use karcis_fuzz::now;
use libfuzzer_sys::fuzz_target;
use ticketing::usecases::get_sales::{MismatchView, SalesView};
use uuid::Uuid;

fuzz_target!(|text: &str| {
    let mut parts = text.split('\0');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (title, reason, subject) = (next(), next(), next());
    let sales = SalesView {
        event_id: EventId::new(Uuid::from_u128(1)),
        title: title.clone(),
        sold: 2,
        held: 1,
        open: u64::MAX,
        revenue: Money::idr(10_000_050),
        sections: vec![],
        failures: [(reason.clone(), 4)].into(),
        mismatches: vec![MismatchView {
            kind: MismatchKind::PaidWithoutBooking,
            subject: subject.clone(),
            found_at: now(),
        }],
    };
    let csv = sales.csv();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.expect("CSV that can be read")).collect();
    assert_eq!(rows.len(), 9, "{csv:?}");
    for row in &rows {
        assert_eq!(row.len(), 3, "{csv:?}");
        for cell in row {
            // OWASP, "CSV Injection": these characters begin a formula, and so do the full-width ones.
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']), "{cell:?}");
        }
    }
    for (row, column, put) in [(2, 2, &title), (7, 1, &reason), (8, 2, &subject)] {
        let cell = &rows[row][column];
        assert!(cell == put || cell.strip_prefix('\'') == Some(put), "{put:?} became {cell:?}");
    }
});
