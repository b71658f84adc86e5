//! What every function shares: start-up, requests and answers, batches, and how a function describes itself.
//!
//! A function is one value, a [`Definition`], in the library of its own package: what feeds it, what it takes and
//! answers, what it is for, and its handler. Its binary hands the value to Lambda with [`run`]; the local cloud starts
//! the same value; the API's description is made from it. Neither this crate nor a function knows which of the three
//! uses it.
//!
//! - [`Route`]: a function behind a route. [`request`] has what a handler may take, [`answer`] what it may answer,
//!   [`access`] who may call.
//! - [`Socket`]: behind routes of the WebSocket API.
//! - [`Queue`], [`Stream`]: messages and records, each failing alone.
//! - [`Invoked`]: called by a schedule, by the gateway as its authorizer, or by hand.
//! - [`describe`]: the description of a function, as a value.

mod accept;
pub mod access;
pub mod answer;
mod batch;
mod body;
mod coding;
mod cursor;
pub mod describe;
mod function;
mod invoked;
pub mod request;
mod route;
mod socket;
mod tags;

pub use answer::Answer;
pub use batch::{Queue, Record, Stream, given_up_after, readable};
pub use contracts::Problem;
pub use describe::Tag;
pub use function::{Definition, Function, Payload, log_lines, run};
pub use invoked::Invoked;
pub use lambda_runtime::Context;
pub use request::{Parameters, parameter, parameter_schema};
pub use route::{Route, Several};
pub use schemars::Schema;
pub use settings::{Env, Error, Network, SettingError};
pub use socket::{Signal, Socket};

/// Everything that a function needs to define itself.
pub mod prelude {
    pub use crate::access::{
        ADMINS, Everybody, ORGANISERS, ORGANISERS_AND_STEWARDS, ServicesCalling, Signed, Users, UsersAndServices,
    };
    pub use crate::answer::{Accepted, Created, MadeJson, NoContent, Redirect, Tagged, Versioned};
    pub use crate::request::{Both, HeadOnly, IfMatch, Json, Path, Query, SignedNews, SourceAddress};
    pub use crate::{Definition, Invoked, Problem, Queue, Record, Route, Several, Signal, Socket, Stream, Tag};
    pub use contracts::{Caller, Code, World};
    pub use settings::{Error, parts};
    pub use std::sync::Arc;
}
