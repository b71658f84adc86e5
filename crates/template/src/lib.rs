//! Reads and resolves `infra/template.yaml`, so that a cloud on this machine can make what it says.
//!
//! - [`Template`]: what the template makes, in the words of AWS's own calls.
//! - [`Surroundings`]: what the template's text does not say: parameters, secrets and addresses.
//! - [`call`]: a call of AWS, and the rights that it needs of what the template grants.
//! - [`edge`]: the headers of pages, which `infra/edge.yaml` says.
//! - [`keys`]: the keys of a stack, which the template takes from Secrets Manager.
//! - [`resources`]: only the tables, queues, topics and buckets, as a template for another endpoint.

pub mod call;
pub mod edge;
mod intrinsics;
pub mod keys;
mod parameter;
mod sockets;
mod yaml;

pub use sockets::SocketRouteSpec;

use intrinsics::{Names, resolve};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// The template, as it ships.
pub const TEXT: &str = include_str!("../../../infra/template.yaml");
/// The account that everything belongs to, as on LocalStack.
pub const ACCOUNT: &str = "000000000000";
/// The region that everything is in.
pub const REGION: &str = "ap-southeast-3";
/// The name of the stack.
pub const STACK: &str = "karcis";

/// Why the template cannot be read or resolved. The text is for the person at the terminal.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Everything that the local cloud makes.
#[derive(Debug, Default)]
pub struct Template {
    /// `AWS::DynamoDB::Table`: the properties, which are those of `CreateTable`.
    pub tables: Vec<Value>,
    /// `AWS::SQS::Queue`.
    pub queues: Vec<QueueSpec>,
    /// `AWS::SNS::Topic`: names.
    pub topics: Vec<String>,
    /// `AWS::SNS::Subscription`.
    pub subscriptions: Vec<SubscriptionSpec>,
    /// `AWS::S3::Bucket`: names.
    pub buckets: Vec<String>,
    /// `AWS::Serverless::Function`.
    pub functions: Vec<FunctionSpec>,
    /// The functions' `HttpApi` events.
    pub routes: Vec<RouteSpec>,
    /// The routes of the WebSocket API.
    pub sockets: Vec<SocketRouteSpec>,
    /// How much the routes take that have a limit of their own, by their keys.
    pub throttles: HashMap<String, ThrottleSpec>,
    /// The API's authorizer.
    pub authorizer: Option<AuthorizerSpec>,
    /// Which other sites' pages may call the API from a browser.
    pub cors: Option<CorsSpec>,
    /// `AWS::Lambda::EventSourceMapping`.
    pub sources: Vec<SourceSpec>,
    /// `AWS::Events::Rule`.
    pub schedules: Vec<ScheduleSpec>,
    /// The name of the secret with the keys.
    pub keys_secret: String,
    /// The gateway's access log.
    pub access_log: Option<AccessLogSpec>,
    /// `AWS::CloudWatch::Alarm`: their properties, by their names in the template.
    pub alarms: BTreeMap<String, Value>,
}

/// A queue.
#[derive(Debug)]
pub struct QueueSpec {
    /// Its name.
    pub name: String,
    /// The attributes of `CreateQueue`.
    pub attributes: HashMap<String, String>,
}

/// The gateway's access log.
#[derive(Debug, Clone)]
pub struct AccessLogSpec {
    /// The log group.
    pub group: String,
    /// The form of a line.
    pub format: String,
}

/// A subscription of a queue to a topic.
#[derive(Debug)]
pub struct SubscriptionSpec {
    /// The topic.
    pub topic_arn: String,
    /// The queue's ARN.
    pub endpoint: String,
    /// The ARN of the queue that gets what the queue does not take.
    pub dead_letters: Option<String>,
    /// The attributes of `Subscribe`.
    pub attributes: HashMap<String, String>,
}

/// A function.
#[derive(Debug, Clone)]
pub struct FunctionSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// Its package: the last part of its `CodeUri`.
    pub package: String,
    /// Its name in the account.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its environment.
    pub environment: BTreeMap<String, String>,
    /// Seconds that it may take.
    pub timeout: u64,
    /// The log group that it writes to.
    pub log_group: String,
    /// The ARN of the queue that gets events of asynchronous calls that failed each time, such as a schedule's.
    pub dead_letters: Option<String>,
    /// May its own events call it again, time after time? Lambda does not pass on what comes round otherwise.
    pub may_recur: bool,
    /// How often it may run at once, where that is limited.
    pub reserved: Option<usize>,
    /// What its role may do.
    pub rights: Vec<Right>,
}

/// A statement of a role's policy. Every statement of the template allows something; none denies.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Right {
    effect: Effect,
    /// Such as `dynamodb:GetItem`.
    #[serde(deserialize_with = "one_or_many")]
    action: Vec<String>,
    /// ARNs; a `*` stands for anything.
    #[serde(deserialize_with = "one_or_many")]
    pub resource: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum Effect {
    Allow,
}

impl Right {
    /// Does it allow this action on this resource?
    pub fn allows(&self, action: &str, resource: &str) -> bool {
        self.grants(action, resource).is_some()
    }

    /// The resource, as it is written in the statement, on which it allows this action on this one.
    pub fn grants(&self, action: &str, resource: &str) -> Option<&str> {
        let fits = |pattern: &&String| match pattern.split_once('*') {
            None => **pattern == resource,
            Some((start, end)) => resource.starts_with(start) && resource.ends_with(end),
        };
        self.resource.iter().find(fits).filter(|_| self.is_of(action)).map(String::as_str)
    }

    /// The actions that it allows.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.action.iter().map(String::as_str)
    }

    /// Takes an action away.
    pub fn take_away(&mut self, action: &str) {
        self.action.retain(|allowed| allowed != action);
    }

    /// Does it allow this action on anything?
    pub fn is_of(&self, action: &str) -> bool {
        let Effect::Allow = self.effect;
        self.action.iter().any(|allowed| allowed == action)
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(value)? {
        Value::Array(many) => many.iter().filter_map(plain).collect(),
        one => plain(&one).into_iter().collect(),
    })
}

/// A route.
#[derive(Debug, Clone)]
pub struct RouteSpec {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// With parts such as `{id}`.
    pub path: String,
    /// The function's name in the account.
    pub function: String,
    /// Does the gateway ask the authorizer first?
    pub authorized: bool,
}

impl RouteSpec {
    /// As API Gateway names it: `GET /api/…`.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// How many requests a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleSpec {
    /// At once.
    pub burst: u32,
    /// In each second, in the long run.
    pub rate: u32,
}

/// A Lambda authorizer.
#[derive(Debug, Clone)]
pub struct AuthorizerSpec {
    /// The function's name in the account.
    pub function: String,
    /// Seconds that its verdict is kept.
    pub ttl: u64,
}

/// Cross-origin resource sharing, as an HTTP API has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CorsSpec {
    /// Origins, or `*`.
    pub allow_origins: Vec<String>,
    /// Methods.
    pub allow_methods: Vec<String>,
    /// Headers that a page may send.
    pub allow_headers: Vec<String>,
    /// Headers that a page may read.
    pub expose_headers: Vec<String>,
    /// Seconds that a browser keeps the answer to a preflight.
    pub max_age: u64,
}

/// What feeds a function.
#[derive(Debug, Clone)]
pub struct SourceSpec {
    /// The function's name in the account.
    pub function: String,
    /// The ARN of a queue, or of a table's stream.
    pub arn: String,
    /// The most records of one event.
    pub batch_size: usize,
    /// The most batches of a queue that are handled at once, where that is limited.
    pub at_once: Option<usize>,
    /// Filter patterns. If there are any, a record must match at least one of them.
    pub filters: Vec<Value>,
    /// How often a stream's batch is tried again.
    pub retries: u64,
    /// Is a stream's batch that fails as a whole cut in two?
    pub bisect: bool,
    /// The bucket for the records of a stream that failed permanently.
    pub failures: Option<String>,
}

/// A function called every so often.
#[derive(Debug, Clone)]
pub struct ScheduleSpec {
    /// The rule's ARN.
    pub rule: String,
    /// The function's name in the account.
    pub function: String,
    /// How often.
    pub every: Duration,
    /// The ARN of the queue that gets the event of a run that failed each time.
    pub dead_letters: Option<String>,
}

/// The request of DynamoDB's `CreateTable` for a table of the template, with its stream if it has one.
pub fn create_table(properties: &Value) -> Value {
    let mut request = json!({});
    if let Some(view) = properties["StreamSpecification"]["StreamViewType"].as_str() {
        request["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": view});
    }
    for name in ["TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"] {
        if let Some(property) = properties.get(name) {
            request[name] = property.clone();
        }
    }
    request
}

/// The ARN of a table's stream in the local cloud.
pub fn stream_arn(table: &str) -> String {
    format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/local")
}

/// What the template's text does not say.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// Parameters by name, where they are not the template's defaults.
    pub parameters: BTreeMap<String, String>,
    /// Fields of the secret that `{{resolve:secretsmanager:…}}` refers to.
    pub secrets: BTreeMap<String, String>,
    /// Where queues are, without a slash at the end.
    pub queues_url: String,
}

/// What parameters are on this machine, if nothing else is said. The outside systems are simulated, and behave badly;
/// organisers' systems have no TLS.
pub const ON_THIS_MACHINE: [(&str, &str); 6] = [
    ("Simulators", "yes"),
    ("PaymentProvider", "simulated"),
    ("OrganiserScheme", "http"),
    ("OrganiserFailureRate", "0.2"),
    ("PaymentFailureRate", "0.1"),
    ("PowerFailureRate", "0.05"),
];

impl Surroundings {
    /// Those of a cloud on this machine, with its API at `url` and AWS's APIs at `aws_url`. `PublicUrl` and
    /// `AwsEndpointUrl` always follow from these two; `parameters` may set the others. The others have the defaults
    /// of [`ON_THIS_MACHINE`], where it has one.
    pub fn local(
        parameters: &BTreeMap<String, String>,
        secrets: &BTreeMap<String, String>,
        url: &str,
        aws_url: &str,
    ) -> Self {
        let mut parameters = parameters.clone();
        parameters.insert("PublicUrl".into(), url.to_owned());
        parameters.insert("AwsEndpointUrl".into(), aws_url.to_owned());
        let tmdb = format!("{url}/api/tmdb");
        let secret = format!("{STACK}/keys");
        for (name, value) in [("KeysSecret", &*secret), ("TmdbUrl", &tmdb)].into_iter().chain(ON_THIS_MACHINE) {
            parameters.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        Self { parameters, secrets: secrets.clone(), queues_url: aws_url.to_owned() }
    }
}

/// The names of the template's parameters.
pub fn parameters(text: &str) -> Result<Vec<String>, Error> {
    let template = yaml::parse(text)?;
    Ok(template["Parameters"].as_object().map(|p| p.keys().cloned().collect()).unwrap_or_default())
}

/// The template's tables, queues, topics and buckets, with what belongs to them, as a CloudFormation template of their
/// own: everything but functions, the API, logs and alarms. It has neither parameters nor conditions: `parameters`
/// decide here which resources there are, and are filled in.
pub fn resources(text: &str, parameters: &BTreeMap<String, String>) -> Result<Value, Error> {
    const KEPT: [&str; 4] = ["AWS::DynamoDB::", "AWS::SQS::", "AWS::SNS::", "AWS::S3::"];
    let mut template = yaml::parse(text)?;
    // No name of these resources contains an address.
    let somewhere = "http://127.0.0.1";
    let names = Names::new(&template, &Surroundings::local(parameters, &BTreeMap::new(), somewhere, somewhere))?;
    let given: Vec<String> = members(&template["Parameters"]).map(|(name, _)| name.to_owned()).collect();
    let all = template["Resources"].as_object_mut().ok_or("the template has no resources")?;
    all.retain(|_, resource| {
        let kind = resource["Type"].as_str().unwrap_or_default();
        KEPT.iter().any(|kept| kind.starts_with(kept)) && names.has(resource)
    });
    for resource in all.values_mut().filter_map(Value::as_object_mut) {
        resource.remove("Condition");
        if let Some(properties) = resource.get_mut("Properties") {
            names.fill_in(properties, &given)?;
        }
    }
    Ok(json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Karcis's tables, queues, topics and buckets.",
        "Resources": template["Resources"],
    }))
}

/// The names of the queues of a stack of this name.
pub fn queue_names(text: &str, stack: &str) -> Result<BTreeSet<String>, Error> {
    let all = resources(text, &BTreeMap::new())?;
    let queues = members(&all["Resources"]).filter(|(_, resource)| resource["Type"] == "AWS::SQS::Queue");
    let named = |(_, queue): (&str, &Value)| {
        Some(queue["Properties"]["QueueName"]["Fn::Sub"].as_str()?.replace("${AWS::StackName}", stack))
    };
    Ok(queues.filter_map(named).collect())
}

impl Template {
    /// Reads and resolves a template.
    pub fn read(text: &str, around: &Surroundings) -> Result<Self, Error> {
        let template = yaml::parse(text)?;
        let names = Names::new(&template, around)?;
        let mut read = Self { keys_secret: names.reference("KeysSecret")?, ..Self::default() };
        let globals = template["Globals"]["Function"].clone();
        let mut sockets = sockets::Parts::default();
        for (id, resource) in members(&template["Resources"]) {
            if !names.has(resource) {
                continue;
            }
            let properties = resolve(&resource["Properties"], &names)?;
            let kind = resource["Type"].as_str().unwrap_or_default();
            match kind.strip_prefix("AWS::ApiGatewayV2::") {
                Some(part) => sockets.take(id, part, &properties)?,
                None => read.take(id, kind, &properties, &resolve(&globals, &names)?, &names)?,
            }
        }
        read.sockets = sockets.routes(|arn| names.function_of_arn(arn))?;
        Ok(read)
    }

    fn take(&mut self, id: &str, kind: &str, properties: &Value, globals: &Value, names: &Names) -> Result<(), Error> {
        match kind {
            "AWS::DynamoDB::Table" => self.tables.push(properties.clone()),
            "AWS::SQS::Queue" => self.queues.push(queue(properties)?),
            "AWS::SNS::Topic" => self.topics.push(text(properties, "TopicName")?),
            // Nobody is mailed from here.
            "AWS::SNS::Subscription" if properties["Protocol"] == "email" => {}
            "AWS::SNS::Subscription" => self.subscriptions.push(subscription(properties)?),
            "AWS::S3::Bucket" => self.buckets.push(text(properties, "BucketName")?),
            "AWS::Serverless::Function" => {
                let function = function(id, properties, globals)?;
                for (_, event) in members(&properties["Events"]) {
                    self.routes.push(route(&function.name, event)?);
                }
                self.functions.push(function);
            }
            "AWS::Serverless::HttpApi" => {
                let log = &properties["AccessLogSettings"];
                self.access_log = Some(AccessLogSpec {
                    group: text(log, "DestinationArn")?.rsplit(':').next().unwrap_or_default().to_owned(),
                    format: text(log, "Format")?,
                });
                self.authorizer = authorizer(properties, names);
                self.throttles = throttles(&properties["RouteSettings"])?;
                self.cors = serde_json::from_value(properties["CorsConfiguration"].clone())?;
            }
            "AWS::Lambda::EventSourceMapping" => self.sources.push(source(properties)?),
            "AWS::Events::Rule" => self.schedules.push(schedule(properties, names)?),
            "AWS::CloudWatch::Alarm" => drop(self.alarms.insert(id.to_owned(), properties.clone())),
            // The local cloud makes no policies, permissions, keys of the KMS or logs.
            "AWS::SQS::QueuePolicy"
            | "AWS::SNS::TopicPolicy"
            | "AWS::S3::BucketPolicy"
            | "AWS::Lambda::Permission"
            | "AWS::KMS::Key"
            | "AWS::Logs::LogGroup"
            | "AWS::Logs::MetricFilter" => {}
            other => return Err(format!("the local cloud does not know {other} ({id})").into()),
        }
        Ok(())
    }
}

fn members(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    object.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// A property as text, whatever type YAML gave it.
fn text(properties: &Value, name: &str) -> Result<String, Error> {
    plain(&properties[name]).ok_or_else(|| format!("{name} is missing").into())
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn number(value: &Value, default: u64) -> u64 {
    plain(value).and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn limit(value: &Value) -> Option<usize> {
    plain(value)?.parse().ok()
}

fn queue(properties: &Value) -> Result<QueueSpec, Error> {
    let attribute = |(name, value): (&str, &Value)| {
        let value = if value.is_object() { Some(value.to_string()) } else { plain(value) };
        Some((name.to_owned(), value?)).filter(|(name, _)| name != "QueueName")
    };
    Ok(QueueSpec {
        name: text(properties, "QueueName")?,
        attributes: members(properties).filter_map(attribute).collect(),
    })
}

fn subscription(properties: &Value) -> Result<SubscriptionSpec, Error> {
    let mut attributes = HashMap::new();
    for name in ["RawMessageDelivery", "FilterPolicyScope"] {
        if let Some(value) = plain(&properties[name]) {
            attributes.insert(name.into(), value);
        }
    }
    if properties["FilterPolicy"].is_object() {
        attributes.insert("FilterPolicy".into(), properties["FilterPolicy"].to_string());
    }
    Ok(SubscriptionSpec {
        topic_arn: text(properties, "TopicArn")?,
        endpoint: text(properties, "Endpoint")?,
        dead_letters: plain(&properties["RedrivePolicy"]["deadLetterTargetArn"]),
        attributes,
    })
}

fn function(id: &str, properties: &Value, globals: &Value) -> Result<FunctionSpec, Error> {
    let code = text(properties, "CodeUri")?;
    let package = code.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let mut variables = globals["Environment"]["Variables"].as_object().cloned().unwrap_or_default();
    variables.extend(properties["Environment"]["Variables"].as_object().cloned().unwrap_or_default());
    Ok(FunctionSpec {
        logical_id: id.to_owned(),
        package,
        name: text(properties, "FunctionName")?,
        description: text(properties, "Description")?,
        environment: variables.iter().filter_map(|(name, value)| Some((name.clone(), plain(value)?))).collect(),
        timeout: number(&properties["Timeout"], number(&globals["Timeout"], 3)),
        log_group: text(&properties["LoggingConfig"], "LogGroup")?,
        dead_letters: plain(&properties["DeadLetterQueue"]["TargetArn"]),
        may_recur: properties["RecursiveLoop"] == "Allow",
        reserved: limit(&properties["ReservedConcurrentExecutions"]),
        rights: rights(&properties["Policies"])?,
    })
}

fn rights(policies: &Value) -> Result<Vec<Right>, Error> {
    let policies = policies.as_array().into_iter().flatten();
    let statements = policies.flat_map(|policy| policy["Statement"].as_array().into_iter().flatten());
    Ok(statements.cloned().map(serde_json::from_value).collect::<Result<_, _>>()?)
}

fn route(function: &str, event: &Value) -> Result<RouteSpec, Error> {
    if event["Type"] != "HttpApi" {
        return Err(format!("the local cloud does not know the event {} of {function}", event["Type"]).into());
    }
    let properties = &event["Properties"];
    Ok(RouteSpec {
        method: text(properties, "Method")?.to_uppercase(),
        path: text(properties, "Path")?,
        function: function.to_owned(),
        authorized: properties["Auth"]["Authorizer"] != "NONE",
    })
}

fn throttles(settings: &Value) -> Result<HashMap<String, ThrottleSpec>, Error> {
    let throttle = |(key, limits): (&str, &Value)| {
        let burst = text(limits, "ThrottlingBurstLimit")?.parse()?;
        Ok((key.to_owned(), ThrottleSpec { burst, rate: text(limits, "ThrottlingRateLimit")?.parse()? }))
    };
    members(settings).map(throttle).collect()
}

fn authorizer(properties: &Value, names: &Names) -> Option<AuthorizerSpec> {
    let auth = &properties["Auth"];
    let spec = &auth["Authorizers"][auth["DefaultAuthorizer"].as_str()?];
    let function = names.function_of_arn(spec["FunctionArn"].as_str()?)?;
    Some(AuthorizerSpec { function, ttl: number(&spec["Identity"]["ReauthorizeEvery"], 0) })
}

fn source(properties: &Value) -> Result<SourceSpec, Error> {
    let filters = properties["FilterCriteria"]["Filters"].as_array().into_iter().flatten();
    let filters = filters.filter_map(|filter| filter["Pattern"].as_str()).map(serde_json::from_str);
    let failures = properties["DestinationConfig"]["OnFailure"]["Destination"].as_str();
    Ok(SourceSpec {
        function: text(properties, "FunctionName")?,
        arn: text(properties, "EventSourceArn")?,
        batch_size: usize::try_from(number(&properties["BatchSize"], 10))?,
        at_once: limit(&properties["ScalingConfig"]["MaximumConcurrency"]),
        filters: filters.collect::<Result<_, _>>()?,
        retries: number(&properties["MaximumRetryAttempts"], 10_000),
        bisect: properties["BisectBatchOnFunctionError"] == true,
        failures: failures.and_then(|arn| arn.strip_prefix("arn:aws:s3:::")).map(str::to_owned),
    })
}

/// `rate(<number> <minutes, hours or days>)` (Amazon EventBridge user guide, "Rate expressions").
fn schedule(properties: &Value, names: &Names) -> Result<ScheduleSpec, Error> {
    let expression = text(properties, "ScheduleExpression")?;
    let unknown = || format!("the local cloud does not know the schedule {expression}");
    let rate = expression.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')')).ok_or_else(unknown)?;
    let (number, unit) = rate.split_once(' ').ok_or_else(unknown)?;
    let minutes = match unit.trim_end_matches('s') {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        _ => return Err(unknown().into()),
    };
    let every = Duration::from_mins(number.parse::<u64>().map_err(|_| unknown())? * minutes);
    let target = &properties["Targets"][0];
    let arn = target["Arn"].as_str().ok_or("a rule without a target")?;
    let function = names.function_of_arn(arn).ok_or("a rule whose target is no function")?;
    let rule = format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{}", text(properties, "Name")?);
    Ok(ScheduleSpec { rule, function, every, dead_letters: plain(&target["DeadLetterConfig"]["Arn"]) })
}

/// Physical names of a resource: what `Ref` and `GetAtt` answer.
fn physical(id: &str, kind: &str, properties: &Value, around: &Surroundings) -> (String, Map<String, Value>) {
    let named = |property: &str| plain(&properties[property]).unwrap_or_else(|| format!("{STACK}-{id}"));
    let (reference, attributes): (String, Vec<(&str, String)>) = match kind {
        "AWS::DynamoDB::Table" => {
            let name = named("TableName");
            let arn = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}");
            (name.clone(), vec![("Arn", arn), ("StreamArn", stream_arn(&name))])
        }
        "AWS::SQS::Queue" => {
            let name = named("QueueName");
            let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}");
            (format!("{}/{ACCOUNT}/{name}", around.queues_url), vec![("Arn", arn), ("QueueName", name)])
        }
        "AWS::SNS::Topic" => {
            let name = named("TopicName");
            (format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}"), vec![("TopicName", name)])
        }
        "AWS::S3::Bucket" => {
            let name = named("BucketName");
            (name.clone(), vec![("Arn", format!("arn:aws:s3:::{name}"))])
        }
        "AWS::Serverless::Function" => {
            let name = named("FunctionName");
            (name.clone(), vec![("Arn", format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"))])
        }
        "AWS::KMS::Key" => (id.to_owned(), vec![("Arn", format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{id}"))]),
        "AWS::Logs::LogGroup" => {
            let name = named("LogGroupName");
            (name.clone(), vec![("Arn", format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"))])
        }
        "AWS::Events::Rule" => {
            let name = named("Name");
            (name.clone(), vec![("Arn", format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"))])
        }
        _ => (format!("{STACK}-{id}"), vec![]),
    };
    (reference, attributes.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
}
