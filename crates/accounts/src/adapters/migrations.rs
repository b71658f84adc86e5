use crate::adapters::keys;
use table::Item;
use table::migration::{Migration, first_version, text_of, texts};

/// The migrations of the table `accounts`, in order.
pub const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, what: "users are listed by when they registered, and have a version", fill: list_users }];

fn list_users(item: &Item) -> Item {
    let (Some("USER"), Some(created_at), Some(id)) =
        (text_of(item, "SK"), text_of(item, "created_at"), text_of(item, "id"))
    else {
        return Item::new();
    };
    let mut filled = texts(&[(keys::LIST, keys::USERS.to_owned()), (keys::CREATED, format!("{created_at}#{id}"))]);
    filled.extend([first_version()]);
    filled
}
