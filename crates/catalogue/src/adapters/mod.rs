//! DynamoDB, and TMDB over HTTP.

mod cached;
mod migrations;
mod movies;
mod parts;
mod tmdb;

pub use cached::CachedMovies;
pub use migrations::MIGRATIONS;
pub use movies::DynamoMovies;
pub use tmdb::HttpTmdb;
