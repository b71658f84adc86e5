//! The promises of `docs/promises.md`, and what follows from them, read from the tables alone.

use crate::props::Performance;
use crate::stage::{Stage, lock};
use contracts::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;
use template::{Error, FunctionSpec, STACK};

/// A promise, by its number in `docs/promises.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumIter, strum::FromRepr)]
#[repr(u8)]
pub enum Promise {
    /// A seat belongs to at most one live booking.
    SeatOnce = 1,
    /// Money and goods agree.
    MoneyAndGoods = 2,
    /// Nothing hangs.
    NothingHangs = 3,
    /// A payment's outcome is decided once.
    DecidedOnce = 4,
    /// Doing it twice is doing it once.
    TwiceIsOnce = 5,
    /// A seat that somebody waits for is never open to the public in between.
    LinesFirst = 6,
    /// A seat is given up only when no money can come for it.
    NoMoneyComes = 7,
    /// The history keeps failures as well as successes.
    Failures = 8,
    /// A service reads and writes only its own table.
    OwnTable = 9,
    /// What a watcher is shown is a state that was.
    Live = 11,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The promise that it breaks. None if it only breaks what follows from the promises, or is only strange.
    pub promise: Option<Promise>,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.promise {
            Some(promise) => write!(f, "{}: {}", promise as u8, self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// All that is not as it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, promise: impl Into<Option<Promise>>, what: impl Into<String>) {
        self.0.push(Finding { promise: promise.into(), what: what.into() });
    }

    /// Is all as it should be?
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first that breaks a promise.
    pub fn broken_promise(&self) -> Option<&Finding> {
        self.0.iter().find(|finding| finding.promise.is_some())
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(Finding::to_string).collect();
        f.write_str(&lines.join("; "))
    }
}

/// Promise 3: how long after its hold a booking may take to be final, while all services answer.
const GRACE: Duration = Duration::from_mins(3);

/// How much longer it may take if a message was lost for good: until the booking is late, and is told again.
const UNTIL_RESUMED: Duration = Duration::from_mins(4);

/// How long a booking or a purchase of this story may take to be final.
pub(crate) fn grace(stage: &Stage) -> Duration {
    if stage.weather.loses { GRACE + UNTIL_RESUMED } else { GRACE }
}

/// How the keys of mismatches begin that say that a booking and its invoice are about different sums.
const OTHER_SUM: &str = "MISMATCH#SUMS_DIFFER#";

/// The start of the key of a mismatch that says that an organiser's system refused.
const REFUSED: &str = "MISMATCH#ORGANISER_REFUSED#";

/// The start of the key of a mismatch that says that the payment provider refused to pay a booking back.
pub(crate) const REFUND_REFUSED: &str = "MISMATCH#REFUND_REFUSED#";

/// What a meter of 1,300 VA may be sold in a month, in hundredths of a kWh: 720 hours at full power.
const MONTH: i64 = 93_600;

#[derive(Debug)]
struct Seat {
    event: String,
    label: String,
    status: String,
    booking: Option<String>,
    waiters: i64,
    price: i64,
    letter: (u64, usize),
}

#[derive(Debug)]
struct Booking {
    user: String,
    /// The name on it, if it has one.
    name: String,
    hall: String,
    event: String,
    seats: Vec<String>,
    status: String,
    total: i64,
    deadline: Timestamp,
    updated: Timestamp,
    version: i64,
}

#[derive(Debug)]
struct Purchase {
    meter: String,
    month: String,
    hundredths: i64,
    status: String,
    total: i64,
    deadline: Timestamp,
    updated: Timestamp,
    token: Option<String>,
    untold: bool,
}

/// An invoice that was withdrawn.
#[derive(Debug)]
struct Void {
    reference: String,
    attempts: i64,
}

/// Everything that the tables say.
#[derive(Debug, Default)]
pub struct Facts {
    seats: Vec<Seat>,
    bookings: BTreeMap<String, Booking>,
    counts: BTreeMap<(String, String), i64>,
    places: BTreeMap<(String, String), BTreeMap<String, String>>,
    standing: BTreeMap<(String, String, String), i64>,
    invoices: BTreeMap<String, (String, Option<i64>)>,
    voids: BTreeMap<String, Void>,
    /// The invoices whose money the payment provider refused to pay back, by reference, and whether somebody then paid
    /// it back by hand.
    refused_refunds: BTreeMap<String, bool>,
    history: BTreeMap<String, String>,
    /// The names of users.
    names: BTreeMap<String, String>,
    /// The users who wait, and their names in lines.
    waiters: Vec<(String, String)>,
    events: BTreeMap<String, String>,
    /// Where each event takes place.
    halls: BTreeMap<String, String>,
    /// The events that still sell when the story ends.
    sells_on: BTreeSet<String>,
    purchases: BTreeMap<String, Purchase>,
    months: BTreeMap<String, i64>,
    maps: BTreeMap<(String, u64), String>,
    mismatches: Vec<String>,
    /// The bookings that are listed as unfinished.
    unfinished: BTreeSet<String>,
}

pub(crate) fn text(item: &Value, name: &str) -> String {
    item[name]["S"].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn number(item: &Value, name: &str) -> i64 {
    item[name]["N"].as_str().and_then(|n| n.parse().ok()).unwrap_or(0)
}

pub(crate) fn moment(item: &Value, name: &str) -> Timestamp {
    text(item, name).parse().unwrap_or(Timestamp::from_millis(0))
}

fn amount(item: &Value, name: &str) -> Option<i64> {
    item[name]["M"]["amount"]["N"].as_str()?.parse().ok()
}

impl Facts {
    /// From all items of a service's table, as `Scan` answers them.
    pub fn of(items: impl Fn(&str) -> Result<Vec<Value>, Error>) -> Result<Self, Error> {
        let mut facts = Self::default();
        for item in items("ticketing")? {
            facts.take(&item);
        }
        for item in items("payments")? {
            facts.invoices.insert(text(&item, "reference"), (text(&item, "status"), amount(&item, "amount")));
            if text(&item, "status") == "VOID" {
                let void = Void { reference: text(&item, "reference"), attempts: number(&item, "refund_attempts") };
                facts.voids.insert(text(&item, "PK"), void);
            }
            if !item["refund_refused_at"].is_null() {
                facts.refused_refunds.insert(text(&item, "reference"), !item["refunded_by"].is_null());
            }
        }
        for item in items("power")? {
            facts.take_power(&item);
        }
        for item in items("accounts")? {
            if text(&item, "SK") == "USER" {
                facts.names.insert(text(&item, "id"), text(&item, "name"));
            }
            if text(&item, "SK").starts_with("BOOKING#") {
                let id = text(&item, "SK").rsplit('#').next().unwrap_or_default().to_owned();
                facts.history.insert(id, text(&item, "status"));
            }
        }
        Ok(facts)
    }

    pub(crate) fn read(stage: &Stage) -> Result<Self, Error> {
        Self::of(|table| stage.tables.all(&format!("{STACK}-{table}")))
    }

    /// The status of each event.
    pub(crate) fn into_events(self) -> BTreeMap<String, String> {
        self.events
    }

    /// What must hold at every moment, and does not.
    ///
    /// `events` say how many seats a buyer may have, and whether their sale goes on.
    pub fn broken_now(&self, events: &[Performance]) -> Findings {
        let mut broken = Findings::default();
        seats_and_bookings(&mut broken, self);
        money_and_goods(&mut broken, self);
        lines(&mut broken, self, events);
        counts(&mut broken, self, events);
        purchases(&mut broken, self);
        broken
    }

    /// What must hold once nothing happens any more, and does not.
    pub fn broken_at_the_end(&self) -> Findings {
        let mut broken = Findings::default();
        finally(&mut broken, self);
        broken
    }

    /// Promise 3: bookings and purchases that should be final by `now`.
    ///
    /// With `refunds_fail`, refunds may take longer: the provider fails, and a refund is tried until it succeeds. What
    /// the provider refuses for good takes until somebody pays it back by hand.
    fn hanging(&self, stage: &Stage, now: Timestamp, refunds_fail: bool) -> Findings {
        let (calm_since, grace) = (calm_since(stage), grace(stage));
        let waits = |id: &String, status: &str| {
            status == "REFUNDING" && (refunds_fail || self.refused_refunds.get(id) == Some(&false))
        };
        let is_open = |id, status: &str| !is_final(status) && !waits(id, status);
        let open =
            self.bookings.iter().filter(|(id, booking)| is_open(id, &booking.status)).map(|(_, booking)| booking);
        let since = |booking: &Booking| if booking.status == "REFUNDING" { booking.updated } else { booking.deadline };
        let late = open.filter(|booking| since(booking).max(calm_since) + grace < now);
        let mut hanging = Findings::default();
        for booking in late {
            hanging.add(Promise::NothingHangs, format!("a booking hangs as {}", booking.status));
        }
        let is_open = |id, status: &str| !is_settled(status) && !waits(id, status);
        let open = self.purchases.iter().filter(|(id, one)| is_open(id, &one.status)).map(|(_, purchase)| purchase);
        let since = |purchase: &Purchase| match purchase.status.as_str() {
            "AWAITING_PAYMENT" => purchase.deadline,
            _ => purchase.updated,
        };
        let late = open.filter(|purchase| since(purchase).max(calm_since) + grace < now);
        for purchase in late {
            hanging.add(Promise::NothingHangs, format!("a purchase hangs as {}", purchase.status));
        }
        hanging
    }

    /// Bookings, and how many of them are confirmed.
    pub fn bookings(&self) -> (usize, usize) {
        let confirmed = self.bookings.values().filter(|booking| booking.status == "CONFIRMED").count();
        (self.bookings.len(), confirmed)
    }

    /// Purchases, and how many of them are issued.
    pub fn purchases(&self) -> (usize, usize) {
        let issued = self.purchases.values().filter(|purchase| purchase.status == "ISSUED").count();
        (self.purchases.len(), issued)
    }

    /// Is every booking and every purchase final?
    pub fn is_settled(&self) -> bool {
        self.bookings.values().all(|booking| is_final(&booking.status))
            && self.purchases.values().all(|purchase| is_settled(&purchase.status))
    }

    fn take_power(&mut self, item: &Value) {
        let (pk, sk) = (text(item, "PK"), text(item, "SK"));
        if let Some(id) = pk.strip_prefix("PURCHASE#").filter(|_| sk == "PURCHASE") {
            let purchase = Purchase {
                meter: text(item, "meter_number"),
                month: text(item, "month"),
                hundredths: text(item, "kwh").replace('.', "").parse().unwrap_or(0),
                status: text(item, "status"),
                total: amount(item, "total").unwrap_or(0),
                deadline: moment(item, "expires_at"),
                updated: moment(item, "updated_at"),
                token: item["token"]["S"].as_str().map(str::to_owned),
                untold: !item["contact"].is_null(),
            };
            self.purchases.insert(id.to_owned(), purchase);
        } else if let Some(month) = pk.strip_prefix("MONTH#") {
            self.months.insert(month.to_owned(), number(item, "kwh"));
        }
    }

    fn take(&mut self, item: &Value) {
        let (pk, sk) = (text(item, "PK"), text(item, "SK"));
        let (kind, rest) = pk.split_once('#').unwrap_or((&pk, ""));
        let event = || rest.get(..36).unwrap_or_default().to_owned();
        match (kind, sk.split('#').next().unwrap_or_default()) {
            ("EVENT", "SEAT") => self.seats.push(Seat {
                event: event(),
                label: sk.trim_start_matches("SEAT#").to_owned(),
                status: text(item, "status"),
                booking: item["booking"]["S"].as_str().map(str::to_owned),
                waiters: number(item, "waiters"),
                price: amount(item, "price").unwrap_or(0),
                letter: (
                    u64::try_from(number(item, "ordinal")).unwrap_or(0),
                    usize::try_from(number(item, "place")).unwrap_or(0),
                ),
            }),
            ("EVENT", "EVENT") => {
                self.events.insert(event(), text(item, "status"));
                self.halls.insert(event(), text(item, "venue"));
                if text(item, "status") == "SCHEDULED" && item["on_sale_until"].is_null() {
                    self.sells_on.insert(event());
                }
            }
            ("MAPS", "MAP") => {
                let ordinal = sk.trim_start_matches("MAP#").parse().unwrap_or(0);
                self.maps.insert((event(), ordinal), text(item, "letters"));
            }
            ("EVENT", "MISMATCH") => self.mismatches.push(sk),
            ("BOOKING", _) => {
                if !item["UNFINISHED"].is_null() {
                    self.unfinished.insert(rest.to_owned());
                }
                let seats = item["seats"]["L"].as_array().into_iter().flatten();
                let booking = Booking {
                    user: text(item, "user_id"),
                    name: text(item, "user_name"),
                    hall: text(item, "venue"),
                    event: text(item, "event_id"),
                    seats: seats.map(|seat| text(&seat["M"], "label")).collect(),
                    status: text(item, "status"),
                    total: amount(item, "total").unwrap_or(0),
                    deadline: moment(item, "hold_expires_at"),
                    updated: moment(item, "updated_at"),
                    version: number(item, "version"),
                };
                self.bookings.insert(rest.to_owned(), booking);
            }
            ("BUYER", "EVENT") => {
                let event = sk.trim_start_matches("EVENT#").to_owned();
                self.counts.insert((rest.to_owned(), event), number(item, "seats"));
            }
            ("BUYER", "LINE") => {
                if let Some((event, label)) = sk.trim_start_matches("LINE#").split_once('#') {
                    let key = (rest.to_owned(), event.to_owned(), label.to_owned());
                    self.standing.insert(key, number(item, "place"));
                }
            }
            ("LINE", _) => {
                if let Some((event, label)) = rest.split_once('#') {
                    let line = self.places.entry((event.to_owned(), label.to_owned())).or_default();
                    line.insert(sk.trim_start_matches("PLACE#").to_owned(), text(item, "user_id"));
                    self.waiters.push((text(item, "user_id"), text(item, "user_name")));
                }
            }
            _ => {}
        }
    }
}

/// Is this status of a purchase final?
fn is_settled(status: &str) -> bool {
    !matches!(status, "AWAITING_PAYMENT" | "ISSUING" | "REFUNDING")
}

fn is_live(status: &str) -> bool {
    matches!(status, "HELD" | "AWAITING_PAYMENT" | "CONFIRMED")
}

fn is_final(status: &str) -> bool {
    !matches!(status, "HELD" | "AWAITING_PAYMENT" | "REFUNDING")
}

/// Checks what must hold at every moment.
pub fn check(stage: &Stage) {
    let Some(facts) = facts(stage) else { return };
    let mut broken = facts.broken_now(&stage.props.events);
    if stage.is_calm() {
        broken.0.extend(facts.hanging(stage, stage.now(), refunds_fail(stage)).0);
    }
    stage.found(broken);
}

/// Checks what must hold once nothing happens any more.
pub fn check_at_the_end(stage: &Stage) {
    check(stage);
    let Some(facts) = facts(stage) else { return };
    let mut broken = facts.broken_at_the_end();
    told_and_printed(&mut broken, stage, &facts);
    issued(&mut broken, stage, &facts);
    kept_for_nothing(&mut broken, stage, &facts);
    let other_sums = lock(&stage.other_sums);
    let told = |mismatch: &str| mismatch.strip_prefix(OTHER_SUM).is_some_and(|id| other_sums.contains(id));
    let (refused, holds) = (lock(&stage.refused), lock(&stage.refused_holds));
    let is_refused =
        |mismatch: &str| mismatch.strip_prefix(REFUSED).is_some_and(|id| refused.contains(id) || holds.contains(id));
    let is_kept =
        |mismatch: &str| mismatch.strip_prefix(REFUND_REFUSED).is_some_and(|id| facts.refused_refunds.contains_key(id));
    let known = |found: &str| told(found) || is_refused(found) || is_kept(found);
    for mismatch in facts.mismatches.iter().filter(|found| !known(found)) {
        broken.add(Promise::MoneyAndGoods, format!("a mismatch was found that is none: {mismatch}"));
    }
    for (queue, body) in stage.queues.dead_letters() {
        if body != crate::play::RUBBISH {
            broken.add(None, format!("{queue} holds a message that was not planted"));
        }
    }
    stage.found(broken);
}

/// The time from which everything answers, by the slowest clock.
pub(crate) fn calm_since(stage: &Stage) -> Timestamp {
    stage.props.began + stage.weather.until + Duration::from_millis(stage.weather.skew)
}

pub(crate) fn refunds_fail(stage: &Stage) -> bool {
    is_on(stage, "REFUND_FAILURE_RATE")
}

pub(crate) fn refunds_are_refused(stage: &Stage) -> bool {
    is_on(stage, "REFUND_REFUSAL_RATE")
}

fn is_on(stage: &Stage, rate: &str) -> bool {
    stage.settings.get(rate).is_some_and(|rate| rate != "0")
}

fn facts(stage: &Stage) -> Option<Facts> {
    let read = Facts::read(stage);
    read.map_err(|why| stage.broken(None, format!("the tables cannot be read: {why}"))).ok()
}

/// Checks that every token that the power company issued was given to the buyer and not refunded.
fn issued(broken: &mut Findings, stage: &Stage, facts: &Facts) {
    for reference in lock(&stage.issued).iter() {
        let status = facts.purchases.get(reference).map_or("missing", |purchase| &*purchase.status);
        if status != "ISSUED" {
            broken.add(
                Promise::MoneyAndGoods,
                format!("the power company issued the token of a purchase that is {status}"),
            );
        }
    }
}

/// Checks the provider's side: money that it took for an invoice that is void was paid back. What it refuses to pay
/// back was paid back by hand, and nothing else.
fn kept_for_nothing(broken: &mut Findings, stage: &Stage, facts: &Facts) {
    let function = |spec: &&FunctionSpec| spec.package == "payment-worker";
    let setting = |name: &str| {
        let spec = stage.props.template.functions.iter().find(function);
        spec.and_then(|spec| spec.environment.get(name)).map_or("", String::as_str)
    };
    let rate = |name: &str| stage.settings.get(name).and_then(|rate| rate.parse().ok()).unwrap_or(0.0);
    let happens = |what: String, rate: f64| contracts::keys::chance(setting("SIMULATION_KEY"), what.as_bytes()) < rate;
    let keeps = |reference: &str| happens(format!("keep {reference}"), rate("REFUND_REFUSAL_RATE"));
    let is_by_hand = |reference: &str| facts.refused_refunds.get(reference) == Some(&true);
    for (reference, (status, _)) in &facts.invoices {
        if status == "REFUNDED" && keeps(reference) != is_by_hand(reference) {
            broken.add(
                Promise::MoneyAndGoods,
                "an invoice is REFUNDED by somebody else than who was to pay it back".to_owned(),
            );
        }
    }
    for invoice in lock(&stage.charged).iter() {
        let Some(Void { reference, attempts }) = facts.voids.get(invoice) else { continue };
        let answers = |attempt| !happens(format!("refund {reference} {attempt}"), rate("REFUND_FAILURE_RATE"));
        if !(1..=*attempts).any(answers) || keeps(reference) != is_by_hand(reference) {
            broken.add(
                Promise::MoneyAndGoods,
                format!("money came for an invoice that is void, and stayed ({attempts} tries to pay it back)"),
            );
        }
    }
}

/// Checks what organisers' systems were told, and that every confirmed booking has a ticket.
fn told_and_printed(broken: &mut Findings, stage: &Stage, facts: &Facts) {
    for (id, booking) in &facts.bookings {
        let told = lock(&stage.told).get(id).cloned().unwrap_or_default();
        if booking.status == "CONFIRMED" && lock(&stage.refused).contains(id) {
            broken.add(Promise::MoneyAndGoods, "a buyer keeps what the organiser refused to confirm".to_owned());
        }
        let missing = match booking.status.as_str() {
            "CONFIRMED" => !told.contains("confirmed") || told.contains("released"),
            // Promise 3 has its own check of these.
            "HELD" | "AWAITING_PAYMENT" => false,
            _ => !told.contains("released"),
        };
        if missing {
            broken
                .add(None, format!("the organiser's system was told {told:?} of a booking that is {}", booking.status));
        }
        let printed = lock(&stage.objects).contains(&format!("tickets/{id}.pdf"));
        if booking.status == "CONFIRMED" && !printed {
            broken.add(None, "a confirmed booking has no ticket".to_owned());
        }
        if printed && booking.status != "CONFIRMED" && !stage.weather.loses {
            broken.add(None, format!("a booking that is {} has a ticket", booking.status));
        }
    }
}

/// Promise 1, in both directions.
fn seats_and_bookings(broken: &mut Findings, facts: &Facts) {
    let mut theirs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut worth: BTreeMap<&str, i64> = BTreeMap::new();
    for seat in &facts.seats {
        let what = format!("seat {} is {}", seat.label, seat.status);
        let Some(owner) = &seat.booking else {
            if matches!(seat.status.as_str(), "ON_GOING" | "BOOKED") {
                broken.add(Promise::SeatOnce, format!("{what} and nobody's"));
            }
            continue;
        };
        theirs.entry(owner).or_default().insert(&seat.label);
        *worth.entry(owner).or_default() += seat.price;
        let Some(booking) = facts.bookings.get(owner) else {
            broken.add(Promise::SeatOnce, format!("{what}, of a booking that is not there"));
            continue;
        };
        let fits = match seat.status.as_str() {
            "ON_GOING" => matches!(booking.status.as_str(), "HELD" | "AWAITING_PAYMENT"),
            "BOOKED" => booking.status == "CONFIRMED",
            _ => false,
        };
        if !fits || !booking.seats.contains(&seat.label) || booking.event != seat.event {
            broken.add(Promise::SeatOnce, format!("{what}, of a booking that is {}", booking.status));
        }
    }
    for (id, booking) in facts.bookings.iter().filter(|(_, booking)| is_live(&booking.status)) {
        // Only the prices of open seats change.
        if worth.get(id.as_str()).is_some_and(|worth| *worth != booking.total) {
            broken.add(Promise::MoneyAndGoods, "a booking's seats cost something else than it does".to_owned());
        }
        let has = theirs.get(id.as_str());
        for label in &booking.seats {
            if has.is_none_or(|has| !has.contains(label.as_str())) {
                broken.add(Promise::SeatOnce, format!("a booking that is {} has lost seat {label}", booking.status));
            }
        }
    }
}

/// Promises 2 and 7.
fn money_and_goods(broken: &mut Findings, facts: &Facts) {
    for (id, booking) in &facts.bookings {
        let invoice = facts.invoices.get(id);
        let status = invoice.map_or("missing", |(status, _)| status.as_str());
        let fits = match booking.status.as_str() {
            "HELD" | "AWAITING_PAYMENT" => status != "REFUNDED",
            "CONFIRMED" => status == "PAID",
            "REFUNDING" => matches!(status, "PAID" | "REFUNDED"),
            "REFUNDED" => status == "REFUNDED",
            _ => matches!(status, "missing" | "VOID" | "FAILED"),
        };
        if !fits {
            broken.add(Promise::MoneyAndGoods, format!("a booking is {} and its invoice {status}", booking.status));
        }
        if let Some((_, Some(amount))) = invoice
            && *amount != booking.total
        {
            broken.add(Promise::MoneyAndGoods, format!("a booking of {} has an invoice of {amount}", booking.total));
        }
    }
    for (reference, (status, _)) in &facts.invoices {
        let known = facts.bookings.contains_key(reference) || facts.purchases.contains_key(reference);
        if matches!(status.as_str(), "PAID" | "REFUNDED") && !known {
            broken.add(Promise::MoneyAndGoods, format!("an invoice is {status} and what it pays for is not there"));
        }
    }
}

/// Promises 2 and 7 for purchases, and that each month counts what was sold in it.
fn purchases(broken: &mut Findings, facts: &Facts) {
    let (mut tokens, mut sold) = (BTreeSet::new(), BTreeMap::<String, i64>::new());
    for (id, purchase) in &facts.purchases {
        let invoice = facts.invoices.get(id);
        let status = invoice.map_or("missing", |(status, _)| status.as_str());
        let fits = match purchase.status.as_str() {
            "AWAITING_PAYMENT" => status != "REFUNDED",
            "ISSUING" | "ISSUED" => status == "PAID",
            "REFUNDING" => matches!(status, "PAID" | "REFUNDED"),
            "REFUNDED" => status == "REFUNDED",
            _ => matches!(status, "missing" | "VOID" | "FAILED"),
        };
        if !fits {
            broken.add(Promise::MoneyAndGoods, format!("a purchase is {} and its invoice {status}", purchase.status));
        }
        if let Some((_, Some(amount))) = invoice
            && *amount != purchase.total
        {
            broken.add(Promise::MoneyAndGoods, format!("a purchase of {} has an invoice of {amount}", purchase.total));
        }
        if purchase.token.is_some() != (purchase.status == "ISSUED") {
            broken.add(
                Promise::MoneyAndGoods,
                format!("a purchase is {} and its token is {:?}", purchase.status, purchase.token),
            );
        }
        if purchase.token.as_ref().is_some_and(|token| !tokens.insert(token)) {
            broken.add(Promise::MoneyAndGoods, "two purchases have one token".to_owned());
        }
        let counted = matches!(purchase.status.as_str(), "AWAITING_PAYMENT" | "ISSUING" | "ISSUED");
        let month = sold.entry(format!("{}#{}", purchase.month, purchase.meter)).or_default();
        *month += if counted { purchase.hundredths } else { 0 };
    }
    for (month, sold) in sold {
        let counted = facts.months.get(&month).copied().unwrap_or(0);
        if counted != sold {
            broken
                .add(Promise::TwiceIsOnce, format!("a month has {sold} hundredths of a kWh and {counted} are counted"));
        }
        if sold > MONTH {
            broken.add(None, format!("a meter was sold {sold} hundredths of a kWh in a month"));
        }
    }
}

/// Promise 6, and that each line agrees with its seat's count and its users' own entries.
fn lines(broken: &mut Findings, facts: &Facts, events: &[Performance]) {
    for seat in &facts.seats {
        let line = facts.places.get(&(seat.event.clone(), seat.label.clone()));
        let long = line.map_or(0, BTreeMap::len);
        if i64::try_from(long).unwrap_or(0) != seat.waiters {
            broken.add(Promise::LinesFirst, format!("{} wait for a seat that counts {}", long, seat.waiters));
        }
        let on_sale = facts.events.get(&seat.event).is_some_and(|status| status == "SCHEDULED");
        let stays = events.iter().any(|event| event.id == seat.event && event.stays_on_sale);
        if seat.status == "OPEN" && seat.waiters > 0 && on_sale && stays {
            broken.add(Promise::LinesFirst, "a seat is open while somebody waits for it".to_owned());
        }
        let mut users = BTreeSet::new();
        for (place, user) in line.into_iter().flatten() {
            let standing = facts.standing.get(&(user.clone(), seat.event.clone(), seat.label.clone()));
            if standing.copied() != place.parse().ok() || !users.insert(user) {
                broken.add(Promise::LinesFirst, "a place in a line is not whose it says".to_owned());
            }
        }
    }
}

/// Seats per buyer are counted in exactly the transactions that change bookings, within the limit.
fn counts(broken: &mut Findings, facts: &Facts, events: &[Performance]) {
    let mut live: BTreeMap<(String, String), i64> = BTreeMap::new();
    for booking in facts.bookings.values().filter(|booking| is_live(&booking.status)) {
        let key = (booking.user.clone(), booking.event.clone());
        *live.entry(key).or_default() += i64::try_from(booking.seats.len()).unwrap_or(0);
    }
    for (key, counted) in &facts.counts {
        let has = live.get(key).copied().unwrap_or(0);
        if has != *counted {
            broken.add(Promise::TwiceIsOnce, format!("a buyer has {has} seats and {counted} are counted"));
        }
    }
    for ((_, event), has) in &live {
        let limit = events.iter().find(|one| one.id == *event).map_or(0, |one| one.limit);
        if *has > i64::try_from(limit).unwrap_or(0) {
            broken.add(Promise::SeatOnce, format!("a buyer has {has} seats where {limit} are allowed"));
        }
    }
}

fn finally(broken: &mut Findings, facts: &Facts) {
    // A booking that gave up its seats has no name.
    let named =
        facts.bookings.values().map(|booking| (&booking.user, &booking.name)).filter(|(_, name)| !name.is_empty());
    let waits = facts.waiters.iter().map(|(user, name)| (user, name));
    if named.chain(waits).any(|(user, name)| facts.names.get(user).is_some_and(|now| now != name)) {
        broken.add(Promise::NothingHangs, "a booking or a line has its buyer's name of before".to_owned());
    }
    let (mut sold, mut paid) = (0, 0);
    for seat in &facts.seats {
        match seat.status.as_str() {
            "BOOKED" => sold += seat.price,
            "ON_GOING" => broken.add(Promise::NothingHangs, "a seat is held for ever".to_owned()),
            _ => {}
        }
        if seat.status == "OPEN" && seat.waiters > 0 && facts.sells_on.contains(&seat.event) {
            broken.add(Promise::LinesFirst, "a line was not served when the sale went on".to_owned());
        }
        let wanted = match seat.status.as_str() {
            // A seat that is owed to its line is shown as taken.
            "OPEN" if seat.waiters > 0 => 'G',
            "OPEN" => 'O',
            "ON_GOING" => 'G',
            "BOOKED" => 'B',
            _ => '-',
        };
        let map = facts.maps.get(&(seat.event.clone(), seat.letter.0));
        let letter = map.and_then(|letters| letters.chars().nth(seat.letter.1));
        let shown = if wanted == '-' { letter.is_some_and(|l| !"OGB".contains(l)) } else { letter == Some(wanted) };
        if !shown {
            broken.add(None, format!("the map shows {letter:?} for a seat that is {}", seat.status));
        }
    }
    for (id, booking) in &facts.bookings {
        let takes_place = facts.events.get(&booking.event).is_some_and(|status| status == "SCHEDULED");
        if takes_place && booking.status == "CONFIRMED" && facts.halls.get(&booking.event) != Some(&booking.hall) {
            broken.add(Promise::NothingHangs, "a ticket names a hall where its event is not any more".to_owned());
        }
        if facts.unfinished.contains(id) {
            broken.add(Promise::NothingHangs, format!("a booking is {} and unfinished", booking.status));
        }
        if !is_final(&booking.status) {
            broken.add(Promise::NothingHangs, format!("a booking ended as {}", booking.status));
        }
        // Promise 8: a booking that never changed after its hold need not be in the history; every other must be.
        if booking.version > 1 && facts.history.get(id) != Some(&booking.status) {
            let history = facts.history.get(id).map_or("nothing", String::as_str);
            broken.add(Promise::Failures, format!("a booking is {} and its history says {history}", booking.status));
        }
    }
    for purchase in facts.purchases.values() {
        match purchase.status.as_str() {
            "ISSUED" => sold += purchase.total,
            status if !is_settled(status) => broken.add(Promise::NothingHangs, format!("a purchase ended as {status}")),
            _ => {}
        }
        if purchase.untold {
            broken.add(None, format!("nobody was told of a purchase that is {}", purchase.status));
        }
    }
    for (reference, (status, amount)) in &facts.invoices {
        let booked = facts.bookings.get(reference).is_some_and(|booking| !is_final(&booking.status));
        let bought = facts.purchases.get(reference).is_some_and(|purchase| !is_settled(&purchase.status));
        match status.as_str() {
            "PAID" => paid += amount.unwrap_or(0),
            "PENDING" if !booked && !bought => {
                broken.add(Promise::NoMoneyComes, "an invoice stays open, and what it pays for has ended".to_owned());
            }
            _ => {}
        }
    }
    if sold != paid {
        broken.add(
            Promise::MoneyAndGoods,
            format!("seats and tokens were sold for {sold}, and {paid} was paid and not paid back"),
        );
    }
    for (event, status) in &facts.events {
        let seats = || facts.seats.iter().filter(|seat| seat.event == *event);
        match status.as_str() {
            "CLOSING" => broken.add(Promise::NothingHangs, "an event is closing for ever".to_owned()),
            "CANCELLED" | "DELETED" if seats().any(|seat| seat.status != "WITHDRAWN") => {
                broken.add(None, format!("an event is {status} and has seats left"));
            }
            _ => {}
        }
    }
    let known = |mismatch: &str| [OTHER_SUM, REFUSED, REFUND_REFUSED].iter().any(|kind| mismatch.starts_with(kind));
    for mismatch in facts.mismatches.iter().filter(|mismatch| !known(mismatch)) {
        broken.add(Promise::MoneyAndGoods, format!("reconciliation found {mismatch}"));
    }
}

#[cfg(test)]
mod tests {
    use super::Promise;
    use strum::IntoEnumIterator;

    #[test]
    fn the_page_lists_the_same_promises_by_the_same_words() {
        let written: Vec<_> = include_str!("../../../docs/promises.md")
            .lines()
            .filter_map(|line| line.strip_prefix("## ")?.split_once(". "))
            .map(|(number, words)| (number.to_owned(), format!("{words}.")))
            .collect();
        let named: Vec<_> = include_str!("promises.rs")
            .lines()
            .skip_while(|line| !line.starts_with("pub enum Promise"))
            .take_while(|line| *line != "}")
            .filter_map(|line| line.trim().strip_prefix("/// "))
            .zip(Promise::iter())
            .map(|(words, promise)| ((promise as u8).to_string(), words.to_owned()))
            .collect();
        assert_eq!(named, written);
    }
}
