//! Telephone numbers, as they are pasted from contacts.

use contracts::{Problem, ungrouped};
use phonenumber::Mode;

/// The country whose national numbers are understood without a `+`: an ISO 3166 code, such as `ID`.
pub use phonenumber::country::Id as Country;

/// Reads a telephone number and answers it in E.164: `+` and 8 to 15 digits.
///
/// It may be grouped by blanks, hyphens, dots and brackets, and be a link (`tel:`, RFC 3966). A number without `+`, or
/// `00` in its place, is one of `country`. A number with `+` is taken even where the library's tables do not know its
/// range: new ones come each month.
pub fn phone(given: &str, country: Country) -> Result<String, Problem> {
    let wrong = || {
        let why =
            "A telephone number of the country, or one with a plus sign and 8 to 15 digits, such as +628123456789.";
        Problem::invalid("phone", why)
    };
    let text = ungrouped(given);
    let scheme = text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
    let text = if scheme { text.get(4..).unwrap_or_default() } else { &text };
    // The hyphen of `phone-context` is gone with those that group digits.
    let (text, context) = text.split_once(";phonecontext=").unwrap_or((text, ""));
    let text =
        text.strip_prefix("(+").map_or_else(|| text.to_owned(), |rest| format!("+{}", rest.replacen(')', "", 1)));
    // As it is dialled abroad (ITU-T E.123).
    let text = text.strip_prefix("00").map_or_else(|| text.clone(), |rest| format!("+{rest}"));
    let text = if text.starts_with('+') || context.is_empty() { text } else { format!("{context}{text}") };
    let text = text.as_str();
    let in_full = text.starts_with('+');
    // The library would read letters as the keys that they stand on, and a slash joins two numbers.
    let dialled = |b: u8| b.is_ascii_digit() || b == b'(' || b == b')';
    if given.contains('/') || !text.strip_prefix('+').unwrap_or(text).bytes().all(dialled) {
        return Err(wrong());
    }
    // With a country the library drops that country's trunk prefix, also from another country's number.
    let number = phonenumber::parse((!in_full).then_some(country), text).map_err(|_| wrong())?;
    let kept = number.format().mode(Mode::E164).to_string();
    let fits = (8..=15).contains(&kept.trim_start_matches('+').len());
    if fits && (in_full || number.is_valid()) { Ok(kept) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_in_one_form_however_it_was_pasted() {
        for (given, kept) in [
            ("+628123456789", "+628123456789"),
            ("+62 812-3456-789", "+628123456789"),
            ("0812-3456-789", "+628123456789"),
            ("(0812) 3456 789", "+628123456789"),
            ("62 812 3456 789", "+628123456789"),
            ("tel:+62-812-3456-789", "+628123456789"),
            ("TEL:+628123456789", "+628123456789"),
            ("tel:812-3456-789;phone-context=+62", "+628123456789"),
            ("tel:+628123456789;phone-context=+62", "+628123456789"),
            ("(+62) 812 3456 789", "+628123456789"),
            ("00628123456789", "+628123456789"),
            ("00 62 812 3456 789", "+628123456789"),
            ("\u{202a}+62\u{a0}812\u{2011}3456\u{2011}789\u{202c}", "+628123456789"),
            ("\u{ff10}\u{ff18}\u{ff11}\u{ff12} 3456 789", "+628123456789"),
            ("+62 (0)812 3456 789", "+628123456789"),
            ("021 5795 0000", "+622157950000"),
            ("+1 (650) 253-0000", "+16502530000"),
            ("+44 20 7946 0958", "+442079460958"),
            ("+6281234567", "+6281234567"),
            // Numbers that begin with what is another country's trunk prefix.
            ("+390669812345", "+390669812345"),
            ("+2250708091011", "+2250708091011"),
            ("+242061234567", "+242061234567"),
        ] {
            assert_eq!(phone(given, Country::ID).unwrap(), kept, "{given}");
        }
        assert_eq!(phone("+8613800138000", Country::US).unwrap(), "+8613800138000");
        assert_eq!(phone("020 7946 0958", Country::GB).unwrap(), "+442079460958");
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_form_that_is_right() {
        for bad in [
            "0812",
            "12345",
            "+",
            "+62 1",
            "0812 abc",
            "+62 812 CALL NOW",
            "+999 123 4567",
            "0812345678901234567",
            "siti@example.com",
            "+62812345678\r\nBcc: x",
            "0812 3456 789 / 0813 3456 789",
            "0274 512345/6",
            "0812 3456 789 wa",
            "0812 3456 789 ext 5",
            "++628123456789",
            "0812+3456789",
        ] {
            let problem = phone(bad, Country::ID).unwrap_err().body();
            assert_eq!(problem["field"], "phone", "{bad}");
            assert!(problem["detail"].as_str().unwrap().contains("+628123456789"), "{bad}");
        }
    }
}
