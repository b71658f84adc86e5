//! Every function by its name, to be started as Lambda would start it.

use contracts::World;
use futures::future::BoxFuture;
use lambda::{Env, Error, Function};
use std::sync::Arc;

/// Starts a function from its settings.
pub type Start = fn(Env, Arc<dyn World>) -> BoxFuture<'static, Result<Function, Error>>;

macro_rules! functions {
    ($($package:ident,)+) => {
        /// The functions' crates; a function bears its crate's name, with hyphens.
        const FUNCTIONS: &[(&str, Start)] = &[$((stringify!($package), |env, world| Box::pin($package::start(env, world)))),+];
    };
}

functions! {
    add_seats,
    authorizer,
    book,
    confirm_organiser_hold,
    create_event,
    create_invoice,
    expire_hold,
    get_booking,
    get_event,
    get_invoice,
    get_layout,
    get_profile,
    get_ticket,
    issue_ticket,
    list_bookings,
    list_events,
    list_seats,
    login,
    organiser_system,
    pay_invoice,
    payment_worker,
    record_history,
    register,
    release_organiser_hold,
    seat_map,
    ticketing_relay,
    void_invoice,
    webhook,
}

/// All of them: name and start.
pub fn all() -> impl Iterator<Item = (String, Start)> {
    FUNCTIONS.iter().map(|(package, start)| (package.replace('_', "-"), *start))
}
