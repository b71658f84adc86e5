//! Cursors of lists. A cursor that can be read gives a short text, and writing that text gives the same cursor again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(place) = table::of_cursor(text) {
        assert!(place.len() <= 200, "too long: {place:?}");
        assert_eq!(table::cursor(&place), text, "one place, two cursors");
    }
    let longest = text.char_indices().map(|(at, one)| at + one.len_utf8()).take_while(|&end| end <= 200).last();
    let place = &text[..longest.unwrap_or(0)];
    assert_eq!(table::of_cursor(&table::cursor(place)).as_deref(), Some(place));
});
