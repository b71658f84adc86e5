//! For every step of every saga: repeating it changes nothing, a failure in it is compensated completely, and
//! compensating twice is harmless.
#![cfg(test)]

use sim::scenes::{SCENES, play};
use sim::stage::Strike;
use sim::weather::{Fault, Kind};
use sim::{Props, Wish};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

fn props() -> &'static Arc<Props> {
    static PROPS: OnceLock<Arc<Props>> = OnceLock::new();
    PROPS.get_or_init(|| Props::make().unwrap())
}

fn told() -> Wish {
    Wish { told: true, ..Wish::default() }
}

fn struck(at: &str, fault: Fault) -> Wish {
    Wish { strikes: vec![Strike { at: at.to_owned(), fault }], ..Wish::default() }
}

#[test]
fn the_scenes_end_as_their_names_say() {
    let endings = [
        ("confirmed", "CONFIRMED"),
        ("payment fails", "FAILED"),
        ("organiser refuses", "FAILED"),
        ("never paid", "EXPIRED"),
        ("cancelled unpaid", "CANCELLED"),
        ("paid back", "REFUNDED"),
        ("paid back by hand", "REFUNDED"),
        ("handed over", "CONFIRMED"),
        ("offer lapses", "EXPIRED"),
        ("deletion refused", "CONFIRMED"),
        ("event cancelled", "REFUNDED"),
        ("token issued", "ISSUED"),
        ("token refused", "REFUNDED"),
        ("token paid back by hand", "REFUNDED"),
        ("token unpaid", "FAILED"),
    ];
    for scene in SCENES.iter().filter(|scene| scene.name != "event deleted") {
        let end = play(props(), scene, &told(), false).unwrap();
        let (_, status) = endings.iter().find(|(name, _)| *name == scene.name).unwrap();
        let there = end.tables["karcis-ticketing"].iter().chain(&end.tables["karcis-power"]).any(|item| {
            let item: serde_json::Value = serde_json::from_str(item).unwrap();
            (item["SK"]["S"] == "BOOKING" || item["SK"]["S"] == "PURCHASE") && item["status"]["S"] == *status
        });
        assert!(there && end.outcome.broken.is_empty(), "{}: {:#?}", scene.name, end.outcome.story);
    }
}

#[test]
fn everything_that_comes_again_changes_nothing() {
    for scene in SCENES {
        let end = play(props(), scene, &told(), true).unwrap();
        assert_eq!(Some(end.tables), end.again, "{}", scene.name);
    }
}

/// One call fails in one way: whether the caller died or got no answer, the saga comes to a consistent end.
#[test]
fn failing_at_any_call_compensates_wholly() {
    let mut played = 0;
    for scene in SCENES {
        let calls = play(props(), scene, &told(), false).unwrap().outcome.calls;
        for (id, step, kind) in calls {
            let faults: &[Fault] = match kind {
                Kind::Write => &[Fault::LostAfter, Fault::DiesAfter],
                Kind::Http => &[Fault::LostAfter, Fault::DiesAfter, Fault::Twice],
                Kind::Send => &[Fault::Refused, Fault::DiesAfter],
                Kind::Read | Kind::Person | Kind::Delivery => &[],
            };
            for fault in faults {
                let end = play(props(), scene, &struck(&id, *fault), false).unwrap();
                played += 1;
                let broken = end.outcome.broken;
                assert!(broken.is_empty(), "{}: {id} ({step}): {}: {broken:?}", scene.name, fault.name());
            }
        }
    }
    assert!(played > 200, "{played}");
}

/// A step fails at every try, for a minute: the saga waits or compensates, and comes to a consistent end.
#[test]
fn failing_at_any_step_for_a_while_compensates_wholly() {
    for scene in SCENES {
        let calls = play(props(), scene, &told(), false).unwrap().outcome.calls;
        let steps = calls.into_iter().filter(|(.., kind)| !matches!(kind, Kind::Person | Kind::Delivery));
        for step in steps.map(|(_, step, _)| step).collect::<BTreeSet<_>>() {
            let broken = play(props(), scene, &struck(&step, Fault::Refused), false).unwrap().outcome.broken;
            assert!(broken.is_empty(), "{}: {step}: {broken:?}", scene.name);
        }
    }
}
