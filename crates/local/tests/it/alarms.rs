//! Alarms, evaluated as CloudWatch evaluates them (Amazon CloudWatch user guide, "Using Amazon CloudWatch alarms" and
//! "Using metric math"): each rings with its fault and is silent without it. The metrics are given here by hand.

#![expect(clippy::panic, reason = "a test that cannot go on has failed")]

use crate::shape::{root, template};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A metric, with one of its dimensions: a queue or a function.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Metric {
    name: String,
    of: String,
}

/// What metrics are in one period.
type Period<'a> = dyn Fn(&Metric) -> Option<f64> + 'a;

/// An alarm of the template.
struct Alarm<'a> {
    name: &'a str,
    properties: &'a Value,
}

impl Alarm<'_> {
    fn number(&self, name: &str) -> f64 {
        let value = &self.properties[name];
        value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("{}: {name}", self.name))
    }

    fn metric(described: &Value) -> Metric {
        let dimensions = described["Dimensions"].as_array().into_iter().flatten();
        let wanted = ["QueueName", "FunctionName", "ApiId"];
        let of = dimensions.filter(|one| wanted.contains(&one["Name"].as_str().unwrap()));
        let of = of.map(|one| one["Value"].as_str().unwrap().to_owned()).next().unwrap_or_default();
        Metric { name: described["MetricName"].as_str().unwrap().to_owned(), of }
    }

    fn queries(&self) -> Vec<&Value> {
        self.properties["Metrics"].as_array().into_iter().flatten().collect()
    }

    /// The metrics that it looks at.
    fn metrics(&self) -> BTreeSet<Metric> {
        let queries = self.queries();
        if queries.is_empty() {
            return [Self::metric(self.properties)].into();
        }
        let of_query = |query: &&Value| match selected(query["Expression"].as_str().unwrap_or_default()) {
            Some(name) => Some(Metric { name: name.to_owned(), of: String::new() }),
            None => query["MetricStat"]["Metric"].is_object().then(|| Self::metric(&query["MetricStat"]["Metric"])),
        };
        queries.iter().filter_map(of_query).collect()
    }

    /// What it looks at, in one period.
    fn value(&self, given: &Period<'_>) -> Option<f64> {
        let queries = self.queries();
        let Some(shown) = queries.iter().find(|query| query["ReturnData"] != false) else {
            return given(&Self::metric(self.properties));
        };
        self.query(shown, given)
    }

    fn query(&self, query: &Value, given: &Period<'_>) -> Option<f64> {
        let Some(expression) = query["Expression"].as_str() else {
            return given(&Self::metric(&query["MetricStat"]["Metric"]));
        };
        if let Some(name) = selected(expression) {
            return given(&Metric { name: name.to_owned(), of: String::new() });
        }
        let by_id = |id: &str| {
            let query = self.queries().into_iter().find(|query| query["Id"] == id);
            self.query(query.unwrap_or_else(|| panic!("{}: no {id}", self.name)), given)
        };
        let mut math = Math { rest: expression, by_id: &by_id };
        let value = math.comparison();
        assert!(math.rest.trim().is_empty(), "{}: {} is left of {expression}", self.name, math.rest);
        value
    }

    /// Does it ring, if its periods, the latest last, have these metrics?
    fn rings(&self, periods: &[&Period<'_>]) -> bool {
        let threshold = self.number("Threshold");
        let breaches = |given: &&Period<'_>| match self.value(*given) {
            None => self.properties["TreatMissingData"] == "breaching",
            Some(value) => match self.properties["ComparisonOperator"].as_str().unwrap() {
                "GreaterThanThreshold" => value > threshold,
                "LessThanThreshold" => value < threshold,
                other => panic!("{}: {other}", self.name),
            },
        };
        periods.iter().all(breaches)
    }
}

/// The metric of `SELECT SUM(x) FROM SCHEMA(…)`, which is one of all functions.
fn selected(expression: &str) -> Option<&str> {
    expression.strip_prefix("SELECT SUM(")?.split_once(')').map(|(name, _)| name)
}

/// Metric math, as far as the template uses it. What has no data makes all that is reckoned from it have none.
struct Math<'a> {
    rest: &'a str,
    by_id: &'a dyn Fn(&str) -> Option<f64>,
}

impl Math<'_> {
    fn takes(&mut self, sign: char) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn needs(&mut self, sign: char) {
        assert!(self.takes(sign), "{sign} before {}", self.rest);
    }

    fn comparison(&mut self) -> Option<f64> {
        let left = self.sum();
        if self.takes('>') {
            let right = self.sum();
            return Some(f64::from(u8::from(left? > right?)));
        }
        left
    }

    fn sum(&mut self) -> Option<f64> {
        let mut sum = self.product();
        loop {
            if self.takes('+') {
                sum = self.product().and_then(|more| Some(sum? + more));
            } else if self.takes('-') {
                sum = self.product().and_then(|less| Some(sum? - less));
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut product = self.value();
        loop {
            if self.takes('*') {
                product = self.value().and_then(|times| Some(product? * times));
            } else if self.takes('/') {
                product = self.value().and_then(|by| Some(product? / by));
            } else {
                return product;
            }
        }
    }

    fn values(&mut self) -> Vec<Option<f64>> {
        let mut all = vec![self.comparison()];
        while self.takes(',') {
            all.push(self.comparison());
        }
        all
    }

    fn value(&mut self) -> Option<f64> {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        if let Ok(number) = word.parse() {
            return Some(number);
        }
        if !self.takes('(') {
            return (self.by_id)(word);
        }
        let list = self.takes('[');
        let given = self.values();
        if list {
            self.needs(']');
        }
        self.needs(')');
        match (word, given.as_slice()) {
            ("FILL", [value, instead]) => value.or(*instead),
            ("IF", [condition, then, otherwise]) => {
                if (*condition)? > 0.0 {
                    *then
                } else {
                    *otherwise
                }
            }
            // Of an account that may run a thousand.
            ("SERVICE_QUOTA", [_]) => Some(1_000.0),
            ("TIME_SERIES", [value]) => *value,
            ("SUM", all) => all.iter().copied().flatten().reduce(|sum, more| sum + more),
            ("MAX", all) => all.iter().copied().flatten().reduce(f64::max),
            ("MIN", all) => all.iter().copied().flatten().reduce(f64::min),
            _ => panic!("{word} of {} is not known", given.len()),
        }
    }
}

/// What metrics are, by name. Of several with one name, one is as the fault has it, and the others are calm.
type Values = &'static [(&'static str, f64)];

struct Fault {
    /// The alarm's name, or how it ends.
    alarm: &'static str,
    calm: Values,
    /// Each makes it ring.
    rings: &'static [Values],
    /// None makes it ring.
    silent: &'static [Values],
}

const DEAD: &str = "ApproximateNumberOfMessagesVisible";
const AGE: &str = "ApproximateAgeOfOldestMessage";

const FAULTS: &[Fault] = &[
    Fault { alarm: "DeadLettersAlarm", calm: &[(DEAD, 0.0)], rings: &[&[(DEAD, 1.0)]], silent: &[&[(DEAD, 0.0)], &[]] },
    Fault { alarm: "LiveWaitingAlarm", calm: &[(AGE, 2.0)], rings: &[&[(AGE, 90.0)]], silent: &[&[(AGE, 30.0)], &[]] },
    Fault {
        alarm: "WaitingAlarm",
        calm: &[(AGE, 60.0)],
        rings: &[&[(AGE, 4_000.0)]],
        silent: &[&[(AGE, 3_000.0)], &[]],
    },
    Fault {
        alarm: "AgeAlarm",
        calm: &[("IteratorAge", 500.0)],
        rings: &[&[("IteratorAge", 90_000.0)]],
        silent: &[&[("IteratorAge", 30_000.0)], &[]],
    },
    Fault { alarm: "StuckMessagesAlarm", calm: &[], rings: &[&[("StuckMessages", 1.0)]], silent: &[&[]] },
    Fault { alarm: "TokenWaitingAlarm", calm: &[], rings: &[&[("WaitingTokens", 1.0)]], silent: &[&[]] },
    Fault { alarm: "MismatchesAlarm", calm: &[], rings: &[&[("Mismatches", 1.0)]], silent: &[&[]] },
    Fault { alarm: "PaidAndLateAlarm", calm: &[], rings: &[&[("PaidAndLate", 1.0)]], silent: &[&[]] },
    Fault { alarm: "FunctionsFailAlarm", calm: &[], rings: &[&[("Errors", 1.0)]], silent: &[&[("Errors", 0.0)], &[]] },
    Fault {
        alarm: "RecursionAlarm",
        calm: &[],
        rings: &[&[("RecursiveInvocationsDropped", 1.0)]],
        silent: &[&[("RecursiveInvocationsDropped", 0.0)], &[]],
    },
    Fault {
        alarm: "ApiFailsAlarm",
        calm: &[],
        rings: &[&[("5xx", 60.0), ("Count", 1_000.0)], &[("5xx", 30.0), ("Count", 30.0)]],
        // Some fail on a good day; a few at night are a large share; nobody asks.
        silent: &[&[("5xx", 40.0), ("Count", 1_000.0)], &[("5xx", 10.0), ("Count", 15.0)], &[("Count", 500.0)], &[]],
    },
    Fault {
        alarm: "ApiSlowAlarm",
        calm: &[],
        rings: &[&[("Latency", 8_000.0), ("Count", 500.0)]],
        // An organiser's system may take four seconds; one slow request at night; nobody asks.
        silent: &[&[("Latency", 4_500.0), ("Count", 500.0)], &[("Latency", 8_000.0), ("Count", 50.0)], &[]],
    },
    Fault {
        alarm: "ThrottlesAlarm",
        calm: &[],
        rings: &[&[("Throttles", 500.0)]],
        silent: &[&[("Throttles", 50.0)], &[]],
    },
    Fault {
        alarm: "ConcurrencyAlarm",
        calm: &[],
        // Of a thousand: six hundred are reserved, and of the others a few run, or most.
        rings: &[&[("ClaimedAccountConcurrency", 850.0), ("ResourceCount", 280.0)]],
        silent: &[&[("ClaimedAccountConcurrency", 650.0), ("ResourceCount", 60.0)], &[]],
    },
    Fault {
        alarm: "SchedulesSilentAlarm",
        calm: &[("Invocations", 12.0), ("Errors", 0.0)],
        rings: &[&[("Invocations", 0.0)], &[("Invocations", 12.0), ("Errors", 12.0)], &[]],
        silent: &[&[("Invocations", 12.0)], &[("Invocations", 12.0), ("Errors", 11.0)]],
    },
];

fn of(values: Values, name: &str) -> Option<f64> {
    values.iter().find(|(metric, _)| *metric == name).map(|(_, value)| *value)
}

#[test]
fn each_alarm_rings_with_its_fault_and_is_silent_without_it() {
    let template = template();
    let mut used = BTreeSet::new();
    assert!(template.alarms.len() > 20);
    for (name, properties) in &template.alarms {
        let alarm = Alarm { name, properties };
        let fault = FAULTS.iter().filter(|fault| name.ends_with(fault.alarm)).max_by_key(|fault| fault.alarm.len());
        let fault = fault.unwrap_or_else(|| panic!("nobody knows what makes {name} ring"));
        used.insert(fault.alarm);
        let metrics = alarm.metrics();
        let periods = usize::try_from(alarm.properties["EvaluationPeriods"].as_u64().unwrap()).unwrap();
        let calm = |metric: &Metric| of(fault.calm, &metric.name);
        // Each queue and each function by itself is enough.
        for of_one in metrics.iter().map(|metric| &metric.of).collect::<BTreeSet<_>>() {
            for (values, rings) in
                fault.rings.iter().map(|one| (*one, true)).chain(fault.silent.iter().map(|one| (*one, false)))
            {
                let given = |metric: &Metric| {
                    if metric.of == *of_one { of(values, &metric.name) } else { calm(metric) }
                };
                let all: Vec<&Period<'_>> = vec![&given; periods];
                assert_eq!(alarm.rings(&all), rings, "{name}, {of_one}: {values:?}");
                if periods > 1 && rings {
                    let mut most = all;
                    most[0] = &calm;
                    assert!(!alarm.rings(&most), "{name} rings for a moment's fault");
                }
            }
        }
    }
    for fault in FAULTS {
        assert!(used.contains(fault.alarm), "there is no {}", fault.alarm);
    }
}

/// What AWS calls the metrics (Amazon CloudWatch user guide and the pages of each service), the statistics that say
/// something of them, and their dimensions.
const OF_AWS: &[(&str, &str, &[&str], &[&str])] = &[
    ("AWS/SQS", DEAD, &["Maximum"], &["QueueName"]),
    ("AWS/SQS", AGE, &["Maximum"], &["QueueName"]),
    ("AWS/Lambda", "IteratorAge", &["Maximum"], &["FunctionName"]),
    ("AWS/Lambda", "Errors", &["Sum"], &["FunctionName"]),
    ("AWS/Lambda", "Errors", &["Sum"], &[]),
    ("AWS/Lambda", "Invocations", &["Sum"], &["FunctionName"]),
    ("AWS/Lambda", "Throttles", &["Sum"], &[]),
    ("AWS/Lambda", "ClaimedAccountConcurrency", &["Maximum"], &[]),
    ("AWS/ApiGateway", "5xx", &["Sum"], &["ApiId"]),
    ("AWS/ApiGateway", "Count", &["Sum"], &["ApiId"]),
    ("AWS/ApiGateway", "Latency", &["p99"], &["ApiId"]),
    ("AWS/Usage", "ResourceCount", &["Maximum"], &["Class", "Resource", "Service", "Type"]),
    ("Karcis/karcis", "StuckMessages", &["Sum"], &[]),
    ("Karcis/karcis", "WaitingTokens", &["Sum"], &[]),
    ("Karcis/karcis", "Mismatches", &["Sum"], &[]),
    ("Karcis/karcis", "PaidAndLate", &["Sum"], &[]),
];

/// An alarm on a metric that AWS does not have never rings, and nothing says so.
#[test]
fn each_alarm_looks_at_metrics_that_there_are() {
    for (name, properties) in &template().alarms {
        let alarm = Alarm { name, properties };
        let of_query = |query: &&Value| query["MetricStat"].is_object().then(|| query["MetricStat"].clone());
        let mut looks: Vec<Value> = alarm.queries().iter().filter_map(of_query).collect();
        if properties["MetricName"].is_string() {
            let (statistic, period) = (&properties["Statistic"], &properties["Period"]);
            looks.push(json!({"Stat": statistic, "Period": period, "Metric": properties}));
        }
        let expressions = alarm.queries().iter().filter(|query| query["Expression"].is_string()).count();
        assert!(looks.len() <= 10 && expressions <= 10, "{name}: an alarm takes ten of both");
        let periods: BTreeSet<_> = looks.iter().map(|look| look["Period"].to_string()).collect();
        assert!(periods.len() <= 1, "{name}: {periods:?}");
        for look in looks {
            let metric = &look["Metric"];
            let dimensions = metric["Dimensions"].as_array().into_iter().flatten();
            let dimensions: Vec<_> = dimensions.map(|one| one["Name"].as_str().unwrap()).collect();
            let known = OF_AWS.iter().any(|(namespace, metric_name, statistics, of)| {
                metric["Namespace"] == *namespace
                    && metric["MetricName"] == *metric_name
                    && statistics.iter().any(|one| look["Stat"] == **one)
                    && dimensions == *of
            });
            assert!(known, "{name}: {look}");
        }
    }
}

#[test]
fn each_alarm_tells_somebody_what_to_do() {
    let page = std::fs::read_to_string(root().join("docs/runbook/alarms.md")).unwrap();
    for (name, properties) in &template().alarms {
        assert_eq!(properties["AlarmActions"].as_array().map(Vec::len), Some(1), "{name}");
        let said = properties["AlarmDescription"].as_str().unwrap();
        assert!(said.ends_with("See docs/runbook/alarms.md."), "{name}: {said}");
        let service = ["Accounts", "Catalogue", "Ticketing", "Payments", "Power"]
            .iter()
            .find_map(|service| name.strip_prefix(service));
        let listed = page.contains(&format!("`{name}`"))
            || service.is_some_and(|rest| page.contains(&format!("`<Service>{rest}`")));
        assert!(listed, "docs/runbook/alarms.md has no {name}");
    }
}

#[test]
fn each_queue_and_stream_is_watched_and_what_finds_what_was_lost_runs() {
    let template = template();
    let alarms = template.alarms.iter();
    let watched: BTreeSet<_> = alarms.flat_map(|(name, properties)| Alarm { name, properties }.metrics()).collect();
    let metric = |name: &str, of: &str| Metric { name: name.to_owned(), of: of.to_owned() };
    let last = |arn: &str| arn.rsplit(':').next().unwrap().to_owned();
    let mut dead = BTreeSet::new();
    for source in &template.sources {
        if source.arn.contains(":dynamodb:") {
            let age = metric("IteratorAge", &source.function);
            assert!(watched.contains(&age), "no alarm says that {} reads late", source.function);
            continue;
        }
        let queue = last(&source.arn);
        assert!(watched.contains(&metric(AGE, &queue)), "no alarm says that messages of {queue} wait");
        let spec = template.queues.iter().find(|spec| spec.name == queue).unwrap();
        let redrive: Value = serde_json::from_str(&spec.attributes["RedrivePolicy"]).unwrap();
        dead.insert(last(redrive["deadLetterTargetArn"].as_str().unwrap()));
    }
    dead.extend(template.schedules.iter().filter_map(|schedule| schedule.dead_letters.as_deref().map(last)));
    for queue in dead {
        assert!(watched.contains(&metric(DEAD, &queue)), "no alarm says that something is in {queue}");
    }
    // What finds again what was lost must run.
    for package in ["reconcile", "resume-bookings", "serve-lines"] {
        assert!(watched.contains(&metric("Invocations", &format!("karcis-{package}"))), "{package}");
    }
    // And all functions together.
    for name in ["Errors", "Throttles"] {
        assert!(watched.contains(&metric(name, "")), "{name}");
    }
}
