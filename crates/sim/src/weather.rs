//! What goes wrong in a story: how often calls fail, how far clocks disagree, what is out of order and for how long.

use crate::dice::Dice;
use std::time::Duration;

/// What can go wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Answered with a server error; nothing was done.
    Refused,
    /// Throttled: the call is refused, or half of a batch is left undone.
    Throttled,
    /// In conflict with another write: DynamoDB's transaction conflict.
    Conflict,
    /// Cut off before it took effect.
    LostBefore,
    /// Cut off after it took effect: the answer is lost.
    LostAfter,
    /// Takes effect after the caller has given it up.
    Late,
    /// Delivered twice.
    Twice,
    /// The caller dies before it takes effect.
    DiesBefore,
    /// The caller dies after it took effect.
    DiesAfter,
    /// The message is handled, but not deleted, so that it comes again.
    NotDeleted,
}

impl Fault {
    /// Its name in the story.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Throttled => "throttled",
            Self::Conflict => "conflict",
            Self::LostBefore => "lost before",
            Self::LostAfter => "lost after",
            Self::Late => "late",
            Self::Twice => "twice",
            Self::DiesBefore => "dies before",
            Self::DiesAfter => "dies after",
            Self::NotDeleted => "not deleted",
        }
    }
}

/// The kind of a call, which decides what can go wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A read from AWS.
    Read,
    /// A write to DynamoDB.
    Write,
    /// A message sent, an object put, a mail sent.
    Send,
    /// HTTP from a function.
    Http,
    /// HTTP from a person, who does not die.
    Person,
    /// A message or a batch of records on its way to a function.
    Delivery,
}

impl Kind {
    /// What can go wrong with it.
    pub const fn faults(self) -> &'static [Fault] {
        use Fault::{
            Conflict, DiesAfter, DiesBefore, Late, LostAfter, LostBefore, NotDeleted, Refused, Throttled, Twice,
        };
        match self {
            Self::Read => &[Refused, Throttled, LostBefore, DiesBefore, DiesAfter],
            Self::Write => &[
                Refused, Throttled, Conflict, LostBefore, LostAfter, LostAfter, Late, DiesBefore, DiesAfter, DiesAfter,
            ],
            Self::Send => &[Refused, Throttled, LostBefore, LostAfter, DiesBefore, DiesAfter],
            Self::Http => &[Refused, LostBefore, LostAfter, LostAfter, Late, Twice, DiesBefore, DiesAfter],
            Self::Person => &[Refused, LostBefore, LostAfter, Late, Twice],
            Self::Delivery => &[Late, Twice, NotDeleted],
        }
    }
}

/// Something that is out of order for a while.
#[derive(Debug, Clone)]
pub struct Outage {
    /// A function's package, or one of AWS's services.
    pub what: &'static str,
    /// From when.
    pub from: Duration,
    /// Until when.
    pub until: Duration,
}

/// The weather of one story.
#[derive(Debug, Clone)]
pub struct Weather {
    /// How likely a call goes wrong.
    pub faults: f64,
    /// How likely a call is slow.
    pub slow: f64,
    /// How far clocks are ahead or behind at most, in milliseconds.
    pub skew: u64,
    /// After this everything answers.
    pub until: Duration,
    /// What is out of order meanwhile.
    pub outages: Vec<Outage>,
    /// The queue that somebody puts rubbish into.
    pub poisoned: bool,
    /// Does reconciliation compare money and goods at the end?
    pub reconciled: bool,
    /// Are messages lost for good now and then? Only such stories start late bookings again, so that the others show
    /// that nothing else needs it.
    pub loses: bool,
}

/// What may be out of order for a while.
const FRAIL: &[&str] = &[
    "create-invoice",
    "void-invoice",
    "refund-invoice",
    "webhook",
    "organiser-system",
    "power-company",
    "payment-worker",
    "expire-hold",
    "offer-seat",
    "ticketing-relay",
    "refund-booking",
    "close-event",
    "move-bookings",
    "rename-buyer",
    "accounts-relay",
    "power-webhook",
    "power-relay",
    "issue-power-token",
    "refund-purchase",
    "expire-purchase",
    "authorizer",
    "sqs",
    "sns",
    "dynamodb",
];

/// The queues whose messages `resume-bookings` makes up for.
pub const MADE_UP_FOR: &[&str] = &["expire-hold", "issue-ticket", "refund-booking"];

impl Weather {
    /// Nothing goes wrong by chance. Faults that a test wishes for may happen until then.
    pub const fn calm(until: Duration) -> Self {
        Self {
            faults: 0.0,
            slow: 0.0,
            skew: 0,
            until,
            outages: Vec::new(),
            poisoned: false,
            reconciled: false,
            loses: false,
        }
    }

    /// The weather that the seed decides.
    pub fn of(dice: &Dice) -> Self {
        let dice = dice.of("weather");
        let until = Duration::from_secs(dice.within("until", 120..900));
        // Of ten stories one is calm, three are rough.
        let faults = match dice.within("faults", 0..10) {
            0 => 0.0,
            1..=6 => 0.005 + 0.03 * dice.share("some"),
            _ => 0.04 + 0.10 * dice.share("many"),
        };
        let outages = (0..dice.within("outages", 0..3)).filter_map(|n| {
            let dice = dice.of(&format!("outage {n}"));
            let from = Duration::from_secs(dice.within("from", 0..400));
            let length = Duration::from_secs(dice.within("length", 2..200));
            Some(Outage { what: dice.one_of("what", FRAIL)?, from, until: (from + length).min(until) })
        });
        let outages = if faults > 0.0 { outages.collect() } else { Vec::new() };
        Self {
            faults,
            slow: if faults > 0.0 { 0.06 * dice.share("slow") } else { 0.0 },
            skew: if dice.happens("clocks", 0.5) { dice.within("skew", 0..20_000) } else { 0 },
            until,
            outages,
            poisoned: dice.happens("poisoned", 0.05),
            reconciled: dice.happens("reconciled", 0.15),
            loses: faults > 0.0 && dice.happens("loses", 0.25),
        }
    }
}
