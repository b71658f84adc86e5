//! The promises of live's ports, tested with their adapters on each engine. Connections and people's own things are
//! tested with the local cloud (`crates/local/tests/it/contracts.rs`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use contract_suite::Engine;
use contracts::{BookingId, EventId, LiveTopic, PurchaseId, Timestamp, World};
use futures::future::join_all;
use live::adapters::{DynamoTellings, DynamoWatchers};
use live::domain::MOST_TOPICS;
use live::ports::{Admission, Admitted, Telling, Tellings, Watchers};
use std::time::Duration;

contract_suite::on_each_engine! {
    an_event_has_so_many_watchers_and_no_more: admission;
    a_connection_that_asks_many_times_at_once_has_one_place: at_once;
    watchers_come_and_go: coming_and_going;
    a_block_is_told_once_for_each_version_and_not_too_often: tellings;
}

const LONG: Duration = Duration::from_hours(1);

fn wish(connection: &str, topic: LiveTopic, now: Timestamp) -> Admission<'_> {
    Admission { connection, topic, now, until: now + LONG, start: 7 }
}

async fn admission(engine: &Engine) {
    let watchers = DynamoWatchers::new(engine.table("live").await, 3);
    let (now, topic) = (engine.world.now(), LiveTopic::Event(EventId::new(engine.id())));
    let names: Vec<_> = (0..6).map(|_| engine.id().to_string()).collect();
    let admitted = join_all(names.iter().map(|name| watchers.admit(wish(name, topic, now)))).await;
    let admitted: Vec<_> = admitted.into_iter().map(Result::unwrap).collect();
    assert_eq!(admitted.iter().filter(|one| **one == Admitted::Told).count(), 3, "{admitted:?}");
    let mut told = watchers.of(topic, now).await.unwrap();
    let mut inside: Vec<_> =
        names.iter().zip(&admitted).filter(|(_, one)| **one == Admitted::Told).map(|(name, _)| name.clone()).collect();
    told.sort();
    inside.sort();
    assert_eq!(told, inside);
    // Again is not twice, and takes no other's place.
    for name in &inside {
        assert_eq!(watchers.admit(wish(name, topic, now)).await.unwrap(), Admitted::Told);
    }
    assert_eq!(watchers.of(topic, now).await.unwrap().len(), 3);
    // A place is free once its connection went, or its time is over.
    let newcomer = engine.id().to_string();
    assert_eq!(watchers.admit(wish(&newcomer, topic, now)).await.unwrap(), Admitted::Full);
    watchers.forget(&inside[0]).await.unwrap();
    assert_eq!(watchers.admit(wish(&newcomer, topic, now)).await.unwrap(), Admitted::Told);
    let later = now + LONG + LONG;
    assert!(watchers.of(topic, later).await.unwrap().is_empty());
    let late = engine.id().to_string();
    assert_eq!(watchers.admit(wish(&late, topic, later)).await.unwrap(), Admitted::Told);
    assert_eq!(watchers.of(topic, later).await.unwrap(), std::slice::from_ref(&late));
    // Whoever had the place before does not free it now.
    for name in inside.iter().chain([&newcomer]) {
        watchers.forget(name).await.unwrap();
    }
    assert_eq!(watchers.of(topic, later).await.unwrap(), [late]);
}

async fn at_once(engine: &Engine) {
    let watchers = DynamoWatchers::new(engine.table("live").await, 100);
    let (now, topic) = (engine.world.now(), LiveTopic::Event(EventId::new(engine.id())));
    let one = engine.id().to_string();
    let wishes = (0..8).map(|start| watchers.admit(Admission { start: start * 10, ..wish(&one, topic, now) }));
    assert!(join_all(wishes).await.into_iter().all(|admitted| admitted.unwrap() == Admitted::Told));
    assert_eq!(watchers.of(topic, now).await.unwrap(), std::slice::from_ref(&one), "it has one place");
    watchers.forget(&one).await.unwrap();
    assert!(watchers.of(topic, now).await.unwrap().is_empty());
}

async fn coming_and_going(engine: &Engine) {
    let watchers = DynamoWatchers::new(engine.table("live").await, 1);
    let now = engine.world.now();
    let booking = LiveTopic::Booking(BookingId::new(engine.id()));
    let purchase = LiveTopic::Purchase(PurchaseId::new(engine.id()));
    let (one, other) = (engine.id().to_string(), engine.id().to_string());
    for name in [&one, &other, &one] {
        for topic in [booking, purchase] {
            assert_eq!(watchers.admit(wish(name, topic, now)).await.unwrap(), Admitted::Told);
        }
    }
    assert_eq!(watchers.of(booking, now).await.unwrap().len(), 2, "one's own is told to all");
    watchers.leave(&one, booking).await.unwrap();
    watchers.leave(&one, booking).await.unwrap();
    assert_eq!(watchers.of(booking, now).await.unwrap(), std::slice::from_ref(&other));
    assert_eq!(watchers.of(purchase, now).await.unwrap().len(), 2);
    watchers.forget(&other).await.unwrap();
    watchers.forget(&other).await.unwrap();
    assert!(watchers.of(booking, now).await.unwrap().is_empty());
    assert_eq!(watchers.of(purchase, now).await.unwrap(), std::slice::from_ref(&one));
    let more = || LiveTopic::Booking(BookingId::new(engine.id()));
    for _ in 1..MOST_TOPICS {
        assert_eq!(watchers.admit(wish(&one, more(), now)).await.unwrap(), Admitted::Told);
    }
    assert_eq!(watchers.admit(wish(&one, more(), now)).await.unwrap(), Admitted::TooMany);
    assert_eq!(watchers.admit(wish(&one, purchase, now)).await.unwrap(), Admitted::Told, "it is there already");
}

async fn tellings(engine: &Engine) {
    let tellings = DynamoTellings::new(engine.table("live").await);
    let (event, now) = (EventId::new(engine.id()), engine.world.now());
    let gathered = Duration::from_millis(400);
    let claim = |version, now: Timestamp| tellings.claim(event, 0, version, now, now + gathered);
    let claims = join_all((0..5).map(|_| claim(3, now))).await;
    let ours = claims.into_iter().map(Result::unwrap).filter(|one| *one == Telling::Ours).count();
    assert_eq!(ours, 1, "one tells a version");
    assert_eq!(claim(2, now).await.unwrap(), Telling::Over);
    assert_eq!(claim(5, now).await.unwrap(), Telling::NotBefore(now + gathered));
    assert_eq!(claim(7, now).await.unwrap(), Telling::NotBefore(now + gathered));
    assert_eq!(claim(6, now).await.unwrap(), Telling::Over, "of those that wait, the newest goes on");
    let turn = now + gathered;
    assert_eq!(claim(5, turn).await.unwrap(), Telling::Over);
    assert_eq!(claim(3, turn).await.unwrap(), Telling::Over);
    assert_eq!(claim(9, turn).await.unwrap(), Telling::Ours);
    assert_eq!(claim(5, turn + gathered).await.unwrap(), Telling::Over, "a newer one was told");
    let other = tellings.claim(event, 1, 1, now, now + gathered).await.unwrap();
    assert_eq!(other, Telling::Ours, "each block has turns of its own");
}
