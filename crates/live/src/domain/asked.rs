//! What a watcher may ask in a message, and what it is answered.

use contracts::{BookingId, Code, EventId, LiveTopic, Problem, PurchaseId};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use std::time::Duration;

/// A message of a watcher, whose `action` was read: `{"action": "subscribe", "event_id": …}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    action: Action,
    event_id: Option<EventId>,
    booking_id: Option<BookingId>,
    purchase_id: Option<PurchaseId>,
    token: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Subscribe,
    Unsubscribe,
}

/// What a watcher asks.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// To be told of a topic. A topic of one's own needs the token of a signed-in user.
    Subscribe(LiveTopic, Option<String>),
    /// To be told of it no longer.
    Unsubscribe(LiveTopic),
}

impl Asked {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// A problem that says which field is wrong and what would be right.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let wanted = "A JSON object: `action` is subscribe or unsubscribe, and one of `event_id`, `booking_id` and \
            `purchase_id` is a UUID; `token` is for a booking or purchase.";
        let message: Message = serde_json::from_str(text).map_err(|_| Problem::new(Code::Invalid).detail(wanted))?;
        let topics = [
            message.event_id.map(LiveTopic::Event),
            message.booking_id.map(LiveTopic::Booking),
            message.purchase_id.map(LiveTopic::Purchase),
        ];
        let mut topics = topics.into_iter().flatten();
        let (Some(topic), None) = (topics.next(), topics.next()) else {
            return Err(Problem::invalid("event_id", "One of event_id, booking_id and purchase_id."));
        };
        match message.action {
            Action::Subscribe => Ok(Self::Subscribe(topic, message.token.filter(|token| !token.is_empty()))),
            Action::Unsubscribe => Ok(Self::Unsubscribe(topic)),
        }
    }
}

/// How a watcher learns of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is told.
    Push,
    /// As many as may be are pushed to: it reads the compact map itself, so often.
    Poll(Duration),
}

/// What a watcher is answered. `Refused` stands for every [`Problem`].
#[derive(Debug)]
pub enum Answered {
    /// Subscribed. A topic of one's own comes with its state.
    Subscribed(LiveTopic, Mode, Option<Value>),
    /// No longer subscribed, or never.
    Unsubscribed(LiveTopic),
    /// Not done, and why.
    Refused(Option<LiveTopic>, Problem),
}

/// The field that names a topic, and its id.
fn field(topic: LiveTopic) -> (&'static str, String) {
    match topic {
        LiveTopic::Event(id) => ("event_id", id.to_string()),
        LiveTopic::Booking(id) => ("booking_id", id.to_string()),
        LiveTopic::Purchase(id) => ("purchase_id", id.to_string()),
    }
}

impl Serialize for Answered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, topic) = match self {
            Self::Subscribed(topic, ..) => ("subscribed", Some(*topic)),
            Self::Unsubscribed(topic) => ("unsubscribed", Some(*topic)),
            Self::Refused(topic, _) => ("refused", *topic),
        };
        let mut extra = Map::new();
        match self {
            Self::Subscribed(_, mode, state) => {
                if let Some(Value::Object(state)) = state {
                    extra.extend(state.iter().filter(|(name, _)| *name != "type").map(|(n, v)| (n.clone(), v.clone())));
                }
                match mode {
                    Mode::Push => drop(extra.insert("mode".into(), "push".into())),
                    Mode::Poll(every) => {
                        extra.insert("mode".into(), "poll".into());
                        extra.insert("every_ms".into(), u64::try_from(every.as_millis()).unwrap_or(u64::MAX).into());
                    }
                }
            }
            Self::Unsubscribed(_) => {}
            Self::Refused(_, problem) => {
                // The problem's own `type` is a URN; `code` says the same.
                let told = problem.body();
                let told = told.as_object().into_iter().flatten().filter(|(name, _)| *name != "type");
                extra.extend(told.map(|(name, value)| (name.clone(), value.clone())));
            }
        }
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("type", kind)?;
        if let Some((name, id)) = topic.map(field) {
            object.serialize_entry(name, &id)?;
            extra.remove(name);
        }
        for (name, value) in &extra {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";

    #[test]
    fn what_a_watcher_may_ask() {
        let event = LiveTopic::Event(ID.parse().unwrap());
        let booking = LiveTopic::Booking(ID.parse().unwrap());
        for (text, asked) in [
            (json!({"action": "subscribe", "event_id": ID}), Some(Asked::Subscribe(event, None))),
            (json!({"action": "subscribe", "event_id": ID, "token": ""}), Some(Asked::Subscribe(event, None))),
            (json!({"action": "subscribe", "event_id": ID, "booking_id": null}), Some(Asked::Subscribe(event, None))),
            (
                json!({"action": "subscribe", "booking_id": ID, "token": "t"}),
                Some(Asked::Subscribe(booking, Some("t".into()))),
            ),
            (json!({"action": "unsubscribe", "booking_id": ID}), Some(Asked::Unsubscribe(booking))),
            (json!({"action": "subscribe"}), None),
            (json!({"action": "subscribe", "event_id": ID, "booking_id": ID}), None),
            (json!({"action": "subscribe", "event_id": "x"}), None),
            (json!({"action": "subscribe", "event_id": 7}), None),
            (json!({"action": "shout", "event_id": ID}), None),
            (json!({"action": "subscribe", "event_id": ID, "seat": "A-1"}), None),
            (json!(["subscribe"]), None),
        ] {
            assert_eq!(Asked::read(&text.to_string()).ok(), asked, "{text}");
        }
        assert!(Asked::read("").is_err() && Asked::read("subscribe").is_err());
    }

    #[test]
    fn answers_name_their_topic() {
        let event = LiveTopic::Event(ID.parse().unwrap());
        let booking = LiveTopic::Booking(ID.parse().unwrap());
        let state = json!({"type": "booking", "booking_id": ID, "version": 3, "booking": {"status": "HELD"}});
        for (answered, told) in [
            (
                Answered::Subscribed(event, Mode::Push, None),
                json!({"type": "subscribed", "event_id": ID, "mode": "push"}),
            ),
            (
                Answered::Subscribed(event, Mode::Poll(Duration::from_secs(3)), None),
                json!({"type": "subscribed", "event_id": ID, "mode": "poll", "every_ms": 3000}),
            ),
            (
                Answered::Subscribed(booking, Mode::Push, Some(state)),
                json!({"type": "subscribed", "booking_id": ID, "mode": "push", "version": 3,
                    "booking": {"status": "HELD"}}),
            ),
            (Answered::Unsubscribed(event), json!({"type": "unsubscribed", "event_id": ID})),
            (
                Answered::Refused(Some(booking), Problem::not_found()),
                json!({"type": "refused", "booking_id": ID, "code": "not_found", "retryable": false,
                    "status": 404, "title": Code::NotFound.title()}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&answered).unwrap(), told);
        }
    }
}
