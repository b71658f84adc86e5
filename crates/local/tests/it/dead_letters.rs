//! What queues, schedules and streams gave up, and the command that reads, replays and drops it.

use crate::app::{App, Organiser, eventually, options};
use crate::shape::{root, template};
use aws_sdk_s3::Client;
use local::Options;
use local::dead_letters::{Action, dead_letters};
use local::sources::{give_up, run_scheduled};
use serde_json::{Value, json};
use settings::{Env, aws};
use tempfile::TempDir;
use template::{ACCOUNT, REGION, STACK, SourceSpec, Template};

/// The record of the stream in which this item got this status.
async fn record(app: &App, pk: &str, sk: &str, status: &str) -> Value {
    let arn = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{STACK}-ticketing/stream/now");
    let dynamodb = &app.cloud.engines.dynamodb;
    let mut next = dynamodb.stream_iterator(&format!("{STACK}-ticketing"), None).unwrap();
    loop {
        let found = dynamodb.stream_records(next, 100, arn.clone()).await.unwrap();
        let is_it = |record: &&Value| {
            let image = &record["dynamodb"]["NewImage"];
            let key = (image["PK"]["S"].as_str().unwrap_or_default(), image["SK"]["S"].as_str().unwrap_or_default());
            key.0.starts_with(pk) && key.1 == sk && image["status"]["S"] == status
        };
        if let Some(record) = found.records.iter().find(is_it) {
            return record.clone();
        }
        assert!(!found.records.is_empty(), "the stream has no such record");
        next = found.next;
    }
}

async fn keys(s3: &Client, bucket: &str) -> Vec<String> {
    let listed = s3.list_objects_v2().bucket(bucket).send().await.unwrap();
    listed.contents().iter().filter_map(|object| object.key().map(str::to_owned)).collect()
}

/// A Karcis whose data directory is known.
struct Lost {
    app: App,
    env: Env,
    s3: Client,
    template: Template,
    directory: TempDir,
}

impl Lost {
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        // No schedule runs beside the test's own calls.
        let settings =
            ["Reconcile", "ServeLines", "CloseLines", "ResumeBookings"].map(|name| format!("{name}Schedule"));
        let settings = settings.each_ref().map(|name| (name.as_str(), "rate(1 day)"));
        let kept = Options { ephemeral: false, data_dir: directory.path().to_owned(), ..options(&settings) };
        let app = App::with(&kept).await;
        let env: Env = app.cloud.runtime.iter().cloned().collect();
        let s3 = aws::s3(&env).unwrap();
        Self { app, env, s3, template: template(), directory }
    }

    fn source(&self, package: &str) -> &SourceSpec {
        let function = format!("{STACK}-{package}");
        self.template.sources.iter().find(|source| source.function == function).unwrap()
    }

    fn bucket(&self) -> &str {
        self.source("ticketing-relay").failures.as_deref().unwrap()
    }

    fn give_up(&self, package: &str, record: &Value) {
        give_up(self.source(package), self.directory.path(), record, 201).unwrap();
    }

    /// What the command says, with its error as the last line.
    async fn does(&self, action: Action) -> Vec<String> {
        let mut said = Vec::new();
        let kept = |line| {
            said.push(line);
            Ok(())
        };
        let failed = dead_letters(&self.env, STACK, &action, kept).await.err();
        said.extend(failed.map(|why| why.to_string()));
        said
    }

    async fn lists(&self) -> Vec<String> {
        self.does(Action::List).await
    }

    /// What the command says when it replays everything, and how many objects remain.
    async fn replays(&self) -> (Vec<String>, usize) {
        let said = self.does(Action::Replay { ids: Vec::new(), all: true }).await;
        (said, keys(&self.s3, self.bucket()).await.len())
    }

    async fn send(&self, queue: &str, body: &str) {
        self.app.cloud.engines.sqs.send(&format!("{STACK}-{queue}"), body).await.unwrap();
    }
}

/// The message of an event of `events/`.
fn news(event: &str) -> Value {
    let event = std::fs::read(root().join(format!("events/{event}.json"))).unwrap();
    let event: Value = serde_json::from_slice(&event).unwrap();
    serde_json::from_str(event["Records"][0]["body"].as_str().unwrap()).unwrap()
}

/// The id with which a line begins.
fn id_of(line: &str) -> String {
    line.split("  ").next().unwrap().to_owned()
}

/// A ticket is missing because the news of its booking was given up. The command has it told again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_records_are_read_back() {
    let lost = Lost::start().await;
    let (app, s3) = (&lost.app, &lost.s3);
    assert_eq!(lost.lists().await, ["There are no dead letters."]);

    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    let id = booking["id"].as_str().unwrap();
    eventually("the ticket is there", || app.pdf(&buyer, &booking)).await;
    let tickets = lost.template.buckets.iter().find(|name| name.starts_with(&format!("{STACK}-tickets-"))).unwrap();
    s3.delete_object().bucket(tickets).key(format!("tickets/{id}.pdf")).send().await.unwrap();
    let confirmed = record(app, &format!("BOOKING#{id}"), "BOOKING", "CONFIRMED").await;
    lost.give_up("ticketing-relay", &confirmed);
    s3.put_object().bucket(lost.bucket()).key("note.txt").body(b"mine".to_vec().into()).send().await.unwrap();

    let said = lost.lists().await;
    let relay = format!("{STACK}-ticketing-relay");
    assert!(said[0].starts_with("aws/lambda/") && said[0].contains("it is kept until it is dropped"), "{said:?}");
    assert!(said[0].contains(&format!(" {relay}: 1 records, RetryAttemptsExhausted;")), "{said:?}");
    assert!(
        said[1].starts_with("note.txt: this is none of Lambda's failed records")
            && said[2] == "1 could not be dealt with",
        "{said:?}"
    );
    let whole = lost.does(Action::Read { id: id_of(&said[0]) }).await;
    assert!(whole.len() == 1 && whole[0].contains("functionArn"), "{whole:?}");
    // While the cause is not mended, it stays.
    app.cloud.functions.break_down(&["ticketing-relay".to_owned()]);
    let (said, left) = lost.replays().await;
    assert!(said[0].contains("1 of 1 not handled") && said[0].contains("a test lets it fail"), "{said:?}");
    assert_eq!((left, &*said[2]), (2, "2 could not be dealt with"));
    app.cloud.functions.break_down(&[]);
    let (said, left) = lost.replays().await;
    assert!(said[0].ends_with("handled now, and deleted") && left == 1, "{said:?}");
    assert_eq!(keys(s3, lost.bucket()).await, ["note.txt"], "what is not Lambda's is left alone");
    let printed = s3.get_object().bucket(tickets).key(format!("tickets/{id}.pdf"));
    eventually("the ticket is printed again", async || printed.clone().send().await.ok().map(drop)).await;
    let elsewhere = dead_letters(&lost.env, "other", &Action::List, |_| Ok(())).await.unwrap_err();
    assert!(elsewhere.to_string().contains("other-failed-records-"), "{elsewhere}");
}

/// At AWS one object may have many records, and some of them may never be read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_cannot_be_read_keep_no_others_back() {
    let lost = Lost::start().await;
    let (buyer, event) = lost.app.buyer_and_event("A:1-2").await;
    let booking = lost.app.confirmed(&buyer, &event, &["A-1"]).await;
    let pk = format!("BOOKING#{}", booking["id"].as_str().unwrap());
    let good = record(&lost.app, &pk, "BOOKING", "CONFIRMED").await;
    let mut bad = good.clone();
    bad["eventSourceARN"] = json!("arn:aws:dynamodb");
    let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{STACK}-ticketing-relay");
    let mut object = json!({"requestContext": {"functionArn": arn, "condition": "RetryAttemptsExhausted"},
        "timestamp": "2026-11-30T00:00:00Z", "payload": json!({"Records": [good, bad, good]}).to_string()});
    let put = async |key: &str, object: &Value| {
        let put = lost.s3.put_object().bucket(lost.bucket()).key(key);
        put.body(object.to_string().into_bytes().into()).send().await.unwrap();
    };
    put("1", &object).await;
    let (said, left) = lost.replays().await;
    assert!(said[0].contains("3 records") && said[0].contains("1 of 3 not handled") && left == 1, "{said:?}");
    let (said, _) = lost.replays().await;
    assert!(said[0].contains("1 records") && said[0].contains("1 of 1 not handled"), "the others are gone: {said:?}");
    object["payload"] = json!("no JSON");
    put("0", &object).await;
    let (said, left) = lost.replays().await;
    assert!(said[0].starts_with("0: ") && said[1].contains("1 of 1 not handled") && left == 2, "{said:?}");
}

/// The map passes over records that are older than what it has. A seat whose record was lost is shown as it is all the
/// same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_whose_record_was_lost_is_shown_as_it_is() {
    let lost = Lost::start().await;
    let (buyer, event) = lost.app.buyer_and_event("A:1-3").await;
    lost.app.book(&buyer, &event, &["A-1"], "manual").await;
    lost.app.letters_become(&event, "GOO").await;
    let taken = record(&lost.app, &format!("EVENT#{event}#"), "SEAT#A-1", "ON_GOING").await;
    lost.app.set("ticketing", &format!("MAPS#{event}"), "MAP#0000", "letters", json!({"S": "OOO"}));
    lost.app.book(&buyer, &event, &["A-2"], "manual").await;
    lost.app.letters_become(&event, "OGO").await;
    lost.give_up("seat-map", &taken);
    assert_eq!(lost.replays().await.1, 0);
    lost.app.letters_become(&event, "GGO").await;
}

/// The organiser's system may have forgotten by then what it confirmed. Its "no" costs nobody their seats.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_after_all_is_not_told_as_new() {
    let lost = Lost::start().await;
    let app = &lost.app;
    let system = Organiser::forgetful().await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-2", &json!({"organiser_url": system.url})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    eventually("it confirms", || async { (system.confirms() == 1).then_some(()) }).await;
    let pk = format!("BOOKING#{}", booking["id"].as_str().unwrap());
    lost.give_up("ticketing-relay", &record(app, &pk, "BOOKING", "CONFIRMED").await);
    assert_eq!(lost.replays().await.1, 0);
    eventually("it is asked again", || async { (system.confirms() == 2).then_some(()) }).await;
    app.organiser_reads_that_theirs_refused(&organiser, &event).await;
    app.booking_in("CONFIRMED", &buyer, &booking).await;
}

/// A message that a queue gave up is handled once its cause is mended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_letters_are_listed_read_replayed_and_dropped() {
    let lost = Lost::start().await;
    let app = &lost.app;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    eventually("the ticket is there", || app.pdf(&buyer, &booking)).await;
    let bookings_id = booking["id"].as_str().unwrap();
    let tickets = lost.template.buckets.iter().find(|name| name.starts_with(&format!("{STACK}-tickets-"))).unwrap();
    let ticket = format!("tickets/{bookings_id}.pdf");
    lost.s3.delete_object().bucket(tickets).key(&ticket).send().await.unwrap();
    // As a queue gives them up after many tries: with what they were sent with.
    let mut news = news("issue-ticket/confirmed");
    let stored = app.kept("ticketing", &format!("BOOKING#{bookings_id}"), "BOOKING");
    news["version"] = serde_json::from_str(stored["version"]["N"].as_str().unwrap()).unwrap();
    for (field, value) in [("id", bookings_id), ("user_id", &buyer.id), ("event_id", &event)] {
        news[field] = json!(value);
    }
    lost.send("issue-ticket-dead-letters", &news.to_string()).await;
    // Nobody can read it, at once or later.
    lost.send("notify", "neither JSON nor news").await;
    let said = eventually("both are listed", async || {
        let said = lost.lists().await;
        (said.len() == 2).then_some(said)
    })
    .await;
    assert!(said[0].contains("karcis-issue-ticket-dead-letters: sent 20") && said[0].contains("(13 days)"), "{said:?}");
    let (good, poison) = (id_of(&said[0]), id_of(&said[1]));
    let whole = lost.does(Action::Read { id: poison.clone() }).await;
    let whole: Value = serde_json::from_str(&whole[0]).unwrap();
    assert_eq!(
        (&whole["queue"], &whole["body"]),
        (&json!("karcis-notify-dead-letters"), &json!("neither JSON nor news"))
    );

    // Another stack's letters are nobody's business here, even if its name begins alike.
    let sqs = aws::sqs(&lost.env).unwrap();
    sqs.create_queue().queue_name("karcis-2-notify-dead-letters").send().await.unwrap();
    lost.app.cloud.engines.sqs.send("karcis-2-notify-dead-letters", "theirs").await.unwrap();
    assert_eq!(lost.lists().await.len(), 2);

    // What is not there is said, and nothing else is done.
    for wrong in [Action::Read { id: "x".into() }, Action::Drop { ids: vec!["x".into()] }] {
        let said = lost.does(wrong).await;
        assert!(said.len() == 1 && said[0].contains("not there") && said[0].ends_with(": x"), "{said:?}");
    }
    assert_eq!(lost.lists().await.len(), 2, "looking at them takes them from nobody");

    let said = lost.does(Action::Replay { ids: vec![good], all: false }).await;
    assert!(said.len() == 1 && said[0].ends_with("sent to karcis-issue-ticket once more"), "{said:?}");
    let printed = lost.s3.get_object().bucket(tickets).key(&ticket);
    eventually("the ticket is printed again", async || printed.clone().send().await.ok().map(drop)).await;
    // What cannot be read comes back, until somebody drops it.
    lost.replays().await;
    let said = eventually("it is given up again", async || {
        let said = lost.lists().await;
        (said.len() == 1 && said[0].contains("karcis-notify-dead-letters") && id_of(&said[0]) != poison).then_some(said)
    })
    .await;
    let said = lost.does(Action::Drop { ids: vec![id_of(&said[0])] }).await;
    assert!(said[0].ends_with(": dropped"), "{said:?}");
    assert_eq!(lost.lists().await, ["There are no dead letters."]);
}

/// A run of a schedule that fails each time is a dead letter too, which rings.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduled_run_that_fails_is_a_dead_letter() {
    let lost = Lost::start().await;
    let (functions, sqs) = (&lost.app.cloud.functions, &lost.app.cloud.engines.sqs);
    for schedule in &lost.template.schedules {
        let package = schedule.function.trim_start_matches(&format!("{STACK}-")).to_owned();
        functions.break_down(std::slice::from_ref(&package));
        run_scheduled(schedule, functions, sqs).await;
        run_scheduled(schedule, functions, sqs).await;
        let said = lost.lists().await;
        let named = format!("karcis-schedules-dead-letters: karcis-{package}, sent");
        assert!(said.len() == 2 && said[1].contains(&named), "{package}: {said:?}");
        let (replayed, _) = lost.replays().await;
        assert!(replayed[0].contains("dropped, because the next run of its schedule does the same"), "{replayed:?}");
        functions.break_down(&[]);
        run_scheduled(schedule, functions, sqs).await;
        assert_eq!(lost.lists().await, ["There are no dead letters."], "{package}");
    }
}

/// As `aws lambda invoke` calls them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_are_called_by_lambdas_own_api() {
    let app = App::start(&[]).await;
    let call = async |path: &str, kind: Option<&str>, body: &str| {
        let signed = "AWS4-HMAC-SHA256 Credential=karcis/20261121/ap-southeast-3/lambda/aws4_request, SignedHeaders=host, Signature=0";
        let mut request = app.client.post(format!("{}/2015-03-31/functions/{path}", app.cloud.aws_url));
        request = request.header("authorization", signed).body(body.to_owned());
        if let Some(kind) = kind {
            request = request.header("x-amz-invocation-type", kind);
        }
        let response = request.send().await.unwrap();
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let said = header("x-amzn-errortype").or_else(|| header("x-amz-function-error"));
        (response.status().as_u16(), said, response.json::<Value>().await.unwrap())
    };
    let name = format!("{STACK}-serve-lines/invocations");
    let (status, error, answer) = call(&name, None, "").await;
    assert_eq!((status, error), (200, None), "{answer}");
    for (path, kind, body, status, error) in [
        ("karcis-nothing/invocations", None, "{}", 404, "ResourceNotFoundException"),
        (&*name, None, "{", 400, "InvalidRequestContentException"),
        (&*name, Some("Event"), "{}", 400, "InvalidParameterValueException"),
        ("karcis-book/versions", None, "{}", 404, "UnknownOperationException"),
        ("karcis-book/invocations", None, "7", 200, "Unhandled"),
    ] {
        let answer = call(path, kind, body).await;
        assert_eq!((answer.0, answer.1.as_deref()), (status, Some(error)), "{path} {body}: {}", answer.2);
    }
    let huge = format!("\"{}\"", "x".repeat(6 * 1024 * 1024));
    assert_eq!(call(&name, None, &huge).await.0, 413);
}
