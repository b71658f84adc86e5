//! CloudWatch Logs, as far as one follows a function with it: `FilterLogEvents` (Amazon CloudWatch Logs API reference),
//! of the last hour, and of so many lines at most.

use crate::json;
use bytes::Bytes;
use contracts::{SystemWorld, Timestamp, World};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// How long lines are kept.
const KEPT: Duration = Duration::from_hours(1);
/// The most lines that are kept: some tens of megabytes.
const MOST: usize = 100_000;
/// The most events of one answer (the API's own limit).
const PAGE: usize = 10_000;

/// The lines that functions wrote.
#[derive(Debug, Default)]
pub struct Logs {
    groups: OnceLock<BTreeSet<String>>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// How many lines were written before the first that is kept.
    before: usize,
    lines: VecDeque<Line>,
}

#[derive(Debug)]
struct Line {
    group: String,
    /// A function's lines are one stream here; Lambda has one for each of its instances.
    stream: String,
    at: Timestamp,
    text: String,
}

impl Logs {
    /// From now on these groups are there, and no others.
    pub fn has(&self, groups: BTreeSet<String>) {
        drop(self.groups.set(groups));
    }

    /// Keeps a line.
    pub fn write(&self, group: &str, stream: &str, text: &str) {
        self.write_at(SystemWorld.now(), group, stream, text);
    }

    fn write_at(&self, at: Timestamp, group: &str, stream: &str, text: &str) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let line = Line { group: group.to_owned(), stream: stream.to_owned(), at, text: text.trim_end().to_owned() };
        kept.lines.push_back(line);
        while kept.lines.len() > MOST || kept.lines.front().is_some_and(|line| line.at.until(at) > KEPT) {
            kept.lines.pop_front();
            kept.before += 1;
        }
    }

    /// Answers a request to CloudWatch Logs.
    pub async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        match json::request(request).await {
            Ok((operation, input)) if operation == "FilterLogEvents" => match self.filter(&input, SystemWorld.now()) {
                Ok(found) => json::answer(200, &found),
                Err((kind, said)) => json::refusal(kind, said),
            },
            Ok(_) => {
                json::refusal("InvalidOperationException", "This port answers FilterLogEvents alone of this service.")
            }
            Err(refusal) => refusal,
        }
    }

    fn filter(&self, input: &Value, now: Timestamp) -> Result<Value, (&'static str, &'static str)> {
        const INVALID: &str = "InvalidParameterException";
        let group = input["logGroupName"].as_str().or_else(|| input["logGroupIdentifier"].as_str());
        let group = group.ok_or((INVALID, "logGroupName is missing."))?;
        let group = group.split_once(":log-group:").map_or(group, |(_, name)| name.trim_end_matches(":*"));
        if self.groups.get().is_some_and(|groups| !groups.contains(group)) {
            return Err(("ResourceNotFoundException", "The specified log group does not exist."));
        }
        let words = words(input["filterPattern"].as_str().unwrap_or_default())
            .ok_or((INVALID, "Filter patterns are words and quoted phrases here, all of which a line must have."))?;
        let streams: Option<Vec<_>> =
            input["logStreamNames"].as_array().map(|names| names.iter().filter_map(Value::as_str).collect());
        let prefix = input["logStreamNamePrefix"].as_str().unwrap_or_default();
        let from = input["startTime"].as_i64().unwrap_or(0).max((now - KEPT).millis());
        let to = input["endTime"].as_i64().unwrap_or(i64::MAX);
        let limit = input["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
        if !(1..=PAGE).contains(&limit) {
            return Err((INVALID, "limit is from 1 to 10000."));
        }
        let begin: usize = match input["nextToken"].as_str() {
            None => 0,
            Some(token) => token.parse().map_err(|_| (INVALID, "nextToken is not one of ours."))?,
        };
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |line: &Line| {
            line.group == group
                && streams.as_ref().is_none_or(|streams| streams.contains(&line.stream.as_str()))
                && line.stream.starts_with(prefix)
                && (from..=to).contains(&line.at.millis())
                && words.iter().all(|word| line.text.contains(*word))
        };
        let numbered = kept.lines.iter().enumerate().map(|(place, line)| (kept.before + place, line));
        let mut found = numbered.filter(|(number, line)| *number >= begin && wanted(line));
        let events: Vec<_> = found
            .by_ref()
            .take(limit)
            .map(|(number, line)| {
                json!({"eventId": number.to_string(), "logStreamName": line.stream, "timestamp": line.at.millis(),
                    "ingestionTime": line.at.millis(), "message": line.text})
            })
            .collect();
        let mut answer = json!({"events": events, "searchedLogStreams": []});
        if let Some((next, _)) = found.next() {
            answer["nextToken"] = next.to_string().into();
        }
        Ok(answer)
    }
}

/// The words and the quoted phrases of a filter pattern; `None` for what only CloudWatch understands.
fn words(pattern: &str) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    for (place, part) in pattern.split('"').enumerate() {
        // Every second part is between quotes.
        if place % 2 == 1 {
            words.push(part);
            continue;
        }
        for word in part.split_whitespace() {
            if word.starts_with(['{', '[', '%', '?', '-']) {
                return None;
            }
            words.push(word);
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000) + Duration::from_secs(second)
    }

    fn texts(found: &Value) -> Vec<&str> {
        found["events"].as_array().unwrap().iter().map(|event| event["message"].as_str().unwrap()).collect()
    }

    #[test]
    fn lines_are_found_by_group_stream_time_and_words_page_by_page() {
        let logs = Logs::default();
        logs.has(["g".to_owned(), "h".to_owned()].into());
        for (second, group, stream, text) in [
            (1, "g", "book", "one red\n"),
            (2, "g", "notify", "two red"),
            (3, "h", "book", "three"),
            (4, "g", "book", "four"),
        ] {
            logs.write_at(at(second), group, stream, text);
        }
        for (input, expected) in [
            (json!({"logGroupName": "g"}), vec!["one red", "two red", "four"]),
            (json!({"logGroupIdentifier": "h"}), vec!["three"]),
            (json!({"logGroupName": "g", "logStreamNames": ["book"]}), vec!["one red", "four"]),
            (json!({"logGroupName": "g", "logStreamNamePrefix": "not"}), vec!["two red"]),
            (json!({"logGroupName": "g", "filterPattern": "red \"two red\""}), vec!["two red"]),
            (json!({"logGroupName": "g", "filterPattern": "\"red two\""}), vec![]),
            (json!({"logGroupName": "g", "startTime": at(2).millis(), "endTime": at(3).millis()}), vec!["two red"]),
            (json!({"logGroupName": "g", "startTime": at(4).millis(), "endTime": at(4).millis()}), vec!["four"]),
            (json!({"logGroupIdentifier": "arn:aws:logs:r:1:log-group:h:*"}), vec!["three"]),
        ] {
            assert_eq!(texts(&logs.filter(&input, at(10)).unwrap()), expected, "{input}");
        }
        let first = logs.filter(&json!({"logGroupName": "g", "limit": 2}), at(10)).unwrap();
        assert_eq!(texts(&first), ["one red", "two red"]);
        let second =
            logs.filter(&json!({"logGroupName": "g", "limit": 2, "nextToken": first["nextToken"]}), at(10)).unwrap();
        assert_eq!((texts(&second), second.get("nextToken")), (vec!["four"], None));
        for wrong in [
            json!({}),
            json!({"logGroupName": "nobody"}),
            json!({"logGroupName": "g", "filterPattern": "{ $.level = 1 }"}),
            json!({"logGroupName": "g", "filterPattern": "red -two"}),
            json!({"logGroupName": "g", "limit": 0}),
            json!({"logGroupName": "g", "nextToken": "x"}),
        ] {
            assert!(logs.filter(&wrong, at(10)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lines_of_the_last_hour_are_kept() {
        let logs = Logs::default();
        let kept = |now| {
            let found = logs.filter(&json!({"logGroupName": "g"}), now).unwrap();
            texts(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        logs.write_at(at(0), "g", "s", "old");
        logs.write_at(at(3_600), "g", "s", "an hour later");
        assert_eq!(kept(at(3_600)), ["old", "an hour later"]);
        assert_eq!(kept(at(3_601)), ["an hour later"], "although nothing was written since");
        logs.write_at(at(3_601), "g", "s", "new");
        assert_eq!(kept(at(3_601)), ["an hour later", "new"]);
    }
}
