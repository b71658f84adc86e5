//! An event: something with seats at a time and place.

use contracts::optional::given;
use contracts::zone::UnknownTimeZone;
use contracts::{
    Caller, EventChanged, EventId, Money, MovieId, Problem, Role, SectionName, TimeZone, Timestamp, UserId, line_of,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The most seats of one event.
pub const MAX_EVENT_SEATS: u32 = 20_000;
/// How many seats of an event a buyer may have if its organiser sets no limit.
const DEFAULT_MAX_SEATS_PER_USER: u32 = 20;
/// How long an event lasts if its organiser does not say.
const USUAL_LENGTH: Duration = Duration::from_hours(4);
/// How long an event may last.
pub const LONGEST_EVENT: Duration = Duration::from_hours(14 * 24);
/// How far ahead an event may begin.
const FARTHEST: Duration = Duration::from_hours(43920);

/// What kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventKind {
    /// A film in a cinema.
    Screening,
    /// Music, or anything else on a stage.
    Concert,
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventStatus {
    /// It will take place; its window of sale says when it sells.
    Scheduled,
    /// It is being cancelled or deleted: nothing sells, and seats are being withdrawn.
    Closing,
    /// It does not take place; every booking was cancelled.
    Cancelled,
    /// It is deleted. For everybody outside, it does not exist.
    Deleted,
}

/// How far the deletion of an event has come. It is stored, so that another call can continue a deletion that broke
/// off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Deletion {
    /// Its seats are being withdrawn, each only if it is open.
    Withdrawing,
    /// Somebody took a seat first. The other seats are put back on sale.
    GivenUp,
}

/// What an organiser sends to create an event, and to change it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventDraft {
    /// 1 to 200 characters.
    pub title: String,
    /// What kind of event.
    pub kind: EventKind,
    /// The movie that it screens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movie_id: Option<MovieId>,
    /// Where, 1 to 200 characters.
    pub venue: String,
    /// In which city, 1 to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// In the future.
    pub starts_at: Timestamp,
    /// When it is over: four hours after it begins if not given, and 14 days at most. After that it cannot be changed,
    /// moved or cancelled any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The zone whose clocks say when it begins, by its IANA name; if not given, that of this Karcis.
    #[schemars(example = "Asia/Makassar")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The organiser's system, if it is not the house's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organiser_url: Option<String>,
    /// How many seats one buyer may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seats_per_user: Option<u32>,
    /// When sale begins; at once if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_sale_from: Option<Timestamp>,
    /// When sale ends; when the event begins if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_sale_until: Option<Timestamp>,
}

/// A section of an event in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SectionSummary {
    /// Its name.
    pub name: SectionName,
    /// The price of each of its seats.
    pub price: Money,
    /// How many seats it has.
    pub seats: u32,
}

/// An event as ticketing keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its title.
    pub title: String,
    /// What kind of event.
    pub kind: EventKind,
    /// The movie that it screens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movie_id: Option<MovieId>,
    /// Where.
    pub venue: String,
    /// In which city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is over, if its organiser said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The zone whose clocks say when. Events from before zones existed have none: it is the stack's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// Its organiser.
    pub organiser_id: UserId,
    /// Who may take it over, if its organiser hands it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor_id: Option<UserId>,
    /// The organiser's system, if it is not the house's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organiser_url: Option<String>,
    /// How many seats one buyer may have.
    pub max_seats_per_user: u32,
    /// When sale begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_sale_from: Option<Timestamp>,
    /// When sale ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_sale_until: Option<Timestamp>,
    /// Where it stands.
    pub status: EventStatus,
    /// How far its deletion has come, while it is `CLOSING` because of a deletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<Deletion>,
    /// Its sections, in the order they were added.
    pub sections: Vec<SectionSummary>,
    /// How many blocks of seats it has. This is also the ordinal of the next block.
    pub blocks: u32,
    /// Grows by one whenever seats are added, repriced or withdrawn.
    pub layout_version: u64,
    /// Grows by one with every change. Events from before versions existed have none until they are migrated.
    #[serde(default)]
    pub version: u64,
}

/// What an event is called, and where and when it takes place: what a ticket says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// Its title.
    pub title: String,
    /// Where.
    pub venue: String,
    /// In which city.
    pub city: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// The zone whose clocks say when.
    pub time_zone: Option<TimeZone>,
}

impl Occasion {
    /// Is `to` another time or place? A city or a zone that is said for the first time moves nothing.
    pub fn is_moved(&self, to: &Self) -> bool {
        fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.zip(other).is_some_and(|(one, other)| one != other)
        }
        self.starts_at != to.starts_at
            || self.venue != to.venue
            || differ(self.city.as_ref(), to.city.as_ref())
            || differ(self.time_zone.as_ref(), to.time_zone.as_ref())
    }
}

impl EventDraft {
    /// What an organiser would send to make this event.
    pub fn of(event: &Event) -> Self {
        Self {
            title: event.title.clone(),
            kind: event.kind,
            movie_id: event.movie_id,
            venue: event.venue.clone(),
            city: event.city.clone(),
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            time_zone: event.time_zone.as_ref().map(ToString::to_string),
            organiser_url: event.organiser_url.clone(),
            max_seats_per_user: Some(event.max_seats_per_user),
            on_sale_from: event.on_sale_from,
            on_sale_until: event.on_sale_until,
        }
    }

    /// Checks every field and makes the event. `plain_http` allows an organiser's system without TLS, for development.
    pub fn check(self, id: EventId, organiser: UserId, now: Timestamp, plain_http: bool) -> Result<Event, Problem> {
        let title = text("title", &self.title)?;
        let venue = text("venue", &self.venue)?;
        let city = given(self.city.as_deref()).map(|city| line_of("city", city, 100));
        let zone = given(self.time_zone.as_deref())
            .map(|zone| zone.parse().map_err(|why: UnknownTimeZone| Problem::invalid("time_zone", why.to_string())));
        let (city, time_zone) = (city.transpose()?, zone.transpose()?);
        if self.starts_at <= now || self.starts_at > now + FARTHEST {
            return Err(Problem::invalid("starts_at", "In the future, and within five years."));
        }
        if self.ends_at.is_some_and(|ends_at| ends_at <= self.starts_at || ends_at > self.starts_at + LONGEST_EVENT) {
            return Err(Problem::invalid("ends_at", "After the event begins, and within 14 days of it."));
        }
        let secure = |url: &str| {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://").filter(|_| plain_http));
            let plain = |c: char| c.is_ascii_graphic() && !"@\\\"<>#?".contains(c);
            rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && (plain_http || has_name(rest)))
                && url.len() <= 300
                && url.chars().all(plain)
        };
        let organiser_url = given(self.organiser_url.as_deref());
        if !organiser_url.is_none_or(secure) {
            return Err(Problem::invalid(
                "organiser_url",
                "An https address of up to 300 characters, without a query.",
            ));
        }
        let max_seats_per_user = self.max_seats_per_user.unwrap_or(DEFAULT_MAX_SEATS_PER_USER);
        if !(1..=MAX_EVENT_SEATS).contains(&max_seats_per_user) {
            return Err(Problem::invalid("max_seats_per_user", "From 1 to 20000."));
        }
        if self.on_sale_until.is_some_and(|until| until > self.starts_at || Some(until) <= self.on_sale_from) {
            return Err(Problem::invalid("on_sale_until", "After on_sale_from, and not after the event begins."));
        }
        if self.on_sale_from.is_some_and(|from| from >= self.starts_at) {
            return Err(Problem::invalid("on_sale_from", "Before the event begins."));
        }
        if self.movie_id.is_some() && self.kind != EventKind::Screening {
            return Err(Problem::invalid("movie_id", "Only of a screening."));
        }
        Ok(Event {
            id,
            title,
            kind: self.kind,
            movie_id: self.movie_id,
            venue,
            city,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            time_zone,
            organiser_id: organiser,
            successor_id: None,
            organiser_url: organiser_url.map(|url| url.trim_end_matches('/').to_owned()),
            max_seats_per_user,
            on_sale_from: self.on_sale_from,
            on_sale_until: self.on_sale_until,
            status: EventStatus::Scheduled,
            deletion: None,
            sections: Vec::new(),
            blocks: 0,
            layout_version: 0,
            version: 1,
        })
    }
}

/// Is the host of this address a name with a domain? IP addresses, in whatever spelling, bypass the owners of names,
/// and no organiser needs one (WHATWG URL, "ends in a number").
fn has_name(address: &str) -> bool {
    let host = address.split(['/', ':']).next().unwrap_or_default().trim_end_matches('.');
    let last = host.rsplit_once('.').map_or("", |(_, last)| last);
    last.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn text(field: &str, given: &str) -> Result<String, Problem> {
    line_of(field, given, 200)
}

impl contracts::Versioned for Event {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Event {
    /// May this person change it and see its sales?
    pub fn is_run_by(&self, caller: &Caller) -> bool {
        self.organiser_id == caller.id || caller.role == Role::Admin
    }

    /// The event with the contents of `draft`, which passed the checks. Its id, organiser, successor, status and seats
    /// stay.
    #[must_use]
    pub fn redrawn(&self, draft: Self) -> Self {
        Self {
            id: self.id,
            organiser_id: self.organiser_id,
            successor_id: self.successor_id,
            status: self.status,
            sections: self.sections.clone(),
            blocks: self.blocks,
            layout_version: self.layout_version,
            version: self.version + 1,
            ..draft
        }
    }

    /// The event in another status.
    #[must_use]
    pub fn becoming(&self, status: EventStatus) -> Self {
        Self { status, deletion: None, version: self.version + 1, ..self.clone() }
    }

    /// The event at this step of its deletion.
    #[must_use]
    pub fn in_deletion(&self, deletion: Deletion) -> Self {
        Self { deletion: Some(deletion), ..self.becoming(EventStatus::Closing) }
    }

    /// The event as one that this person may take over.
    #[must_use]
    pub fn offered_to(&self, successor: UserId) -> Self {
        let successor_id = Some(successor).filter(|successor| *successor != self.organiser_id);
        Self { successor_id, version: self.version + 1, ..self.clone() }
    }

    /// The event with another organiser.
    #[must_use]
    pub fn taken_over_by(&self, organiser: UserId) -> Self {
        Self { organiser_id: organiser, successor_id: None, version: self.version + 1, ..self.clone() }
    }

    /// As the topic publishes it.
    pub fn changed(&self) -> EventChanged {
        let prices = self.sections.iter().filter(|section| section.seats > 0).map(|section| section.price);
        EventChanged {
            id: self.id,
            movie_id: self.movie_id,
            starts_at: self.starts_at,
            price: prices.min_by_key(|price| price.amount),
            takes_place: self.status == EventStatus::Scheduled,
            version: self.version,
        }
    }

    /// When it is over.
    pub fn ends_at(&self) -> Timestamp {
        self.ends_at.unwrap_or(self.starts_at + USUAL_LENGTH)
    }

    /// What a ticket says of it.
    pub fn occasion(&self) -> Occasion {
        Occasion {
            title: self.title.clone(),
            venue: self.venue.clone(),
            city: self.city.clone(),
            starts_at: self.starts_at,
            time_zone: self.time_zone.clone(),
        }
    }

    /// May its organiser still change, move or cancel it at `now`?
    pub fn is_open_to_change(&self, now: Timestamp) -> bool {
        self.status == EventStatus::Scheduled && now < self.ends_at()
    }

    /// Does it still need its organiser at `now`? Until it is over, or cancelled.
    pub fn needs_its_organiser(&self, now: Timestamp) -> bool {
        matches!(self.status, EventStatus::Scheduled | EventStatus::Closing) && now < self.ends_at()
    }

    /// Does it sell at `now`?
    pub fn is_on_sale(&self, now: Timestamp) -> bool {
        self.status == EventStatus::Scheduled && self.is_in_window(now)
    }

    /// Does a seat that is given up at `now` go to the first person in its line? Yes while the event sells, and also
    /// while it is being deleted: a deletion that finds a seat taken is given up, and the event sells again.
    pub fn serves_lines(&self, now: Timestamp) -> bool {
        (self.status == EventStatus::Scheduled || self.deletion.is_some()) && self.is_in_window(now)
    }

    /// May it sell at or after `now`? Then a line keeps its claim to its seat. Once it has begun, it cannot be moved,
    /// and no sale goes on after the start.
    pub fn may_sell_again(&self, now: Timestamp) -> bool {
        (self.status == EventStatus::Scheduled && now < self.starts_at) || self.deletion.is_some()
    }

    fn is_in_window(&self, now: Timestamp) -> bool {
        let until = self.on_sale_until.unwrap_or(self.starts_at);
        self.on_sale_from.is_none_or(|from| from <= now) && now < until
    }

    /// All its seats.
    pub fn seats(&self) -> u32 {
        self.sections.iter().map(|section| section.seats).sum()
    }

    /// Its section of this name.
    pub fn section(&self, name: &SectionName) -> Option<&SectionSummary> {
        self.sections.iter().find(|section| section.name == *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: i64 = 1_800_000_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(NOW + seconds * 1000)
    }

    fn draft() -> EventDraft {
        EventDraft {
            title: " Sinners ".into(),
            kind: EventKind::Screening,
            movie_id: None,
            venue: "Studio 1".into(),
            city: None,
            starts_at: at(1000),
            ends_at: None,
            time_zone: None,
            organiser_url: None,
            max_seats_per_user: None,
            on_sale_from: None,
            on_sale_until: None,
        }
    }

    fn check(draft: EventDraft) -> Result<Event, Problem> {
        draft.check(EventId::new(Uuid::from_u128(1)), UserId::new(Uuid::from_u128(2)), at(0), false)
    }

    #[test]
    fn sells_in_its_window_and_never_once_begun() {
        let always = check(draft()).unwrap();
        assert!(always.is_on_sale(at(0)) && always.is_on_sale(at(999)) && !always.is_on_sale(at(1000)));
        let window = EventDraft { on_sale_from: Some(at(10)), on_sale_until: Some(at(20)), ..draft() };
        let window = check(window).unwrap();
        assert!(!window.is_on_sale(at(9)) && window.is_on_sale(at(10)) && !window.is_on_sale(at(20)));
    }

    #[test]
    fn is_changed_until_it_is_over() {
        let usual = check(draft()).unwrap();
        let long = check(EventDraft { ends_at: Some(at(90_000)), ..draft() }).unwrap();
        for (event, ends) in [(&usual, 1000 + 4 * 3600), (&long, 90_000)] {
            assert_eq!(event.ends_at(), at(ends));
            assert!(event.is_open_to_change(at(ends - 1)) && !event.is_open_to_change(at(ends)));
        }
        assert!(!usual.becoming(EventStatus::Cancelled).is_open_to_change(at(0)));
    }

    #[test]
    fn serves_its_lines_while_it_may_sell_again() {
        let event = check(draft()).unwrap();
        let deleting = [Deletion::Withdrawing, Deletion::GivenUp].map(|deletion| event.in_deletion(deletion));
        for event in [&event, &deleting[0], &deleting[1]] {
            assert!(event.serves_lines(at(999)) && !event.serves_lines(at(1000)), "{event:?}");
            assert!(event.may_sell_again(at(999)), "{event:?}");
        }
        assert!(deleting.iter().all(|event| !event.is_on_sale(at(0))));
        for over in [EventStatus::Closing, EventStatus::Cancelled, EventStatus::Deleted] {
            let event = event.becoming(over);
            assert!(!event.serves_lines(at(0)) && !event.may_sell_again(at(0)), "{over:?}");
        }
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let url = |url: &str| EventDraft { organiser_url: Some(url.into()), ..draft() };
        for (field, wrong) in [
            ("title", EventDraft { title: "  ".into(), ..draft() }),
            ("title", EventDraft { title: "x".repeat(201), ..draft() }),
            ("venue", EventDraft { venue: "a\0b".into(), ..draft() }),
            ("starts_at", EventDraft { starts_at: at(0), ..draft() }),
            ("ends_at", EventDraft { ends_at: Some(at(1000)), ..draft() }),
            ("ends_at", EventDraft { ends_at: Some(at(1000 + 14 * 86_400 + 1)), ..draft() }),
            ("max_seats_per_user", EventDraft { max_seats_per_user: Some(0), ..draft() }),
            ("on_sale_until", EventDraft { on_sale_until: Some(at(1001)), ..draft() }),
            ("on_sale_until", EventDraft { on_sale_from: Some(at(5)), on_sale_until: Some(at(5)), ..draft() }),
            ("on_sale_from", EventDraft { on_sale_from: Some(at(1000)), ..draft() }),
            ("organiser_url", url("http://127.0.0.1:9001")),
            ("organiser_url", url("https://127.0.0.1")),
            ("organiser_url", url("https://0x7f.1/holds")),
            ("organiser_url", url("https://2130706433:8443")),
            ("organiser_url", url("https://[::1]")),
            ("organiser_url", url("https://localhost")),
            ("organiser_url", url("https://")),
            ("organiser_url", url("https://user@host")),
            ("organiser_url", url("file:///etc/passwd")),
        ] {
            assert_eq!(check(wrong).unwrap_err().body()["field"], field);
        }
        assert!(check(url("https://organiser.example/api/")).is_ok());
    }
}
