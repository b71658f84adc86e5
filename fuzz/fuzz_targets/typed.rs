//! What people type: names, searches, passwords, languages, zones, references, telephone and meter numbers. Nothing
//! panics, and whatever was taken in is taken in again as it stands: the form that is kept is the form that is kept.
#![no_main]

use accounts::domain::{Country, ProfileChanges, Registration};
use contracts::{
    Locale, Reference, SeatLabel, SeatPrefix, TimeZone, Timestamp, folded, line, opaque, paragraphs, ungrouped,
};
use libfuzzer_sys::fuzz_target;
use power::domain::MeterQuery;
use serde_json::json;

fuzz_target!(|text: &str| {
    if let Some(kept) = line(text, 200) {
        assert_eq!(line(&kept, 200).as_ref(), Some(&kept), "a line is another line");
        assert!(!kept.contains("  ") && !kept.starts_with(' ') && !kept.ends_with(' '));
        assert!(!kept.chars().any(char::is_control), "a line has a control character");
    }
    if let Some(kept) = paragraphs(text, 4000) {
        assert_eq!(paragraphs(&kept, 4000), Some(kept), "a text is another text");
    }
    let once = folded(text);
    assert_eq!(folded(&once), once, "a folded text folds to another");
    if let Some(kept) = opaque(text) {
        assert_eq!(opaque(&kept), Some(kept), "a password is another password");
    }
    let digits = ungrouped(text);
    assert_eq!(ungrouped(&digits), digits, "a number is another number");
    if let Ok(meter) = text.parse::<MeterQuery>() {
        assert_eq!(meter.as_str().parse::<MeterQuery>().ok().as_ref(), Some(&meter));
    }
    if let Ok(reference) = text.parse::<Reference>() {
        assert_eq!(reference.to_string().parse::<Reference>().ok(), Some(reference), "a reference is another one");
    }
    if let Ok(zone) = text.parse::<TimeZone>() {
        assert_eq!(zone.to_string().parse::<TimeZone>().ok(), Some(zone.clone()), "a zone is another one");
        assert!(!zone.clock(Timestamp::from_millis(0)).in_words(Locale::Id).is_empty());
    }
    if let Ok(label) = text.parse::<SeatLabel>() {
        let prefix = "BAL".parse::<SeatPrefix>().expect("a prefix");
        if let Ok(prefixed) = label.prefixed(&prefix) {
            assert_eq!(prefixed.chair(Some(&prefix)), label.chair(None), "a prefix changes the chair");
        }
    }
    drop(text.parse::<Locale>());
    drop(text.parse::<Timestamp>());
    let body = json!({"email": "a@b.id", "password": "correct horse", "name": "A", "phone": text});
    if let Ok(registration) = serde_json::from_value::<Registration>(body) {
        if let Ok(new) = registration.check(Country::ID) {
            if let Some(phone) = new.phone {
                assert!(phone.starts_with('+') && phone[1..].bytes().all(|b| b.is_ascii_digit()), "{phone}");
                assert!((9..=16).contains(&phone.len()), "{phone}");
                let again = json!({"email": "a@b.id", "password": "correct horse", "name": "A", "phone": phone});
                let again = serde_json::from_value::<Registration>(again).map(|again| again.check(Country::ID));
                assert_eq!(again.ok().and_then(Result::ok).and_then(|new| new.phone), Some(phone));
            }
        }
    }
    drop(serde_json::from_value::<ProfileChanges>(json!({"phone": text, "locale": text})));
});
