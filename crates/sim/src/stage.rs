//! The stage that a story is played on: tables, queues, functions, people, and what goes wrong between them.

use crate::bugs::Bug;
use crate::database::Tables;
use crate::dice::Dice;
use crate::fleet::{Calls, Fleet};
use crate::promises::{Findings, Promise};
use crate::props::Props;
use crate::queues::Queues;
use crate::streams::Streams;
use crate::watchers::Watchers;
use crate::weather::{Fault, Kind, MADE_UP_FOR, Weather};
use contracts::{Timestamp, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use template::Error;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use triggers::Throttles;
use triggers::gateway::{Gateway, REQUEST_TIME};
use triggers::sockets::Sockets;
use uuid::Uuid;

/// How often each step met each fault that it may meet.
pub type Coverage = BTreeMap<String, BTreeMap<Fault, u64>>;

/// The stage of one story.
pub struct Stage {
    /// What all stories share.
    pub props: Arc<Props>,
    /// Chance.
    pub dice: Dice,
    /// What goes wrong in the story.
    pub weather: Weather,
    /// The deliberate bug, if there is one.
    pub bug: Option<Bug>,
    /// The tables.
    pub tables: Tables,
    /// The queues.
    pub queues: Queues,
    /// The streams.
    pub streams: Streams,
    /// The functions.
    pub fleet: Fleet,
    /// The gateway.
    pub gateway: Gateway,
    /// The WebSocket API.
    pub sockets: Sockets,
    /// Those who watch.
    pub watchers: Watchers,
    /// What S3 holds.
    pub objects: Mutex<BTreeSet<String>>,
    /// The bookings of which genuine news came that said another sum than theirs.
    pub other_sums: Mutex<BTreeSet<String>>,
    /// What organisers' systems were told, by booking.
    pub told: Mutex<BTreeMap<String, BTreeSet<&'static str>>>,
    /// The bookings that an organiser's system refused to confirm.
    pub refused: Mutex<BTreeSet<String>>,
    /// The bookings for which an organiser's system refused a hold.
    pub refused_holds: Mutex<BTreeSet<String>>,
    /// The titles that events got, by event.
    pub retitled: Mutex<BTreeMap<String, Retitled>>,
    /// What the bug `old-facts` read first, by key.
    pub first_seen: Mutex<BTreeMap<String, String>>,
    /// The orders that reached the power company and that it issues, by reference.
    pub issued: Mutex<BTreeSet<String>>,
    /// The invoices for which the provider took money, by partition key.
    pub charged: Mutex<BTreeSet<String>>,
    /// Template settings of this story.
    pub settings: BTreeMap<String, String>,
    began: Instant,
    active: AtomicI64,
    waiting: AtomicI64,
    over: AtomicBool,
    ids: AtomicU64,
    kept: Option<BTreeSet<String>>,
    strikes: Vec<Strike>,
    calls: Mutex<Vec<(String, String, Kind)>>,
    deliveries: Mutex<Vec<(String, Value)>>,
    happened: Mutex<Vec<String>>,
    coverage: Mutex<Coverage>,
    broken: Mutex<Findings>,
    story: Option<Mutex<Vec<String>>>,
}

/// Another title of an event.
#[derive(Debug, Clone)]
pub struct Retitled {
    /// The title.
    pub title: String,
    /// When its organiser was answered.
    pub answered_at: Timestamp,
    /// From when on everything is sold under it, as the answer said.
    pub in_force: Timestamp,
}

/// How a story is played.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// With this bug in the code.
    pub bug: Option<Bug>,
    /// With only these faults and acts.
    pub kept: Option<BTreeSet<String>>,
    /// With these faults in addition, whatever the weather.
    pub strikes: Vec<Strike>,
    /// Writing down what happens.
    pub told: bool,
}

/// A fault that is wished for.
#[derive(Debug, Clone)]
pub struct Strike {
    /// The call that it strikes. If this is a step, every call of the step is struck until everything answers.
    pub at: String,
    /// What goes wrong.
    pub fault: Fault,
}

/// Something under way, or waiting for its time. Until it is dropped, the stage is not quiet, or not done.
pub struct Busy(Arc<Stage>, bool);

impl Drop for Busy {
    fn drop(&mut self) {
        let count = if self.1 { &self.0.active } else { &self.0.waiting };
        count.fetch_sub(1, Ordering::Relaxed);
    }
}

tokio::task_local! {
    /// The actor of the calls that this task makes.
    pub static ACTOR: Actor;
}

/// Who makes calls: one invocation of a function, or a person.
#[derive(Clone)]
pub struct Actor {
    /// Such as `book#3`: the third invocation of `book`.
    pub label: Arc<str>,
    /// The function's package, or what kind of person.
    pub role: Arc<str>,
    calls: Arc<AtomicU64>,
    task: Arc<OnceLock<AbortHandle>>,
}

impl Actor {
    /// An actor with this label.
    pub fn new(label: &str, role: &str) -> Self {
        Self { label: label.into(), role: role.into(), calls: Arc::default(), task: Arc::default() }
    }

    /// The name of their next call.
    pub fn next_call(&self) -> String {
        format!("{}.{}", self.label, self.calls.fetch_add(1, Ordering::Relaxed))
    }

    /// The task that they live in.
    pub fn lives_in(&self, task: AbortHandle) {
        drop(self.task.set(task));
    }

    /// Dies here: nothing after this happens.
    pub async fn die(&self) -> ! {
        if let Some(task) = self.task.get() {
            task.abort();
        }
        loop {
            std::future::pending::<()>().await;
        }
    }
}

impl Stage {
    /// Sets the stage for a seed.
    pub fn set(props: &Arc<Props>, seed: u64, wish: &Wish) -> Result<Arc<Self>, Error> {
        let dice = Dice::of_seed(seed);
        let weather = Weather::of(&dice);
        Self::set_in(props, dice, weather, Tables::of_file(&props.tables)?, props.settings(&dice), wish)
    }

    /// Sets the stage in this weather, with these tables.
    pub fn set_in(
        props: &Arc<Props>,
        dice: Dice,
        weather: Weather,
        tables: Tables,
        settings: BTreeMap<String, String>,
        wish: &Wish,
    ) -> Result<Arc<Self>, Error> {
        let streams = Streams::new(props, &tables)?;
        Ok(Arc::new_cyclic(|stage: &Weak<Self>| Self {
            props: Arc::clone(props),
            dice,
            weather,
            bug: wish.bug,
            tables,
            queues: Queues::default(),
            streams,
            fleet: Fleet::default(),
            gateway: Gateway {
                routes: props.template.routes.clone(),
                authorizer: props.template.authorizer.clone(),
                cors: props.template.cors.clone(),
                throttles: Throttles::new(props.template.throttles.clone()),
                functions: Arc::new(Calls(stage.clone())),
                world: Arc::new(Clock { stage: stage.clone(), skew: 0 }),
                verdicts: Mutex::default(),
                request_time: REQUEST_TIME,
                access_log: None,
            },
            sockets: Sockets {
                routes: props.template.sockets.clone(),
                functions: Arc::new(Calls(stage.clone())),
                world: Arc::new(Clock { stage: stage.clone(), skew: 0 }),
            },
            watchers: Watchers::default(),
            objects: Mutex::default(),
            other_sums: Mutex::default(),
            refused: Mutex::default(),
            refused_holds: Mutex::default(),
            retitled: Mutex::default(),
            first_seen: Mutex::default(),
            told: Mutex::default(),
            issued: Mutex::default(),
            charged: Mutex::default(),
            settings,
            began: Instant::now(),
            active: AtomicI64::new(0),
            waiting: AtomicI64::new(0),
            over: AtomicBool::new(false),
            ids: AtomicU64::new(1),
            kept: wish.kept.clone(),
            strikes: wish.strikes.clone(),
            calls: Mutex::default(),
            deliveries: Mutex::default(),
            happened: Mutex::default(),
            coverage: Mutex::default(),
            broken: Mutex::default(),
            story: wish.told.then(Mutex::default),
        }))
    }

    /// How long the story has gone on.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The true time. The clocks of the functions may differ from it.
    pub fn now(&self) -> Timestamp {
        self.props.began + self.elapsed()
    }

    /// The clock of this name, ahead or behind as the weather says.
    pub fn clock(self: &Arc<Self>, name: &str) -> Arc<dyn World> {
        let skew = if self.weather.skew == 0 {
            0
        } else {
            let drawn = self.dice.of("clocks").within(name, 0..2 * self.weather.skew + 1);
            i64::try_from(drawn).unwrap_or(0) - i64::try_from(self.weather.skew).unwrap_or(0)
        };
        Arc::new(Clock { stage: Arc::downgrade(self), skew })
    }

    /// Marks something as under way: the stage is not quiet until the [`Busy`] is dropped.
    pub fn busy(self: &Arc<Self>) -> Busy {
        self.active.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self), true)
    }

    /// Marks something as waiting for its time, such as a timer: the stage is not done until the [`Busy`] is dropped.
    pub fn waiting(self: &Arc<Self>) -> Busy {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self), false)
    }

    /// Is nothing under way just now?
    pub fn is_quiet(&self) -> bool {
        self.active.load(Ordering::Relaxed) == 0
    }

    /// Is nothing under way, and nothing waiting either?
    pub fn is_done(&self) -> bool {
        self.is_quiet() && self.waiting.load(Ordering::Relaxed) == 0
    }

    /// From now on everything answers.
    pub fn calm_down(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.note(|| "from here on everything answers".to_owned());
    }

    /// Does everything answer by now?
    pub fn is_calm(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Is the fault or act of this name part of the story? It may be left out to make the story shorter.
    pub fn keeps(&self, id: &str) -> bool {
        self.kept.as_ref().is_none_or(|kept| kept.contains(id))
    }

    /// What goes wrong with a call, if anything: `id` names the call, `step` what kind of step it is.
    pub fn fate(&self, id: &str, step: &str, kind: Kind) -> Option<Fault> {
        if !lock(&self.coverage).contains_key(step) {
            lock(&self.coverage).insert(step.to_owned(), kind.faults().iter().map(|fault| (*fault, 0)).collect());
        }
        if self.story.is_some() {
            lock(&self.calls).push((id.to_owned(), step.to_owned(), kind));
        }
        if let Some(strike) = self.strikes.iter().find(|one| one.at == id || (one.at == step && !self.is_calm())) {
            self.strike(id, step, strike.fault);
            return Some(strike.fault);
        }
        if self.is_calm() || !self.dice.of("fault").happens(id, self.weather.faults) || !self.keeps(id) {
            return None;
        }
        let fault = *self.dice.of("kind").one_of(id, kind.faults())?;
        self.strike(id, step, fault);
        Some(fault)
    }

    /// Is this message of a queue lost for good?
    pub fn loses(&self, id: &str, queue: &str) -> bool {
        let name = format!("{id} is lost");
        let lost = self.weather.loses
            && MADE_UP_FOR.contains(&queue)
            && !self.is_calm()
            && self.dice.of("lost").happens(id, 0.3)
            && self.keeps(&name);
        if lost {
            self.note(|| name.clone());
            lock(&self.happened).push(name);
        }
        lost
    }

    /// Writes down that a fault happened.
    fn strike(&self, id: &str, step: &str, fault: Fault) {
        lock(&self.happened).push(id.to_owned());
        if let Some(times) = lock(&self.coverage).get_mut(step) {
            *times.entry(fault).or_default() += 1;
        }
        self.note(|| format!("{id}: {step}: {}", fault.name()));
    }

    /// Is this out of order just now?
    pub fn is_out(&self, what: &str) -> bool {
        let now = self.elapsed();
        let out = |outage: &&crate::weather::Outage| {
            outage.what == what && (outage.from..outage.until).contains(&now) && !self.is_calm()
        };
        let Some(outage) = self.weather.outages.iter().find(out) else { return false };
        let id = format!("outage of {}", outage.what);
        if !self.keeps(&id) {
            return false;
        }
        let mut happened = lock(&self.happened);
        if !happened.contains(&id) {
            happened.push(id);
        }
        true
    }

    /// Notes that a person acts; answers `false` if the act is left out to make the story shorter.
    pub fn acted(&self, id: &str) -> bool {
        if !self.keeps(id) {
            return false;
        }
        lock(&self.happened).push(id.to_owned());
        true
    }

    /// Waits as long as a call takes on its way.
    pub async fn travel(&self, id: &str) {
        let dice = self.dice.of("travel").of(id);
        let slow = !self.is_calm() && dice.happens("slow", self.weather.slow);
        let millis = if slow { dice.within("long", 200..6_000) } else { dice.within("short", 1..25) };
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    /// Writes a line of the story.
    pub fn note(&self, line: impl FnOnce() -> String) {
        if let Some(story) = &self.story {
            let elapsed = self.elapsed();
            lock(story).push(format!("{:>5}.{:03} {}", elapsed.as_secs(), elapsed.subsec_millis(), line()));
        }
    }

    /// Notes that something is not as it should be.
    pub fn broken(&self, promise: impl Into<Option<Promise>>, what: impl Into<String>) {
        let mut findings = Findings::default();
        findings.add(promise, what);
        self.found(findings);
    }

    /// Notes these findings, each one once.
    pub fn found(&self, findings: Findings) {
        let mut broken = lock(&self.broken);
        for finding in findings.0 {
            self.note(|| format!("BROKEN: {finding}"));
            if !broken.0.contains(&finding) && broken.0.len() < 20 {
                broken.0.push(finding);
            }
        }
    }

    /// What was not as it should be so far.
    pub fn verdict(&self) -> Findings {
        lock(&self.broken).clone()
    }

    /// Which faults and acts happened.
    pub fn happened(&self) -> Vec<String> {
        lock(&self.happened).clone()
    }

    /// Notes that a queue or a stream gave an event to a function.
    pub fn delivered(&self, function: &str, event: &Value) {
        if self.story.is_some() {
            lock(&self.deliveries).push((function.to_owned(), event.clone()));
        }
    }

    /// Every event that queues and streams gave to functions, if the story is told.
    pub fn deliveries(&self) -> Vec<(String, Value)> {
        lock(&self.deliveries).clone()
    }

    /// All calls so far, each with its step and kind, if the story is told.
    pub fn calls(&self) -> Vec<(String, String, Kind)> {
        lock(&self.calls).clone()
    }

    /// Which steps met which faults.
    pub fn coverage(&self) -> Coverage {
        lock(&self.coverage).clone()
    }

    /// The story so far.
    pub fn story(&self) -> Vec<String> {
        self.story.as_ref().map(|story| lock(story).clone()).unwrap_or_default()
    }
}

/// Locks a mutex, also after a panic elsewhere: a panic leaves nothing half done that matters here.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody's clock, with the ids they make.
struct Clock {
    stage: Weak<Stage>,
    skew: i64,
}

impl World for Clock {
    fn now(&self) -> Timestamp {
        let Some(stage) = self.stage.upgrade() else { return Timestamp::from_millis(0) };
        Timestamp::from_millis(stage.now().millis() + self.skew)
    }

    fn new_id(&self) -> Uuid {
        let Some(stage) = self.stage.upgrade() else { return Uuid::nil() };
        let number = stage.ids.fetch_add(1, Ordering::Relaxed);
        let millis = u128::try_from(self.now().millis()).unwrap_or(0);
        // Version 7, variant 2 (RFC 9562): the time, then a counter instead of random bits.
        Uuid::from_u128((millis << 80) | (7 << 76) | (0b10 << 62) | u128::from(number))
    }
}
