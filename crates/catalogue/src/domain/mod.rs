//! Movies: no I/O, no clock, no chance.

mod movie;

pub use movie::{Genre, Movie, MovieDraft, Screening, TmdbMovie};
