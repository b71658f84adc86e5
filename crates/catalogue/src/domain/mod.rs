//! The rules of movies: no I/O, no clock, no randomness.

mod movie;

pub use movie::{Genre, Movie, MovieDraft, Screening, TmdbMovie};
