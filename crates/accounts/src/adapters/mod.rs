//! DynamoDB and bcrypt.

mod history;
mod passwords;
mod users;

pub use history::DynamoHistory;
pub use passwords::BcryptPasswords;
pub use users::DynamoUsers;
