//! DynamoDB, bcrypt, SES, SNS and HTTP.

mod guesses;
mod history;
pub mod keys;
mod links;
mod migrations;
mod notices;
mod parts;
mod passwords;
mod sessions;
pub mod streams;
mod ticketing;
mod topic;
mod users;

pub use guesses::DynamoGuesses;
pub use history::DynamoHistory;
pub use links::SignedLinks;
pub use migrations::MIGRATIONS;
pub use notices::DynamoNotices;
pub use parts::{HomeCountry, TrustedKeys};
pub use passwords::BcryptPasswords;
pub use sessions::DynamoSessions;
pub use ticketing::HttpTicketing;
pub use topic::SnsUserTopic;
pub use users::DynamoUsers;
