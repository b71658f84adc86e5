//! DynamoDB, and TMDB over HTTP.

mod cached;
mod movies;
mod parts;
mod tmdb;

pub use cached::CachedMovies;
pub use movies::DynamoMovies;
pub use tmdb::HttpTmdb;
