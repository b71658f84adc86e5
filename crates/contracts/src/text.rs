//! Texts that people type: how they are taken in, and how they are searched for.
//!
//! One rule takes in every name, title, place and search text ([`line`], [`paragraphs`], [`SearchText`]):
//!
//! - letters and their accents are composed (NFC, UAX #15), so that `é` is one character however it was typed;
//! - white space around the text is dropped, and each run of it inside becomes one blank;
//! - what nobody can see is dropped: every character with Unicode's property `Default_Ignorable_Code_Point` (UAX #44):
//!   zero-width characters, fillers, marks of direction, the soft hyphen, variants of ideographs. Joiners stay where
//!   the character before them takes its shape from them, as in Persian and Devanagari, and what makes an emoji stays;
//! - a text with another control character is refused, and so is a text with nothing in it that one can see.
//!
//! Lengths are in characters, counted afterwards.

use crate::Problem;
use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, ExtendedPictographic, GeneralCategory,
    GeneralCategoryGroup, JoiningType,
};
use icu_properties::{CodePointMapData, CodePointSetData};

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// It is a symbol, and its eight dots are all absent.
const BLANK_BRAILLE: char = '\u{2800}';

/// A title, a name or a place, taken in by the rule above: one line of 1 to `most` characters. `None` if it is not.
pub fn line(given: &str, most: usize) -> Option<String> {
    let text = taken_in(given)?;
    ((1..=most).contains(&text.chars().count()) && text.chars().any(is_visible)).then_some(text)
}

/// A longer text, whose lines are taken in by the rule above each: up to `most` characters, or `None`. Empty lines
/// around it are dropped, and several between two paragraphs become one.
pub fn paragraphs(given: &str, most: usize) -> Option<String> {
    let lines = given.lines().map(taken_in).collect::<Option<Vec<_>>>()?;
    let mut text = String::new();
    let mut gap = "";
    for line in lines {
        if line.is_empty() {
            gap = if text.is_empty() { "" } else { "\n\n" };
        } else {
            text.push_str(if gap.is_empty() && !text.is_empty() { "\n" } else { gap });
            text.push_str(&line);
            gap = "";
        }
    }
    let seen = text.is_empty() || text.chars().any(is_visible);
    (seen && text.chars().count() <= most).then_some(text)
}

/// A number that people copy from a card or a bill, without what groups its digits there: blanks, hyphens, dots and
/// slashes, and what nobody sees. Digits of another width are read as they look. Other characters stay, so that whoever
/// counts digits refuses them.
pub fn ungrouped(given: &str) -> String {
    let wide = ComposingNormalizer::new_nfkc().normalize(given);
    let groups = |c: &char| {
        c.is_whitespace()
            || matches!(c, '-' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
            || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(*c)
    };
    let text: String = wide.chars().filter(|c| !groups(c)).collect();
    // What was between a letter and its accent may be gone now.
    ComposingNormalizer::new_nfkc().normalize(&text).into_owned()
}

/// A password as it is hashed: the profile OpaqueString of RFC 8265, section 4.2.
///
/// Each space is U+0020, and letters are composed with their accents (NFC), so that an `é` is the same from every
/// keyboard. Nothing else changes, not the case and not the spaces around it. `None` if it is empty, or has a character
/// that the profile forbids: a control character, one that is not assigned, or one that nobody sees.
///
/// Unlike the tables of RFC 8264, which end with Unicode 6.3, this knows the emoji of today with their joiners.
pub fn opaque(given: &str) -> Option<String> {
    let category = CodePointMapData::<GeneralCategory>::new();
    let is_space = |c| category.get(c) == GeneralCategory::SpaceSeparator;
    let spaced: String = given.chars().map(|c| if is_space(c) { ' ' } else { c }).collect();
    let text = ComposingNormalizer::new_nfc().normalize(&spaced).into_owned();
    let mut before = None;
    for c in text.chars() {
        let unseen = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
        let shaping = before.is_some_and(|before| shapes(c, before));
        if c.is_control() || category.get(c) == GeneralCategory::Unassigned || (unseen && !shaping) {
            return None;
        }
        before = Some(c);
    }
    (!text.is_empty()).then_some(text)
}

/// The rule above, without its lengths. `None` if there is a control character.
fn taken_in(given: &str) -> Option<String> {
    let composed = ComposingNormalizer::new_nfc().normalize(given);
    let mut text = String::with_capacity(composed.len());
    for c in composed.chars() {
        let before = text.chars().next_back();
        if c.is_whitespace() {
            if before.is_some_and(|before| before != ' ') {
                text.push(' ');
            }
        } else if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) {
            if before.is_some_and(|before| shapes(c, before)) {
                text.push(c);
            }
        } else if c.is_control() {
            return None;
        } else {
            text.push(c);
        }
    }
    let mut kept = text.trim_end_matches(' ');
    // Nothing follows that a joiner could join; behind a virama it shapes the letter before.
    while let Some(rest) = kept.strip_suffix([ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER]) {
        if rest.chars().next_back().is_some_and(is_virama) {
            break;
        }
        kept = rest.trim_end_matches(' ');
    }
    let end = kept.len();
    text.truncate(end);
    // What was between a letter and its accent may be gone now.
    Some(ComposingNormalizer::new_nfc().normalize(&text).into_owned())
}

/// Does this character, which is invisible itself, change how `before` looks? (Unicode 16, chapter 23; UTS #51)
fn shapes(c: char, before: char) -> bool {
    let pictographic = |c| CodePointSetData::new::<ExtendedPictographic>().contains(c);
    let joins = || {
        let joining = CodePointMapData::<JoiningType>::new().get(before);
        matches!(joining, JoiningType::DualJoining | JoiningType::LeftJoining | JoiningType::JoinCausing)
    };
    match c {
        ZERO_WIDTH_JOINER => {
            is_virama(before) || pictographic(before) || matches!(before, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
        }
        ZERO_WIDTH_NON_JOINER => is_virama(before) || joins(),
        '\u{fe0e}' | '\u{fe0f}' => CodePointSetData::new::<Emoji>().contains(before),
        // Flags of regions, such as Scotland's.
        '\u{e0020}'..='\u{e007f}' => pictographic(before) || matches!(before, '\u{e0020}'..='\u{e007e}'),
        _ => false,
    }
}

/// Does it take the vowel from a letter of an Indic script?
fn is_virama(c: char) -> bool {
    CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
}

fn is_visible(c: char) -> bool {
    let visible = GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::Number)
        .union(GeneralCategoryGroup::Punctuation)
        .union(GeneralCategoryGroup::Symbol);
    c != BLANK_BRAILLE
        && visible.contains(CodePointMapData::<GeneralCategory>::new().get(c))
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// A text as it is compared in a search: compatibility forms decomposed (NFKD), without marks and without what nobody
/// sees, with single blanks, and case folded. So `Café`, `CAFE` and `ｃａｆé` are one.
pub fn folded(text: &str) -> String {
    let decompose = |text: &str| DecomposingNormalizer::new_nfkd().normalize(text).into_owned();
    let without_marks = |text: String| {
        let category = CodePointMapData::<GeneralCategory>::new();
        let unseen = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        let dropped = |c: char| unseen.contains(c) || GeneralCategoryGroup::Mark.contains(category.get(c));
        text.chars().filter(|c| !dropped(*c)).collect::<String>()
    };
    let bare = without_marks(decompose(text));
    let folded = CaseMapper::new().fold_string(&bare).into_owned();
    // Folding may bring marks back, as of the Turkish dotted İ.
    let folded = without_marks(decompose(&folded));
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is searched for: 1 to 200 characters, taken in like what is searched in.
#[derive(Debug, Clone, PartialEq, Eq, schemars::JsonSchema)]
pub struct SearchText(#[schemars(length(min = 1, max = 200))] String);

/// Why a text cannot be searched for.
#[derive(Debug, thiserror::Error)]
#[error("{}", line_rule(200))]
pub struct UnsearchableText;

impl SearchText {
    /// As it was written, taken in as every text is.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As [`folded`] has it.
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

impl std::str::FromStr for SearchText {
    type Err = UnsearchableText;

    fn from_str(text: &str) -> Result<Self, UnsearchableText> {
        let text = line(text, 200).map(Self).ok_or(UnsearchableText)?;
        // Of marks alone nothing is left, and nothing is in every title.
        if text.folded().is_empty() { Err(UnsearchableText) } else { Ok(text) }
    }
}

/// A line of text that a client sent in this field, as [`line`] takes it in; 422 with what would be right.
pub fn line_of(field: &str, given: &str, most: usize) -> Result<String, Problem> {
    line(given, most).ok_or_else(|| Problem::invalid(field, line_rule(most)))
}

/// What [`line`] asks of a text, in words.
pub fn line_rule(most: usize) -> String {
    format!("1 to {most} characters: at least one that can be seen, and no control characters.")
}

/// Implements the other traits of a newtype over `String` that implements `FromStr`.
///
/// The type is written as its text, is read only if the text parses, and has a regular expression and an example in its
/// schema.
#[macro_export]
macro_rules! text_type {
    ($name:ident, $pattern:literal, $example:literal) => {
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                // The words are those of the type's own reader, which refuses an empty text.
                let form = "".parse::<$name>().err().map(|why| why.to_string()).unwrap_or_default();
                schemars::json_schema!({
                    "type": "string", "pattern": $pattern, "examples": [$example], "x-form": form,
                })
            }
        }

        impl $name {
            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_in_by_one_rule() {
        for (given, kept) in [
            (" Sinners ", "Sinners"),
            ("Malam \t\n Akustik: \u{1F3B8}", "Malam Akustik: \u{1F3B8}"),
            // Composed, however it was typed; also where something invisible stood between.
            ("Cafe\u{301} Senja", "Café Senja"),
            ("Cafe\u{200b}\u{301}", "Café"),
            ("\u{feff}Budi\u{a0}Santoso\u{3000}", "Budi Santoso"),
            // What nobody sees is dropped.
            ("So\u{ad}lo", "Solo"),
            ("Bu\u{200b}di\u{2060}", "Budi"),
            ("\u{202a}Budi\u{202c}", "Budi"),
            ("a\u{202e}b\u{2066}c\u{200f}", "abc"),
            ("\u{3164}Budi\u{115f}", "Budi"),
            ("B\u{200d}udi\u{200c}", "Budi"),
            ("Budi\u{fe0f}", "Budi"),
            ("a\r\nBcc: b", "a Bcc: b"),
            ("a\u{85}b\u{2028}c", "a b c"),
            // What gives the character before it its shape stays.
            ("क्\u{200d}ष", "क्\u{200d}ष"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("ന\u{d4d}\u{200d}", "ന\u{d4d}\u{200d}"),
            ("می\u{200c}", "می"),
            ("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}"),
            ("I \u{2764}\u{fe0f} Bali", "I \u{2764}\u{fe0f} Bali"),
            ("عمر خيرت", "عمر خيرت"),
            ("=SUM(A1)", "=SUM(A1)"),
            ("<b>\"Rock\"</b>", "<b>\"Rock\"</b>"),
            ("?", "?"),
        ] {
            assert_eq!(line(given, 40).as_deref(), Some(kept), "{given:?}");
        }
    }

    #[test]
    fn a_line_that_nobody_sees_or_that_controls_is_refused() {
        for bad in [
            "",
            " ",
            "\u{200b}\u{200b}",
            "\u{a0}\u{3000}",
            "\u{2800}",
            "\u{3164}",
            "\u{301}",
            "\u{feff}",
            "a\0",
            "a\u{7}b",
            "\u{1b}[31mred",
            "12345678901234567890123456789012345678901",
        ] {
            assert_eq!(line(bad, 40), None, "{bad:?}");
        }
        assert!(line(&"e\u{301}".repeat(40), 40).is_some(), "characters are counted composed");
    }

    #[test]
    fn a_number_is_read_as_it_stands_on_a_card() {
        for given in [
            "14000000001",
            " 1400 0000 001\n",
            "14-0000-000-01",
            "14.000.000.001",
            "1400\u{a0}0000\u{2009}001",
            "\u{202a}1400\u{2011}0000\u{2013}001\u{202c}",
            "\u{ff11}\u{ff14}000000001",
        ] {
            assert_eq!(ungrouped(given), "14000000001", "{given:?}");
        }
        assert_eq!(ungrouped("1400O000001"), "1400O000001", "a letter is no digit");
    }

    #[test]
    fn a_password_is_the_same_from_every_keyboard() {
        for (one, other) in [
            ("Café Senja", "Cafe\u{301} Senja"),
            ("correct\u{a0}horse", "correct horse"),
            ("a\u{3000}b", "a b"),
            ("\u{212b}ngstr\u{f6}m", "\u{c5}ngstro\u{308}m"),
        ] {
            assert_eq!(opaque(one), opaque(other), "{one:?}");
        }
        for kept in [" two blanks  ", "PaSS", "\u{1f979}\u{1f468}\u{200d}\u{1f469}", "I \u{2764}\u{fe0f} U", "ｆｕｌｌ"]
        {
            assert_eq!(opaque(kept).as_deref(), Some(kept));
        }
        for bad in ["", "a\0b", "line\nbreak", "soft\u{ad}hyphen", "\u{200b}zero", "\u{378}unassigned", "b\u{200d}"] {
            assert_eq!(opaque(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        for (given, kept) in [
            ("", ""),
            (" \n\n", ""),
            ("One.\r\nTwo.", "One.\nTwo."),
            ("\n One.  More.\n\n\n\nTwo.\n", "One. More.\n\nTwo."),
            ("Cafe\u{301}\u{200b}", "Café"),
        ] {
            assert_eq!(paragraphs(given, 40).as_deref(), Some(kept), "{given:?}");
        }
        assert_eq!(paragraphs("a\0", 40), None);
        assert_eq!(paragraphs("\u{2800}", 40), None);
        assert_eq!(paragraphs(&"x".repeat(41), 40), None);
    }

    #[test]
    fn a_search_finds_a_title_however_it_was_typed() {
        for (title, searched) in [
            ("Café Senja", "cafe senja"),
            ("Café Senja", "CAFE\u{301}  senja "),
            ("Straße der Lieder", "STRASSE"),
            ("Ｊａｚｚ Night", "jazz"),
            ("İstanbul", "istanbul"),
            ("Ngày Tết", "ngay tet"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("ﬁlm festival", "FILM"),
            ("Sinners", "sinners\u{200b}"),
            ("Pop 2³", "23"),
            // As titles were kept before they were taken in by this rule.
            ("Malam  Akustik", "malam akustik"),
            ("Sin\u{200b}ners", "sinners"),
            ("می\u{200c}خواهم", "میخواهم"),
        ] {
            let searched: SearchText = searched.parse().unwrap();
            assert!(folded(title).contains(&searched.folded()), "{title}: {searched:?}");
        }
        for nothing in [" \u{200b}", "\u{ff9e}", "\u{301}"] {
            assert!(nothing.parse::<SearchText>().is_err(), "{nothing:?}");
        }
        assert!("é".repeat(200).parse::<SearchText>().is_ok(), "characters, not bytes");
        assert!("x".repeat(201).parse::<SearchText>().is_err());
    }
}
