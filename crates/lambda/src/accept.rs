//! Which of two kinds a client wants, by its `Accept` (RFC 9110, section 12.5.1).

use mediatype::{MediaType, MediaTypeList, ReadParams, names};
use std::cmp::Reverse;

/// How much a kind is wanted: its weight, how exactly it is named, and how early.
type Wish = (u16, u8, Reverse<usize>);

/// Does `accept` want this kind more than the usual one? Without the header, and where both are wanted alike, the usual
/// one is right.
pub(crate) fn prefers(accept: &str, kind: &MediaType<'_>, usual: &MediaType<'_>) -> bool {
    let (wanted, usual) = (wish(accept, kind), wish(accept, usual));
    let named = wanted.is_some_and(|(_, exact, _)| exact > 0);
    wanted > usual && (named || usual.is_none())
}

/// `None`: the kind is not wanted.
fn wish(accept: &str, kind: &MediaType<'_>) -> Option<Wish> {
    let ranges = MediaTypeList::new(accept).filter_map(Result::ok).enumerate();
    let fitting = ranges.filter_map(|(place, range)| Some((exactness(&range, kind)?, Reverse(place), weight(&range))));
    // The most exact range decides, even where a vaguer one weighs more.
    let (exact, place, weight) = fitting.max_by_key(|(exact, place, _)| (*exact, *place))?;
    (weight > 0).then_some((weight, exact, place))
}

/// How exactly a range names a kind: 2 by itself, 1 as `text/*`, 0 as `*/*`.
fn exactness(range: &MediaType<'_>, kind: &MediaType<'_>) -> Option<u8> {
    let any = |part| part == names::_STAR;
    if range.ty == kind.ty && range.subty == kind.subty {
        Some(2)
    } else if range.ty == kind.ty && any(range.subty) {
        Some(1)
    } else {
        (any(range.ty) && any(range.subty)).then_some(0)
    }
}

/// The weight in thousandths, of which RFC 9110 has three digits. One that cannot be read counts as if not given.
fn weight(range: &MediaType<'_>) -> u16 {
    let given = range.get_param(names::Q).and_then(|q| q.as_str().parse::<f32>().ok());
    given.and_then(|q| (0..=1000).find(|n| f32::from(*n) / 1000.0 >= q)).unwrap_or(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mediatype::media_type;

    #[test]
    fn a_table_is_for_who_wants_it_more() {
        for (accept, table) in [
            ("", false),
            ("text/csv", true),
            ("TEXT/CSV;charset=utf-8", true),
            ("text/csv;q=0.5, application/json", false),
            ("text/csv;q=0.9, application/json;q=0.1", true),
            ("application/json, text/csv", false),
            ("text/csv, application/json", true),
            ("text/csv, */*", true),
            ("text/csv, */*;q=0.8", true),
            ("text/csv;q=0", false),
            ("text/csv;q=0, */*", false),
            ("text/*, application/json;q=0.5", true),
            ("*/*", false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
            ("application/json;q=0, text/csv;q=0.1", true),
            ("text/csv;q=nonsense", true),
            ("text/csvx, x", false),
            (",,;q=1", false),
        ] {
            assert_eq!(prefers(accept, &media_type!(TEXT / CSV), &media_type!(APPLICATION / JSON)), table, "{accept}");
        }
    }
}
