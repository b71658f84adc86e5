//! Tests on each engine that the adapters keep what payments' ports promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use contract_suite::{Engine, eventually, page, whole};
use contracts::{
    CreateInvoice, InvoiceNumber, InvoiceStatus, Money, PaymentWork, RefundAnswer, Service, UserId, World,
};
use futures::future::join_all;
use payments::adapters::{DynamoInvoices, FailureRates, SimulatedGateway, SimulatedMethods, SqsPaymentQueue};
use payments::domain::{Outcome, StoredInvoice};
use payments::ports::{Gateway, Inserted, Invoices, PaymentMethods, PaymentQueue};
use std::time::Duration;
use uuid::Uuid;

contract_suite::on_each_engine! {
    invoices_are_decided_once: invoices;
    invoices_are_listed_by_client: lists;
    money_that_the_provider_keeps_is_paid_back_by_hand_once: by_hand;
    payments_are_asked_for: queue;
}

fn invoice(engine: &Engine, client: &str) -> StoredInvoice {
    let now = engine.world.now();
    let asked = CreateInvoice {
        reference: engine.id(),
        amount: Money::idr(5_000_000),
        payer: UserId::new(engine.id()),
        expires_at: now + Duration::from_mins(5),
    };
    StoredInvoice::pending(client.parse().unwrap(), &asked, now)
}

async fn invoices(engine: &Engine) {
    let kept = DynamoInvoices::new(engine.table("payments").await);
    let (new, now) = (invoice(engine, "ticketing"), engine.world.now());
    assert!(kept.decide(&new.number, InvoiceStatus::Void, now).await.unwrap().is_none());
    assert!(matches!(kept.insert(&new).await.unwrap(), Inserted::New));
    let other = StoredInvoice { status: InvoiceStatus::Void, ..new.clone() };
    assert!(matches!(kept.insert(&other).await.unwrap(), Inserted::Existing(there) if there == new));
    // If many decide at once, one wins, and the others read what was decided.
    let ends = [InvoiceStatus::Paid, InvoiceStatus::Failed, InvoiceStatus::Void];
    let deciders = ends.iter().cycle().take(12).map(|end| kept.decide(&new.number, *end, now));
    let decided: Vec<_> = join_all(deciders).await.into_iter().map(|one| one.unwrap().unwrap().status).collect();
    assert!(decided.iter().all(|status| *status == decided[0] && ends.contains(status)), "{decided:?}");

    let paid = invoice(engine, "ticketing");
    kept.insert(&paid).await.unwrap();
    assert_eq!(kept.begin_refund(&paid.number).await.unwrap(), None);
    kept.decide(&paid.number, InvoiceStatus::Paid, now).await.unwrap();
    assert_eq!(kept.begin_refund(&paid.number).await.unwrap(), Some(1));
    assert_eq!(kept.begin_refund(&paid.number).await.unwrap(), Some(2));
    assert_eq!(kept.refunded(&paid.number, now).await.unwrap().unwrap().status, InvoiceStatus::Refunded);
    assert_eq!(kept.refunded(&paid.number, now).await.unwrap().unwrap().status, InvoiceStatus::Refunded);
    assert_eq!(kept.begin_refund(&paid.number).await.unwrap(), None);
    assert_eq!(kept.get(&paid.number).await.unwrap().unwrap().terms, paid.terms);

    let void = invoice(engine, "ticketing");
    kept.insert(&void).await.unwrap();
    kept.decide(&void.number, InvoiceStatus::Void, now).await.unwrap();
    assert_eq!(kept.begin_refund(&void.number).await.unwrap(), Some(1));
    assert_eq!(kept.refunded(&void.number, now).await.unwrap().unwrap().status, InvoiceStatus::Void);
}

async fn by_hand(engine: &Engine) {
    let kept = DynamoInvoices::new(engine.table("payments").await);
    let (now, admin, other) = (engine.world.now(), UserId::new(engine.id()), UserId::new(engine.id()));
    for (status, after) in [(InvoiceStatus::Paid, InvoiceStatus::Refunded), (InvoiceStatus::Void, InvoiceStatus::Void)]
    {
        let new = invoice(engine, "ticketing");
        kept.insert(&new).await.unwrap();
        kept.refund_refused(&new.number, now).await.unwrap();
        kept.decide(&new.number, status, now).await.unwrap();
        let untouched = kept.refunded_by_hand(&new.number, (status, after), admin, now).await.unwrap().unwrap();
        assert_eq!((untouched.status, untouched.refunded_by), (status, None), "the provider did not refuse");
        kept.refund_refused(&new.number, now).await.unwrap();
        kept.refund_refused(&new.number, now + Duration::from_hours(1)).await.unwrap();
        assert_eq!(kept.begin_refund(&new.number).await.unwrap(), None, "nobody asks the provider again");
        let first = kept.refunded_by_hand(&new.number, (status, after), admin, now).await.unwrap().unwrap();
        assert_eq!((first.status, first.refunded_by, first.refund_refused_at), (after, Some(admin), Some(now)));
        assert_eq!(kept.refunded_by_hand(&new.number, (status, after), other, now).await.unwrap().unwrap(), first);
        assert_eq!(kept.get(&new.number).await.unwrap().unwrap(), first);
    }
    let unknown = invoice(engine, "ticketing").number;
    kept.refund_refused(&unknown, now).await.unwrap();
    assert!(
        kept.refunded_by_hand(&unknown, (InvoiceStatus::Paid, InvoiceStatus::Refunded), admin, now)
            .await
            .unwrap()
            .is_none()
    );
}

async fn lists(engine: &Engine) {
    let kept = DynamoInvoices::new(engine.table("payments").await);
    // A client that only this test uses. Its name has letters only.
    let letters = engine
        .id()
        .simple()
        .to_string()
        .chars()
        .rev()
        .take(20)
        .map(|c| (b'a' + c as u8 % 26) as char)
        .collect::<String>();
    let client: Service = letters.parse().unwrap();
    let since = engine.world.now();
    let mut numbers: Vec<InvoiceNumber> = Vec::new();
    for _ in 0..5 {
        let new = invoice(engine, &letters);
        kept.insert(&new).await.unwrap();
        numbers.push(new.number);
    }
    kept.insert(&invoice(engine, "ticketing")).await.unwrap();
    let listed = eventually("the index lists all", async || {
        let listed = whole(2, async |asked| kept.since(&client, since, &asked).await).await;
        let listed: Vec<_> = listed.into_iter().map(|invoice| invoice.number).collect();
        (listed.len() == numbers.len()).then_some(listed)
    })
    .await;
    let sorted = |mut all: Vec<InvoiceNumber>| {
        all.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        all
    };
    assert_eq!(sorted(listed), sorted(numbers));
    assert!(kept.since(&client, since, &page(2, Some("rubbish"))).await.unwrap().is_none());
    let later = engine.world.now() + Duration::from_mins(1);
    assert_eq!(kept.since(&client, later, &page(2, None)).await.unwrap().unwrap().items, []);
}

async fn queue(engine: &Engine) {
    // Queues that no other suite reads, because a message is gone once it was read.
    let queues = [("ticketing", "payment-worker"), ("power", "offer-seat")];
    let queue = SqsPaymentQueue::new(
        engine.sqs(),
        queues.map(|(client, name)| (client.parse().unwrap(), engine.queue_url(name))),
    );
    for (client, name) in queues {
        let number = invoice(engine, client).number;
        queue.request(&PaymentWork::of(number.clone())).await.unwrap();
        eventually("the client's own queue has it", async || {
            let messages = engine.messages(name).await;
            messages.iter().any(|message| message["invoice"] == number.as_str()).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_provider_answers_a_reference_the_same_each_time() {
    let at = |payment, refund| {
        SimulatedGateway::new(FailureRates { payment, refund, ..FailureRates::default() }, "key".into())
    };
    let amount = Money::idr(5_000_000);
    for (rate, among) in [(0.0, 0..1), (1.0, 50..51), (0.5, 1..50)] {
        let (gateway, mut failed) = (at(rate, 0.0), 0);
        for reference in (0..50).map(Uuid::from_u128) {
            let first = gateway.charge(reference, amount, None).await.unwrap();
            assert_eq!(gateway.charge(reference, amount, None).await.unwrap(), first);
            failed += usize::from(first == Outcome::Failed);
        }
        assert!(among.contains(&failed), "{failed} of 50 at {rate}");
    }
    let gateway = at(0.0, 0.5);
    for reference in (0..50).map(Uuid::from_u128) {
        let attempts = join_all((1..60).map(|attempt| gateway.refund(reference, amount, attempt))).await;
        assert!(attempts.iter().any(Result::is_ok), "trying again helps");
    }
    let gateway = SimulatedGateway::new(FailureRates { refusal: 0.5, ..FailureRates::default() }, "key".into());
    let mut refused = 0;
    for reference in (0..50).map(Uuid::from_u128) {
        let first = gateway.refund(reference, amount, 1).await.unwrap();
        assert_eq!(gateway.refund(reference, amount, 2).await.unwrap(), first, "a refusal is for good");
        refused += usize::from(first == RefundAnswer::Refused);
    }
    assert!((1..50).contains(&refused), "{refused} of 50");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_provider_takes_every_method_that_it_offers() {
    let methods = SimulatedMethods.offered();
    assert!(SimulatedMethods.are_simulated() && !methods.is_empty());
    let gateway = SimulatedGateway::new(FailureRates::default(), "key".into());
    for method in methods {
        let outcome = gateway.charge(Uuid::from_u128(1), Money::idr(5_000_000), Some(method)).await.unwrap();
        assert_eq!(outcome, Outcome::Paid, "{method:?}");
    }
}
