//! One story, from a seed to a verdict.

use crate::changes;
use crate::people::{self, Person};
use crate::promises::{self, Findings, Promise, REFUND_REFUSED};
use crate::props::{Props, runtime_of_a_story};
use crate::stage::{Coverage, Stage, Wish};
use crate::weather::Kind;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use template::{Error, STACK};
use tokio::time::sleep;

/// The body of the message that poisons a queue.
pub const RUBBISH: &str = "{\"rubbish\":";
/// Longer than any story that ends by itself.
const LONGEST: Duration = Duration::from_hours(8);
/// How long after everything answers the last lost message is made up for.
const LAST_RESUMED: Duration = Duration::from_mins(30);
/// At how many quiet moments the promises are checked at most.
const LOOKS: u32 = 4;

/// How a story went.
#[derive(Debug)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// What was not as it should be.
    pub broken: Findings,
    /// Which steps met which faults.
    pub coverage: Coverage,
    /// Which faults and acts happened.
    pub happened: Vec<String>,
    /// What happened, if it was to be told.
    pub story: Vec<String>,
    /// All calls, each with its step and kind, if the story was to be told.
    pub calls: Vec<(String, String, Kind)>,
}

/// Plays the story of a seed.
pub fn play(props: &Arc<Props>, seed: u64, wish: &Wish) -> Result<Outcome, Error> {
    // The SDK draws the pauses between its tries from `fastrand`.
    fastrand::seed(seed);
    let runtime = runtime_of_a_story()?;
    let stage = {
        let _inside = runtime.enter();
        Stage::set(props, seed, wish)?
    };
    runtime.block_on(async {
        people::everybody(&stage);
        unfold(&stage).await;
    });
    let outcome = outcome(seed, &stage);
    drop(runtime);
    Ok(outcome)
}

/// How a story went on this stage.
pub fn outcome(seed: u64, stage: &Stage) -> Outcome {
    Outcome {
        seed,
        broken: stage.verdict(),
        coverage: stage.coverage(),
        happened: stage.happened(),
        story: stage.story(),
        calls: stage.calls(),
    }
}

/// Lets a story that has begun come to its end, and checks the promises.
pub async fn unfold(stage: &Arc<Stage>) {
    if stage.weather.poisoned {
        let queues: Vec<_> = stage.props.template.sources.iter().filter(|s| s.arn.contains(":sqs:")).collect();
        if let Some(source) = stage.dice.one_of("poison", &queues) {
            stage.send(source.arn.rsplit(':').next().unwrap_or_default(), RUBBISH, 0);
        }
    }
    let mut looks = 0;
    loop {
        sleep(Duration::from_secs(7)).await;
        if !stage.is_calm() && stage.elapsed() >= stage.weather.until {
            stage.calm_down();
        }
        if stage.is_quiet() && looks < LOOKS && stage.dice.happens(&format!("look at {:?}", stage.elapsed()), 0.1) {
            looks += 1;
            promises::check(stage);
        }
        let is_over = stage.is_calm() && stage.is_done();
        let all_resumed = || !stage.weather.loses || stage.elapsed() > stage.weather.until + LAST_RESUMED;
        let is_over = is_over && refused_refunds(stage).is_empty();
        if is_over && serve_lines(stage).await == Some(0) && (all_resumed() || !some_are_unfinished(stage)) {
            break;
        }
        if stage.elapsed() > LONGEST {
            stage.broken(Promise::NothingHangs, "something is under way for ever".to_owned());
            break;
        }
        if stage.elapsed().as_secs() % 63 < 7 {
            serve_lines(stage).await;
            resume_bookings(stage).await;
            if stage.is_calm() {
                refund_by_hand(stage).await;
            }
        }
        // Checks now and then, so that something that hangs is found while it still hangs.
        if stage.is_calm() && stage.elapsed().as_secs() % 210 < 7 {
            promises::check(stage);
        }
        if !stage.verdict().is_empty() {
            break;
        }
    }
    if stage.verdict().is_empty() {
        if stage.weather.reconciled {
            reconcile(stage).await;
        }
        promises::check_at_the_end(stage);
        changes::check(stage);
    }
}

/// The schedule that offers what is owed to lines; answers how many seats were offered. It may fail like any other
/// call, and comes round again.
async fn serve_lines(stage: &Arc<Stage>) -> Option<u64> {
    // It would find nothing. Steps fail every call that there is, and these would be most of them.
    if !some_item(stage, |item| item["PK"]["S"] == "OWED") {
        return Some(0);
    }
    match stage.invoke(&format!("{STACK}-serve-lines"), &on_schedule()).await {
        Ok(answer) => answer["served"].as_u64(),
        Err(why) => {
            stage.note(|| format!("lines are not served this time: {why}"));
            None
        }
    }
}

/// The schedule that starts late bookings again, in stories that lose messages.
async fn resume_bookings(stage: &Arc<Stage>) {
    if stage.weather.loses
        && some_are_unfinished(stage)
        && let Err(why) = stage.invoke(&format!("{STACK}-resume-bookings"), &on_schedule()).await
    {
        stage.note(|| format!("late bookings are not started again this time: {why}"));
    }
}

/// An admin pays back by hand what the payment provider refuses to. Of a booking they learn by its mismatch; of the
/// others the log tells them.
async fn refund_by_hand(stage: &Arc<Stage>) {
    let admin = Person::new(stage, "admin", &stage.props.admin.token);
    for refused in refused_refunds(stage) {
        let reference = refused["reference"]["S"].as_str().unwrap_or_default();
        let mismatch = format!("{REFUND_REFUSED}{reference}");
        let is_known = refused["client"]["S"] != "ticketing"
            || refused["status"]["S"] == "VOID"
            || some_item(stage, |item| item["SK"]["S"] == *mismatch);
        if is_known && let Some(number) = refused["number"]["S"].as_str() {
            admin.insist("POST", &format!("/api/invoices/{number}/refund-by-hand"), None, None).await;
        }
    }
}

/// The invoices whose money the payment provider refuses to pay back, and nobody has yet.
fn refused_refunds(stage: &Stage) -> Vec<Value> {
    let invoices = stage.tables.all(&format!("{STACK}-payments")).unwrap_or_default();
    let waits = |invoice: &Value| !invoice["refund_refused_at"].is_null() && invoice["refunded_by"].is_null();
    invoices.into_iter().filter(waits).collect()
}

/// Is something left to do for a booking?
fn some_are_unfinished(stage: &Stage) -> bool {
    some_item(stage, |item| !item["UNFINISHED"].is_null())
}

/// Is there such an item in ticketing's table?
fn some_item(stage: &Stage, such: impl FnMut(&Value) -> bool) -> bool {
    stage.tables.all(&format!("{STACK}-ticketing")).is_ok_and(|items| items.iter().any(such))
}

fn on_schedule() -> Value {
    json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}})
}

/// Lets the service's own reconciliation compare money and goods, once enough time has passed.
async fn reconcile(stage: &Arc<Stage>) {
    sleep(Duration::from_mins(20)).await;
    if let Err(why) = stage.invoke(&format!("{STACK}-reconcile"), &on_schedule()).await {
        stage.broken(None, format!("reconciliation failed: {why}"));
    }
    while !stage.is_done() {
        sleep(Duration::from_secs(1)).await;
    }
}
