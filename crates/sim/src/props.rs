//! What all stories share, made once: the template as the deployed functions see it, the cast, and the tables at the
//! beginning of a story. The cast and the tables are made through the same endpoints that people use.

use crate::database::Tables;
use crate::dice::Dice;
use crate::people::Person;
use crate::stage::{Stage, Wish};
use crate::weather::Weather;
use contracts::keys::SigningKey;
use contracts::token::Signer;
use contracts::webhook::Secrets;
use contracts::{Caller, Locale, Role, Timestamp, UserId};
use registry::Start;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use template::{Error, FunctionSpec, STACK, SourceSpec, Surroundings, TEXT, Template, keys};
use triggers::runtime_environment;
use wire::Http;

/// The URL of the Karcis on the stage.
pub const URL: &str = "http://karcis.sim";
/// The time at which stories begin.
const BEGAN: &str = "2030-01-01T00:00:00Z";

/// Somebody of the cast.
#[derive(Debug, Clone)]
pub struct User {
    /// Their id.
    pub id: String,
    /// The token that they send with their requests.
    pub token: String,
}

/// An event of the set.
#[derive(Debug, Clone)]
pub struct Performance {
    /// Its id.
    pub id: String,
    /// Its seats.
    pub seats: Vec<String>,
    /// How many seats one buyer may have.
    pub limit: u64,
    /// Does its sale go on for longer than any story?
    pub stays_on_sale: bool,
}

/// What all stories share.
pub struct Props {
    /// The template, resolved.
    pub template: Template,
    /// Its functions, by their names in the account.
    pub functions: BTreeMap<String, FunctionSpec>,
    /// How they start, by package.
    pub starts: BTreeMap<String, Start>,
    /// The environment variables that Lambda gives every function.
    pub runtime: Vec<(String, String)>,
    /// Makes requests; stories carry them.
    pub http: Http,
    /// When stories begin.
    pub began: Timestamp,
    /// The file of the tables as they are before a story.
    pub tables: PathBuf,
    /// Those who buy.
    pub buyers: Vec<User>,
    /// The organiser of all events.
    pub organiser: User,
    /// Who runs it all.
    pub admin: User,
    /// The events.
    pub events: Vec<Performance>,
    /// What payments signs its webhooks to ticketing with.
    pub webhooks: Secrets,
    /// The power products: a cheap one, and an expensive one that a meter may have only a few times a month.
    pub products: Vec<String>,
    _directory: TempDir,
}

impl Props {
    /// Makes them.
    pub fn make() -> Result<Arc<Self>, Error> {
        let keys: BTreeMap<String, String> = serde_json::from_str(keys::OF_TESTS)?;
        let parameters = [("PasswordHashCost", "4"), ("CancelHours", "24")];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let template = Template::read(TEXT, &Surroundings::local(&parameters, &keys, URL, "http://aws"))?;
        let directory = tempfile::tempdir()?;
        let endpoints = [
            ("AWS_ENDPOINT_URL_DYNAMODB", "http://dynamodb"),
            ("AWS_ENDPOINT_URL_SQS", "http://sqs"),
            ("AWS_ENDPOINT_URL_SNS", "http://sns"),
            ("AWS_ENDPOINT_URL_SES", "http://ses"),
            ("AWS_ENDPOINT_URL_S3", "http://s3"),
            ("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", "http://connections"),
        ];
        let runtime = runtime_environment("sim", "sim", endpoints.map(|(name, url)| (name, url.to_owned())));
        let mut props = Self {
            functions: template.functions.iter().map(|spec| (spec.name.clone(), spec.clone())).collect(),
            template,
            starts: registry::all().iter().map(|entry| (entry.name.to_owned(), entry.start)).collect(),
            runtime,
            http: Http::new()?,
            began: BEGAN.parse().map_err(|_| "not a time")?,
            tables: directory.path().join("before.sqlite"),
            buyers: Vec::new(),
            organiser: User { id: String::new(), token: String::new() },
            admin: User { id: String::new(), token: String::new() },
            events: Vec::new(),
            webhooks: Secrets::parse(keys.get("webhook_secret_ticketing").ok_or("no secret of webhooks")?)?,
            products: Vec::new(),
            _directory: directory,
        };
        let login = SigningKey::parse(keys.get("login_key").ok_or("no key to sign in with")?)?;
        let login = Signer::new(STACK, login);
        let empty = Tables::of_template(&props.template.tables)?;
        let dice = Dice::of_seed(0).of("props");
        let before = Arc::new(props);
        let runtime = runtime_of_a_story()?;
        let stage = {
            let _inside = runtime.enter();
            Stage::set_in(
                &before,
                dice,
                Weather::calm(Duration::ZERO),
                empty,
                BTreeMap::new(),
                &Wish { told: true, ..Wish::default() },
            )?
        };
        let (buyers, organiser, admin, events, products) = runtime.block_on(cast(&stage, &login))?;
        stage.tables.keep(&before.tables)?;
        drop(runtime);
        drop(stage);
        props = Arc::into_inner(before).ok_or("the stage still holds the props after its story")?;
        (props.buyers, props.organiser, props.admin) = (buyers, organiser, admin);
        (props.events, props.products) = (events, products);
        Ok(Arc::new(props))
    }

    /// Settings that the seed decides, by their names in the functions' environments.
    pub fn settings(&self, dice: &Dice) -> BTreeMap<String, String> {
        let dice = dice.of("settings");
        let rate = |name: &str| {
            ["0", "0.1", "0.3", "0.6"].map(String::from)[usize::try_from(dice.within(name, 0..4)).unwrap_or(0)].clone()
        };
        [
            ("HOLD_SECONDS", dice.within("hold", 15..300).to_string()),
            ("LAPSE_PAUSE_SECONDS", dice.within("lapse", 0..60).to_string()),
            ("UNPAID_PER_EVENT", dice.within("unpaid", 1..5).to_string()),
            ("WAITING_OFFER_SECONDS", dice.within("offer", 15..400).to_string()),
            ("ORGANISER_FAILURE_RATE", rate("organiser")),
            ("PAYMENT_FAILURE_RATE", rate("payment")),
            ("REFUND_FAILURE_RATE", rate("refund")),
            // In most stories the provider keeps nothing.
            ("REFUND_REFUSAL_RATE", if dice.within("refusal", 0..6) == 0 { "0.5" } else { "0" }.to_owned()),
            ("POWER_FAILURE_RATE", rate("power")),
            ("PURCHASE_SECONDS", dice.within("purchase", 15..300).to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// The source that reads a queue, if one does.
    pub fn source_of_queue(&self, queue: &str) -> Option<&SourceSpec> {
        let suffix = format!(":{queue}");
        self.template.sources.iter().find(|source| source.arn.contains(":sqs:") && source.arn.ends_with(&suffix))
    }
}

/// A runtime with a clock of its own, which jumps ahead when every task waits.
pub fn runtime_of_a_story() -> Result<tokio::runtime::Runtime, Error> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?)
}

fn signed_in(login: &Signer, id: &str, role: Role, name: &str, began: Timestamp) -> Result<String, Error> {
    let id: UserId = id.parse().map_err(|_| "not an id")?;
    let email = format!("{name}@karcis.test");
    let (name, locale) = (name.to_owned(), Locale::En);
    let caller = Caller { id, role, name, name_version: 0, email, email_confirmed: true, locale };
    Ok(login.for_user(&caller, 1_000, began, Duration::from_hours(24))?)
}

/// As if this person had opened the mailed link.
fn confirm_address(stage: &Stage, id: &str) -> Result<(), Error> {
    let update = json!({
        "TableName": format!("{STACK}-accounts"),
        "Key": {"PK": {"S": format!("USER#{id}")}, "SK": {"S": "USER"}},
        "UpdateExpression": "SET email_confirmed = :yes",
        "ExpressionAttributeValues": {":yes": {"BOOL": true}},
    });
    match stage.tables.answer("UpdateItem", update) {
        (200, _) => Ok(()),
        (_, why) => Err(format!("no address was confirmed: {why}").into()),
    }
}

type Cast = (Vec<User>, User, User, Vec<Performance>, Vec<String>);

async fn cast(stage: &Arc<Stage>, login: &Signer) -> Result<Cast, Error> {
    let mut users = Vec::new();
    let nobody = Person::new(stage, "usher", "");
    for number in 0..7 {
        let name = if number == 6 { "organiser".to_owned() } else { format!("buyer-{number}") };
        let body = json!({"email": format!("{name}@karcis.test"), "password": "correct horse", "name": name});
        let (status, user) = nobody.ask("POST", "/api/register", Some(&body), None).await.ok_or("no answer")?;
        let id = user["id"].as_str().filter(|_| status == 201).ok_or("nobody was registered")?.to_owned();
        confirm_address(stage, &id)?;
        let role = if number == 6 { Role::Organiser } else { Role::Buyer };
        let token = signed_in(login, &id, role, &name, stage.props.began)?;
        users.push(User { id, token });
    }
    let organiser = users.pop().ok_or("no organiser was registered")?;
    let hand = Person::new(stage, "hand", &organiser.token);
    let mut events = Vec::new();
    let at = |minutes: u64| (stage.props.began + Duration::from_mins(minutes)).to_string();
    for (seats, limit, starts, until) in [
        (1, 1, 50_000, None),
        (2, 1, 50_000, None),
        (3, 2, 50_000, None),
        (4, 3, 24 * 60 + 5, None),
        (2, 2, 50_000, Some(6)),
    ] {
        let mut draft = json!({"title": "Sinners", "kind": "SCREENING", "venue": "Studio 1",
            "starts_at": at(starts), "max_seats_per_user": limit});
        if let Some(until) = until {
            draft["on_sale_until"] = at(until).into();
        }
        let (_, event) = hand.ask("POST", "/api/events", Some(&draft), None).await.ok_or("no answer")?;
        let id = event["id"].as_str().ok_or("no event was made")?.to_owned();
        let labels: Vec<_> = (1..=seats).map(|number| format!("A-{number}")).collect();
        let body = json!({"section": "A", "price": {"amount": 5_000_000, "currency": "IDR"}, "labels": labels});
        let added = hand.ask("POST", &format!("/api/events/{id}/seats"), Some(&body), None).await;
        if added.is_none_or(|(status, _)| status != 201) {
            return Err("no seats were added".into());
        }
        events.push(Performance { id, seats: labels, limit, stays_on_sale: until.is_none() });
    }
    let admin = signed_in(login, &organiser.id, Role::Admin, "admin", stage.props.began)?;
    let admin = User { id: organiser.id.clone(), token: admin };
    let hand = Person::new(stage, "other hand", &admin.token);
    let mut products = Vec::new();
    for nominal in [2_000_000, 50_000_000] {
        let money = |amount: u64| json!({"amount": amount, "currency": "IDR"});
        let draft = json!({"nominal": money(nominal), "admin_fee": money(150_000)});
        let (_, product) = hand.ask("POST", "/api/power/products", Some(&draft), None).await.ok_or("no answer")?;
        products.push(product["id"].as_str().ok_or("no product was made")?.to_owned());
    }
    while !stage.is_done() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    match stage.verdict().0.first() {
        Some(broken) => Err(format!("{broken}\n{}", stage.story().join("\n")).into()),
        None => Ok((users, organiser, admin, events, products)),
    }
}
