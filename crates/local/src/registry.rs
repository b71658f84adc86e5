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
    accounts_relay,
    add_seats,
    authorizer,
    book,
    buy_token,
    cancel_booking,
    cancel_event,
    change_password,
    close_event,
    confirm_email,
    confirm_organiser_hold,
    confirm_password_reset,
    create_event,
    create_invoice,
    create_meter,
    create_movie,
    create_product,
    delete_event,
    delete_meter,
    delete_movie,
    delete_product,
    delete_profile,
    delete_seat,
    delete_user,
    expire_hold,
    expire_purchase,
    forget_buyer,
    get_booking,
    get_buyer,
    get_event,
    get_invoice,
    get_layout,
    get_meter,
    get_movie,
    get_openapi,
    get_profile,
    get_purchase,
    get_sales,
    get_ticket,
    get_user,
    import_movies,
    issue_ticket,
    issue_token,
    join_waiting_list,
    leave_waiting_list,
    list_bookings,
    list_event_bookings,
    list_events,
    list_invoices,
    list_meters,
    list_movies,
    list_products,
    list_purchases,
    list_seats,
    list_users,
    list_waiting,
    login,
    logout,
    make_admin,
    notify,
    notify_buyer,
    offer_seat,
    open_ticket,
    organiser_system,
    pay_invoice,
    payment_worker,
    power_company,
    power_relay,
    power_webhook,
    reconcile,
    record_history,
    record_screening,
    refund_booking,
    refund_invoice,
    refund_purchase,
    register,
    release_organiser_hold,
    reset_password,
    seat_map,
    ticketing_relay,
    tmdb,
    update_event,
    update_meter,
    update_movie,
    update_product,
    update_profile,
    update_seat,
    update_user,
    void_invoice,
    webhook,
}

/// All of them: name and start.
pub fn all() -> impl Iterator<Item = (String, Start)> {
    FUNCTIONS.iter().map(|(package, start)| (package.replace('_', "-"), *start))
}
