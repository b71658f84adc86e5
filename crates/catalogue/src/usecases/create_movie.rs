use crate::domain::{Movie, MovieDraft};
use crate::ports::Movies;
use contracts::{Caller, Code, Problem, World};

/// Adds a movie. If the same caller sends the same idempotency key again, the answer is the movie that was made first.
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
