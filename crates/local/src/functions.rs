//! The functions, started as Lambda would start them and called as Lambda would call them.

use crate::log_lines::Stream;
use crate::rights::{Watch, guard};
use async_trait::async_trait;
use contracts::World;
use engines::Logs;
use futures::future::try_join_all;
use lambda::{Context, Function};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use template::{ACCOUNT, Error, REGION, STACK, Template};
use tokio::sync::Semaphore;
use triggers::{Invoke, Lineage, MOST_ROUNDS, Unanswered, settings};

/// All functions of the template, by their names in the account.
pub struct Functions {
    deployed: HashMap<String, Deployed>,
    /// The account's places for the functions that have none of their own, if it is limited.
    shared: Option<Arc<Semaphore>>,
    broken: Mutex<BTreeSet<String>>,
}

/// A function and its limits.
#[derive(Clone)]
struct Deployed {
    function: Function,
    timeout: Duration,
    may_recur: bool,
    /// Where its lines go.
    stream: Stream,
    places: Option<Arc<Semaphore>>,
}

impl Functions {
    /// Starts all of them. Together they run at most `concurrency` times at once; what is reserved for some of them is
    /// taken from that (AWS Lambda developer guide, "Understanding Lambda function scaling").
    pub async fn start(
        template: &Template,
        runtime: &[(String, String)],
        world: &Arc<dyn World>,
        concurrency: Option<u16>,
        logs: &Arc<Logs>,
        aws_url: &str,
        watch: Option<&Arc<dyn Watch>>,
    ) -> Result<Self, Error> {
        let reserved: usize = template.functions.iter().filter_map(|spec| spec.reserved).sum();
        let shared = match concurrency.map(|account| usize::from(account).checked_sub(reserved)) {
            Some(None | Some(0)) => return Err(format!("{reserved} executions are reserved: none is left").into()),
            Some(Some(left)) => Some(Arc::new(Semaphore::new(left))),
            None => None,
        };
        let starts: HashMap<_, _> = registry::all().iter().map(|entry| (entry.name, entry.start)).collect();
        let started = template.functions.iter().map(|spec| {
            let start = starts.get(spec.package.as_str()).copied();
            let world = Arc::clone(world);
            let env = settings(spec, runtime).guarded(guard(spec, aws_url, watch.cloned()));
            async move {
                let start = start.ok_or_else(|| format!("there is no function {}", spec.package))?;
                let stream =
                    Stream { logs: Arc::clone(logs), group: spec.log_group.clone(), function: spec.name.clone() };
                let function = stream.clone().of(start(env, world)).await;
                let function = function.map_err(|e| format!("{} cannot start: {e}", spec.package))?;
                let places = spec.reserved.map(|places| Arc::new(Semaphore::new(places)));
                let timeout = Duration::from_secs(spec.timeout);
                let deployed = Deployed { function, timeout, may_recur: spec.may_recur, stream, places };
                Ok::<_, Error>((spec.name.clone(), deployed))
            }
        });
        let deployed = try_join_all(started).await?.into_iter().collect();
        Ok(Self { deployed, shared, broken: Mutex::default() })
    }

    /// From now on the functions of these packages fail at every call. All other functions work.
    pub fn break_down(&self, packages: &[String]) {
        let names = packages.iter().map(|package| format!("{STACK}-{package}"));
        *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = names.collect();
    }

    /// Would Lambda not pass on an event of this chain, because it comes round and round?
    pub fn stops(&self, name: &str, chain: &Lineage) -> bool {
        let may_recur = self.deployed.get(name).is_none_or(|deployed| deployed.may_recur);
        !may_recur && chain.rounds(name) >= MOST_ROUNDS
    }

    /// Calls a function with an event that comes from this chain.
    pub async fn invoke_in(&self, chain: Lineage, name: &str, event: &Value) -> Result<Value, Unanswered> {
        let deployed = self.deployed.get(name).cloned().ok_or(Unanswered::Unknown)?;
        let place =
            deployed.places.clone().or_else(|| self.shared.clone()).map(Semaphore::try_acquire_owned).transpose();
        let _place = place.map_err(|_| Unanswered::Throttled)?;
        let answer = if self.broken.lock().unwrap_or_else(PoisonError::into_inner).contains(name) {
            Err(Unanswered::Failed("a test lets it fail".to_owned()))
        } else {
            deployed.run(chain, name, event).await
        };
        if let Err(why) = &answer {
            // Lambda writes this line, not the function.
            deployed.stream.write(&json!({"level": "ERROR", "fields": {"message": why.to_string()}}).to_string());
        }
        answer
    }
}

impl Deployed {
    async fn run(&self, chain: Lineage, name: &str, event: &Value) -> Result<Value, Unanswered> {
        let event = to_raw_value(event).map_err(|e| Unanswered::Failed(e.to_string()))?;
        let mut context = Context::default();
        context.request_id = uuid::Uuid::now_v7().to_string();
        context.invoked_function_arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}");
        context.xray_trace_id = Some(chain.through(name).header());
        // The function runs in its own task, so that a panic ends this invocation only.
        let function = self.function.clone();
        let mut task = tokio::spawn(self.stream.clone().of(async move { function.invoke(event, context).await }));
        let Ok(finished) = tokio::time::timeout(self.timeout, &mut task).await else {
            task.abort();
            return Err(Unanswered::TimedOut);
        };
        let answer = finished.map_err(|e| Unanswered::Failed(e.to_string()))?;
        let answer = answer.map_err(|e| Unanswered::Failed(e.to_string()))?;
        serde_json::from_str(answer.get()).map_err(|e| Unanswered::Failed(e.to_string()))
    }
}

#[async_trait]
impl Invoke for Functions {
    async fn invoke(&self, name: &str, event: &Value) -> Result<Value, Unanswered> {
        self.invoke_in(Lineage::begin(), name, event).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::sync::Notify;

    struct Busy {
        running: Arc<AtomicBool>,
        go_on: Arc<Notify>,
    }

    impl Busy {
        /// A function that runs until it is told to go on.
        fn function() -> (Self, Function) {
            let (running, go_on) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
            let busy = Self { running: Arc::clone(&running), go_on: Arc::clone(&go_on) };
            let function = Function::new(move |_: Value| {
                let (running, go_on) = (Arc::clone(&running), Arc::clone(&go_on));
                async move {
                    running.store(true, Ordering::SeqCst);
                    go_on.notified().await;
                    Ok(())
                }
            });
            (busy, function)
        }
    }

    /// Each case: the places of function "one", those that the others share, and whether "two" is called meanwhile.
    #[tokio::test(flavor = "current_thread")]
    async fn no_more_run_at_once_than_may() {
        for (own, shared, other, runs) in [
            (Some(1), None, "one", false),
            (Some(1), Some(1), "two", true),
            (None, Some(1), "two", false),
            (None, Some(2), "two", true),
            (None, None, "two", true),
        ] {
            let places = |many: Option<usize>| many.map(|many| Arc::new(Semaphore::new(many)));
            let stream = Stream { logs: Arc::default(), group: String::new(), function: String::new() };
            let timeout = Duration::from_mins(1);
            let deployed = |function, places| {
                let stream = stream.clone();
                Deployed { function, timeout, may_recur: false, stream, places }
            };
            let (busy, function) = Busy::function();
            let (second, another) = Busy::function();
            second.go_on.notify_one();
            let functions = Arc::new(Functions {
                deployed: [
                    ("one".to_owned(), deployed(function, places(own))),
                    ("two".to_owned(), deployed(another, None)),
                ]
                .into(),
                shared: places(shared),
                broken: Mutex::default(),
            });
            let first = tokio::spawn({
                let functions = Arc::clone(&functions);
                async move { functions.invoke("one", &Value::Null).await }
            });
            while !busy.running.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
            let answer = functions.invoke(other, &Value::Null).await;
            assert_eq!(!matches!(answer, Err(Unanswered::Throttled)), runs, "{own:?} {shared:?} {other}");
            busy.go_on.notify_one();
            assert!(first.await.unwrap().is_ok());
        }
    }
}
