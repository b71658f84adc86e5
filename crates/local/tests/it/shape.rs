//! The structure of the project: names that must be the same everywhere, limits that must hold, and what each part may
//! use.

use lambda::describe::Whom;
use lambda::given_up_after;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;
use template::TEXT;
use template::keys;
use template::{FunctionSpec, ON_THIS_MACHINE, QueueSpec, RouteSpec, Surroundings, Template, parameters, resources};
use ticketing::ports::PART_TAKES;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

pub fn template() -> Template {
    template_with(&[])
}

pub fn template_with(parameters: &[(&str, &str)]) -> Template {
    let mut around = Surroundings { secrets: keys::generate().unwrap(), ..Surroundings::default() };
    let needed = [("PublicUrl", "https://karcis.test"), ("KeysSecret", "karcis/keys")];
    around.parameters.extend(
        ON_THIS_MACHINE
            .iter()
            .chain(&needed)
            .chain(parameters)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    Template::read(TEXT, &around).unwrap()
}

fn folders(path: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(path)).unwrap().map(|entry| entry.unwrap());
    entries.filter(|e| e.file_type().unwrap().is_dir()).map(|e| e.file_name().into_string().unwrap()).collect()
}

fn pascal(kebab: &str) -> String {
    kebab.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// The folders of the functions, and of the simulators of outside systems.
fn all_functions() -> Vec<(&'static str, String)> {
    let of = |folder: &'static str| folders(folder).into_iter().map(move |name| (folder, name));
    of("functions").chain(of("simulators")).collect()
}

#[test]
fn a_function_bears_one_name_everywhere() {
    let functions: BTreeSet<_> = all_functions().into_iter().map(|(_, name)| name).collect();
    assert_eq!(functions, folders("events"), "folders of functions and of their events");
    assert_eq!(functions, registry::all().iter().map(|entry| entry.name.to_owned()).collect(), "and the registry");
    let template = template();
    assert_eq!(functions, template.functions.iter().map(|f| f.package.clone()).collect(), "functions and the template");
    for function in &template.functions {
        assert_eq!(function.logical_id, pascal(&function.package));
        assert_eq!(function.name, format!("karcis-{}", function.package));
    }
    for (folder, name) in all_functions() {
        let manifest = std::fs::read_to_string(root().join(folder).join(&name).join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{folder}/{name}: its package");
    }
}

#[test]
fn every_function_has_a_success_and_a_refusal_to_replay() {
    for (_, function) in all_functions() {
        let cases = std::fs::read_dir(root().join("events").join(&function)).unwrap().count();
        assert!(cases >= 2, "{function} has {cases}");
    }
}

#[test]
fn every_setting_of_the_template_is_used_and_every_source_feeds_a_function() {
    for parameter in parameters(TEXT).unwrap() {
        let used = TEXT.contains(&format!("!Ref {parameter}")) || TEXT.contains(&format!("${{{parameter}}}"));
        assert!(used, "{parameter}");
    }
    let template = template();
    let functions: BTreeSet<_> = template.functions.iter().map(|f| &f.name).collect();
    assert!(template.sources.iter().all(|source| functions.contains(&source.function)));
    assert!(template.queues.iter().all(|queue| {
        queue.name.ends_with("-dead-letters") || queue.attributes["RedrivePolicy"].contains("-dead-letters")
    }));
}

/// Each parameter refuses what cannot be right, when it is deployed and here, and says what would be.
#[test]
fn parameters_refuse_wrong_values() {
    let read = |name: &str, value: &str| {
        let given = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let keys = keys::generate().unwrap();
        let url = "http://127.0.0.1:1";
        Template::read(TEXT, &Surroundings::local(&given, &keys, url, url)).err().map(|why| why.to_string())
    };
    for name in parameters(TEXT).unwrap() {
        // Those two follow from where the local cloud is.
        if ["PublicUrl", "AwsEndpointUrl"].contains(&&*name) {
            continue;
        }
        for wrong in [" ", "two words; and more"] {
            let said = read(&name, wrong).unwrap_or_else(|| panic!("{name} takes {wrong:?}"));
            assert!(said.starts_with(&format!("the parameter {name} is {wrong:?}: it ")), "{said}");
        }
    }
    for (name, wrong) in [
        ("PaymentFailureRate", "1.1"),
        ("PaymentFailureRate", "10%"),
        ("HoldSeconds", "901"),
        ("HoldSeconds", "5m"),
        ("ReconcileSchedule", "every day"),
        ("ReconcileSchedule", "rate(0 minutes)"),
        ("LogRetentionDays", "31"),
        ("Country", "id"),
        ("OrganiserUrl", "organiser.example"),
        ("OrganiserUrl", "https://organiser.example/"),
        ("MailFrom", "Karcis"),
        ("PaymentProvider", "yes"),
        ("KeysSecret", ""),
        ("AlarmEmail", "the night shift"),
        // One goes with the other.
        ("WarmReads", "40000"),
        ("WarmWrites", "30000"),
    ] {
        assert!(read(name, wrong).is_some(), "{name} takes {wrong}");
    }
    for (name, right) in [
        ("PaymentFailureRate", "0.25"),
        ("PaymentFailureRate", ".5"),
        ("PaymentFailureRate", "1"),
        ("ReconcileSchedule", "rate(1 hour)"),
        ("OrganiserUrl", "https://organiser.example/v1/karcis"),
        ("MailFrom", "tickets@karcis.example"),
        ("TimeZone", "America/Argentina/Buenos_Aires"),
        ("TimeZone", "UTC"),
        ("AllowedOrigins", "https://a.example,https://b.example"),
        ("AlarmEmail", "night@karcis.example"),
    ] {
        assert_eq!(read(name, right), None, "{name} refuses {right}");
    }
}

/// Who deploys without saying more sells nothing by mistake, and nothing is simulated.
#[test]
fn a_stack_simulates_nothing_and_takes_no_payments_unless_it_is_told_to() {
    let around = Surroundings {
        parameters: [("PublicUrl", "https://karcis.test"), ("KeysSecret", "karcis/keys")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        secrets: keys::generate().unwrap(),
        ..Surroundings::default()
    };
    let template = Template::read(TEXT, &around).unwrap();
    let simulators = folders("simulators");
    assert!(template.functions.iter().all(|function| !simulators.contains(&function.package)));
    for function in &template.functions {
        for (name, value) in &function.environment {
            assert!(!name.ends_with("FAILURE_RATE") || value == "0", "{}: {name}", function.package);
            assert!(!["ORGANISER_URL", "COMPANY_URL"].contains(&&**name) || value.is_empty(), "{}", function.package);
        }
    }
    let selling: Vec<_> = template
        .functions
        .iter()
        .filter(|function| function.environment.get("PAYMENT_PROVIDER").is_some_and(|provider| provider == "none"))
        .map(|function| &*function.package)
        .collect();
    assert_eq!(selling, ["book", "buy-token"]);
}

/// A first deployment that fails is cleared away, so that it can be tried again; later, no deletion takes data along.
#[test]
fn data_outlives_its_stack_but_not_a_first_deployment_that_failed() {
    let of = |protection: &str| {
        let given = BTreeMap::from([("DeletionProtection".to_owned(), protection.to_owned())]);
        resources(TEXT, &given).unwrap()["Resources"].as_object().unwrap().clone()
    };
    let mut kept = 0;
    for (protection, protected) in [("no", false), ("yes", true)] {
        for (id, resource) in of(protection) {
            let fleeting = ["LiveTable", "OrganiserSystemTable"].contains(&&*id);
            if resource["Type"] == "AWS::DynamoDB::Table" && !fleeting {
                assert_eq!(resource["Properties"]["DeletionProtectionEnabled"], protected, "{id}");
            }
            if ["AWS::DynamoDB::Table", "AWS::S3::Bucket"].contains(&resource["Type"].as_str().unwrap()) && !fleeting {
                assert_eq!(
                    (&resource["DeletionPolicy"], &resource["UpdateReplacePolicy"]),
                    (&"RetainExceptOnCreate".into(), &"Retain".into()),
                    "{id}"
                );
                kept += 1;
            }
        }
    }
    assert_eq!(kept, 14);
}

/// In every region (their names have 14 letters at most) a stack's name may have twenty letters. Sources: Lambda's API
/// reference ("FunctionName": 64), Amazon SQS ("Queue quotas": 80), Amazon S3 ("General purpose bucket naming rules":
/// 63). Topics and tables may have far longer names.
#[test]
fn names_fit_in_every_region() {
    let template = template();
    let longest = |name: &str| {
        let named = name.replace("karcis-", &format!("{}-", "x".repeat(20)));
        named.replace(template::REGION, "ap-northeast-1")
    };
    let functions = template.functions.iter().map(|function| (&function.name, 64));
    let queues = template.queues.iter().map(|queue| (&queue.name, 80));
    let buckets = template.buckets.iter().map(|bucket| (bucket, 63));
    for (name, most) in functions.chain(queues).chain(buckets) {
        assert!(name.starts_with("karcis-") && longest(name).len() <= most, "{}", longest(name));
    }
}

/// CloudFormation refuses a template that speaks of a parameter, condition or resource which it does not have.
#[test]
fn what_localstack_is_given_stands_by_itself() {
    for (simulators, is_there) in [("yes", true), ("no", false)] {
        let parameters =
            [("Simulators", simulators), ("OrganiserUrl", "https://o.test")].map(|(k, v)| (k.into(), v.into()));
        let given = resources(TEXT, &parameters.into()).unwrap();
        let all = given["Resources"].as_object().unwrap();
        assert_eq!(all.contains_key("OrganiserSystemTable"), is_there, "{simulators}");
        let text = given.to_string();
        assert!(!text.contains("\"Condition\":\"") && !text.contains("Fn::If"), "{text}");
        for reference in ["{\"Ref\":\"", "\"Fn::GetAtt\":[\""] {
            for named in text.split(reference).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(named.starts_with("AWS::") || all.contains_key(named), "{named}");
            }
        }
    }
}

/// CloudFormation allows 500 resources in a stack, and SAM makes several from some entries.
#[test]
fn the_stack_stays_far_from_cloudformations_limit() {
    let template = template();
    // A function makes two resources (itself and its role), a route one (a permission), the API two (itself and its
    // stage).
    let made = template.functions.len() * 2 + template.routes.len() + template.sources.len() + 60;
    assert!(made < 450, "{made}");
}

#[test]
fn handlers_parse_call_and_answer() {
    for (folder, function) in all_functions() {
        let source = std::fs::read_to_string(root().join(folder).join(&function).join("src/lib.rs")).unwrap();
        for body in source.split("\nasync fn ").skip(1) {
            let lines = body.split("\n}").next().unwrap().lines().count();
            assert!(lines <= 25, "{function}: a handler of {lines} lines");
        }
        let main = std::fs::read_to_string(root().join(folder).join(&function).join("src/main.rs")).unwrap();
        assert!(main.lines().count() <= 5, "{function}: main does more than start it");
    }
}

/// The functions that an event of each function may call, through queues and topics. A table's stream and an HTTP API
/// carry no lineage (AWS Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops"; AWS
/// X-Ray is not for HTTP APIs), so what comes round through them is never cut.
fn calls(template: &Template) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut calls = BTreeMap::new();
    for function in &template.functions {
        let may = |action: &str, on: &str| function.rights.iter().any(|right| right.allows(action, on));
        let mut called = BTreeSet::new();
        for source in template.sources.iter().filter(|source| may("sqs:SendMessage", &source.arn)) {
            called.insert(source.function.as_str());
        }
        for subscription in template.subscriptions.iter().filter(|it| may("sns:Publish", &it.topic_arn)) {
            let fed = template.sources.iter().filter(|source| source.arn == subscription.endpoint);
            called.extend(fed.map(|source| source.function.as_str()));
        }
        calls.insert(function.name.as_str(), called);
    }
    calls
}

/// Lambda drops what comes round the same functions for about the sixteenth time, unless each of them says that the
/// loop is meant. The local cloud does so too.
#[test]
fn functions_that_call_each_other_in_a_circle_say_that_they_mean_it() {
    let template = template();
    // A bucket and a call carry lineage as a queue does. One of our buckets tells the alarms' topic, which no queue is
    // subscribed to; no function calls one.
    for other in ["LambdaConfigurations", "QueueConfigurations", "EventBridgeConfiguration", "Type: S3"] {
        assert!(!TEXT.contains(other), "{other}");
    }
    assert_eq!(
        TEXT.matches("TopicConfigurations:\n          - {Event: \"s3:ObjectCreated:*\", Topic: !Ref Alarms}").count(),
        1
    );
    assert_eq!(TEXT.matches("TopicConfigurations").count(), 1);
    assert!(template.subscriptions.iter().all(|subscription| !subscription.topic_arn.ends_with("-alarms")));
    let mut rights = template.functions.iter().flat_map(|function| &function.rights);
    assert!(!rights.any(|right| right.is_of("lambda:InvokeFunction")));
    let calls = calls(&template);
    let comes_round = |name: &str| {
        let (mut reached, mut next) = (BTreeSet::new(), vec![name]);
        while let Some(function) = next.pop() {
            next.extend(calls[function].iter().filter(|called| reached.insert(**called)));
        }
        reached.contains(name)
    };
    let of = |which: &dyn Fn(&FunctionSpec) -> bool| -> Vec<_> {
        template.functions.iter().filter(|function| which(function)).map(|function| function.package.as_str()).collect()
    };
    let mut circles = of(&|function| comes_round(&function.name));
    let mut meant = of(&|function| function.may_recur);
    circles.sort_unstable();
    meant.sort_unstable();
    assert_eq!(circles, ["close-event", "expire-hold", "expire-purchase", "move-bookings", "rename-buyer"]);
    assert_eq!(meant, circles, "those of a circle say `RecursiveLoop: Allow`, and no others");
}

/// What waits in queues must leave room in the account for who waits for an answer. A stream is read by one function at
/// a time for each of its shards.
#[test]
fn every_queue_is_worked_on_so_many_times_at_once_and_no_more() {
    for source in template_with(&[("QueueConcurrency", "7"), ("PowerConcurrency", "3")]).sources {
        let of_power = ["expire-purchase", "issue-power-token", "refund-purchase", "notify-buyer", "power-payment"];
        let most = match source.arn.rsplit(':').next() {
            _ if source.arn.contains(":dynamodb:") => None,
            // What watchers are told counts into the account's requests a second, whatever else is set.
            Some("karcis-broadcast") => Some(10),
            Some(queue) if of_power.iter().any(|power| queue == format!("karcis-{power}")) => Some(3),
            _ => Some(7),
        };
        assert_eq!(source.at_once, most, "{}", source.arn);
    }
}

/// A function that waits for another holds two places of the account. If all are held by those that wait, nobody gets
/// an answer: what others wait for can have places of its own.
#[test]
fn places_can_be_kept_for_each_function_that_others_wait_for() {
    let waited_for: BTreeSet<_> = registry::all()
        .iter()
        .map(|entry| (entry.name, (entry.describe)()))
        .filter(|(_, description)| {
            let mut callers = description.operations.iter().map(|operation| operation.whom);
            let by_functions = |whom| matches!(whom, Whom::Services | Whom::UsersAndServices | Whom::Signed);
            description.authorizes || callers.any(by_functions)
        })
        .map(|(name, _)| name.to_owned())
        .collect();
    let template = template_with(&[("ReservedConcurrency", "9"), ("PowerReservedConcurrency", "9")]);
    let reserved = template.functions.iter().filter(|function| function.reserved == Some(9));
    let mut reserved: BTreeSet<_> = reserved.map(|function| function.package.clone()).collect();
    // These are limited for the others' sake.
    for limited in ["buy-token", "get-meter"] {
        assert!(reserved.remove(limited), "{limited}");
    }
    assert_eq!(reserved, waited_for);
    assert!(template_with(&[]).functions.iter().all(|function| function.reserved.is_none()), "if asked for alone");
}

/// A crowd that reads, signs in or books must not use up what the account takes for everything.
#[test]
fn routes_that_a_crowd_asks_have_limits_of_their_own() {
    let limits = [("ReadsPerSecond", "11"), ("LogInsPerSecond", "12"), ("BookingsPerSecond", "13")];
    let template = template_with(&limits);
    let routes: BTreeSet<_> = template.routes.iter().map(RouteSpec::key).collect();
    for (route, limit) in &template.throttles {
        assert!(routes.contains(route), "API Gateway refuses limits of a route that is not there: {route}");
        assert_eq!(limit.burst, limit.rate, "{route}");
    }
    // What everybody may ask without signing in, but for what one asks seldom, and what other systems ask.
    let seldom = [
        "GET /api/openapi.json",
        "HEAD /api/openapi.json",
        "GET /api/tmdb/3/movie/{list}",
        "GET /api/tmdb/3/genre/movie/list",
    ];
    let systems = ["POST /api/webhooks/payment", "POST /api/webhooks/power-payment"];
    for route in template.routes.iter().filter(|route| !route.authorized) {
        let key = route.key();
        let expected = match route.method.as_str() {
            _ if seldom.contains(&key.as_str()) || systems.contains(&key.as_str()) => None,
            "GET" | "HEAD" => Some(11),
            _ => Some(12),
        };
        assert_eq!(template.throttles.get(&key).map(|limit| limit.burst), expected, "{key}");
    }
    assert_eq!(template.throttles["POST /api/bookings"].burst, 13);
}

/// Calls between functions need not go through what stands in front of the API for people.
#[test]
fn functions_call_each_other_at_the_apis_own_address_if_it_is_given() {
    let (inside, outside) = ("https://inside.test", "https://karcis.test");
    for (given, called) in [("", outside), (inside, inside)] {
        for function in template_with(&[("InternalUrl", given)]).functions {
            for (name, value) in &function.environment {
                let is_ours = value.starts_with(inside) || value.starts_with(outside);
                // What people follow: links, and where to pay.
                if is_ours && name != "PUBLIC_URL" {
                    assert!(value.starts_with(called), "{}: {name} is {value}", function.package);
                }
            }
        }
    }
}

/// Many buyers of one client must not delay the other client's buyers: payments go to the client's own queue, whichever
/// function sends them.
#[test]
fn every_client_of_payments_has_a_queue_of_its_own() {
    let template = template();
    let setting = |package: &str, name: &str| {
        let function = template.functions.iter().find(|function| function.package == package);
        function.and_then(|function| function.environment.get(name)).unwrap_or_else(|| panic!("{package}: {name}"))
    };
    let ticketing = setting("book", "PAYMENT_QUEUE_URL");
    let power = setting("buy-token", "PAYMENT_QUEUE_URL");
    assert_ne!(ticketing, power);
    for (queue, client) in [(ticketing, "TICKETING"), (power, "POWER")] {
        assert_eq!(queue, setting("pay-invoice", &format!("PAYMENT_QUEUE_URL_{client}")));
        assert_eq!(queue, setting("payment-worker", &format!("QUEUE_URL_{client}")));
    }
}

/// What is booked with a token of an erased account, or under an earlier name, is found only if nobody can book so any
/// more by then: the gateway keeps a verdict for a while, a request takes up to half a minute (Amazon API Gateway,
/// "Quotas for HTTP APIs"), and another may fulfil its wish to join a line after that.
#[test]
fn who_is_erased_is_forgotten_when_their_tokens_open_nothing_more() {
    let template = template();
    let queue = template.queues.iter().find(|queue| queue.name.ends_with("-forget-buyer")).unwrap();
    let after: u64 = queue.attributes["DelaySeconds"].parse().unwrap();
    assert!(
        after > template.authorizer.as_ref().unwrap().ttl + 30 + ticketing::adapters::WISH_LIFETIME.as_secs(),
        "{after} s"
    );
}

/// A closing is taken over when no part of it has begun for a while. No part that still runs may be taken over.
#[test]
fn a_part_of_a_closing_ends_before_it_is_taken_over() {
    let template = template();
    let function = template.functions.iter().find(|function| function.package == "close-event").unwrap();
    assert!(Duration::from_secs(function.timeout) < PART_TAKES, "{} s", function.timeout);
}

/// A dead letter keeps the time at which it was first sent, and lives on from that (Amazon SQS developer guide, "Using
/// dead-letter queues in Amazon SQS"): what is tried for too long leaves nobody the time to mend its cause.
#[test]
fn a_dead_letter_lives_for_a_week_at_least() {
    let template = template();
    let kept = |queue: &QueueSpec| Duration::from_secs(queue.attributes["MessageRetentionPeriod"].parse().unwrap());
    let mut tried = 0;
    for queue in &template.queues {
        let Some(redrive) = queue.attributes.get("RedrivePolicy") else { continue };
        let redrive: Value = serde_json::from_str(redrive).unwrap();
        let arn = redrive["deadLetterTargetArn"].as_str().unwrap();
        let dead = template.queues.iter().find(|dead| arn.ends_with(&format!(":{}", dead.name))).unwrap();
        let most = redrive["maxReceiveCount"].as_u64().or_else(|| redrive["maxReceiveCount"].as_str()?.parse().ok());
        let given_up = given_up_after(Duration::from_mins(1), u32::try_from(most.unwrap()).unwrap());
        assert!(kept(dead).saturating_sub(given_up) >= Duration::from_hours(7 * 24), "{}: {given_up:?}", queue.name);
        // What watchers are told is of no use five minutes later, and is no dead letter then.
        assert!(
            kept(queue) > given_up || queue.name.ends_with("-broadcast"),
            "{} forgets before it gives up",
            queue.name
        );
        tried += 1;
    }
    assert_eq!(tried, 20);
}

#[test]
fn what_a_topic_or_a_schedule_cannot_deliver_is_a_dead_letter() {
    let template = template();
    let all = resources(TEXT, &BTreeMap::new()).unwrap();
    let policies = all["Resources"].as_object().unwrap().values();
    let policies: Vec<_> = policies.filter(|resource| resource["Type"] == "AWS::SQS::QueuePolicy").collect();
    let covers = |id: &str, topic: &str| {
        let those: Vec<_> =
            policies.iter().filter(|policy| policy["Properties"]["Queues"].to_string().contains(id)).collect();
        let said = those.iter().map(|policy| policy["Properties"]["PolicyDocument"].to_string()).collect::<String>();
        (those.len(), said.contains(&format!("\"{topic}Topic\"")))
    };
    for subscription in &template.subscriptions {
        let queue = subscription.endpoint.rsplit(':').next().unwrap();
        assert_eq!(subscription.dead_letters, Some(format!("{}-dead-letters", subscription.endpoint)));
        let (id, topic) =
            (pascal(queue.trim_start_matches("karcis-")), subscription.topic_arn.rsplit('-').next().unwrap());
        // A queue has one policy: of two resources that give it one, the later has its way.
        for id in [format!("\"{id}Queue\""), format!("\"{id}DeadLetters\"")] {
            assert_eq!(covers(&id, &pascal(topic)), (1, true), "{id} of {topic}");
        }
    }
    for schedule in &template.schedules {
        let function = template.functions.iter().find(|function| function.name == schedule.function).unwrap();
        let dead = schedule.dead_letters.as_deref().unwrap();
        assert!(dead.ends_with(":karcis-schedules-dead-letters") && function.dead_letters.as_deref() == Some(dead));
    }
    for source in template.sources.iter().filter(|source| source.arn.contains(":dynamodb:")) {
        assert!(source.failures.is_some(), "{}", source.function);
    }
}

/// No policy gives a right on everything: each statement names its resources.
#[test]
fn rights_name_what_they_are_about() {
    let policies = TEXT.split("Policies:").skip(1).map(|part| part.split("Events:").next().unwrap());
    for policy in policies {
        for line in policy.lines().take_while(|line| line.is_empty() || line.starts_with("        ")) {
            assert!(!line.contains("Resource: \"*\"") && !line.contains(":*]"), "{line}");
        }
    }
    let stars = TEXT.matches("Resource: \"*\"").count();
    // In the policy of a queue or of a key, `*` means what the policy is attached to.
    let attached = ["Type: AWS::SQS::QueuePolicy", "Type: AWS::KMS::Key"];
    assert_eq!(stars, attached.map(|kind| TEXT.matches(kind).count()).iter().sum::<usize>());
}

/// Promise 9: a function has rights on the table of its own service only.
#[test]
fn a_function_may_touch_its_own_services_table_alone() {
    let (mut tables, mut outside) = (BTreeSet::new(), BTreeSet::new());
    for function in template().functions {
        let of = |name: &String| name.strip_suffix("_TABLE").map(str::to_lowercase);
        let named: BTreeSet<_> = function.environment.keys().filter_map(of).collect();
        let arn = |resource: &String| resource.split(":table/karcis-").nth(1).map(str::to_owned);
        let service = |rest: String| rest.split('/').next().unwrap_or_default().to_owned();
        let rights = function.rights.iter().flat_map(|right| &right.resource);
        let touched: BTreeSet<_> = rights.filter_map(arn).map(service).collect();
        assert!(named.len() <= 1 && touched.len() <= 1, "{}: {named:?}, {touched:?}", function.package);
        // A relay reads its table's stream, and has no setting with the table's name.
        assert!(named.is_subset(&touched), "{}: {named:?}, {touched:?}", function.package);
        // What is outside keeps what it likes, apart from us.
        if root().join("simulators").join(&function.package).is_dir() {
            outside.extend(touched);
            continue;
        }
        for table in touched {
            let manifest = root().join("functions").join(&function.package).join("Cargo.toml");
            let manifest = std::fs::read_to_string(manifest).unwrap();
            assert!(manifest.contains(&format!("\n{table}.workspace")), "{} touches {table}", function.package);
            tables.insert(table);
        }
    }
    assert!(tables.is_disjoint(&outside), "{outside:?}");
    assert_eq!(
        tables.into_iter().collect::<Vec<_>>(),
        ["accounts", "catalogue", "live", "payments", "power", "ticketing"]
    );
}

/// What the rules of a service may import: nothing here does I/O, reads a clock, or draws random numbers.
const RULES_STAND_ON: &[&str] = &[
    "crate::domain",
    "super",
    "BookingStatus::",
    "PurchaseStatus::",
    "contracts",
    "phonenumber",
    "schemars",
    "serde",
    "std::borrow",
    "std::collections",
    "std::fmt",
    "std::str",
    "std::time",
    "thiserror",
    "time::",
    "uuid",
];

#[test]
fn the_rules_of_every_service_stand_on_nothing_that_does_io() {
    let services: Vec<_> = folders("crates")
        .into_iter()
        .filter(|name| root().join("crates").join(name).join("src/domain").exists())
        .collect();
    assert_eq!(services, ["accounts", "catalogue", "live", "payments", "power", "ticketing"]);
    for service in services {
        for entry in std::fs::read_dir(root().join("crates").join(service).join("src/domain")).unwrap() {
            let path = entry.unwrap().path();
            let source = std::fs::read_to_string(&path).unwrap();
            let rules = source.split("#[cfg(test)]").next().unwrap();
            for import in rules.lines().filter_map(|line| line.trim().strip_prefix("use ")) {
                let allowed = RULES_STAND_ON.iter().any(|root| import.starts_with(root));
                assert!(allowed, "{}: {import}", path.display());
            }
            for banned in [
                "tokio",
                "aws_",
                "reqwest",
                "std::fs",
                "std::net",
                "std::env",
                "SystemTime",
                "now_utc",
                "rand::",
                "async fn",
            ] {
                assert!(!rules.contains(banned), "{} holds {banned}", path.display());
            }
        }
    }
}
