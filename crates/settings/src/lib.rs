//! What a function is made from.
//!
//! - [`Env`]: its settings, from a map and never from the process. It remembers which were read, so that a test can
//!   hold the template against what a function really asks for.
//! - [`aws`]: clients of AWS's services.
//! - [`Network`]: what carries calls where that is not the real network.
//! - [`Part`] and [`Wiring`]: how an adapter is made from settings, said once beside the adapter. A function names the
//!   parts it needs with [`parts!`] and gets no others.

pub mod aws;
mod env;
mod network;
mod part;

pub use env::{Env, OfService, SettingError};
pub use network::Network;
pub use part::{ClockOffset, Part, PublicUrl, Wiring};

/// Why a function could not start, or failed as a whole.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
