//! The promises of ticketing's ports, tested with their adapters on each engine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use contract_suite::{Engine, eventually, page};
use contracts::keys::SigningKey;
use contracts::{
    BookingId, BookingStatus, Caller, EventId, EventNews, FailureReason, InvoiceLink, InvoiceNumber, LiveState, Locale,
    Mismatch, MismatchKind, Money, Role, SeatLabel, Timestamp, UserId, World,
};
use futures::future::join_all;
use settings::aws;
use std::time::Duration;
use ticketing::adapters::{
    DynamoBookings, DynamoEvents, DynamoLines, DynamoMismatches, S3Tickets, SignedCodes, SnsBookingTopic,
    SnsEventTopic, SqsClosingQueue, SqsLive, SqsMovingQueue, SqsPaymentQueue, SqsRenamingQueue, SqsTimers, verify,
};
use ticketing::domain::ticket::TicketClaim;
use ticketing::domain::{
    BookedSeat, Booking, Decision, Ending, Event, EventDraft, EventStatus, Features, Happening, Labelled, Layout,
    Named, NewSeats, Occasion, SeatStatus, Transition, Waiter, Waiting,
};
use ticketing::ports::{
    Asked, BookingQuery, BookingTopic, Bookings, Changed, Closing, ClosingQueue, Edited, EventQuery, EventTopic,
    Events, Hold, Joined, Lines, Live, Mismatches, MovedPart, MovingQueue, Offer, Others, PART_TAKES, PaymentQueue,
    Release, Renamed, RenamingQueue, SeatEdit, Terms, TicketCodes, Tickets, Timers,
};
use ticketing::usecases::add_seats;
use topic::Topic;
use uuid::Uuid;

#[path = "contracts/looked_at.rs"]
mod looked_at;

contract_suite::on_each_engine! {
    bookings_hold_all_or_nothing: holds;
    one_of_many_holds_at_once_wins: holds_at_once;
    bookings_change_on_condition: changes;
    seats_that_organisers_may_still_hold_are_not_held_before_their_release: unreleased;
    seats_that_an_organiser_refused_stay_off_the_sale: withdrawn;
    seats_that_are_owed_to_their_lines_go_to_nobody_else: owed;
    a_booking_remembers_that_payments_did_not_answer: noted;
    a_booking_is_unfinished_until_nothing_is_left_to_do: unfinished;
    what_a_buyer_let_lapse_is_not_theirs_at_once: let_lapse;
    bookings_move_with_their_event: moved;
    bookings_and_places_take_their_buyers_latest_name: renamed;
    lines_number_their_places: lines;
    many_who_join_at_once_get_places_of_their_own: joined_at_once;
    events_change_on_condition: events;
    an_event_is_closed_by_one_chain_of_parts: closing;
    mismatches_are_kept_once: mismatches;
    queues_take_messages_with_a_delay: queues;
    watchers_are_told_more_than_a_batch: live;
    topics_take_more_than_a_batch: topics;
    tickets_open_by_their_links: tickets;
}

/// An event with seats, and the adapters that sell them.
struct Scene {
    bookings: DynamoBookings,
    events: DynamoEvents,
    lines: DynamoLines,
    event: Event,
    layout: Layout,
}

fn label(text: &str) -> SeatLabel {
    text.parse().unwrap()
}

impl Scene {
    async fn set(engine: &Engine) -> Self {
        let table = engine.table("ticketing").await;
        let (bookings, events) = (DynamoBookings::new(table.clone()), DynamoEvents::new(table.clone()));
        let organiser = Caller {
            id: UserId::new(engine.id()),
            role: Role::Organiser,
            name: "Siti".into(),
            name_version: 0,
            email: "siti@karcis.test".into(),
            email_confirmed: true,
            locale: Locale::En,
        };
        let id = EventId::new(engine.id());
        let event = draft().check(id, organiser.id, engine.world.now(), false).unwrap();
        assert!(events.insert(&event).await.unwrap());
        let seats = NewSeats {
            section: "A".parse().unwrap(),
            price: Money::idr(5_000_000),
            labels: Some(["A-1", "A-2", "A-3"].map(label).into()),
            rows: None,
            prefix: None,
            aisles: None,
            marks: None,
        };
        add_seats(&events, &engine.world, &organiser, id, &seats, None).await.unwrap();
        let event = events.get(id).await.unwrap().unwrap();
        let layout = events.layout(&event).await.unwrap();
        Self { bookings, events, lines: DynamoLines::new(table), event, layout }
    }

    fn booking(&self, engine: &Engine, user: UserId, seats: &[&str]) -> Booking {
        let now = engine.world.now();
        let seats: Vec<_> = seats.iter().map(|seat| self.layout.seat(&label(seat)).unwrap()).collect();
        Booking {
            id: BookingId::new(engine.id()),
            event_id: self.event.id,
            event_title: self.event.title.clone(),
            venue: self.event.venue.clone(),
            city: None,
            starts_at: self.event.starts_at,
            time_zone: None,
            organiser_url: None,
            user_id: user,
            user_name: Some("Siti".into()),
            name_version: 0,
            renamed: None,
            total: Money::sum(seats.iter().map(|seat| seat.price)).unwrap(),
            seats,
            best: None,
            status: BookingStatus::Held,
            reason: None,
            payment: contracts::PaymentMode::Auto,
            hold_expires_at: now + Duration::from_mins(5),
            invoice: None,
            created_at: now,
            updated_at: now,
            version: 1,
            amendments: 0,
            request_digest: None,
            correlation: None,
            previous: None,
            moved: None,
        }
    }

    async fn seat(&self, seat: &str) -> ticketing::ports::Seat {
        let seat = self.layout.seat(&label(seat)).unwrap();
        self.events.seat(self.event.id, &seat.block, &seat.label).await.unwrap().unwrap()
    }

    fn waits(&self, engine: &Engine, user: UserId, seat: &str) -> (Waiting, Waiter) {
        let (seat, joined_at) = (self.layout.seat(&label(seat)).unwrap(), engine.world.now());
        let waiting = Waiting {
            event_id: self.event.id,
            event_title: self.event.title.clone(),
            seat: seat.label,
            block: seat.block,
            place: 0,
            joined_at,
        };
        (waiting, Waiter { place: 0, user_id: user, user_name: "Siti".into(), name_version: 0, joined_at })
    }

    async fn join(&self, engine: &Engine, user: UserId, seat: &str) -> Joined {
        let (waiting, waiter) = self.waits(engine, user, seat);
        self.lines.join(&engine.world, &waiting, &waiter).await.unwrap()
    }
}

fn draft() -> EventDraft {
    serde_json::from_value(serde_json::json!({
        "title": "Sinners", "kind": "SCREENING", "venue": "Studio 1", "starts_at": "2030-01-01T12:00:00Z",
    }))
    .unwrap()
}

fn somebody(engine: &Engine) -> UserId {
    UserId::new(engine.id())
}

fn paid(booking: &Booking, engine: &Engine) -> Transition {
    let link = InvoiceLink { number: booking.invoice_number().unwrap(), payment_url: "http://pay".into() };
    applied(booking, Happening::Paid(link), engine)
}

fn applied(booking: &Booking, happening: Happening, engine: &Engine) -> Transition {
    match booking.decide(happening, engine.world.now()) {
        Decision::Apply(change) => change,
        other => unreachable!("{other:?}"),
    }
}

fn terms(limit: u32) -> Terms {
    Terms { limit, ..Terms::default() }
}

async fn holds(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let (ani, budi) = (somebody(engine), somebody(engine));
    let first = scene.booking(engine, ani, &["A-1", "A-2"]);
    assert!(matches!(scene.bookings.hold(&first, &terms(2)).await.unwrap(), Hold::Held));
    assert_eq!(scene.bookings.get(first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(scene.seat("A-1").await.booking, Some(first.id));
    // An existing booking takes precedence over taken seats and a reached limit.
    assert!(matches!(scene.bookings.hold(&first, &terms(2)).await.unwrap(), Hold::Exists(there) if *there == first));
    let second = scene.booking(engine, budi, &["A-3", "A-2"]);
    assert!(
        matches!(scene.bookings.hold(&second, &terms(2)).await.unwrap(), Hold::Taken(seats) if seats == [label("A-2")])
    );
    assert_eq!(scene.seat("A-3").await.status, SeatStatus::Open);
    assert_eq!(scene.bookings.get(second.id).await.unwrap(), None);
    let third = scene.booking(engine, ani, &["A-3"]);
    assert!(matches!(scene.bookings.hold(&third, &terms(2)).await.unwrap(), Hold::LimitReached));
    let mut cheap = scene.booking(engine, budi, &["A-3"]);
    cheap.seats[0].price = Money::idr(100);
    assert!(matches!(scene.bookings.hold(&cheap, &terms(2)).await.unwrap(), Hold::Outdated));
    // Whoever has bookings that were not known is told so; a reached limit comes first.
    let fourth = scene.booking(engine, ani, &["A-3"]);
    let knowing =
        |known: &[BookingId]| Terms { others: Some(Others::Are(known.iter().copied().collect())), ..terms(3) };
    assert!(matches!(scene.bookings.hold(&fourth, &knowing(&[])).await.unwrap(), Hold::NotAlone));
    assert!(matches!(scene.bookings.hold(&fourth, &knowing(&[second.id])).await.unwrap(), Hold::NotAlone));
    let few = Terms { others: Some(Others::FewerThan(1)), ..terms(3) };
    assert!(matches!(scene.bookings.hold(&fourth, &few).await.unwrap(), Hold::NotAlone));
    let full = Terms { limit: 2, ..knowing(&[]) };
    assert!(matches!(scene.bookings.hold(&fourth, &full).await.unwrap(), Hold::LimitReached));
    assert!(matches!(scene.bookings.hold(&fourth, &knowing(&[first.id])).await.unwrap(), Hold::Held));
    assert_eq!(scene.bookings.of_buyer(ani).await.unwrap(), [first.id, fourth.id]);
    assert_eq!(scene.bookings.of_buyer(budi).await.unwrap(), []);
}

async fn renamed(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let (ani, budi) = (somebody(engine), somebody(engine));
    let booking = scene.booking(engine, ani, &["A-1"]);
    scene.bookings.hold(&booking, &terms(4)).await.unwrap();
    let (now, nowhere) = (engine.world.now(), Release::default());
    let named = |name: &str, version| Named { name: name.into(), version };
    let change = |before: &Booking, named| applied(before, Happening::BuyerRenamed(named), engine);
    let takes = change(&booking, named("Ani Rahma", 3));
    let Changed::Done(after) = scene.bookings.change(&booking, &takes, now, &nowhere).await.unwrap() else {
        unreachable!()
    };
    assert_eq!((after.user_name.as_deref(), after.name_version, after.version), (Some("Ani Rahma"), 3, 2));
    assert_eq!(scene.bookings.get(booking.id).await.unwrap().as_ref(), Some(&*after));
    // Who is forgotten between the reading and the writing gets no name back, and no ticket that was just printed.
    scene.bookings.forget_name(booking.id).await.unwrap();
    let late = change(&after, named("Ani", 5));
    assert!(matches!(scene.bookings.change(&after, &late, now, &nowhere).await.unwrap(), Changed::Moved));
    assert!(!scene.bookings.printed(booking.id, after.version, true).await.unwrap(), "it has no name any more");
    assert!(scene.bookings.printed(booking.id, after.version, false).await.unwrap());

    let place = async || scene.lines.first(scene.event.id, &label("A-1")).await.unwrap().unwrap();
    assert_eq!(scene.join(engine, budi, "A-1").await, Joined::At(0));
    let [at] = &scene.lines.of_user(budi).await.unwrap()[..] else { unreachable!() };
    for (name, version) in [("Budi Santoso", 3), ("Budi", 2), ("Budi S", 3)] {
        scene.lines.rename(budi, at, &named(name, version)).await.unwrap();
        assert_eq!((place().await.user_name.as_str(), place().await.name_version), ("Budi Santoso", 3));
    }
    scene.lines.rename(ani, at, &named("Ani", 9)).await.unwrap();
    assert_eq!(place().await.user_name, "Budi Santoso", "it is not her place");
    scene.lines.leave(budi, scene.event.id, &at.seat).await.unwrap();
    scene.lines.rename(budi, at, &named("Budi", 9)).await.unwrap();
    assert_eq!(scene.lines.first(scene.event.id, &label("A-1")).await.unwrap(), None, "who left stays away");
}

async fn holds_at_once(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let bookings: Vec<_> = (0..16).map(|_| scene.booking(engine, somebody(engine), &["A-1", "A-2"])).collect();
    let terms = terms(4);
    let outcomes = join_all(bookings.iter().map(|booking| scene.bookings.hold(booking, &terms))).await;
    let held: Vec<_> = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Hold::Held))).collect();
    assert_eq!(held.len(), 1, "{outcomes:?}");
    let owner = scene.seat("A-1").await.booking;
    assert_eq!(owner, scene.seat("A-2").await.booking);
    assert!(bookings.iter().any(|booking| Some(booking.id) == owner));
}

async fn changes(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let ani = somebody(engine);
    let held = scene.booking(engine, ani, &["A-1", "A-2"]);
    scene.bookings.hold(&held, &terms(4)).await.unwrap();
    let (now, nowhere) = (engine.world.now(), Release::default());
    let confirm = paid(&held, engine);
    let Changed::Done(confirmed) = scene.bookings.change(&held, &confirm, now, &nowhere).await.unwrap() else {
        unreachable!()
    };
    assert_eq!((confirmed.status, confirmed.version), (BookingStatus::Confirmed, 2));
    assert_eq!(scene.seat("A-1").await.status, SeatStatus::Booked);
    // A change based on an older version finds the booking moved, and changes nothing.
    let late = applied(&held, Happening::Voided(Ending::Expired, None), engine);
    assert!(matches!(scene.bookings.change(&held, &late, now, &nowhere).await.unwrap(), Changed::Moved));
    assert_eq!(scene.bookings.get(held.id).await.unwrap().as_ref(), Some(&*confirmed));

    let waiting = somebody(engine);
    let Joined::At(place) = scene.join(engine, waiting, "A-1").await else { unreachable!() };
    let give_up = applied(&confirmed, Happening::GivenUp(None), engine);
    let refused = scene.bookings.change(&confirmed, &give_up, now, &nowhere).await.unwrap();
    assert!(matches!(refused, Changed::Waited(seats) if seats == [label("A-1")]));
    assert_eq!(scene.seat("A-2").await.status, SeatStatus::Booked);
    let waiter = scene.lines.first(scene.event.id, &label("A-1")).await.unwrap().unwrap();
    let mut offer = confirmed.offer(&scene.event, BookingId::new(engine.id()), &waiter, now, Duration::from_mins(1));
    offer.seats = vec![confirmed.seats[0].clone()];
    let release =
        Release { offers: vec![Offer { booking: offer.clone(), places: vec![place] }], limit: 4, ..Release::default() };
    let Changed::Done(given) = scene.bookings.change(&confirmed, &give_up, now, &release).await.unwrap() else {
        unreachable!()
    };
    assert_eq!(given.status, BookingStatus::Refunding);
    let (one, two) = (scene.seat("A-1").await, scene.seat("A-2").await);
    assert_eq!((one.status, one.booking, one.waiters), (SeatStatus::OnGoing, Some(offer.id), 0));
    assert_eq!((two.status, two.booking), (SeatStatus::Open, None));
    assert_eq!(scene.lines.first(scene.event.id, &label("A-1")).await.unwrap(), None);
    assert_eq!(scene.lines.seats_of(waiting, scene.event.id).await.unwrap(), 1);
    assert_eq!(scene.lines.seats_of(ani, scene.event.id).await.unwrap(), 0);
    assert_eq!(scene.bookings.endings(scene.event.id).await.unwrap(), [("CANCELLED".to_owned(), 1)].into());
    // A booking is given up only once: after that it has no seats to give.
    assert!(matches!(scene.bookings.change(&confirmed, &give_up, now, &release).await.unwrap(), Changed::Moved));
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let found = eventually("the index has caught up", async || {
            let asked = page(1, cursor.as_deref());
            let found =
                scene.bookings.of_event(scene.event.id, &BookingQuery::default(), &asked).await.unwrap().unwrap();
            (!found.items.is_empty() || ids.len() == 2).then_some(found)
        })
        .await;
        ids.extend(found.items.into_iter().map(|booking| booking.id));
        cursor = found.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids, [offer.id, held.id]);
    assert!(
        scene
            .bookings
            .of_event(scene.event.id, &BookingQuery::default(), &page(1, Some("rubbish")))
            .await
            .unwrap()
            .is_none()
    );
}

async fn unreleased(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let held = |seats: &[&str]| scene.booking(engine, somebody(engine), seats);
    let (now, nowhere, none) = (engine.world.now(), Release::default(), terms(4));
    let lapse = async |booking: &Booking| {
        let change = applied(booking, Happening::Voided(Ending::Expired, None), engine);
        let done = scene.bookings.change(booking, &change, now, &nowhere).await.unwrap();
        assert!(matches!(done, Changed::Done(_)), "{done:?}");
    };
    let (first, second, third) = (held(&["A-1", "A-2"]), held(&["A-1", "A-3"]), held(&["A-1"]));
    assert!(matches!(scene.bookings.hold(&first, &none).await.unwrap(), Hold::Held));
    lapse(&first).await;
    let Hold::Unreleased(behind) = scene.bookings.hold(&second, &none).await.unwrap() else { unreachable!() };
    assert_eq!(behind, [(label("A-1"), [first.id].into())].into(), "nobody had A-3");
    assert!(matches!(
        scene.bookings.hold(&second, &Terms { released: behind.clone(), ..terms(4) }).await.unwrap(),
        Hold::Held
    ));
    assert!(scene.seat("A-1").await.unreleased.is_empty());
    lapse(&second).await;
    // What was released before says nothing of who came after.
    let Hold::Unreleased(now_behind) =
        scene.bookings.hold(&third, &Terms { released: behind, ..terms(4) }).await.unwrap()
    else {
        unreachable!()
    };
    assert_eq!(now_behind, [(label("A-1"), [second.id].into())].into());
    for booking in [&second, &second, &first] {
        scene.bookings.released(booking).await.unwrap();
    }
    assert!(scene.seat("A-2").await.unreleased.is_empty());
    assert!(matches!(scene.bookings.hold(&third, &none).await.unwrap(), Hold::Held));
}

async fn withdrawn(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let held = scene.booking(engine, somebody(engine), &["A-1", "A-2"]);
    let (now, nowhere) = (engine.world.now(), Release::default());
    scene.bookings.hold(&held, &terms(4)).await.unwrap();
    let confirm = paid(&held, engine);
    let Changed::Done(confirmed) = scene.bookings.change(&held, &confirm, now, &nowhere).await.unwrap() else {
        unreachable!()
    };
    let waiting = somebody(engine);
    assert!(matches!(scene.join(engine, waiting, "A-1").await, Joined::At(_)));
    let refused = applied(&confirmed, Happening::GivenUp(Some(FailureReason::OrganiserRefused)), engine);
    let done = scene.bookings.change(&confirmed, &refused, now, &nowhere).await.unwrap();
    assert!(matches!(done, Changed::Done(booking) if booking.status == BookingStatus::Refunding));
    let block = &scene.layout.blocks[0];
    scene.events.reopen(scene.event.id, &scene.events.seats(scene.event.id, block).await.unwrap()).await.unwrap();
    for seat in ["A-1", "A-2"] {
        let seat = scene.seat(seat).await;
        assert_eq!((seat.status, seat.booking), (SeatStatus::Withdrawn, None));
    }
    // Who waits keeps their place, and the buyer's count is down again.
    let first = scene.lines.first(scene.event.id, &label("A-1")).await.unwrap();
    assert_eq!(first.map(|first| first.user_id), Some(waiting));
    assert_eq!(scene.lines.seats_of(held.user_id, scene.event.id).await.unwrap(), 0);
}

async fn moved(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let (held, now) = (scene.booking(engine, somebody(engine), &["A-1", "A-2"]), engine.world.now());
    scene.bookings.hold(&held, &terms(4)).await.unwrap();
    let (later, time) = (held.starts_at + Duration::from_hours(1), Duration::from_hours(9));
    let to = Occasion { venue: "Studio 9".into(), city: None, starts_at: later, ..scene.event.occasion() };
    let change = applied(&held, Happening::EventMoved(to, time), engine);
    let Changed::Done(moved) = scene.bookings.change(&held, &change, now, &Release::default()).await.unwrap() else {
        unreachable!()
    };
    assert_eq!((moved.venue.as_str(), moved.starts_at, moved.status), ("Studio 9", later, BookingStatus::Held));
    assert_eq!(moved.moved.as_ref().map(|from| &from.venue), Some(&held.venue));
    assert_eq!(scene.bookings.get(held.id).await.unwrap().as_ref(), Some(&*moved));
    let again = scene.bookings.change(&held, &change, now, &Release::default()).await.unwrap();
    assert!(matches!(again, Changed::Moved), "{again:?}");
}

async fn owed(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let held = scene.booking(engine, somebody(engine), &["A-1", "A-2"]);
    let now = engine.world.now();
    scene.bookings.hold(&held, &terms(4)).await.unwrap();
    let waiting = somebody(engine);
    let Joined::At(place) = scene.join(engine, waiting, "A-1").await else { unreachable!() };
    let lapse = applied(&held, Happening::Voided(Ending::Expired, None), engine);
    let nobody_known = scene.bookings.change(&held, &lapse, now, &Release::default()).await.unwrap();
    assert!(matches!(&nobody_known, Changed::Waited(seats) if *seats == [label("A-1")]), "{nobody_known:?}");
    let over = Release { owed: vec![label("A-1")], ..Release::default() };
    let done = scene.bookings.change(&held, &lapse, now, &over).await.unwrap();
    assert!(matches!(done, Changed::Done(_)), "{done:?}");
    for seat in ["A-1", "A-2"] {
        assert_eq!(scene.seat(seat).await.status, SeatStatus::Open);
    }
    scene.bookings.released(&held).await.unwrap();
    let public = scene.booking(engine, somebody(engine), &["A-1"]);
    let refused = scene.bookings.hold(&public, &terms(4)).await.unwrap();
    assert!(matches!(refused, Hold::Taken(seats) if seats == [label("A-1")]));
    let mine = async || {
        let all = scene.bookings.owed().await.unwrap();
        all.into_iter().find(|owed| owed.event_id == scene.event.id)
    };
    let owed = mine().await.unwrap();
    assert_eq!((&owed.seat, owed.booking), (&label("A-1"), held.id));
    let waiter = scene.lines.first(scene.event.id, &label("A-1")).await.unwrap().unwrap();
    let mut booking = held.offer(&scene.event, BookingId::new(engine.id()), &waiter, now, Duration::from_mins(1));
    booking.seats = vec![held.seats[0].clone()];
    let offer = Offer { booking, places: vec![place] };
    let dear = Offer {
        booking: Booking {
            seats: vec![BookedSeat { price: Money::idr(1), ..held.seats[0].clone() }],
            ..offer.booking.clone()
        },
        ..offer.clone()
    };
    assert!(!scene.bookings.hand_over(&owed, &dear, 4).await.unwrap(), "its price is another by now");
    assert!(scene.bookings.hand_over(&owed, &offer, 4).await.unwrap());
    assert!(!scene.bookings.hand_over(&owed, &offer, 4).await.unwrap(), "once");
    let seat = scene.seat("A-1").await;
    assert_eq!((seat.status, seat.booking, seat.waiters), (SeatStatus::OnGoing, Some(offer.booking.id), 0));
    assert_eq!(scene.lines.first(scene.event.id, &label("A-1")).await.unwrap(), None);
    assert_eq!(mine().await, None);
    scene.bookings.no_longer_owed(&owed).await.unwrap();
}

async fn noted(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let held = scene.booking(engine, somebody(engine), &["A-1"]);
    scene.bookings.hold(&held, &terms(4)).await.unwrap();
    // The second call comes too late: the booking has changed.
    for _ in 0..2 {
        scene.bookings.note_payment_unavailable(&held).await.unwrap();
        let noted = scene.bookings.get(held.id).await.unwrap().unwrap();
        assert_eq!((noted.status, noted.version, noted.amendments), (held.status, 2, 1));
        assert_eq!(noted.reason, Some(FailureReason::PaymentUnavailable));
    }
}

async fn unfinished(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let (held, now) = (scene.booking(engine, somebody(engine), &["A-1"]), engine.world.now());
    let moment = Duration::from_millis(1);
    let listed = async |before: Timestamp| {
        // Other tests use this store too: those that are due long since come first.
        let found = scene.bookings.unfinished(before, 1000).await.unwrap();
        found.into_iter().any(|booking| booking.id == held.id)
    };
    scene.bookings.hold(&held, &terms(4)).await.unwrap();
    let due = held.hold_expires_at;
    assert!(!listed(due).await);
    assert!(listed(due + moment).await);
    let next = due + Duration::from_mins(9);
    assert!(!scene.bookings.tell_again(held.id, due, next).await.unwrap(), "it is not late");
    assert!(scene.bookings.tell_again(held.id, due + moment, next).await.unwrap());
    assert!(!scene.bookings.tell_again(held.id, due + moment, next).await.unwrap(), "once");
    assert!(!listed(next).await);
    assert!(listed(next + moment).await);

    let Changed::Done(confirmed) =
        scene.bookings.change(&held, &paid(&held, engine), now, &Release::default()).await.unwrap()
    else {
        unreachable!()
    };
    assert!(listed(due + moment).await, "its ticket is not there");
    let is_noted = scene.bookings.printed(held.id, held.version, true).await.unwrap();
    assert!(!is_noted, "that was the ticket of another version");
    assert!(listed(due + moment).await);
    for _ in 0..2 {
        assert!(scene.bookings.printed(held.id, confirmed.version, true).await.unwrap());
        assert!(!listed(next + moment).await);
    }
    assert!(!scene.bookings.tell_again(held.id, next + moment, next).await.unwrap(), "it is finished");

    let given_up = applied(&confirmed, Happening::GivenUp(None), engine);
    let Changed::Done(refunding) =
        scene.bookings.change(&confirmed, &given_up, now, &Release::default()).await.unwrap()
    else {
        unreachable!()
    };
    assert!(listed(now + moment).await, "its money is not back");
    let refunded = applied(&refunding, Happening::Refunded, engine);
    scene.bookings.nothing_is_left(&confirmed).await.unwrap();
    assert!(listed(now + moment).await, "it changed since");
    scene.bookings.nothing_is_left(&refunding).await.unwrap();
    assert!(!listed(now + moment).await);
    scene.bookings.change(&refunding, &refunded, now, &Release::default()).await.unwrap();
    assert!(!listed(next + moment).await);
}

async fn let_lapse(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let (buyer, now) = (somebody(engine), engine.world.now());
    let minute = Duration::from_mins(1);
    let terms = Terms { lapse_pause: minute, ..terms(4) };
    let at = |after: Duration, user, seats: &[&str]| Booking {
        created_at: now + after,
        payment: contracts::PaymentMode::Manual,
        ..scene.booking(engine, user, seats)
    };
    let lapses = async |booking: &Booking, ended: Timestamp| {
        let link = InvoiceLink { number: booking.invoice_number().unwrap(), payment_url: String::new() };
        let Decision::Apply(made) = booking.decide(Happening::InvoiceMade(link), now) else { unreachable!() };
        let made = scene.bookings.change(booking, &made, now, &Release::default()).await.unwrap();
        let Changed::Done(unpaid) = made else { unreachable!() };
        let lapse = applied(&unpaid, Happening::Voided(Ending::Expired, None), engine);
        let done = scene.bookings.change(&unpaid, &lapse, ended, &Release::default()).await.unwrap();
        assert!(matches!(done, Changed::Done(_)), "{done:?}");
        scene.bookings.released(&unpaid).await.unwrap();
    };
    let first = at(Duration::ZERO, buyer, &["A-1", "A-2"]);
    assert!(matches!(scene.bookings.hold(&first, &terms).await.unwrap(), Hold::Held));
    lapses(&first, now).await;
    let soon = Duration::from_secs(59);
    let refused = scene.bookings.hold(&at(soon, buyer, &["A-2", "A-3"]), &terms).await.unwrap();
    assert!(
        matches!(&refused, Hold::LetLapse(barred) if barred.seats == [label("A-2")] && barred.until == now + minute),
        "{refused:?}"
    );
    // Others may have them, and the buyer others. What is somebody's is taken, whoever let it lapse.
    for (user, seat) in [(somebody(engine), "A-1"), (buyer, "A-3")] {
        let held = scene.bookings.hold(&at(soon, user, &[seat]), &terms).await.unwrap();
        assert!(matches!(held, Hold::Held), "{held:?}");
    }
    let refused = scene.bookings.hold(&at(soon, buyer, &["A-1", "A-2"]), &terms).await.unwrap();
    assert!(matches!(&refused, Hold::Taken(seats) if *seats == [label("A-1")]), "{refused:?}");
    let second = at(minute, buyer, &["A-2"]);
    assert!(matches!(scene.bookings.hold(&second, &terms).await.unwrap(), Hold::Held));
    lapses(&second, now + minute).await;
    let refused = scene.bookings.hold(&at(Duration::from_millis(179_999), buyer, &["A-2"]), &terms).await.unwrap();
    assert!(
        matches!(&refused, Hold::LetLapse(barred) if barred.until == now + minute * 3),
        "twice as long: {refused:?}"
    );
    let held = scene.bookings.hold(&at(minute * 3, buyer, &["A-2"]), &terms).await.unwrap();
    assert!(matches!(held, Hold::Held), "{held:?}");
}

async fn lines(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let (owner, one, two) = (somebody(engine), somebody(engine), somebody(engine));
    assert_eq!(scene.join(engine, one, "A-1").await, Joined::SeatMoved);
    scene.bookings.hold(&scene.booking(engine, owner, &["A-1"]), &terms(4)).await.unwrap();
    assert_eq!(scene.join(engine, owner, "A-1").await, Joined::SeatMoved);
    let Joined::At(first) = scene.join(engine, one, "A-1").await else { unreachable!() };
    assert_eq!(scene.join(engine, one, "A-1").await, Joined::At(first));
    let Joined::At(second) = scene.join(engine, two, "A-1").await else { unreachable!() };
    let (event, seat) = (scene.event.id, label("A-1"));
    assert!(first < second);
    assert_eq!(scene.seat("A-1").await.waiters, 2);
    assert_eq!(scene.lines.position(event, &seat, second).await.unwrap(), Some(2));
    assert_eq!(scene.lines.first(event, &seat).await.unwrap().unwrap().user_id, one);
    scene.lines.leave(one, event, &seat).await.unwrap();
    scene.lines.leave(one, event, &seat).await.unwrap();
    assert_eq!(scene.seat("A-1").await.waiters, 1);
    assert_eq!(scene.lines.position(event, &seat, second).await.unwrap(), Some(1));
    assert_eq!(scene.lines.position(event, &seat, first).await.unwrap(), None);
    assert_eq!(scene.lines.of_user(one).await.unwrap(), []);
    assert_eq!(scene.lines.of_user(two).await.unwrap().len(), 1);
    assert!(!scene.lines.are_closed(event).await.unwrap());
    scene.lines.close(event, engine.world.now()).await.unwrap();
    scene.lines.close(event, engine.world.now()).await.unwrap();
    assert!(scene.lines.are_closed(event).await.unwrap());
    // A user who comes back is at the end.
    let Joined::At(third) = scene.join(engine, one, "A-1").await else { unreachable!() };
    assert!(third > second);
}

async fn joined_at_once(engine: &Engine) {
    let scene = Scene::set(engine).await;
    scene.bookings.hold(&scene.booking(engine, somebody(engine), &["A-1"]), &terms(4)).await.unwrap();
    let users: Vec<_> = (0..12).map(|_| somebody(engine)).collect();
    // One asks twice: the first request may have died.
    let asking = users.iter().chain(users.first()).map(|user| scene.join(engine, *user, "A-1"));
    let joined = join_all(asking).await;
    assert!(joined.iter().all(|joined| matches!(joined, Joined::At(_))), "{joined:?}");
    let line = scene.lines.all(scene.event.id, &label("A-1")).await.unwrap();
    let mut there: Vec<_> = line.iter().map(|waiter| waiter.user_id).collect();
    there.sort();
    there.dedup();
    assert_eq!((line.len(), there.len(), scene.seat("A-1").await.waiters), (12, 12, 12));
}

async fn events(engine: &Engine) {
    let scene = Scene::set(engine).await;
    let (events, event) = (&scene.events, &scene.event);
    assert!(!events.insert(event).await.unwrap());
    let renamed = Event { title: "Other".into(), version: event.version + 1, ..event.clone() };
    assert!(events.update(event, &renamed).await.unwrap());
    assert!(!events.update(event, &renamed).await.unwrap());
    assert_eq!(events.get(event.id).await.unwrap().unwrap().title, "Other");
    let late = Labelled { prefix: None, labels: vec![label("A-9")] };
    let (stale, blocks) = scene
        .layout
        .add(event, &"A".parse().unwrap(), Money::idr(5_000_000), &late, &Features::default(), "late")
        .unwrap();
    assert!(!events.add_blocks(event, &stale, &blocks).await.unwrap());
    assert!(events.layout(&renamed).await.unwrap().seat(&label("A-9")).is_none());
    let query = EventQuery {
        from: event.starts_at,
        until: Some(event.starts_at + Duration::from_secs(1)),
        text: None,
        city: event.city.clone(),
        movie: None,
        organiser: Some(event.organiser_id),
    };
    eventually("the index lists it", async || {
        let found = events.list(&query, &page(100, None)).await.unwrap().unwrap();
        found.items.iter().any(|listed| listed.id == event.id && listed.title == "Other").then_some(())
    })
    .await;
    for other in [
        EventQuery { city: Some("Atlantis".into()), ..query.clone() },
        EventQuery { organiser: Some(somebody(engine)), ..query.clone() },
    ] {
        let found = events.list(&other, &page(100, None)).await.unwrap().unwrap();
        assert!(found.items.iter().all(|listed| listed.id != event.id), "{other:?}");
    }
    assert!(events.list(&query, &page(1, Some("rubbish"))).await.unwrap().is_none());

    let block = &scene.layout.blocks[0];
    let edit = SeatEdit::Reprice(Money::idr(7_000_000));
    let after = Event { layout_version: renamed.layout_version + 1, version: renamed.version + 1, ..renamed.clone() };
    let mut priced = block.clone();
    priced.prices.insert(label("A-2"), Money::idr(7_000_000));
    scene.bookings.hold(&scene.booking(engine, somebody(engine), &["A-1"]), &terms(4)).await.unwrap();
    assert_eq!(events.edit_seat(event, &after, &priced, &label("A-2"), edit).await.unwrap(), Edited::EventMoved);
    assert_eq!(events.edit_seat(&renamed, &after, &priced, &label("A-1"), edit).await.unwrap(), Edited::NotOpen);
    assert_eq!(events.edit_seat(&renamed, &after, &priced, &label("A-2"), edit).await.unwrap(), Edited::Done);
    assert_eq!(scene.seat("A-2").await.price, Money::idr(7_000_000));
    let seats = events.seats(event.id, block).await.unwrap();
    assert!(!events.withdraw(event.id, &seats).await.unwrap());
    assert_eq!(scene.seat("A-2").await.status, SeatStatus::Withdrawn);
    let seats = events.seats(event.id, block).await.unwrap();
    events.reopen(event.id, &seats).await.unwrap();
    assert_eq!(scene.seat("A-2").await.status, SeatStatus::Open);
    assert_eq!(scene.seat("A-1").await.status, SeatStatus::OnGoing);
    assert_eq!(after.becoming(EventStatus::Closing).status, EventStatus::Closing);
}

async fn mismatches(engine: &Engine) {
    let kept = DynamoMismatches::new(engine.table("ticketing").await);
    let found = Mismatch {
        event_id: EventId::new(engine.id()),
        event_title: "Sinners".into(),
        organiser_id: somebody(engine),
        kind: MismatchKind::PaidWithoutBooking,
        subject: "b".into(),
        seat: None,
        found_at: engine.world.now(),
    };
    assert!(kept.record(&found).await.unwrap());
    assert!(!kept.record(&found).await.unwrap());
    assert_eq!(kept.of_event(found.event_id).await.unwrap(), [found]);
}

async fn live(engine: &Engine) {
    let live = SqsLive(engine.queue("broadcast"));
    let event = EventId::new(engine.id());
    let state = |block| LiveState::Seats { event_id: event, block, layout: 1, version: 2, letters: "OG".into() };
    let states: Vec<_> = (0..12).map(state).collect();
    live.tell(&[]).await.unwrap();
    live.tell(&states).await.unwrap();
    let heard = tokio::sync::Mutex::new(Vec::new());
    eventually("all states are in the queue", async || {
        let mut heard = heard.lock().await;
        heard.extend(engine.messages("broadcast").await);
        states.iter().all(|state| heard.contains(&serde_json::to_value(state).unwrap())).then_some(())
    })
    .await;
}

async fn closing(engine: &Engine) {
    let Scene { events, event, .. } = Scene::set(engine).await;
    let now = engine.world.now();
    let begin = async |part, now| events.begin_part(event.id, part, now).await.unwrap();
    let starts = join_all((0..8).map(|_| events.begin_part(event.id, None, now))).await;
    let first = starts.iter().filter(|start| matches!(start, Ok(Closing::Begun(1)))).count();
    let waiting = starts.iter().filter(|start| matches!(start, Ok(Closing::GoesOn))).count();
    assert_eq!((first, waiting), (1, 7), "{starts:?}");
    assert_eq!(begin(Some(2), now).await, Closing::Begun(2));
    assert_eq!(begin(Some(2), now).await, Closing::Begun(2), "delivered again");
    assert_eq!(begin(Some(3), now).await, Closing::Begun(3));
    assert_eq!(begin(Some(2), now).await, Closing::Passed);
    assert_eq!(begin(None, now + PART_TAKES).await, Closing::GoesOn);
    let later = now + PART_TAKES + Duration::from_secs(1);
    assert_eq!(begin(None, later).await, Closing::Begun(5), "what stopped is taken over");
    for slow in [3, 4] {
        assert_eq!(begin(Some(slow), later).await, Closing::Passed, "the chain that was slow");
    }
}

async fn queues(engine: &Engine) {
    let (timers, closing) = (SqsTimers(engine.queue("expire-hold")), SqsClosingQueue(engine.queue("close-event")));
    let payments = SqsPaymentQueue(engine.queue("payment-worker"));
    let (now, later) = (engine.world.now(), BookingId::new(engine.id()));
    timers.start(later, now + Duration::from_mins(10), now).await.unwrap();
    let due = BookingId::new(engine.id());
    timers.start(due, now, now).await.unwrap();
    let shown = eventually("a timer that is due is there", async || {
        let shown = engine.messages("expire-hold").await;
        (!shown.is_empty()).then_some(shown)
    })
    .await;
    let has = |id: BookingId| shown.iter().any(|message| message["booking_id"] == id.to_string());
    assert!(has(due) && !has(later), "{shown:?}");
    let event = EventId::new(engine.id());
    closing.close_event(event, Some(2), Duration::ZERO).await.unwrap();
    eventually("the event is to be closed", async || {
        engine
            .messages("close-event")
            .await
            .iter()
            .any(|message| *message == serde_json::json!({"event_id": event, "part": 2}))
            .then_some(())
    })
    .await;
    let moving = SqsMovingQueue(engine.queue("move-bookings"));
    let part = MovedPart { event_id: event, looks: 1, after: Some(due) };
    moving.move_bookings(&part, Duration::ZERO).await.unwrap();
    eventually("a part is to be moved", async || {
        let messages = engine.messages("move-bookings").await;
        messages.contains(&serde_json::to_value(part).unwrap()).then_some(())
    })
    .await;
    let renaming = SqsRenamingQueue { queue: engine.queue("rename-buyer"), after: Duration::ZERO };
    let renamed = Renamed { user_id: somebody(engine), name: "Siti Rahma".into(), name_version: 3 };
    renaming.look_again(&renamed).await.unwrap();
    eventually("a user is to be looked at", async || {
        let messages = engine.messages("rename-buyer").await;
        messages.contains(&serde_json::to_value(&renamed).unwrap()).then_some(())
    })
    .await;
    let number = InvoiceNumber::of(&ticketing::NAME.parse().unwrap(), due.uuid());
    payments.request_payment(&number).await.unwrap();
    eventually("the worker is asked", async || {
        let messages = engine.messages("payment-worker").await;
        messages.iter().any(|message| message["invoice"] == number.as_str()).then_some(())
    })
    .await;
}

async fn topics(engine: &Engine) {
    let sns = aws::sns(&engine.env).unwrap();
    let topic = |name| Topic::new(sns.clone(), Engine::topic_arn(name));
    let (bookings, events) = (SnsBookingTopic(topic("bookings")), SnsEventTopic(topic("events")));
    let scene = Scene::set(engine).await;
    let changed: Vec<_> = (0..23)
        .map(|_| {
            let mut booking = scene.booking(engine, somebody(engine), &["A-1"]);
            booking.status = BookingStatus::Refunding;
            booking.changed(None)
        })
        .collect();
    let (told, outcome) = bookings.publish(&changed).await;
    outcome.unwrap();
    assert_eq!(told, 23);
    // Only subscriptions whose filter matches get the message.
    let heard = tokio::sync::Mutex::new(Vec::new());
    eventually("those who asked for it hear it", async || {
        let mut heard = heard.lock().await;
        heard.extend(engine.messages("refund-booking").await);
        let ours = |id: &str| heard.iter().any(|message| message["id"] == id);
        changed.iter().all(|change| ours(&change.booking.id.to_string())).then_some(())
    })
    .await;
    let ids: Vec<_> = changed.iter().map(|change| change.booking.id.to_string()).collect();
    let confirmed = engine.messages("confirm-organiser-hold").await;
    assert!(!confirmed.iter().any(|message| ids.iter().any(|id| message["id"] == *id)));
    let news = EventNews::Changed(scene.event.changed());
    events.publish(&[news]).await.1.unwrap();
}

async fn tickets(engine: &Engine) {
    let tickets = S3Tickets::new(aws::s3(&engine.env).unwrap(), Engine::bucket("tickets"));
    let (booking, now, life) = (BookingId::new(engine.id()), engine.world.now(), Duration::from_mins(15));
    assert!(tickets.link(booking, Asked::Whole, now, life).await.unwrap().is_none());
    tickets.put(booking, b"%PDF-1".to_vec()).await.unwrap();
    tickets.put(booking, b"%PDF-2".to_vec()).await.unwrap();
    let link = tickets.link(booking, Asked::Whole, now, life).await.unwrap().unwrap();
    assert_eq!(link.expires_at, now + life);
    let opened = reqwest::get(&link.url).await.unwrap();
    assert_eq!(opened.headers()["content-type"], "application/pdf");
    assert_eq!(opened.bytes().await.unwrap(), &b"%PDF-2"[..]);
    tickets.erase(booking).await.unwrap();
    tickets.erase(booking).await.unwrap();
    assert!(tickets.link(booking, Asked::Whole, now, life).await.unwrap().is_none());
}

#[test]
fn a_claim_always_gets_the_same_code_which_says_it() {
    let kept = SigningKey::generate("ticket-1").unwrap();
    let codes = || SignedCodes::new(SigningKey::parse(&kept).unwrap());
    let claim = TicketClaim {
        booking_id: BookingId::new(Uuid::from_u128(1)),
        event_id: EventId::new(Uuid::from_u128(2)),
        seats: vec!["A-1".parse().unwrap()],
    };
    let code = codes().code(&claim).unwrap();
    assert_eq!(codes().code(&claim).unwrap(), code);
    let public = SigningKey::parse(&kept).unwrap().public();
    assert_eq!(verify(&code, "ticket-1", &public), Some(claim));
}
