use crate::ports::Movies;
use contracts::edit::{Seen, as_seen, until_done};
use contracts::{Code, MovieId, Problem, World};

/// Removes a movie that has no screenings to come. `seen` is what the caller saw of it.
pub async fn delete_movie(movies: &dyn Movies, world: &dyn World, id: MovieId, seen: &Seen) -> Result<(), Problem> {
    until_done(|| async {
        let movie = as_seen(movies.get(id).await?.ok_or_else(Problem::not_found)?, seen)?;
        if !movies.screenings(id, world.now()).await?.is_empty() {
            return Err(Problem::new(Code::HasScreenings));
        }
        Ok(movies.delete(&movie).await?.then_some(()))
    })
    .await
}
