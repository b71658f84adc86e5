//! Rights, both ways: what a role may not do is refused, and what it may do is needed.
//!
//! Each test of this binary runs its functions with the rights that the template grants. With the environment variable
//! `KARCIS_RIGHTS_USED`, a file, the rights that were used are noted there, and the last test here compares them with
//! the template once all others have run (`.ci/run`).

use crate::app::{App, eventually, options};
use local::options::Watched;
use local::rights::Watch;
use local::{Cloud, Options};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use template::call::Call;
use template::{FunctionSpec, Surroundings, TEXT, Template, keys};

/// A right as it is used: a function's package, an action, and the resource as the statement has it.
type Used = (String, String, String);

static USED: LazyLock<Mutex<BTreeSet<Used>>> = LazyLock::new(Mutex::default);

#[expect(clippy::disallowed_methods, reason = "not a setting of the product")]
fn kept() -> Option<String> {
    std::env::var("KARCIS_RIGHTS_USED").ok()
}

/// Notes which rights are used, and which are missing.
#[derive(Default)]
struct Note {
    missing: Mutex<BTreeSet<(String, String)>>,
}

/// Notes which rights are used.
pub fn used() -> Watched {
    Watched(Arc::new(Note::default()))
}

impl Watch for Note {
    fn denied(&self, function: &FunctionSpec, action: &str) {
        self.missing.lock().unwrap().insert((function.package.clone(), action.to_owned()));
    }

    fn called(&self, function: &FunctionSpec, call: &Call) {
        for (action, resource) in call.needs() {
            self.granted(function, &action, &resource);
        }
    }

    fn granted(&self, function: &FunctionSpec, action: &str, resource: &str) {
        let granted = function.rights.iter().find_map(|right| right.grants(action, resource)).unwrap();
        let used = (function.package.clone(), action.to_owned(), granted.to_owned());
        if USED.lock().unwrap().insert(used.clone())
            && let Some(file) = kept()
        {
            let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
            // One write, so that lines of two processes do not mix.
            file.write_all(format!("{} {} {}\n", used.0, used.1, used.2).as_bytes()).unwrap();
        }
    }
}

/// Each case: a right that is taken away, and how far a booking comes without it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_one_of_its_rights_a_function_fails_here_too() {
    for (package, action, made, status, printed) in [
        ("book", "dynamodb:PutItem", 500, None, false),
        ("book", "sqs:SendMessage", 503, None, false),
        ("webhook", "dynamodb:UpdateItem", 201, Some("AWAITING_PAYMENT"), false),
        ("issue-ticket", "s3:PutObject", 201, Some("CONFIRMED"), false),
        ("list-movies", "dynamodb:Query", 201, Some("CONFIRMED"), true),
    ] {
        let (missing, note) = ((package.to_owned(), action.to_owned()), Arc::new(Note::default()));
        let watch = Some(Watched(note.clone()));
        let app = App::with(&Options { denied: vec![missing.clone()], watch, ..options(&[]) }).await;
        let (buyer, event) = app.buyer_and_event("A:1-2").await;
        let (answered, booking) = app.book(&buyer, &event, &["A-1"], "auto").await;
        assert_eq!(answered, made, "without {package}'s {action}: {booking}");
        let Some(status) = status else {
            assert!(note.missing.lock().unwrap().contains(&missing), "{package} is refused {action}");
            continue;
        };
        if printed {
            app.booking_in(status, &buyer, &booking).await;
            eventually("the ticket is there", || app.pdf(&buyer, &booking)).await;
            continue;
        }
        eventually(&format!("{package} is refused {action}"), || async {
            note.missing.lock().unwrap().contains(&missing).then_some(())
        })
        .await;
        assert_eq!(app.booking_in(status, &buyer, &booking).await["status"], status);
        assert!(app.pdf(&buyer, &booking).await.is_none(), "without {package}'s {action}");
    }
}

#[tokio::test]
async fn a_source_without_its_rights_does_not_start() {
    for (package, action) in [("payment-worker", "sqs:DeleteMessage"), ("seat-map", "dynamodb:GetRecords")] {
        let denied = vec![(package.into(), action.into())];
        let refused = Cloud::start(&Options { denied, ..options(&[]) }).await.err().unwrap().to_string();
        assert!(refused.contains(&format!("karcis-{package} has no right to {action} on")), "{refused}");
    }
}

/// Why a right is granted that no test uses.
#[derive(Clone, Copy)]
enum Why {
    /// Whoever hears of a booking's end passes its seats on to who waits for them. Other tests show that of most, and
    /// the simulation of more.
    PassesSeatsOn,
    /// S3 says that an object is missing only to who may list its bucket (Amazon S3, "GetObject").
    SaysWhatIsMissing,
    /// Maps from an earlier release: a contract suite shows that they are brought along.
    FromAnEarlierRelease,
    /// What another client's queue has at once, this one's has too.
    AsTheOthers,
}

/// Rights that no test uses.
const NOT_SHOWN_HERE: &[(&str, &[&str], Why)] = &[
    ("book", &["dynamodb:DeleteItem"], Why::PassesSeatsOn),
    ("close-event", &[TIMERS, "sqs:SendMessage"], Why::PassesSeatsOn),
    ("confirm-organiser-hold", &["dynamodb:DeleteItem", "dynamodb:Query"], Why::PassesSeatsOn),
    ("forget-buyer", &["dynamodb:DeleteItem", TIMERS, "sqs:SendMessage"], Why::PassesSeatsOn),
    ("offer-seat", &["dynamodb:DeleteItem", "dynamodb:Query", TIMERS, "sqs:SendMessage"], Why::PassesSeatsOn),
    ("refund-booking", &[TIMERS, "sqs:SendMessage"], Why::PassesSeatsOn),
    ("release-organiser-hold", &["dynamodb:DeleteItem", "dynamodb:Query"], Why::PassesSeatsOn),
    ("webhook", &["dynamodb:DeleteItem", "dynamodb:Query", TIMERS, "sqs:SendMessage"], Why::PassesSeatsOn),
    ("get-ticket", &[TICKETS, "s3:ListBucket"], Why::SaysWhatIsMissing),
    ("open-ticket", &[TICKETS, "s3:ListBucket"], Why::SaysWhatIsMissing),
    ("seat-map", &["dynamodb:PutItem", "dynamodb:Query"], Why::FromAnEarlierRelease),
    (
        "payment-worker",
        &["arn:aws:sqs:ap-southeast-3:000000000000:karcis-power-payment-dead-letters"],
        Why::AsTheOthers,
    ),
];

const TIMERS: &str = "arn:aws:sqs:ap-southeast-3:000000000000:karcis-expire-hold";
const TICKETS: &str = "arn:aws:s3:::karcis-tickets-000000000000-ap-southeast-3";

/// A message that failed is put off by its function: one room does that for all of them, and whether one fails in a run
/// of the tests is chance.
const PUTS_OFF: &str = "sqs:ChangeMessageVisibility";

#[test]
#[ignore = "the rights that all other tests used must be noted: see .ci/run"]
fn no_right_is_granted_in_vain() {
    let file = kept().expect("KARCIS_RIGHTS_USED names the file with the rights that were used");
    let lines = std::fs::read_to_string(file).unwrap();
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (package, right) in lines.lines().filter_map(|line| line.split_once(' ')) {
        used.entry(package).or_default().insert(right);
    }
    let keys = serde_json::from_str(keys::OF_TESTS).unwrap();
    let around = Surroundings::local(&BTreeMap::new(), &keys, "http://api", "http://aws");
    let mut vain = BTreeSet::new();
    for function in Template::read(TEXT, &around).unwrap().functions {
        let mine = used.get(&*function.package).cloned().unwrap_or_default();
        for right in &function.rights {
            // A statement grants each of its actions on each of its resources: each of both must be used.
            let actions = right
                .actions()
                .filter(|action| !right.resource.iter().any(|on| mine.contains(&*format!("{action} {on}"))));
            let resources = right
                .resource
                .iter()
                .map(String::as_str)
                .filter(|on| !right.actions().any(|action| mine.contains(&*format!("{action} {on}"))));
            vain.extend(actions.chain(resources).map(|unused| format!("{} {unused}", function.package)));
        }
    }
    assert!(lines.contains(PUTS_OFF));
    vain.retain(|unused: &String| !unused.ends_with(PUTS_OFF));
    for (package, rights, why) in NOT_SHOWN_HERE {
        for right in *rights {
            let is_unused = vain.remove(&format!("{package} {right}"));
            // Who waits, and when, is chance.
            assert!(is_unused || matches!(why, Why::PassesSeatsOn), "{package} uses {right}");
        }
    }
    assert!(vain.is_empty(), "no test uses these rights:\n{}", json!(vain));
}
