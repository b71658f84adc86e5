//! Texts with rules of their own, which are checked where a text is read.

/// A title or a name, trimmed, of 1 to `most` characters.
///
/// `None` if the length is wrong, or if a character ends the line or changes the direction of the text after it. Such a
/// text could look like something else in a mail's subject or on a ticket.
pub fn line(given: &str, most: usize) -> Option<String> {
    let text = given.trim();
    let fits = (1..=most).contains(&text.chars().count()) && !text.chars().any(misleads);
    fits.then(|| text.to_owned())
}

/// Is it a control character, a line or paragraph separator, or an explicit direction of Unicode's bidirectional
/// algorithm (UAX #9)? Letters of right-to-left scripts, and joiners, are no attack and stay allowed.
fn misleads(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What is searched for: 1 to 200 bytes.
#[derive(Debug, Clone, PartialEq, Eq, schemars::JsonSchema)]
pub struct SearchText(#[schemars(length(min = 1, max = 200))] String);

/// Why a text cannot be searched for.
#[derive(Debug, thiserror::Error)]
#[error("1 to 200 bytes.")]
pub struct UnsearchableText;

impl SearchText {
    /// In lower case, because titles are searched in lower case.
    pub fn folded(self) -> String {
        self.0.to_lowercase()
    }
}

impl std::str::FromStr for SearchText {
    type Err = UnsearchableText;

    fn from_str(text: &str) -> Result<Self, UnsearchableText> {
        if (1..=200).contains(&text.len()) { Ok(Self(text.to_owned())) } else { Err(UnsearchableText) }
    }
}

/// Implements the other traits of a newtype over `String` that implements `FromStr`.
///
/// The type is written as its text, is read only if the text parses, and has a regular expression in its schema.
#[macro_export]
macro_rules! text_type {
    ($name:ident, $pattern:literal) => {
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": $pattern})
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
    fn a_line_is_one_line_and_reads_as_it_is_written() {
        for good in ["Sinners", "Malam Akustik: \u{1F3B8}", "عمر خيرت", "क्\u{200d}ष", "=SUM(A1)", "<b>\"Rock\"</b>"]
        {
            assert_eq!(line(&format!(" {good} "), 40).as_deref(), Some(good));
        }
        for bad in [
            "",
            " ",
            "a\r\nBcc: b",
            "a\0",
            "a\u{7}b",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{202e}b",
            "a\u{2066}b",
            "12345678901234567890123456789012345678901",
        ] {
            assert_eq!(line(bad, 40), None, "{bad:?}");
        }
    }
}
