//! Tests on each engine that the adapters keep what power's ports promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use contract_suite::{Engine, eventually, page, whole};
use contracts::{InvoiceNumber, LiveState, Locale, Money, PaymentMode, ProductId, PurchaseId, UserId, World};
use futures::future::join_all;
use power::adapters::{
    DynamoMeters, DynamoProducts, DynamoPurchases, DynamoRateTable, SnsTopic, SqsLive, SqsPaymentQueue, SqsTimers,
};
use power::domain::purchase::{Contact, Decision, Happening, Purchase, PurchaseStatus, Transition};
use power::domain::{
    Connection, LocalTax, Meter, MeterDraft, MeterNumber, MeterQuery, Month, ProductDraft, Rate, RateLines, Rates,
    Token,
};
use power::ports::{
    Claim, Inserted, Live, Meters, PaymentQueue, Products, PurchaseChanged, Purchases, RateTable, Timers, Topic,
};
use settings::aws;
use std::time::Duration;
use time::UtcOffset;

contract_suite::on_each_engine! {
    products_change_on_condition: products;
    the_table_of_rates_changes_on_condition: rates;
    meters_are_found_by_their_customers_too: meters;
    purchases_change_on_condition_within_their_month: purchases;
    an_equal_purchase_is_a_double_tap_unless_it_is_meant: equal_purchases;
    purchases_are_listed_by_buyer: history;
    power_queues_take_messages_with_a_delay: queues;
    those_who_watch_purchases_are_told: live;
    purchases_topics_tell_those_who_asked: topic;
}

/// A number of this many digits that no other test has.
fn digits(engine: &Engine, many: usize) -> String {
    let number = engine.id().as_u128() % 10u128.pow(u32::try_from(many).unwrap());
    format!("{number:0many$}")
}

fn purchase(engine: &Engine, meter: &MeterNumber, kwh: &str) -> Purchase {
    let now = engine.world.now();
    Purchase {
        id: PurchaseId::new(engine.id()),
        user_id: UserId::new(engine.id()),
        meter_number: meter.clone(),
        connection: Connection { tariff: "R1".parse().unwrap(), power_va: 450 },
        product_id: ProductId::new(engine.id()),
        nominal: Money::idr(2_000_000),
        admin_fee: Money::idr(150_000),
        total: Money::idr(2_150_000),
        local_tax: LocalTax::new(300).unwrap(),
        kwh: kwh.parse().unwrap(),
        month: Month::of(now, UtcOffset::UTC),
        status: PurchaseStatus::AwaitingPayment,
        reason: None,
        payment: PaymentMode::Auto,
        expires_at: now + Duration::from_mins(15),
        invoice: None,
        token: None,
        contact: Some(Contact {
            name: "Siti".into(),
            email: "siti@example.com".into(),
            locale: Locale::Id,
            meter_name: "Siti".into(),
        }),
        created_at: now,
        updated_at: now,
        version: 1,
        request_digest: None,
        correlation: None,
    }
}

fn step(purchase: &Purchase, happening: Happening) -> Transition {
    match purchase.decide(happening) {
        Decision::Apply(change) => change,
        other => unreachable!("{other:?}"),
    }
}

async fn products(engine: &Engine) {
    let kept = DynamoProducts::new(engine.table("power").await);
    let nominal = Money::idr(u64::try_from(1 + engine.id().as_u128() % 9_000_000).unwrap() * 100);
    let draft = ProductDraft { nominal, admin_fee: Money::idr(0), active: None };
    let (now, new) = (engine.world.now(), draft.product(engine.world.now()));
    assert!(kept.get(new.id).await.unwrap().is_none());
    assert!(kept.insert(&new).await.unwrap() && !kept.insert(&new).await.unwrap());
    let dearer = new.redrawn(&ProductDraft { admin_fee: Money::idr(100), ..draft.clone() }, now);
    assert!(kept.update(&new, &dearer).await.unwrap() && !kept.update(&new, &dearer).await.unwrap());
    assert_eq!(kept.get(new.id).await.unwrap(), Some(dearer.clone()));
    eventually("the index lists it", async || {
        let listed = whole(2, async |asked| kept.list(true, &asked).await).await;
        let nominals: Vec<_> = listed.iter().map(|product| product.nominal.amount).collect();
        assert!(nominals.is_sorted(), "{nominals:?}");
        nominals.contains(&nominal.amount).then_some(())
    })
    .await;
    assert!(kept.list(true, &page(2, Some("rubbish"))).await.unwrap().is_none());
    assert!(!kept.delete(&new).await.unwrap() && kept.delete(&dearer).await.unwrap());
    assert!(kept.get(new.id).await.unwrap().is_none());
}

async fn rates(engine: &Engine) {
    let table = DynamoRateTable::new(engine.table("power").await);
    let before = table.get().await.unwrap();
    let one = Rate { tariff: "B1".parse().unwrap(), from_va: 450, to_va: 5_500, price: Money::idr(96_600) };
    let after = Rates { lines: RateLines { rates: vec![one] }, version: before.version + 1 };
    assert!(table.update(&before, &after).await.unwrap() && !table.update(&before, &after).await.unwrap());
    assert_eq!(table.get().await.unwrap(), after);
    let homes = Rates { version: after.version + 1, ..Rates::of_homes() };
    assert!(!table.update(&homes, &after).await.unwrap() && table.update(&after, &homes).await.unwrap());
    assert_eq!(table.get().await.unwrap(), homes);
}

async fn meters(engine: &Engine) {
    let kept = DynamoMeters::new(engine.table("power").await);
    let draft = |number: &str, customer: Option<&str>| MeterDraft {
        number: number.parse().unwrap(),
        customer_number: customer.map(|customer| customer.parse().unwrap()),
        name: "Siti".into(),
        tariff: "R1".parse().unwrap(),
        power_va: 1_300,
        local_tax: None,
        blocked: false,
    };
    let (number, other) = (digits(engine, 11), digits(engine, 11));
    let (customer, next) = (digits(engine, 12), digits(engine, 12));
    let new = draft(&number, Some(&customer)).check(1).unwrap();
    assert!(kept.insert(&new).await.unwrap() && !kept.insert(&new).await.unwrap());
    assert!(!kept.insert(&draft(&other, Some(&customer)).check(1).unwrap()).await.unwrap(), "a customer has one meter");
    let by = |number: &str| number.parse::<MeterQuery>().unwrap();
    for number in [&number, &customer] {
        assert_eq!(kept.find(&by(number)).await.unwrap().as_ref(), Some(&new));
    }
    let moved = Meter { version: 2, ..draft(&number, Some(&next)).check(1).unwrap() };
    assert!(kept.update(&new, &moved).await.unwrap() && !kept.update(&new, &moved).await.unwrap());
    assert_eq!(kept.find(&by(&next)).await.unwrap().as_ref(), Some(&moved));
    assert_eq!(kept.find(&by(&customer)).await.unwrap(), None);
    eventually("the index lists it", async || {
        let listed = kept.list(&page(100, None)).await.unwrap().unwrap().items;
        listed.iter().any(|meter| meter.number == new.number).then_some(())
    })
    .await;
    assert!(!kept.delete(&new).await.unwrap() && kept.delete(&moved).await.unwrap());
    for number in [&number, &next] {
        assert_eq!(kept.find(&by(number)).await.unwrap(), None);
    }
}

async fn purchases(engine: &Engine) {
    let kept = DynamoPurchases::new(engine.table("power").await);
    let (meter, now) = (digits(engine, 11).parse().unwrap(), engine.world.now());
    let new = purchase(engine, &meter, "300.00");
    assert!(matches!(kept.insert(&new, false).await.unwrap(), Inserted::New));
    assert!(matches!(kept.insert(&new, false).await.unwrap(), Inserted::Existing(there) if *there == new));
    // The limit is 324 kWh a month. Once the first purchase has failed, there is room again.
    let second = purchase(engine, &meter, "24.01");
    assert!(matches!(kept.insert(&second, false).await.unwrap(), Inserted::OverLimit));
    let failed = step(&new, Happening::Voided(power::domain::Ending::Expired, None));
    let movers = (0..6).map(|_| kept.change(&new, &failed, now));
    let moved = join_all(movers).await.into_iter().filter(|moved| moved.as_ref().unwrap().is_some()).count();
    assert_eq!(moved, 1, "of many who move it at once one does");
    assert!(matches!(kept.insert(&second, false).await.unwrap(), Inserted::New));

    let link = contracts::InvoiceLink {
        number: InvoiceNumber::of(&power::NAME.parse().unwrap(), second.id.uuid()),
        payment_url: "https://karcis.example".into(),
    };
    let issuing = kept.change(&second, &step(&second, Happening::Paid(link)), now).await.unwrap().unwrap();
    let token = Token::of_number(engine.id().as_u128());
    let issued = kept.change(&issuing, &step(&issuing, Happening::Issued(token)), now).await.unwrap().unwrap();
    assert_eq!(kept.get(second.id).await.unwrap().as_ref(), Some(&issued));
    assert!(kept.change(&issuing, &step(&issuing, Happening::Refused), now).await.unwrap().is_none());

    let about = PurchaseStatus::Issued;
    assert_eq!(kept.claim_notice(second.id, about, now).await.unwrap(), Claim::Ours);
    assert_eq!(kept.claim_notice(second.id, about, now).await.unwrap(), Claim::Busy);
    assert_eq!(kept.claim_notice(second.id, about, now + Duration::from_mins(2)).await.unwrap(), Claim::Ours);
    kept.told(second.id, about, true).await.unwrap();
    kept.told(second.id, about, true).await.unwrap();
    assert_eq!(kept.claim_notice(second.id, about, now + Duration::from_mins(4)).await.unwrap(), Claim::Done);
    assert_eq!(kept.get(second.id).await.unwrap(), Some(Purchase { contact: None, ..issued }));
}

/// An equal purchase while the last one is under way is a double tap, unless it is meant.
async fn equal_purchases(engine: &Engine) {
    let kept = DynamoPurchases::new(engine.table("power").await);
    let (meter, now) = (digits(engine, 11).parse().unwrap(), engine.world.now());
    let first = purchase(engine, &meter, "1.00");
    let equal = || Purchase { id: PurchaseId::new(engine.id()), ..first.clone() };
    let [second, third] = [equal(), equal()];
    let outcomes = join_all([&first, &second, &third].map(|one| kept.insert(one, false))).await;
    let kept_ones = outcomes.iter().filter(|one| matches!(one, Ok(Inserted::New))).count();
    assert_eq!(kept_ones, 1, "of three taps at once one buys");
    let [first, second] = [equal(), equal()].map(|one| Purchase { user_id: UserId::new(engine.id()), ..one });
    let second = Purchase { user_id: first.user_id, ..second };
    assert!(matches!(kept.insert(&first, false).await.unwrap(), Inserted::New));
    assert!(matches!(kept.insert(&second, false).await.unwrap(), Inserted::UnderWay(id) if id == first.id));
    assert!(matches!(kept.insert(&first, false).await.unwrap(), Inserted::Existing(there) if *there == first));
    let other =
        Purchase { id: PurchaseId::new(engine.id()), product_id: ProductId::new(engine.id()), ..second.clone() };
    assert!(matches!(kept.insert(&other, false).await.unwrap(), Inserted::New), "another product is another purchase");
    let failed = step(&first, Happening::Voided(power::domain::Ending::Expired, None));
    kept.change(&first, &failed, now).await.unwrap().unwrap();
    assert!(matches!(kept.insert(&second, false).await.unwrap(), Inserted::New), "the last one is over");
    let meant = Purchase { id: PurchaseId::new(engine.id()), ..second.clone() };
    assert!(matches!(kept.insert(&meant, true).await.unwrap(), Inserted::New));
    let third = Purchase { id: PurchaseId::new(engine.id()), ..second };
    assert!(matches!(kept.insert(&third, false).await.unwrap(), Inserted::UnderWay(id) if id == meant.id));
}

async fn history(engine: &Engine) {
    let kept = DynamoPurchases::new(engine.table("power").await);
    let (meter, buyer) = (digits(engine, 11).parse().unwrap(), UserId::new(engine.id()));
    let mut made = Vec::new();
    for minute in 0..5 {
        let created_at = engine.world.now() + Duration::from_mins(minute);
        let new = Purchase { user_id: buyer, created_at, ..purchase(engine, &meter, "1.00") };
        assert!(matches!(kept.insert(&new, true).await.unwrap(), Inserted::New));
        made.insert(0, new.id);
    }
    let listed = eventually("the index lists all", async || {
        let listed = whole(2, async |asked| kept.of_buyer(buyer, &asked).await).await;
        let listed: Vec<_> = listed.iter().map(|purchase| purchase.id).collect();
        (listed.len() == made.len()).then_some(listed)
    })
    .await;
    assert_eq!(listed, made);
    assert!(kept.of_buyer(buyer, &page(2, Some("rubbish"))).await.unwrap().is_none());
}

async fn queues(engine: &Engine) {
    let (timers, payments) =
        (SqsTimers(engine.queue("expire-purchase")), SqsPaymentQueue(engine.queue("power-payment")));
    let (now, later, due) = (engine.world.now(), PurchaseId::new(engine.id()), PurchaseId::new(engine.id()));
    timers.start(later, now + Duration::from_mins(10), now).await.unwrap();
    timers.start(due, now, now).await.unwrap();
    let shown = eventually("a timer that is due is there", async || {
        let shown = engine.messages("expire-purchase").await;
        (!shown.is_empty()).then_some(shown)
    })
    .await;
    let has = |id: PurchaseId| shown.iter().any(|message| message["purchase_id"] == id.to_string());
    assert!(has(due) && !has(later), "{shown:?}");
    let number = InvoiceNumber::of(&power::NAME.parse().unwrap(), due.uuid());
    payments.request_payment(&number).await.unwrap();
    eventually("the worker is asked", async || {
        let messages = engine.messages("power-payment").await;
        messages.iter().any(|message| message["invoice"] == number.as_str()).then_some(())
    })
    .await;
}

async fn live(engine: &Engine) {
    let live = SqsLive(engine.queue("broadcast"));
    let purchase_id = PurchaseId::new(engine.id());
    let state =
        |version| LiveState::Purchase { purchase_id, version, purchase: serde_json::json!({"id": purchase_id}) };
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

async fn topic(engine: &Engine) {
    let topic = SnsTopic::new(aws::sns(&engine.env).unwrap(), Engine::topic_arn("purchases"));
    let change = |status| PurchaseChanged { id: PurchaseId::new(engine.id()), status, version: 3, correlation: None };
    let changes: Vec<_> = (0..12).map(|_| change(PurchaseStatus::Issuing)).collect();
    let (told, outcome) = topic.publish(&changes).await;
    outcome.unwrap();
    assert_eq!(told, 12);
    // Only queues whose filter fits get the messages.
    let heard = tokio::sync::Mutex::new(Vec::new());
    eventually("those who asked for it hear it", async || {
        let mut heard = heard.lock().await;
        heard.extend(engine.messages("issue-power-token").await);
        let ours = |id: PurchaseId| heard.iter().any(|message| message["id"] == id.to_string());
        changes.iter().all(|change| ours(change.id)).then_some(())
    })
    .await;
    let refunds = engine.messages("refund-purchase").await;
    assert!(!changes.iter().any(|change| refunds.iter().any(|message| message["id"] == change.id.to_string())));
}
