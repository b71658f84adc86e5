//! A short cache of screenings, so that not every look at a movie queries the table.

use crate::domain::{Movie, Screening};
use crate::ports::{MovieQuery, Movies};
use async_trait::async_trait;
use contracts::idempotency::Keys;
use contracts::{EventChanged, Failure, MovieId, Page, PageRequest, Timestamp, World};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long cached screenings are used. News of them comes a moment late in any case.
const LIFE: Duration = Duration::from_secs(2);
/// How many movies' screenings a function remembers.
const MOST: usize = 500;

/// Movies with a short cache of their screenings in the function's memory, for functions that only read. A movie itself
/// is one item, and is always read from the table.
pub struct CachedMovies<M> {
    movies: M,
    world: Arc<dyn World>,
    kept: Mutex<HashMap<MovieId, (Timestamp, Vec<Screening>)>>,
}

impl<M> CachedMovies<M> {
    /// Caches the screenings of these movies.
    pub fn new(movies: M, world: Arc<dyn World>) -> Self {
        Self { movies, world, kept: Mutex::default() }
    }

    fn recall(&self, id: MovieId) -> Option<Vec<Screening>> {
        let (now, kept) = (self.world.now(), self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        kept.get(&id).filter(|(read, _)| now < *read + LIFE).map(|(_, screenings)| screenings.clone())
    }

    fn keep(&self, id: MovieId, screenings: &[Screening]) {
        let (now, mut kept) = (self.world.now(), self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        if kept.len() >= MOST {
            kept.retain(|_, (read, _)| now < *read + LIFE);
        }
        if kept.len() < MOST {
            kept.insert(id, (now, screenings.to_vec()));
        }
    }
}

#[async_trait]
impl<M: Movies> Keys for CachedMovies<M> {
    async fn claim(&self, key: Uuid, digest: &str, now: Timestamp, until: Option<Timestamp>) -> Result<bool, Failure> {
        self.movies.claim(key, digest, now, until).await
    }
}

#[async_trait]
impl<M: Movies> Movies for CachedMovies<M> {
    async fn insert(&self, movie: &Movie) -> Result<bool, Failure> {
        self.movies.insert(movie).await
    }

    async fn update(&self, before: &Movie, after: &Movie) -> Result<bool, Failure> {
        self.movies.update(before, after).await
    }

    async fn delete(&self, movie: &Movie, now: Timestamp) -> Result<bool, Failure> {
        self.movies.delete(movie, now).await
    }

    async fn restore(&self, id: MovieId) -> Result<(), Failure> {
        self.movies.restore(id).await
    }

    async fn get(&self, id: MovieId) -> Result<Option<Movie>, Failure> {
        self.movies.get(id).await
    }

    async fn list(&self, which: &MovieQuery, asked: &PageRequest) -> Result<Option<Page<Movie>>, Failure> {
        self.movies.list(which, asked).await
    }

    async fn screenings(&self, id: MovieId, now: Timestamp) -> Result<Vec<Screening>, Failure> {
        if let Some(screenings) = self.recall(id) {
            return Ok(screenings);
        }
        let screenings = self.movies.screenings(id, now).await?;
        self.keep(id, &screenings);
        Ok(screenings)
    }

    async fn record(&self, event: &EventChanged, now: Timestamp) -> Result<(), Failure> {
        self.movies.record(event, now).await
    }
}
