//! DynamoDB, API Gateway's connections, and the API over HTTP.

mod connections;
mod parts;
mod tellings;
mod things;
mod watchers;

pub use connections::ApiGatewayConnections;
pub use parts::AllowedOrigins;
pub use tellings::DynamoTellings;
pub use things::HttpOwnThings;
pub use watchers::DynamoWatchers;
