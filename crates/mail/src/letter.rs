//! Letters: the text of a mail, written as a template and shown as plain text and as HTML. Values cannot add lines to
//! it.

use askama::filters::Escaper;
use contracts::{Failure, Locale};
use std::fmt;

/// What a mail says, in one language; shown as plain text and as HTML.
///
/// It is written in a file with the extension `letter`: an askama template into which [`OneLine`] puts the values:
///
/// ```text
/// Subject: Your ticket: {{ title }}
///
/// Hello {{ name }},
///
/// A paragraph, on as many lines as one likes.
///
/// [Open the ticket] {{ url }}
///
/// Yours, Karcis
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    locale: Locale,
    subject: String,
    paragraphs: Vec<Paragraph>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Paragraph {
    Words(String),
    Link { label: String, url: String },
}

/// Puts a value into a letter so that the value cannot end its line. So no name of a person or an event can begin a
/// paragraph, a link or a second subject.
#[derive(Debug, Clone, Copy, Default)]
pub struct OneLine;

impl Escaper for OneLine {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        string.chars().try_for_each(|c| dest.write_char(if breaks_lines(c) { ' ' } else { c }))
    }
}

fn breaks_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

impl Letter {
    /// The letter that this template gives.
    ///
    /// # Errors
    ///
    /// A permanent failure if the letter has no subject or no words. Tests read every letter that exists.
    pub fn write(template: &impl askama::Template, locale: Locale) -> Result<Self, Failure> {
        let written = template.render().map_err(|error| Failure::permanent("write a letter", error))?;
        Self::read(&written, locale).ok_or_else(|| Failure::permanent("write a letter", "it has no subject or words"))
    }

    /// Reads a letter; `None` if it has no subject or no words.
    pub fn read(written: &str, locale: Locale) -> Option<Self> {
        let (subject, body) = written.trim().strip_prefix("Subject:")?.split_once('\n')?;
        let paragraphs: Vec<_> = body
            .split("\n\n")
            .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|paragraph| !paragraph.is_empty())
            .map(Paragraph::read)
            .collect();
        let subject = subject.trim().to_owned();
        (!subject.is_empty() && !paragraphs.is_empty()).then_some(Self { locale, subject, paragraphs })
    }

    /// What it is about, in one line.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// As plain text.
    pub fn text(&self) -> String {
        let paragraphs: Vec<_> = self.paragraphs.iter().map(Paragraph::text).collect();
        format!("{}\n", paragraphs.join("\n\n"))
    }

    /// As an HTML document.
    pub fn html(&self) -> String {
        let paragraphs: String = self.paragraphs.iter().map(Paragraph::html).collect();
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
             <body style=\"font-family:sans-serif;max-width:36em;margin:2em auto;padding:0 1em;line-height:1.5\">\
             {paragraphs}</body></html>",
            language(self.locale),
            escaped(&self.subject)
        )
    }
}

impl Paragraph {
    fn read(words: String) -> Self {
        let link = words.strip_prefix('[').and_then(|rest| rest.split_once("] "));
        match link {
            Some((label, url)) => Self::Link { label: label.to_owned(), url: url.to_owned() },
            None => Self::Words(words),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Link { label, url } => format!("{label}: {url}"),
        }
    }

    fn html(&self) -> String {
        match self {
            Self::Words(words) => format!("<p>{}</p>", escaped(words)),
            Self::Link { label, url } => format!("<p><a href=\"{}\">{}</a></p>", escaped(url), escaped(label)),
        }
    }
}

/// The language tag (BCP 47).
const fn language(locale: Locale) -> &'static str {
    match locale {
        Locale::Id => "id",
        Locale::En => "en",
    }
}

/// Escapes a text for HTML, both in text and in attributes.
fn escaped(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html).map(|safe| safe.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(written: &str) -> Option<Letter> {
        Letter::read(written, Locale::En)
    }

    fn value(text: &str) -> String {
        let mut written = String::new();
        OneLine.write_escaped_str(&mut written, text).unwrap();
        written
    }

    #[test]
    fn a_letter_looks_the_same_as_text_and_as_html() {
        let letter =
            letter("Subject: A & B\n\nHello <Siti>,\n\nlines\nof one.\n\n[Open] https://k.test/?a=1&b=2\n").unwrap();
        assert_eq!(letter.subject(), "A & B");
        assert_eq!(letter.text(), "Hello <Siti>,\n\nlines of one.\n\nOpen: https://k.test/?a=1&b=2\n");
        let html = letter.html();
        assert!(html.contains("lang=\"en\"") && html.contains("<p>lines of one.</p>"), "{html}");
        assert!(!html.contains("<Siti>") && !html.contains("a=1&b"), "{html}");
    }

    #[test]
    fn no_value_begins_a_paragraph_a_link_or_a_subject() {
        for evil in
            ["x\n\n[Pay] https://evil.test", "x\r\nSubject: y", "x\u{2028}\u{2029}[Pay] https://evil.test", "\0\u{85}"]
        {
            let written = format!("Subject: To {0}\n\nHello {0},\n\nbye {0}", value(evil));
            let letter = letter(&written).unwrap();
            assert_eq!(letter.paragraphs.len(), 2, "{evil:?}");
            assert!(letter.paragraphs.iter().all(|part| matches!(part, Paragraph::Words(_))), "{evil:?}");
            assert_eq!(letter.subject().lines().count(), 1, "{evil:?}");
        }
    }

    #[test]
    fn a_letter_without_a_subject_or_words_is_none() {
        for poor in ["", "Hello\n\nyou", "Subject: x", "Subject: \n\nx", "Subject: x\n\n \n"] {
            assert_eq!(letter(poor), None, "{poor:?}");
        }
    }
}
