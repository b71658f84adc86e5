//! A function behind a route, as one value: method, path, who may call, what it takes and answers, its problems, and
//! one sentence that says what it is for. The access and the input are checked before the handler runs, and the
//! handler's own types describe the route.

use crate::access::Access;
use crate::answer::{Answers, Around};
use crate::describe::{Description, Operation, Tag, Whom, is_public_read};
use crate::function::{Definition, Function, Of, Sender};
use crate::request::{FirstProblem, Incoming, Input, names};
use contracts::{Code, Problem, World};
use futures::future::BoxFuture;
use lambda_http::Request;
use serde_json::Value;
use settings::{Env, Error, Part, Wiring};
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

/// A route without its handler.
#[derive(Clone, Copy)]
pub struct Route<A> {
    method: &'static str,
    path: &'static str,
    tag: Tag,
    does: &'static str,
    access: A,
    example: Option<fn() -> Value>,
    cache: Option<&'static str>,
    problems: &'static [Code],
}

/// The access of a route that does not say yet who may call it. Such a route cannot be served.
#[derive(Clone, Copy)]
pub struct Unsaid;

impl Route<Unsaid> {
    /// `method` and `path`, with `{parameters}`, as in the template; `does` is a sentence of what it is for.
    const fn new(method: &'static str, tag: Tag, path: &'static str, does: &'static str) -> Self {
        Self { method, path, tag, does, access: Unsaid, example: None, cache: None, problems: &[] }
    }

    /// A `GET`.
    pub const fn get(tag: Tag, path: &'static str, does: &'static str) -> Self {
        Self::new("GET", tag, path, does)
    }

    /// A `POST`.
    pub const fn post(tag: Tag, path: &'static str, does: &'static str) -> Self {
        Self::new("POST", tag, path, does)
    }

    /// A `PUT`.
    pub const fn put(tag: Tag, path: &'static str, does: &'static str) -> Self {
        Self::new("PUT", tag, path, does)
    }

    /// A `PATCH`.
    pub const fn patch(tag: Tag, path: &'static str, does: &'static str) -> Self {
        Self::new("PATCH", tag, path, does)
    }

    /// A `DELETE`.
    pub const fn delete(tag: Tag, path: &'static str, does: &'static str) -> Self {
        Self::new("DELETE", tag, path, does)
    }

    /// Who may call it.
    #[must_use]
    pub fn open_to<A: Access>(self, access: A) -> Route<A> {
        let Self { method, path, tag, does, example, cache, problems, .. } = self;
        Route { method, path, tag, does, access, example, cache, problems }
    }
}

impl<A: Access> Route<A> {
    /// An example of its body, for the description.
    #[must_use]
    pub const fn example(self, example: fn() -> Value) -> Self {
        Self { example: Some(example), ..self }
    }

    /// Its answers may be cached, with this `Cache-Control`.
    #[must_use]
    pub const fn cached(self, cache: &'static str) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// The problems that its use case may answer with, besides those of reading the request.
    #[must_use]
    pub const fn problems(self, problems: &'static [Code]) -> Self {
        Self { problems, ..self }
    }

    /// Sets the handler: it takes the function's parts and the parts of the request.
    pub fn served_by<S, I, R, F, Fut>(self, handler: F) -> Served<A, S, I, R, F>
    where
        S: Part,
        I: Input<A>,
        R: Answers,
        F: Fn(Arc<S>, I) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Problem>> + Send,
    {
        Served { route: self, handler, of: PhantomData }
    }

    /// Every problem that it may answer with, given what its handler takes.
    fn all_problems<I: Input<A>>(&self) -> Vec<Code> {
        let mut all = vec![Code::Unavailable];
        if self.access.whom().authorized() {
            all.push(Code::Forbidden);
        }
        all.extend(I::problems());
        all.extend(self.problems);
        if !I::query().is_empty() {
            all.push(Code::Invalid);
        }
        let mut seen = Vec::with_capacity(all.len());
        all.retain(|code| {
            !seen.contains(code) && {
                seen.push(*code);
                true
            }
        });
        all
    }
}

/// A route with its handler: a function, once it is started.
pub struct Served<A, S, I, R, F> {
    route: Route<A>,
    handler: F,
    of: Of<(S, I, R)>,
}

impl<A, S, I, R, F, Fut> Served<A, S, I, R, F>
where
    A: Access,
    S: Part,
    I: Input<A> + 'static,
    R: Answers + 'static,
    F: Fn(Arc<S>, I) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Problem>> + Send + 'static,
{
    fn operation(&self) -> Operation {
        let route = &self.route;
        let mut operation = Operation {
            method: route.method,
            path: route.path,
            tag: route.tag,
            does: route.does,
            whom: route.access.whom(),
            path_parts: 0,
            body: None,
            reads: None,
            example: route.example.map(|example| example()),
            query: Vec::new(),
            body_presence: crate::describe::Presence::Required,
            conditional: false,
            keyed: false,
            kept: route.cache.is_some(),
            status: R::STATUS,
            content: crate::describe::Content::default(),
            also: Vec::new(),
            problems: route.all_problems::<I>(),
        };
        I::describe(&mut operation);
        R::describe(&mut operation);
        operation
    }

    fn function(self, parts: Arc<S>) -> Function {
        let Self { route, handler, .. } = self;
        let on = Arc::new((route, handler, route.all_problems::<I>(), I::query()));
        let sender = if on.0.access.whom() == Whom::Signed { Sender::Signature } else { Sender::Bearer };
        Function::http(sender, move |request| {
            let (on, parts) = (Arc::clone(&on), Arc::clone(&parts));
            async move {
                let (route, handler, problems, query) = &*on;
                let answered = answer(route, handler, query, parts, &request).await;
                answered.map_err(|problem| described(problem, problems))
            }
        })
    }
}

async fn answer<A, S, I, R, F, Fut>(
    route: &Route<A>,
    handler: &F,
    query: &[&'static str],
    parts: Arc<S>,
    request: &Request,
) -> crate::Answer
where
    A: Access,
    I: Input<A>,
    R: Answers,
    F: Fn(Arc<S>, I) -> Fut,
    Fut: Future<Output = Result<R, Problem>>,
{
    let incoming = Incoming { request, path: route.path, query };
    route.access.admit(&incoming)?;
    let input = {
        let mut found = FirstProblem::default();
        // A link to what is public collects parameters on its way; anywhere else one more is a mistake.
        if !is_public_read(route.method, route.access.whom()) {
            found.keep(incoming.only_known());
        }
        I::take(&incoming, found)?
    };
    let answer = handler(parts, input).await?;
    answer.respond(R::STATUS, &Around { incoming: &incoming, cache: route.cache })
}

/// Passes on a problem that the route declares.
///
/// A problem that the route does not declare is a mistake of ours: it is logged, and in a development build the answer
/// is 500, so that nobody overlooks it.
fn described(problem: Problem, all: &[Code]) -> Problem {
    if problem.code() == Code::Internal || all.contains(&problem.code()) {
        return problem;
    }
    tracing::error!(%problem, "the route does not declare this problem");
    if cfg!(debug_assertions) { Problem::new(Code::Internal).caused_by(problem) } else { problem }
}

impl<A, S, I, R, F, Fut> Definition for Served<A, S, I, R, F>
where
    A: Access,
    S: Part,
    I: Input<A> + 'static,
    R: Answers + 'static,
    F: Fn(Arc<S>, I) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Problem>> + Send + 'static,
{
    fn describe(self) -> Description {
        let operation = self.operation();
        let parts = names(operation.path).count();
        assert!(operation.path_parts <= parts, "{} has {parts} parts, and its handler reads more", operation.path);
        Description { does: self.route.does, operations: vec![operation], ..Description::default() }
    }

    async fn start(self, env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
        let parts = Arc::new(S::make(&Wiring::new(env, world)).await?);
        Ok(self.function(parts))
    }
}

/// A function behind a route that a schedule calls too.
pub struct OnScheduleToo<V, G> {
    served: V,
    scheduled: G,
}

impl<A, S, I, R, F> Served<A, S, I, R, F> {
    /// The same function, called by a schedule too: `scheduled` takes the function's parts, and its answer goes to the
    /// log.
    pub fn and_on_schedule<O, G, Fut>(self, scheduled: G) -> OnScheduleToo<Self, G>
    where
        O: serde::Serialize,
        G: Fn(Arc<S>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<O, Error>> + Send,
    {
        OnScheduleToo { served: self, scheduled }
    }
}

impl<A, S, I, R, F, Fut, O, G, Done> Definition for OnScheduleToo<Served<A, S, I, R, F>, G>
where
    A: Access,
    S: Part,
    I: Input<A> + 'static,
    R: Answers + 'static,
    F: Fn(Arc<S>, I) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Problem>> + Send + 'static,
    O: serde::Serialize,
    G: Fn(Arc<S>) -> Done + Send + Sync + 'static,
    Done: Future<Output = Result<O, Error>> + Send + 'static,
{
    fn describe(self) -> Description {
        Description { scheduled: true, ..self.served.describe() }
    }

    async fn start(self, env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
        let parts = Arc::new(S::make(&Wiring::new(env, world)).await?);
        let Self { served, scheduled } = self;
        let by_schedule = {
            let parts = Arc::clone(&parts);
            Function::new(move |_: Value| scheduled(Arc::clone(&parts)))
        };
        Ok(served.function(parts).or(by_schedule))
    }
}

type Starting = Box<dyn FnOnce(Env, Arc<dyn World>) -> BoxFuture<'static, Result<Function, Error>> + Send>;

/// A function behind several routes: a simulator of an outside system, whose routes belong together.
pub struct Several {
    does: &'static str,
    operations: Vec<Operation>,
    starts: Vec<(String, Starting)>,
}

impl Several {
    /// A function without routes yet.
    pub const fn new(does: &'static str) -> Self {
        Self { does, operations: Vec::new(), starts: Vec::new() }
    }

    /// Adds a route.
    #[must_use]
    pub fn and<A, S, I, R, F, Fut>(mut self, served: Served<A, S, I, R, F>) -> Self
    where
        A: Access,
        S: Part,
        I: Input<A> + 'static,
        R: Answers + 'static,
        F: Fn(Arc<S>, I) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Problem>> + Send + 'static,
    {
        let operation = served.operation();
        let key = format!("{} {}", operation.method, operation.path);
        self.operations.push(operation);
        self.starts.push((key, Box::new(move |env, world| Box::pin(served.start(env, world)))));
        self
    }
}

impl Definition for Several {
    fn describe(self) -> Description {
        Description { does: self.does, operations: self.operations, ..Description::default() }
    }

    async fn start(self, env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
        let mut by_route = Vec::new();
        for (key, start) in self.starts {
            by_route.push((key, start(env.clone(), Arc::clone(&world)).await?));
        }
        Ok(Function::by_route(by_route))
    }
}
