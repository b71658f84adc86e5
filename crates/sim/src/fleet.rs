//! The functions of the story: started cold, kept warm, and gone when they die.

use crate::aws::Aws;
use crate::carrier::Doors;
use crate::stage::{ACTOR, Actor, Stage, lock};
use async_trait::async_trait;
use lambda::{Context, Env, Function, Network};
use serde_json::Value;
use serde_json::value::to_raw_value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::time::timeout;
use triggers::{Invoke, Unanswered, settings};

/// The warm and idle environments of every function, and how often it was called and started.
#[derive(Default)]
pub struct Fleet {
    idle: Mutex<BTreeMap<String, Vec<Function>>>,
    calls: Mutex<BTreeMap<String, u64>>,
    starts: Mutex<BTreeMap<String, u64>>,
}

fn count(counts: &Mutex<BTreeMap<String, u64>>, name: &str) -> u64 {
    let mut counts = lock(counts);
    let count = counts.entry(name.to_owned()).or_default();
    *count += 1;
    *count
}

/// Calls the functions of a stage.
pub struct Calls(pub Weak<Stage>);

#[async_trait]
impl Invoke for Calls {
    async fn invoke(&self, name: &str, event: &Value) -> Result<Value, Unanswered> {
        let stage = self.0.upgrade().ok_or(Unanswered::Unknown)?;
        stage.invoke(name, event).await
    }
}

impl Stage {
    /// Calls a function, as Lambda would: in an environment that is idle, or a new one.
    pub async fn invoke(self: &Arc<Self>, name: &str, event: &Value) -> Result<Value, Unanswered> {
        let spec = self.props.functions.get(name).ok_or(Unanswered::Unknown)?;
        let _busy = self.busy();
        if self.is_out(&spec.package) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            return Err(Unanswered::Failed("it is out of order".into()));
        }
        let label = format!("{}#{}", spec.package, count(&self.fleet.calls, name));
        let actor = Actor::new(&label, &spec.package);
        let event = to_raw_value(event).map_err(|e| Unanswered::Failed(e.to_string()))?;
        let stage = Arc::clone(self);
        let (name, life) = (name.to_owned(), Duration::from_secs(spec.timeout));
        let invocation = {
            let (stage, name) = (Arc::clone(&stage), name.clone());
            async move {
                let warm = lock(&stage.fleet.idle).get_mut(&name).and_then(Vec::pop);
                let function = match warm {
                    Some(function) => function,
                    None => stage.start(&name).await?,
                };
                let answer = function.invoke(event, Context::default()).await;
                lock(&stage.fleet.idle).entry(name).or_default().push(function);
                answer.map_err(|e| Unanswered::Failed(e.to_string()))
            }
        };
        let task = tokio::spawn(ACTOR.scope(actor.clone(), invocation));
        actor.lives_in(task.abort_handle());
        let abort = task.abort_handle();
        match timeout(life, task).await {
            Ok(Ok(answer)) => serde_json::from_str(answer?.get()).map_err(|e| Unanswered::Failed(e.to_string())),
            Ok(Err(ended)) if ended.is_panic() => {
                self.broken(None, format!("{label} panicked"));
                Err(Unanswered::Failed("it panicked".into()))
            }
            Ok(Err(_)) => Err(Unanswered::Failed("it died".into())),
            Err(_) => {
                abort.abort();
                self.note(|| format!("{label} took too long"));
                Err(Unanswered::TimedOut)
            }
        }
    }

    /// Starts a function from its settings in the template.
    async fn start(self: &Arc<Self>, name: &str) -> Result<Function, Unanswered> {
        let spec = self.props.functions.get(name).ok_or(Unanswered::Unknown)?;
        let start = self.props.starts.get(&spec.package).ok_or(Unanswered::Unknown)?;
        let label = format!("{}!{}", spec.package, count(&self.fleet.starts, name));
        let mut spec = spec.clone();
        for (setting, value) in &self.settings {
            if let Some(own) = spec.environment.get_mut(setting) {
                own.clone_from(value);
            }
        }
        let settings: Env = settings(&spec, &self.props.runtime);
        let aws = Aws::client(self, &spec);
        let dice = self.dice.of("pauses").of(&label);
        let drawn = std::sync::atomic::AtomicU64::new(0);
        let chance = move || dice.share(&drawn.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string());
        let network = Network::new(aws, self.props.http.over(Arc::new(Doors(Arc::downgrade(self)))), Arc::new(chance));
        let started = start(settings.on(network), self.clock(&label)).await;
        started.map_err(|e| Unanswered::Failed(format!("{label} cannot start: {e}")))
    }
}
