//! What the rules need from the world.

use crate::domain::{Movie, Screening, TmdbMovie};
use async_trait::async_trait;
use contracts::idempotency::Keys;
use contracts::{EventChanged, Failure, MovieId, Page, PageRequest, Timestamp};

/// The movies kept, with their screenings.
#[async_trait]
pub trait Movies: Keys {
    /// Keeps a new movie. MUST change nothing and answer `false` when there is one of its id.
    async fn insert(&self, movie: &Movie) -> Result<bool, Failure>;

    /// Replaces a movie. MUST change nothing and answer `false` when it is not at the version of `before` any more.
    async fn update(&self, before: &Movie, after: &Movie) -> Result<bool, Failure>;

    /// Takes a movie down. MUST change nothing and answer `false` when it is not at this version any more.
    async fn delete(&self, movie: &Movie, now: Timestamp) -> Result<bool, Failure>;

    /// Puts a movie that was taken down up again. Does nothing if it is there, or was never taken down.
    async fn restore(&self, id: MovieId) -> Result<(), Failure>;

    /// Reads one, consistently.
    async fn get(&self, id: MovieId) -> Result<Option<Movie>, Failure>;

    /// A page of these movies, newest first. `None`: the cursor is not one of ours. A page may hold fewer movies than
    /// asked for, even when more follow.
    async fn list(&self, which: &MovieQuery, asked: &PageRequest) -> Result<Option<Page<Movie>>, Failure>;

    /// A movie's screenings that begin after `now`, soonest first, read consistently.
    async fn screenings(&self, id: MovieId, now: Timestamp) -> Result<Vec<Screening>, Failure>;

    /// Records ticketing's news of an event. MUST ignore a version that is not newer than the one it has, and put up
    /// again a movie that turns out to have a screening after `now`.
    async fn record(&self, event: &EventChanged, now: Timestamp) -> Result<(), Failure>;
}

/// Which movies.
#[derive(Debug, Clone)]
pub struct MovieQuery {
    /// Part of the title, in small letters.
    pub title: Option<String>,
    /// A genre, in small letters.
    pub genre: Option<String>,
}

/// The Movie Database.
#[async_trait]
pub trait Tmdb: Send + Sync {
    /// The popular and the now-playing films, with as many pages of each as configured. Films that cannot be read are
    /// left out.
    async fn films(&self) -> Result<Vec<TmdbMovie>, Failure>;
}
