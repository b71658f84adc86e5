//! What a function is made from.
//!
//! - [`Env`]: its settings, from a map. It remembers which settings were read, so that a test can compare the template
//!   with what a function really asks for.
//! - [`aws`]: clients of AWS's services.
//! - [`Network`]: carries a function's calls in a simulation, in place of the real network.
//! - [`traced`]: the trace header that an invocation's calls bear.
//! - [`Part`] and [`Wiring`]: how an adapter is made from settings. That code stands beside the adapter. A function
//!   names the parts that it needs with [`parts!`] and gets no others.

pub mod aws;
mod env;
mod network;
mod part;
mod trace;

pub use env::{Env, OfService, SettingError};
pub use network::Network;
pub use part::{EdgeKey, HomeZone, Part, PublicUrl, TakesPayments, Wiring};
pub use trace::{TRACE_HEADER, trace, traced};

/// Why a function could not start, or failed as a whole.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
