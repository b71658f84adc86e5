use crate::ports::Movies;
use contracts::edit::{Seen, as_seen, until_done};
use contracts::{Code, MovieId, Problem, World};

/// Takes down a movie that has no screenings to come. `seen` is what the caller saw of it.
///
/// Ticketing tells of a screening a moment after it is made. If news of one comes while the movie is taken down, or
/// later, the movie is put up again: what is on sale has its film.
pub async fn delete_movie(movies: &dyn Movies, world: &dyn World, id: MovieId, seen: &Seen) -> Result<(), Problem> {
    until_done(|| async {
        let Some(movie) = movies.get(id).await? else {
            // Whoever took it down may have broken off before the second look.
            look_again(movies, world, id).await?;
            return Err(Problem::not_found());
        };
        let movie = as_seen(movie, seen)?;
        if !movies.screenings(id, world.now()).await?.is_empty() {
            return Err(Problem::new(Code::HasScreenings));
        }
        if !movies.delete(&movie, world.now()).await? {
            return Ok(None);
        }
        look_again(movies, world, id).await.map(Some)
    })
    .await
}

/// Puts a movie that was taken down up again if it has screenings to come. Whoever records a screening looks afterwards
/// whether its movie was taken down, and this looks afterwards whether there is a screening: one of the two sees the
/// other.
async fn look_again(movies: &dyn Movies, world: &dyn World, id: MovieId) -> Result<(), Problem> {
    if movies.screenings(id, world.now()).await?.is_empty() {
        return Ok(());
    }
    movies.restore(id).await?;
    Err(Problem::new(Code::HasScreenings))
}
