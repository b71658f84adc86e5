use crate::domain::{Movie, MovieDraft};
use crate::ports::Movies;
use contracts::idempotency::Kept;
use contracts::{Caller, Code, IdempotencyKey, Problem, World, idempotency};
use uuid::Uuid;

/// The namespace of idempotency keys of movies.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0008);

/// Adds a movie. If the same caller sends the same request with its idempotency key again, the answer is the movie that
/// was made first.
pub async fn create_movie(
    movies: &dyn Movies,
    world: &dyn World,
    caller: &Caller,
    draft: &MovieDraft,
    asked: Option<&IdempotencyKey>,
) -> Result<Movie, Problem> {
    let draft = draft.check()?;
    let key = asked.map(|asked| format!("{}/{}", caller.id, asked.key));
    let id = draft.id(world.new_id(), key.as_deref());
    let movie = draft.movie(id, world.now());
    idempotency::claim(movies, (&NAMESPACE, caller.id), asked, world.now(), Kept::ForGood).await?;
    if movies.insert(&movie).await? {
        return Ok(movie);
    }
    match movies.get(id).await? {
        Some(first) if key.is_some() && first.tmdb_id == movie.tmdb_id => Ok(first),
        _ => Err(Problem::new(Code::MovieExists).with("movie_id", id)),
    }
}
