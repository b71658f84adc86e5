//! A function behind routes of a WebSocket API (Amazon API Gateway, "Lambda integrations for WebSocket APIs").

use crate::describe::Description;
use crate::function::{Definition, Function, Of};
use contracts::{Problem, World};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use settings::{Env, Error, Part, Wiring};
use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

/// A function without its handler.
pub struct Socket {
    routes: &'static [&'static str],
    does: &'static str,
}

impl Socket {
    /// Behind these routes, by their keys: `$connect`, `$disconnect`, or the `action` of messages. `does` is a sentence
    /// of what it is for.
    pub const fn on(routes: &'static [&'static str], does: &'static str) -> Self {
        Self { routes, does }
    }

    /// Sets the handler. Of a message, what it answers is sent to the connection; `$connect` lets the connection in
    /// unless there is a problem. A problem is answered with its status and its words.
    pub fn handled_by<S, O, F, Fut>(self, handler: F) -> Handled<S, O, F>
    where
        S: Part,
        O: Serialize + 'static,
        F: Fn(Arc<S>, Signal) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<O, Problem>> + Send + 'static,
    {
        Handled { socket: self, handler, of: PhantomData }
    }
}

/// What came over a connection: its beginning, a message, or its end.
#[derive(Debug)]
pub struct Signal {
    /// The connection's id.
    pub connection: String,
    /// The text of a message; empty otherwise.
    pub text: String,
    headers: HashMap<String, String>,
}

impl Signal {
    /// A header of the request that opens the connection, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    request_context: Context,
    #[serde(default)]
    headers: Option<HashMap<String, String>>,
    #[serde(default)]
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    connection_id: String,
    route_key: String,
}

/// A function behind routes of a WebSocket API, with its handler.
pub struct Handled<S, O, F> {
    socket: Socket,
    handler: F,
    of: Of<(S, O)>,
}

impl<S, O, F, Fut> Definition for Handled<S, O, F>
where
    S: Part,
    O: Serialize + 'static,
    F: Fn(Arc<S>, Signal) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O, Problem>> + Send + 'static,
{
    fn describe(self) -> Description {
        Description { does: self.socket.does, sockets: self.socket.routes.to_vec(), ..Description::default() }
    }

    async fn start(self, env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
        let (parts, handler) = (Arc::new(S::make(&Wiring::new(env, world)).await?), self.handler);
        Ok(Function::new(move |event: Event| {
            let Event { request_context: Context { connection_id, route_key }, headers, body } = event;
            let headers = headers.unwrap_or_default().into_iter();
            let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
            let signal = Signal { connection: connection_id, text: body.unwrap_or_default(), headers };
            let answer = handler(Arc::clone(&parts), signal);
            async move { answered(&route_key, answer.await) }
        }))
    }
}

fn answered(route: &str, outcome: Result<impl Serialize, Problem>) -> Result<Value, Error> {
    match outcome {
        Ok(answer) => {
            tracing::info!(route, status = 200, "answered");
            Ok(json!({"statusCode": 200, "body": serde_json::to_string(&answer)?}))
        }
        Err(problem) => {
            tracing::info!(route, status = problem.code().status(), %problem, "answered");
            Ok(json!({"statusCode": problem.code().status(), "body": problem.body().to_string()}))
        }
    }
}
