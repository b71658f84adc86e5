//! The compact description of seats by rows: `A-C:1-40` is the seats `A-1` to `C-40`.

use contracts::SeatLabel;

/// Expands a description into seat labels.
///
/// A description is groups separated by commas, each `<row>:<from>-<to>` or `<row>-<row>:<from>-<to>`. Rows are `A` to
/// `Z`, then `AA` and so on, up to three letters; numbers go from 1 to 9999. `None` if the text is not such a
/// description, has more than `most` seats, or names a seat twice. No more than `most` labels are ever made.
pub fn expand(rows: &str, most: usize) -> Option<Vec<SeatLabel>> {
    let mut labels: Vec<SeatLabel> = Vec::new();
    for group in rows.split(',') {
        let (rows, numbers) = group.trim().split_once(':')?;
        let (first_row, last_row) = rows.split_once('-').unwrap_or((rows, rows));
        let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
        let (first_row, last_row) = (row_index(first_row)?, row_index(last_row)?);
        let (first, last) = (seat_number(first)?, seat_number(last)?);
        if first_row > last_row || first > last {
            return None;
        }
        let count = usize::try_from(last_row - first_row + 1).ok()? * usize::try_from(last - first + 1).ok()?;
        if labels.len() + count > most {
            return None;
        }
        for row in first_row..=last_row {
            let row = row_name(row);
            for number in first..=last {
                labels.push(format!("{row}-{number}").parse().ok()?);
            }
        }
    }
    let mut sorted: Vec<_> = labels.iter().collect();
    sorted.sort_unstable();
    let unique = sorted.windows(2).all(|pair| pair[0] != pair[1]);
    (unique && !labels.is_empty()).then_some(labels)
}

fn seat_number(text: &str) -> Option<u32> {
    let digits =
        !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| digits)
}

/// `A` is 1, `Z` is 26, `AA` is 27.
fn row_index(row: &str) -> Option<u32> {
    let letters = (1..=3).contains(&row.len()) && row.bytes().all(|b| b.is_ascii_uppercase());
    letters.then(|| row.bytes().fold(0, |index, letter| index * 26 + u32::from(letter - b'A') + 1))
}

fn row_name(mut index: u32) -> String {
    let mut letters = Vec::new();
    while index > 0 {
        letters.push(b'A' + u8::try_from((index - 1) % 26).unwrap_or(0));
        index = (index - 1) / 26;
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(rows: &str) -> Option<String> {
        let labels = expand(rows, 20_000)?;
        Some(labels.iter().map(SeatLabel::as_str).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn rows_become_labels_in_order() {
        assert_eq!(expanded("A-B:1-2").unwrap(), "A-1 A-2 B-1 B-2");
        assert_eq!(expanded("Z-AB:9-9").unwrap(), "Z-9 AA-9 AB-9");
        assert_eq!(expanded("A:1-2, C:5").unwrap(), "A-1 A-2 C-5");
    }

    #[test]
    fn refuses_what_is_no_description() {
        for bad in [
            "",
            "A",
            "A:",
            ":1-2",
            "a:1-2",
            "A:0-2",
            "A:2-1",
            "B-A:1-2",
            "A:1-2,A:2-3",
            "A:01-2",
            "ABCD:1",
            "A:1-10000",
            "A-:1",
            "A:1-2,",
        ] {
            assert_eq!(expanded(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn never_makes_more_than_it_may() {
        assert!(expand("A-ZZZ:1-9999", 20_000).is_none());
        assert_eq!(expand("A-T:1-1000", 20_000).unwrap().len(), 20_000);
        assert!(expand("A-T:1-1000,U:1", 20_000).is_none());
    }
}
