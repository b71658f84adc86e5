//! A block's labels as they are kept: runs of numbers, so that reading the plan of a large hall takes little.
//!
//! `A-1~200 B-1~200 VIP` are four hundred and one labels: each entry is a label, with `~` and the last number if more
//! seats of the same row follow whose numbers each are one higher. No label contains either sign.

use contracts::SeatLabel;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// The most labels of a block that is read: far more than any has.
const MOST: usize = 100_000;

/// Writes labels as runs.
pub fn serialize<S: Serializer>(labels: &[SeatLabel], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&runs(labels))
}

/// Reads labels: runs, or the list that earlier releases wrote.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<SeatLabel>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Runs(String),
        List(Vec<SeatLabel>),
    }
    match Kept::deserialize(from)? {
        Kept::List(labels) => Ok(labels),
        Kept::Runs(runs) => labels(&runs).ok_or_else(|| D::Error::custom("no runs of labels")),
    }
}

/// A label before its number, and the number. A number that is written with zeros before it is none here.
fn numbered(label: &str) -> Option<(&str, u64)> {
    let stem = label.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = label.strip_prefix(stem)?;
    let number = digits.parse().ok()?;
    (!digits.starts_with('0') || digits == "0").then_some((stem, number))
}

/// A label, and the last number of those that follow it.
struct Run<'a> {
    label: &'a str,
    last: Option<u64>,
}

fn runs(labels: &[SeatLabel]) -> String {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for label in labels {
        let label = label.as_str();
        if let (Some(run), Some((stem, number))) = (runs.last_mut(), numbered(label))
            && let Some((first_stem, first)) = numbered(run.label)
            && stem == first_stem
            && run.last.unwrap_or(first).checked_add(1) == Some(number)
        {
            run.last = Some(number);
        } else {
            runs.push(Run { label, last: None });
        }
    }
    let written = runs.into_iter().map(|Run { label, last }| match last {
        Some(last) => format!("{label}~{last}"),
        None => label.to_owned(),
    });
    written.collect::<Vec<_>>().join(" ")
}

fn labels(runs: &str) -> Option<Vec<SeatLabel>> {
    let mut labels = Vec::new();
    for run in runs.split_ascii_whitespace() {
        let Some((label, last)) = run.split_once('~') else {
            labels.push(run.parse().ok()?);
            continue;
        };
        let ((stem, first), last) = (numbered(label)?, last.parse::<u64>().ok()?);
        if usize::try_from(last.checked_sub(first)?).ok()? + labels.len() >= MOST {
            return None;
        }
        for number in first..=last {
            labels.push(format!("{stem}{number}").parse().ok()?);
        }
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each case: labels, and the runs that are kept of them.
    #[test]
    fn labels_are_kept_as_runs_and_are_read_as_they_were() {
        for (written, kept) in [
            ("", ""),
            ("A-1", "A-1"),
            ("A-1 A-2 A-3", "A-1~3"),
            ("A-1 A-2 B-1 B-2", "A-1~2 B-1~2"),
            ("A-9 A-10 A-11", "A-9~11"),
            ("A-1 A-3 A-4", "A-1 A-3~4"),
            ("A-2 A-1", "A-2 A-1"),
            ("A-01 A-02", "A-01 A-02"),
            ("A-09 A-10", "A-09 A-10"),
            ("1 2 3", "1~3"),
            ("0 1", "0~1"),
            ("VIP BOX A-1", "VIP BOX A-1"),
        ] {
            let all: Vec<SeatLabel> = written.split_whitespace().map(|label| label.parse().unwrap()).collect();
            assert_eq!(runs(&all), kept, "{written}");
            assert_eq!(labels(kept), Some(all), "{kept}");
        }
    }

    #[test]
    fn what_nobody_wrote_is_not_read() {
        for bad in ["A-1~", "A-3~1", "A-~3", "A-1~x", "A-01~3", "A-1~99999999", "A-1~3~5", "a b~"] {
            assert_eq!(labels(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_earlier_releases_list_is_read() {
        #[derive(Deserialize)]
        struct Block {
            #[serde(with = "super")]
            labels: Vec<SeatLabel>,
        }
        for text in [r#"{"labels": ["A-1", "A-2"]}"#, r#"{"labels": "A-1~2"}"#] {
            let block: Block = serde_json::from_str(text).unwrap();
            assert_eq!(runs(&block.labels), "A-1~2");
        }
    }
}
