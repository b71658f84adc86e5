//! What accounts does, one file each.

mod authorize;
mod get_profile;
mod list_bookings;
mod login;
mod record_history;
mod register;

pub use authorize::authorize;
pub use get_profile::get_profile;
pub use list_bookings::list_bookings;
pub use login::{Credentials, SignedIn, login};
pub use record_history::record_history;
pub use register::register;
