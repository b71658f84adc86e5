//! Every function by its name: its description, and how it is started. The list is made from the folders. If a folder's
//! crate is not among this crate's dependencies, this crate does not compile.

use contracts::World;
use futures::future::BoxFuture;
use lambda::describe::Description;
use lambda::{Definition, Env, Error, Function};
use std::sync::Arc;

/// Starts a function from its settings.
pub type Start = fn(Env, Arc<dyn World>) -> BoxFuture<'static, Result<Function, Error>>;

/// A function.
pub struct Entry {
    /// Its name: its folder's, its package's, and its binary's.
    pub name: &'static str,
    /// Does it stand for an outside system? Then it is no part of the product.
    pub simulated: bool,
    /// Starts it, as Lambda would.
    pub start: Start,
    /// What it says it is.
    pub describe: fn() -> Description,
}

macro_rules! entry {
    ($name:literal, $package:ident, $simulated:literal) => {
        Entry {
            name: $name,
            simulated: $simulated,
            start: |env, world| Box::pin($package::function().start(env, world)),
            describe: || $package::function().describe(),
        }
    };
}

const ENTRIES: &[Entry] = &include!(concat!(env!("OUT_DIR"), "/entries.rs"));

/// All of them, by name.
pub const fn all() -> &'static [Entry] {
    ENTRIES
}
