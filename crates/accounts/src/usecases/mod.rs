//! What accounts does, one file each.

mod authorize;
mod confirm_email;
mod delete_user;
mod govern;
mod list_bookings;
mod login;
mod logout;
mod make_admin;
mod notify;
mod passwords;
mod profile;
mod record_history;
mod register;
mod relay_users;

pub use authorize::authorize;
pub use confirm_email::{LinkToken, confirm_email};
pub use delete_user::{delete_account, delete_user};
pub use govern::{get_user, list_users, update_user};
pub use list_bookings::list_bookings;
pub use login::{Credentials, Login, SignedIn, login};
pub use logout::logout;
pub use make_admin::make_admin;
pub use notify::{News, Notify, notify};
pub use passwords::{ConfirmReset, NewPassword, ResetRequest, change_password, confirm_password_reset, reset_password};
pub use profile::{get_profile, update_profile};
pub use record_history::record_history;
pub use register::register;
pub use relay_users::relay_users;
