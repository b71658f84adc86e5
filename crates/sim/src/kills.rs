//! `--kills 50`: loads the local cloud over HTTP, kills it with SIGKILL at random moments, starts it again, and checks
//! the promises at the end.

use crate::say;
use progress::Progress;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sim::dice::Dice;
use sim::promises::{Facts, Findings};
use sim::props::Performance;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use template::{Error, STACK};
use tokio::time::sleep;

/// People who buy at the same time.
const BUYERS: u64 = 12;
/// How long a hold lives.
const HOLD: Duration = Duration::from_secs(8);
/// How long everything may take to come to rest after the last kill.
const REST: Duration = Duration::from_mins(6);
const PASSWORD: &str = "correct horse";

/// A running local cloud.
struct Karcis {
    child: Child,
    url: String,
    aws: String,
    client: Client,
}

impl Karcis {
    async fn start(program: &Path, directory: &Path) -> Result<Self, Error> {
        let free = || Ok::<_, Error>(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string());
        let (port, aws_port) = (free()?, free()?);
        let hold = HOLD.as_secs().to_string();
        let child = Command::new(program)
            .args(["--port", &port, "--aws-port", &aws_port, "--data-dir"])
            .arg(directory)
            .envs([("HOLD_SECONDS", hold.as_str()), ("WAITING_OFFER_SECONDS", hold.as_str())])
            .env("LAPSE_PAUSE_SECONDS", "1")
            .env("UNPAID_PER_EVENT", "1000")
            // Tries need a pause: a killed sender's notice stays taken for a minute, and a message has 1,000 tries.
            .envs([("RETRY_SECONDS", "1"), ("PASSWORD_HASH_COST", "4"), ("REFUND_FAILURE_RATE", "0.3")])
            .envs([("PURCHASE_SECONDS", hold.as_str()), ("POWER_SILENCE_SECONDS", "0")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let client = Client::builder().timeout(Duration::from_secs(20)).build()?;
        let (url, aws) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{aws_port}"));
        let mut karcis = Self { child, url, aws, client };
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            let health = karcis.client.get(format!("{}/_local/health", karcis.url)).send().await;
            if health.is_ok_and(|health| health.status() == StatusCode::OK) {
                return Ok(karcis);
            }
            if let Some(status) = karcis.child.try_wait()? {
                return Err(format!("karcis ended by itself: {status}").into());
            }
            if Instant::now() > deadline {
                return Err("karcis did not start".into());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn kill(mut self) -> Result<(), Error> {
        // SIGKILL: no chance to put anything in order.
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks one of AWS's services.
    async fn aws(&self, service: &str, operation: &str, request: &Value) -> Result<Value, Error> {
        let target = if service == "dynamodb" { "DynamoDB_20120810" } else { "AmazonSQS" };
        // The local cloud does not check the signature, but the header must be there.
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential=karcis/20300101/local/{service}/aws4_request, SignedHeaders=host, Signature=0"
        );
        let ask = self.client.post(&self.aws).header("x-amz-target", format!("{target}.{operation}"));
        let ask = ask.header("content-type", "application/x-amz-json-1.0").header("authorization", scope);
        Ok(ask.header("x-amz-date", "20300101T000000Z").body(request.to_string()).send().await?.json().await?)
    }

    /// The dead-letter queues that hold messages, and how many.
    async fn dead_letters(&self) -> Result<Vec<(String, String)>, Error> {
        let listed = self.aws("sqs", "ListQueues", &json!({})).await?;
        let urls = listed["QueueUrls"].as_array().ok_or_else(|| format!("no queues: {listed}"))?;
        let dead: Vec<_> = urls.iter().filter_map(Value::as_str).filter(|url| url.ends_with("-dead-letters")).collect();
        if dead.is_empty() {
            return Err("there are no queues of dead letters".into());
        }
        let mut full = Vec::new();
        for url in dead {
            let ask = json!({"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]});
            let answer = self.aws("sqs", "GetQueueAttributes", &ask).await?;
            let many = &answer["Attributes"]["ApproximateNumberOfMessages"];
            let many = many.as_str().ok_or_else(|| format!("{url}: {answer}"))?;
            if many != "0" {
                full.push((url.rsplit('/').next().unwrap_or(url).to_owned(), many.to_owned()));
            }
        }
        Ok(full)
    }

    async fn items(&self, table: &str) -> Result<Vec<Value>, Error> {
        let mut all = Vec::new();
        let mut from = Value::Null;
        loop {
            let mut request = json!({"TableName": format!("{STACK}-{table}"), "ConsistentRead": true});
            if !from.is_null() {
                request["ExclusiveStartKey"] = from;
            }
            let page = self.aws("dynamodb", "Scan", &request).await?;
            all.extend(page["Items"].as_array().ok_or_else(|| format!("{table}: {page}"))?.iter().cloned());
            from = page["LastEvaluatedKey"].clone();
            if from.is_null() {
                return Ok(all);
            }
        }
    }

    async fn facts(&self) -> Result<Facts, Error> {
        // Karcis runs meanwhile. An invoice is decided before its booking or purchase changes, so invoices are read
        // after them.
        let tables = [
            ("ticketing", self.items("ticketing").await?),
            ("power", self.items("power").await?),
            ("payments", self.items("payments").await?),
            ("accounts", self.items("accounts").await?),
        ];
        Facts::of(|name| {
            let found = tables.iter().find(|(table, _)| *table == name);
            Ok(found.map(|(_, items)| items.clone()).unwrap_or_default())
        })
    }
}

/// A person who continues with the next request if one fails because the process died.
struct Person {
    client: Client,
    url: String,
    token: String,
}

impl Person {
    async fn ask(&self, method: Method, path: &str, key: Option<&str>, body: Option<Value>) -> Option<(u16, Value)> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.ok()?;
        Some((answer.status().as_u16(), answer.json().await.unwrap_or_default()))
    }

    async fn post(&self, path: &str, body: Value) -> Option<(u16, Value)> {
        self.ask(Method::POST, path, None, Some(body)).await
    }

    async fn sign_in(karcis: &Karcis, email: &str, password: &str) -> Result<Self, Error> {
        let mut person = Self { client: karcis.client.clone(), url: karcis.url.clone(), token: String::new() };
        let (_, answer) =
            person.post("/api/login", json!({"email": email, "password": password})).await.ok_or("no answer")?;
        answer["access_token"].as_str().ok_or_else(|| format!("{email}: {answer}"))?.clone_into(&mut person.token);
        Ok(person)
    }
}

/// Kills `program` `kills` times, at moments that `seed` decides; answers whether every promise was kept.
///
/// The default `program` is `karcis` beside this one.
pub fn run(kills: u64, seed: u64, program: Option<PathBuf>) -> Result<bool, Error> {
    let program = match program {
        Some(program) => program,
        None => std::env::current_exe()?.with_file_name("karcis"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let broken = runtime.block_on(load_and_kill(kills, seed, &program))?;
    for what in &broken.0 {
        say(&format!("BROKEN: {what}"))?;
    }
    Ok(broken.is_empty())
}

async fn load_and_kill(kills: u64, seed: u64, program: &Path) -> Result<Findings, Error> {
    let directory = tempfile::tempdir()?;
    let dice = Dice::of_seed(seed);
    let began = Instant::now();
    let mut karcis = Karcis::start(program, directory.path()).await?;
    let event = prepare(&karcis).await?;
    let progress = Progress::of("kills", kills);
    for kill in 0..kills {
        let dice = dice.of(&format!("kill {kill}"));
        let mut people = Vec::new();
        for buyer in 0..BUYERS {
            let person = Person::sign_in(&karcis, &format!("buyer-{buyer}@karcis.test"), PASSWORD).await?;
            let (event, dice) = (event.id.clone(), dice.of(&format!("buyer {buyer}")));
            people.push(tokio::spawn(async move { shop(&person, &event, &dice, kill).await }));
        }
        sleep(Duration::from_millis(dice.within("when", 20..1_500))).await;
        karcis.kill()?;
        people.iter().for_each(tokio::task::JoinHandle::abort);
        karcis = Karcis::start(program, directory.path()).await?;
        let broken = karcis.facts().await?.broken_now(std::slice::from_ref(&event));
        if !broken.is_empty() {
            say(&format!("after kill {}", kill + 1))?;
            return Ok(broken);
        }
        progress.step();
    }
    drop(progress);
    let (facts, mut broken) = rest(&karcis, &event).await?;
    let (bookings, confirmed) = facts.bookings();
    let (purchases, issued) = facts.purchases();
    let seconds = began.elapsed().as_secs();
    say(&format!(
        "{kills} kills in {seconds} s: {bookings} bookings, {confirmed} confirmed; {purchases} purchases, {issued} issued"
    ))?;
    if confirmed == 0 || issued == 0 {
        broken.add(None, "nothing was sold: this proves nothing");
    }
    for (queue, messages) in karcis.dead_letters().await? {
        broken.add(None, format!("{queue} holds {messages} messages"));
    }
    say(if broken.is_empty() { "no promise was broken" } else { "promises were broken" })?;
    karcis.kill()?;
    Ok(broken)
}

/// Waits until everything has come to rest; answers the facts at that time, and what is broken.
async fn rest(karcis: &Karcis, event: &Performance) -> Result<(Arc<Facts>, Findings), Error> {
    let deadline = Instant::now() + REST;
    loop {
        let facts = Arc::new(karcis.facts().await?);
        let mut broken = facts.broken_now(std::slice::from_ref(event));
        // Queues and streams may still hold work, so what is missing in the tables may come until the deadline.
        broken.0.extend(facts.broken_at_the_end().0);
        if broken.is_empty() || Instant::now() > deadline {
            return Ok((facts, broken));
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// Registers the buyers and puts an event on sale.
async fn prepare(karcis: &Karcis) -> Result<Performance, Error> {
    let nobody = Person { client: karcis.client.clone(), url: karcis.url.clone(), token: String::new() };
    for buyer in 0..BUYERS {
        let user = json!({"email": format!("buyer-{buyer}@karcis.test"), "password": PASSWORD, "name": "Siti"});
        nobody.post("/api/register", user).await.filter(|(status, _)| *status == 201).ok_or("nobody could register")?;
    }
    let organiser = Person::sign_in(karcis, "organiser@karcis.test", "karcis-local-only").await?;
    let draft = json!({"title": "Killed", "kind": "CONCERT", "venue": "Hall", "starts_at": "2030-06-01T12:00:00Z",
        "max_seats_per_user": 4});
    let (_, event) = organiser.post("/api/events", draft).await.ok_or("no event was made")?;
    let id = event["id"].as_str().ok_or("the event has no id")?.to_owned();
    let seats = json!({"section": "A", "rows": "A-B:1-10", "price": {"amount": 5_000_000, "currency": "IDR"}});
    let added = organiser.post(&format!("/api/events/{id}/seats"), seats).await;
    added.filter(|(status, _)| *status == 201).ok_or("no seats were added")?;
    let seats = ["A", "B"].iter().flat_map(|row| (1..=10).map(move |n| format!("{row}-{n}"))).collect();
    Ok(Performance { id, seats, limit: 4, stays_on_sale: true })
}

/// Books, pays, cancels and joins waiting lists for the same few seats, and buys power tokens, until it is stopped.
async fn shop(person: &Person, event: &str, dice: &Dice, kill: u64) {
    for act in 0..1_000 {
        let dice = dice.of(&act.to_string());
        let seat =
            |name: &str| format!("{}-{}", if dice.happens(name, 0.5) { "A" } else { "B" }, dice.within(name, 1..11));
        if dice.happens("queues", 0.25) {
            let path = format!("/api/events/{event}/seats/{}/waiting-list", seat("wanted"));
            drop(person.ask(Method::POST, &path, None, None).await);
            continue;
        }
        if dice.happens("needs power", 0.15) {
            buy_power(person, &dice, &format!("{kill}/{act}")).await;
            continue;
        }
        let by_hand = dice.happens("by hand", 0.4);
        let body =
            json!({"event_id": event, "seats": [seat("first")], "payment": if by_hand { "manual" } else { "auto" }});
        let key = format!("{kill}/{act}");
        let Some((201, booking)) = person.ask(Method::POST, "/api/bookings", Some(&key), Some(body)).await else {
            continue;
        };
        let id = booking["id"].as_str().unwrap_or_default();
        if by_hand && dice.happens("pays", 0.7) {
            let number = booking["invoice"]["number"].as_str().unwrap_or_default();
            drop(person.ask(Method::POST, &format!("/api/invoices/{number}/pay"), None, None).await);
        }
        if dice.happens("cancels", 0.7) {
            sleep(Duration::from_millis(dice.within("later", 0..120))).await;
            drop(person.ask(Method::POST, &format!("/api/bookings/{id}/cancel"), None, None).await);
        }
    }
}

/// Buys a power token for one of many meters. Some orders get no answer, and some of those are refused.
async fn buy_power(person: &Person, dice: &Dice, key: &str) {
    let Some((200, products)) = person.ask(Method::GET, "/api/power/products", None, None).await else { return };
    let meter = match dice.within("meter", 0..4) {
        0 => "14000000004".to_owned(),
        1 => "14000000005".to_owned(),
        _ => format!("1410000{:04}", dice.within("which", 0..10_000)),
    };
    let body = json!({"meter_number": meter, "product_id": products["items"][0]["id"]});
    drop(person.ask(Method::POST, "/api/power/purchases", Some(key), Some(body)).await);
}
