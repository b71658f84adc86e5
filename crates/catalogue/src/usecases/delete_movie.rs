use crate::ports::Movies;
use contracts::edit::{as_seen, until_done};
use contracts::{Code, MovieId, Problem, World};

/// Removes a movie that has no screenings to come. `version` is the version that the caller saw, if given.
pub async fn delete_movie(
    movies: &dyn Movies,
    world: &dyn World,
    id: MovieId,
    version: Option<u64>,
) -> Result<(), Problem> {
    until_done(|| async {
        let movie = as_seen(movies.get(id).await?.ok_or_else(Problem::not_found)?, version)?;
        if !movies.screenings(id, world.now()).await?.is_empty() {
            return Err(Problem::new(Code::HasScreenings));
        }
        Ok(movies.delete(&movie).await?.then_some(()))
    })
    .await
}
