//! Movies are put up, changed and taken down.

use crate::domain::{Movie, MovieDraft};
use crate::ports::Movies;
use contracts::{Caller, Code, MovieId, Problem, World};

/// How often to begin anew when somebody else changed the movie meanwhile.
pub(super) const TRIES: u32 = 4;

/// Puts a movie up. With an idempotency key, the same key of the same caller answers the movie made first.
pub async fn create_movie(
    movies: &dyn Movies,
    world: &dyn World,
    caller: &Caller,
    draft: &MovieDraft,
    key: Option<&str>,
) -> Result<Movie, Problem> {
    let draft = draft.check()?;
    let key = key.map(|key| format!("{}/{key}", caller.id));
    let id = draft.id(world.new_id(), key.as_deref());
    let movie = draft.movie(id, world.now());
    if movies.insert(&movie).await? {
        return Ok(movie);
    }
    match movies.get(id).await? {
        Some(first) if key.is_some() && first.tmdb_id == movie.tmdb_id => Ok(first),
        _ => Err(Problem::new(Code::MovieExists).with("movie_id", id)),
    }
}

/// Changes what is said of a movie; `version` is the one the caller saw, if they say.
pub async fn update_movie(
    movies: &dyn Movies,
    world: &dyn World,
    id: MovieId,
    draft: &MovieDraft,
    version: Option<u64>,
) -> Result<Movie, Problem> {
    let draft = draft.check()?;
    for _ in 0..TRIES {
        let before = seen(movies, id, version).await?;
        if draft.tmdb_id.is_some() && draft.tmdb_id != before.tmdb_id {
            return Err(Problem::invalid("tmdb_id", "It is given when a movie is put up, and stays."));
        }
        let after = before.redrawn(&draft, world.now());
        if after == before || movies.update(&before, &after).await? {
            return Ok(after);
        }
    }
    Err(Problem::new(Code::Unavailable))
}

/// Takes a movie down that has no screenings to come.
pub async fn delete_movie(
    movies: &dyn Movies,
    world: &dyn World,
    id: MovieId,
    version: Option<u64>,
) -> Result<(), Problem> {
    for _ in 0..TRIES {
        let movie = seen(movies, id, version).await?;
        if !movies.screenings(id, world.now()).await?.is_empty() {
            return Err(Problem::new(Code::HasScreenings));
        }
        if movies.delete(&movie).await? {
            return Ok(());
        }
    }
    Err(Problem::new(Code::Unavailable))
}

async fn seen(movies: &dyn Movies, id: MovieId, version: Option<u64>) -> Result<Movie, Problem> {
    let movie = movies.get(id).await?.ok_or_else(Problem::not_found)?;
    if version.is_some_and(|seen| seen != movie.version) {
        return Err(Problem::new(Code::VersionMismatch));
    }
    Ok(movie)
}
