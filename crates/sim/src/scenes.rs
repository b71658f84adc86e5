//! Short stories without chance, one for each way through the sagas. The tests decide what goes wrong at which step.

use crate::dice::Dice;
use crate::people::Person;
use crate::play::{self, Outcome};
use crate::props::{Performance, Props, runtime_of_a_story};
use crate::stage::{Stage, Wish};
use crate::weather::Weather;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use template::Error;
use tokio::time::sleep;
use triggers::Unanswered;

type Script = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A short story.
pub struct Scene {
    /// Its name.
    pub name: &'static str,
    settings: &'static [(&'static str, &'static str)],
    script: fn(Arc<Stage>) -> Script,
}

/// In a scene things go wrong this long at most; then everything answers.
const STORMY: Duration = Duration::from_mins(1);

/// All of them.
pub const SCENES: &[Scene] = &[
    Scene { name: "confirmed", settings: &[], script: |stage| Box::pin(confirmed(stage)) },
    Scene {
        name: "payment fails",
        settings: &[("PAYMENT_FAILURE_RATE", "1")],
        script: |stage| Box::pin(confirmed(stage)),
    },
    Scene {
        name: "organiser refuses",
        settings: &[("ORGANISER_FAILURE_RATE", "1")],
        script: |stage| Box::pin(confirmed(stage)),
    },
    Scene { name: "never paid", settings: &[], script: |stage| Box::pin(never_paid(stage)) },
    Scene { name: "cancelled unpaid", settings: &[], script: |stage| Box::pin(cancelled_unpaid(stage)) },
    Scene {
        name: "paid back",
        settings: &[("REFUND_FAILURE_RATE", "0.5")],
        script: |stage| Box::pin(paid_back(stage)),
    },
    Scene {
        name: "paid back by hand",
        settings: &[("REFUND_REFUSAL_RATE", "1")],
        script: |stage| Box::pin(paid_back(stage)),
    },
    Scene { name: "handed over", settings: &[], script: |stage| Box::pin(handed_over(stage, true)) },
    Scene { name: "offer lapses", settings: &[], script: |stage| Box::pin(handed_over(stage, false)) },
    Scene { name: "deletion refused", settings: &[], script: |stage| Box::pin(deletion_refused(stage)) },
    Scene { name: "event deleted", settings: &[], script: |stage| Box::pin(event_deleted(stage)) },
    Scene { name: "event cancelled", settings: &[], script: |stage| Box::pin(event_cancelled(stage)) },
    Scene { name: "token issued", settings: &[], script: |stage| Box::pin(power(stage, "14000000004", "auto")) },
    Scene { name: "token refused", settings: &[], script: |stage| Box::pin(power(stage, "14000000005", "auto")) },
    Scene {
        name: "token paid back by hand",
        settings: &[("REFUND_REFUSAL_RATE", "1")],
        script: |stage| Box::pin(power(stage, "14000000005", "auto")),
    },
    Scene { name: "token unpaid", settings: &[], script: |stage| Box::pin(power(stage, "14000000001", "manual")) },
];

/// How a scene ended, and what its tables hold.
pub struct End {
    /// How it went.
    pub outcome: Outcome,
    /// The items of each table.
    pub tables: BTreeMap<String, Vec<String>>,
    /// The items after everything was delivered once more, if that was asked for.
    pub again: Option<BTreeMap<String, Vec<String>>>,
}

/// Plays a scene. With `again`, everything that was delivered is delivered once more at its end.
pub fn play(props: &Arc<Props>, scene: &Scene, wish: &Wish, again: bool) -> Result<End, Error> {
    fastrand::seed(0);
    let runtime = runtime_of_a_story()?;
    let dice = Dice::of_seed(0).of("scenes");
    let mut settings: BTreeMap<String, String> =
        [("HOLD_SECONDS", "30"), ("WAITING_OFFER_SECONDS", "30"), ("PURCHASE_SECONDS", "30")]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .into();
    for rate in ["ORGANISER_FAILURE", "PAYMENT_FAILURE", "POWER_FAILURE", "REFUND_FAILURE", "REFUND_REFUSAL"] {
        settings.insert(format!("{rate}_RATE"), "0".to_owned());
    }
    settings.extend(scene.settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let tables = crate::database::Tables::of_file(&props.tables)?;
    let stage = {
        let _inside = runtime.enter();
        Stage::set_in(props, dice, Weather::calm(STORMY), tables, settings, wish)?
    };
    let end = runtime.block_on(async {
        let (script, waiting) = ((scene.script)(Arc::clone(&stage)), stage.waiting());
        tokio::spawn(async move {
            script.await;
            drop(waiting);
        });
        play::unfold(&stage).await;
        let (outcome, tables) = (play::outcome(0, &stage), items(&stage)?);
        let again = if again { Some(deliver_again(&stage).await?) } else { None };
        Ok::<_, Error>(End { outcome, tables, again })
    });
    drop(runtime);
    end
}

fn items(stage: &Stage) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut all = BTreeMap::new();
    for table in stage.props.template.tables.iter().filter_map(|table| table["TableName"].as_str()) {
        let mut items: Vec<_> = stage.tables.all(table)?.iter().map(Value::to_string).collect();
        items.sort();
        all.insert(table.to_owned(), items);
    }
    Ok(all)
}

async fn deliver_again(stage: &Arc<Stage>) -> Result<BTreeMap<String, Vec<String>>, Error> {
    for (function, event) in stage.deliveries() {
        stage.invoke(&function, &event).await.map_err(|why: Unanswered| format!("{function}: {why}"))?;
    }
    while !stage.is_done() {
        sleep(Duration::from_secs(1)).await;
    }
    items(stage)
}

fn buyer(stage: &Arc<Stage>, number: usize) -> Option<Person> {
    let user = stage.props.buyers.get(number)?;
    Some(Person::new(stage, &format!("buyer-{number}"), &user.token))
}

/// The event with three seats; a buyer may have two of them.
fn event(stage: &Stage) -> Option<&Performance> {
    stage.props.events.get(2)
}

async fn book(person: &Person, event: &Performance, seats: &[&str], payment: &str) -> Option<String> {
    let body = json!({"event_id": event.id, "seats": seats, "payment": payment});
    let (status, booking) = person.insist("POST", "/api/bookings", Some(&body), Some("key")).await?;
    (status == 201).then(|| booking["id"].as_str().map(str::to_owned))?
}

async fn confirmed(stage: Arc<Stage>) {
    if let (Some(person), Some(event)) = (buyer(&stage, 0), event(&stage)) {
        book(&person, event, &["A-1", "A-2"], "auto").await;
    }
}

async fn never_paid(stage: Arc<Stage>) {
    if let (Some(person), Some(event)) = (buyer(&stage, 0), event(&stage)) {
        book(&person, event, &["A-1", "A-2"], "manual").await;
    }
}

async fn cancel(person: &Person, booking: &str) {
    person.insist("POST", &format!("/api/bookings/{booking}/cancel"), None, None).await;
}

async fn cancelled_unpaid(stage: Arc<Stage>) {
    let (Some(person), Some(event)) = (buyer(&stage, 0), event(&stage)) else { return };
    if let Some(booking) = book(&person, event, &["A-1", "A-2"], "manual").await {
        cancel(&person, &booking).await;
    }
}

async fn paid_back(stage: Arc<Stage>) {
    let (Some(person), Some(event)) = (buyer(&stage, 0), event(&stage)) else { return };
    if let Some(booking) = book(&person, event, &["A-1", "A-2"], "auto").await {
        sleep(Duration::from_secs(3)).await;
        cancel(&person, &booking).await;
    }
}

async fn handed_over(stage: Arc<Stage>, pays: bool) {
    let (Some(first), Some(second), Some(third)) = (buyer(&stage, 0), buyer(&stage, 1), buyer(&stage, 2)) else {
        return;
    };
    let Some(event) = event(&stage) else { return };
    let Some(booking) = book(&first, event, &["A-1", "A-2"], "manual").await else { return };
    let line = format!("/api/events/{}/seats/A-1/waiting-list", event.id);
    second.insist("POST", &line, None, None).await;
    third.insist("POST", &line, None, None).await;
    cancel(&first, &booking).await;
    for _ in 0..8 {
        sleep(Duration::from_secs(2)).await;
        let Some((200, page)) = second.ask("GET", "/api/bookings", None, None).await else { continue };
        let offered = page["items"].as_array().into_iter().flatten().find(|one| one["status"] == "AWAITING_PAYMENT");
        if let Some(id) = offered.and_then(|one| one["id"].as_str()).filter(|_| pays) {
            second.insist("POST", &format!("/api/invoices/inv-ticketing-{id}/pay"), None, None).await;
            return;
        }
    }
}

async fn power(stage: Arc<Stage>, meter: &'static str, payment: &'static str) {
    let (Some(person), Some(product)) = (buyer(&stage, 0), stage.props.products.first()) else { return };
    let body = json!({"meter_number": meter, "product_id": product, "payment": payment});
    person.insist("POST", "/api/power/purchases", Some(&body), Some("key")).await;
}

async fn delete(stage: &Arc<Stage>, event: &Performance) {
    let organiser = Person::new(stage, "organiser", &stage.props.organiser.token);
    organiser.insist("DELETE", &format!("/api/events/{}", event.id), None, None).await;
}

async fn deletion_refused(stage: Arc<Stage>) {
    let (Some(person), Some(event)) = (buyer(&stage, 0), event(&stage)) else { return };
    book(&person, event, &["A-1", "A-2"], "auto").await;
    delete(&stage, event).await;
}

async fn event_deleted(stage: Arc<Stage>) {
    if let Some(event) = event(&stage) {
        delete(&stage, event).await;
    }
}

async fn event_cancelled(stage: Arc<Stage>) {
    let (Some(first), Some(second), Some(third)) = (buyer(&stage, 0), buyer(&stage, 1), buyer(&stage, 2)) else {
        return;
    };
    let Some(event) = event(&stage) else { return };
    book(&first, event, &["A-1"], "auto").await;
    book(&second, event, &["A-2"], "manual").await;
    third.insist("POST", &format!("/api/events/{}/seats/A-1/waiting-list", event.id), None, None).await;
    let organiser = Person::new(&stage, "organiser", &stage.props.organiser.token);
    organiser.insist("POST", &format!("/api/events/{}/cancel", event.id), None, None).await;
}
