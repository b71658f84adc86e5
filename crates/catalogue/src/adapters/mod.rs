//! DynamoDB, and TMDB over HTTP.

mod movies;
mod tmdb;

pub use movies::DynamoMovies;
pub use tmdb::HttpTmdb;
