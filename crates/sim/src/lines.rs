//! Are lines served in their order? Read from the changes of ticketing's table, in the order in which they were made.

use serde_json::Value;
use std::collections::BTreeMap;

/// The lines as the changes so far leave them.
#[derive(Debug, Default)]
pub struct Lines {
    /// Who stands in the line of each seat, by their place.
    standing: BTreeMap<String, BTreeMap<String, String>>,
    /// Who left a line, and whether they were its first then.
    left: BTreeMap<(String, String), bool>,
}

fn text(item: &Value, name: &str) -> String {
    item[name]["S"].as_str().unwrap_or_default().to_owned()
}

impl Lines {
    /// Takes a change of an item in, from `old` to `new`; answers the seat that was offered to somebody who was not the
    /// first in its line.
    pub fn take(&mut self, old: &Value, new: &Value) -> Option<String> {
        let present = if new.is_null() { old } else { new };
        let (pk, sk) = (text(present, "PK"), text(present, "SK"));
        if let Some(line) = pk.strip_prefix("LINE#") {
            let user = text(present, "user_id");
            let places = self.standing.entry(line.to_owned()).or_default();
            if new.is_null() {
                places.remove(&sk);
                let first = places.keys().next().is_none_or(|next| sk < *next);
                self.left.insert((line.to_owned(), user), first);
            } else {
                places.insert(sk, user);
            }
            return None;
        }
        let offered = sk == "BOOKING" && old.is_null() && !new["previous"].is_null();
        let seats = new["seats"]["L"].as_array().filter(|_| offered)?;
        let (event, user) = (text(new, "event_id"), text(new, "user_id"));
        let passed_over = |lines: &mut Self, label: &str| {
            let line = format!("{event}#{label}");
            // The place goes in the same transaction: its change may come before this one or after it.
            let gone = lines.left.remove(&(line.clone(), user.clone()));
            let first = |line: &BTreeMap<String, String>| line.values().next().is_none_or(|first| *first == user);
            !gone.unwrap_or_else(|| lines.standing.get(&line).is_none_or(first))
        };
        let labels: Vec<_> = seats.iter().map(|seat| text(&seat["M"], "label")).collect();
        labels.into_iter().find(|label| passed_over(self, label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn place(number: u32, user: &str) -> Value {
        json!({"PK": {"S": "LINE#e#A-1"}, "SK": {"S": format!("PLACE#{number:010}")}, "user_id": {"S": user}})
    }

    fn offer(user: &str) -> Value {
        let seats = json!({"L": [{"M": {"label": {"S": "A-1"}}}]});
        json!({"PK": {"S": "BOOKING#b"}, "SK": {"S": "BOOKING"}, "event_id": {"S": "e"}, "user_id": {"S": user},
            "previous": {"S": "p"}, "seats": seats})
    }

    #[test]
    fn who_is_served_before_the_first_is_seen() {
        for place_first in [true, false] {
            for (served, wrong) in [("first", None), ("second", Some("A-1".to_owned()))] {
                let mut lines = Lines::default();
                let number = u32::from(served == "second");
                for (number, user) in [(0, "first"), (1, "second")] {
                    assert_eq!(lines.take(&Value::Null, &place(number, user)), None);
                }
                let goes = place(number, served);
                let found = if place_first {
                    lines.take(&goes, &Value::Null);
                    lines.take(&Value::Null, &offer(served))
                } else {
                    lines.take(&Value::Null, &offer(served))
                };
                assert_eq!(found, wrong, "{served}, place first: {place_first}");
            }
        }
    }
}
