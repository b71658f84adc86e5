//! Functions without a route and without a queue: called by a schedule, by the gateway as its authorizer, or by hand.

use crate::describe::Description;
use crate::function::{Definition, Function, Of};
use contracts::World;
use serde::Serialize;
use serde::de::DeserializeOwned;
use settings::{Env, Error, Part, Wiring};
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

/// A function without its handler.
pub struct Invoked {
    does: &'static str,
    scheduled: bool,
    authorizes: bool,
}

impl Invoked {
    /// Called by a schedule.
    pub const fn on_schedule(does: &'static str) -> Self {
        Self { does, scheduled: true, authorizes: false }
    }

    /// Called by the gateway, to say who bears a token.
    pub const fn to_authorize(does: &'static str) -> Self {
        Self { does, scheduled: false, authorizes: true }
    }

    /// Called by hand, by whoever has the right to invoke it.
    pub const fn by_hand(does: &'static str) -> Self {
        Self { does, scheduled: false, authorizes: false }
    }

    /// Sets the handler: it takes the function's parts and the event.
    pub fn served_by<S, I, O, F, Fut>(self, handler: F) -> Called<S, I, O, F>
    where
        S: Part,
        I: DeserializeOwned + 'static,
        O: Serialize + 'static,
        F: Fn(Arc<S>, I) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<O, Error>> + Send + 'static,
    {
        Called { invoked: self, handler, of: PhantomData }
    }
}

/// A function with its handler.
pub struct Called<S, I, O, F> {
    invoked: Invoked,
    handler: F,
    of: Of<(S, I, O)>,
}

impl<S, I, O, F, Fut> Definition for Called<S, I, O, F>
where
    S: Part,
    I: DeserializeOwned + 'static,
    O: Serialize + 'static,
    F: Fn(Arc<S>, I) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O, Error>> + Send + 'static,
{
    fn describe(self) -> Description {
        let Invoked { does, scheduled, authorizes } = self.invoked;
        Description { does, scheduled, authorizes, ..Description::default() }
    }

    async fn start(self, env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
        let (parts, handler) = (Arc::new(S::make(&Wiring::new(env, world)).await?), self.handler);
        Ok(Function::new(move |event| handler(Arc::clone(&parts), event)))
    }
}
