//! What people look at: plans, events and seat maps, as functions keep them and as the store has them.

use super::{Scene, label};
use contract_suite::{Engine, page};
use contracts::{EventId, Money, SystemWorld, Timestamp, World};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use table::Key;
use ticketing::adapters::{CachedEvents, CachedPlans, CachedSeatMaps, DynamoSeatMaps, keys};
use ticketing::domain::{Block, BlockMap, Event, SeatChange, SeatStatus};
use ticketing::ports::{
    A_MOMENT, Edited, EventQuery, Events, PLAN_LIFE, Plans, SeatEdit, SeatMaps, ShownEvents, ShownMaps,
};
use uuid::Uuid;

contract_suite::on_each_engine! {
    seat_maps_pass_over_what_was_applied: seat_maps;
    a_plan_is_kept_for_a_while_and_read_anew_when_it_must_be: plans;
    what_everybody_looks_at_is_read_once_a_moment: shown;
    the_maps_of_a_large_event_are_in_parts: map_parts;
    maps_from_an_earlier_release_are_shown_and_go_on: earlier_maps;
}

/// A clock that a test moves.
struct Clock(Mutex<Timestamp>);

impl Clock {
    fn at(now: Timestamp) -> Arc<Self> {
        Arc::new(Self(Mutex::new(now)))
    }

    fn passes(&self, time: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = *now + time;
    }
}

impl World for Clock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn new_id(&self) -> Uuid {
        SystemWorld.new_id()
    }
}

/// One change after another of an event's title, and after each the ages that see it: what is read for one age is there
/// for all.
async fn plans(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let clock = Clock::at(engine.world.now());
    let plans = CachedPlans::new(Arc::new(scene.events.clone()), clock.clone());
    let plan = async |age| plans.plan(scene.event.id, age).await.unwrap().unwrap();
    let second = Duration::from_secs(1);
    let first = plan(PLAN_LIFE).await;
    assert_eq!(first.event.title, scene.event.title);
    let mut before = scene.event.clone();
    for (passes, ages) in [
        (Duration::ZERO, [(PLAN_LIFE, false), (A_MOMENT, false), (Duration::ZERO, true)]),
        (second * 2, [(PLAN_LIFE, false), (A_MOMENT, true), (Duration::ZERO, true)]),
        (second * 5, [(PLAN_LIFE, true), (A_MOMENT, true), (Duration::ZERO, true)]),
    ] {
        let version = before.version + 1;
        let after = Event { title: format!("Title {version}"), version, ..before.clone() };
        assert!(scene.events.update(&before, &after).await.unwrap());
        clock.passes(passes);
        for (age, seen) in ages {
            let plan = plan(age).await;
            assert_eq!(plan.event.title == after.title, seen, "{passes:?} later, {age:?}");
            assert!(Arc::ptr_eq(&plan.layout, &first.layout), "seats that did not change are not read again");
        }
        before = after;
    }
    let (block, price) = (&first.layout.blocks[0], Money::idr(7_000_000));
    let (version, layout_version) = (before.version + 1, before.layout_version + 1);
    let after = Event { version, layout_version, ..before.clone() };
    let block = Block { prices: [(label("A-1"), price)].into(), ..block.clone() };
    let edit = SeatEdit::Reprice(price);
    assert_eq!(scene.events.edit_seat(&before, &after, &block, &label("A-1"), edit).await.unwrap(), Edited::Done);
    assert_eq!(plan(Duration::ZERO).await.layout.seat(&label("A-1")).unwrap().price, price);

    let later = Event { id: EventId::new(engine.id()), ..scene.event.clone() };
    assert!(plans.plan(later.id, PLAN_LIFE).await.unwrap().is_none());
    assert!(scene.events.insert(&later).await.unwrap());
    assert!(plans.plan(later.id, PLAN_LIFE).await.unwrap().is_some(), "that there was nothing is not kept");
}

async fn shown(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let clock = Clock::at(engine.world.now());
    let maps = Arc::new(DynamoSeatMaps::new(engine.table("ticketing").await));
    let events = CachedEvents::new(Arc::new(scene.events.clone()), clock.clone());
    let shown_maps = CachedSeatMaps::new(maps.clone(), clock.clone());
    let seen = async || {
        let event = events.shown(scene.event.id).await.unwrap().unwrap();
        (event.version, shown_maps.shown(scene.event.id).await.unwrap()[0].letters.clone())
    };
    let first = (scene.event.version, "OOO".to_owned());
    assert_eq!(seen().await, first);
    let version = scene.event.version + 1;
    assert!(scene.events.update(&scene.event, &Event { version, ..scene.event.clone() }).await.unwrap());
    maps.apply(&[change(&scene, SeatStatus::Booked)]).await.unwrap();
    assert_eq!(seen().await, first);
    clock.passes(A_MOMENT);
    assert_eq!(seen().await, (version, "BOO".to_owned()));
    // A title of its own, so that the list has no other events.
    let text = Some(scene.event.title.to_lowercase());
    let from = scene.event.starts_at;
    let which =
        EventQuery { from, until: None, text, city: None, movie: None, organiser: Some(scene.event.organiser_id) };
    let listed = async || events.list(&which, &page(10, None)).await.unwrap().unwrap().items.len();
    assert_eq!(listed().await, 1);
    let another = Event { id: EventId::new(engine.id()), ..scene.event.clone() };
    assert!(scene.events.insert(&another).await.unwrap());
    assert_eq!(listed().await, 1);
    clock.passes(A_MOMENT);
    assert_eq!(listed().await, 2);
    let nothing = EventId::new(engine.id());
    assert!(events.shown(nothing).await.unwrap().is_none() && shown_maps.shown(nothing).await.unwrap().is_empty());
}

/// The event's first seat has this status by now.
fn change(scene: &Scene, status: SeatStatus) -> SeatChange {
    SeatChange { event_id: scene.event.id, ordinal: 0, place: 0, status, sequence: "0000000005".into() }
}

async fn map_parts(engine: &Engine) {
    let table = engine.table("ticketing").await;
    for many in [1, keys::MAPS_TOGETHER, keys::MAPS_TOGETHER + 1, 3 * keys::MAPS_TOGETHER] {
        let event = EventId::new(engine.id());
        let map = |ordinal| BlockMap::open(ordinal, "A".parse().unwrap(), 1, 2);
        let key = |ordinal| keys::map(event, ordinal);
        let items = (0..many).map(|ordinal| table::item(&key(ordinal), &map(ordinal)).unwrap());
        table.write_all(items.collect()).await.unwrap();
        let maps = DynamoSeatMaps::new(table.clone());
        for look in ["first", "second"] {
            let found: Vec<_> = maps.read(event).await.unwrap().into_iter().map(|map| map.ordinal).collect();
            assert_eq!(found, (0..many).collect::<Vec<_>>(), "{look} look");
        }
        assert!(table.insert(&key(many), &map(many)).await.unwrap().is_ok());
        assert_eq!(maps.read(event).await.unwrap().len(), many as usize + 1, "one more");
    }
}

/// Each case: how many maps an event from an earlier release has, and what is done first that writes one.
async fn earlier_maps(engine: &Engine) {
    let table = engine.table("ticketing").await;
    for many in [3, keys::MAPS_TOGETHER + 2] {
        let event = EventId::new(engine.id());
        let earlier = (0..many).map(|ordinal| {
            let key = Key::new(keys::event_partition(event), format!("MAP#{ordinal:04}"));
            table::item(&key, &BlockMap::open(ordinal, "A".parse().unwrap(), 1, 2)).unwrap()
        });
        table.write_all(earlier.collect()).await.unwrap();
        let maps = DynamoSeatMaps::new(table.clone());
        let letters = async || {
            let maps = maps.read(event).await.unwrap();
            maps.into_iter().map(|map| map.letters).collect::<Vec<_>>().join(" ")
        };
        let open = vec!["OO"; many as usize].join(" ");
        assert_eq!(letters().await, open);
        let change = |ordinal| {
            [SeatChange { event_id: event, ordinal, place: 1, status: SeatStatus::Booked, sequence: "05".into() }]
        };
        // Several blocks at once, each by its own shard's function.
        let others = [DynamoSeatMaps::new(table.clone()), DynamoSeatMaps::new(table.clone())];
        let (first, last) = (change(0), change(many - 1));
        let (one, other) = tokio::join!(others[0].apply(&first), others[1].apply(&last));
        assert_eq!([one, other].map(|map| map.unwrap().unwrap().letters), ["OB", "OB"]);
        assert_eq!(letters().await, format!("OB{}OB", &open[2..open.len() - 2]));
    }
    // More seats are added before anything else happens.
    let mut scene = Scene::set(engine).await;
    let map: BlockMap = table.get(&keys::map(scene.event.id, 0)).await.unwrap().unwrap();
    table.delete(&keys::map(scene.event.id, 0)).await.unwrap();
    let beside = Key::new(keys::event_partition(scene.event.id), "MAP#0000");
    assert!(table.insert(&beside, &map).await.unwrap().is_ok());
    let block =
        Block { ordinal: 1, id: "A#0001-x".into(), labels: vec![label("B-1")], ..scene.layout.blocks.remove(0) };
    let (version, layout_version) = (scene.event.version + 1, scene.event.layout_version + 1);
    let after = Event { version, layout_version, blocks: 2, ..scene.event.clone() };
    assert!(scene.events.add_blocks(&scene.event, &after, &[block]).await.unwrap());
    let found = DynamoSeatMaps::new(table).read(scene.event.id).await.unwrap();
    assert_eq!(found.iter().map(|map| map.letters.len()).collect::<Vec<_>>(), [3, 1]);
}

async fn seat_maps(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let maps = DynamoSeatMaps::new(engine.table("ticketing").await);
    let change = |place, status, sequence: &str| SeatChange {
        event_id: scene.event.id,
        ordinal: 0,
        place,
        status,
        sequence: sequence.to_owned(),
    };
    let letters = async || maps.read(scene.event.id).await.unwrap()[0].letters.clone();
    assert_eq!(letters().await, "OOO");
    maps.apply(&[change(0, SeatStatus::OnGoing, "0000000005"), change(2, SeatStatus::Booked, "0000000006")])
        .await
        .unwrap();
    assert_eq!(letters().await, "GOB");
    maps.apply(&[change(0, SeatStatus::Open, "0000000004"), change(2, SeatStatus::Booked, "0000000006")])
        .await
        .unwrap();
    assert_eq!(letters().await, "GOB");
    maps.apply(&[change(0, SeatStatus::Booked, "0000000007")]).await.unwrap();
    assert_eq!(letters().await, "BOB");
}
