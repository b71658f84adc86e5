use crate::domain::{Movie, MovieDraft};
use crate::ports::Movies;
use contracts::edit::{Seen, edit};
use contracts::{MovieId, Problem, World};

/// Changes the data of a movie. `seen` is what the caller saw of it.
pub async fn update_movie(
    movies: &dyn Movies,
    world: &dyn World,
    id: MovieId,
    draft: &MovieDraft,
    seen: &Seen,
) -> Result<Movie, Problem> {
    let draft = draft.check()?;
    let read = || async { movies.get(id).await?.ok_or_else(Problem::not_found) };
    let change = |before: &Movie| {
        if draft.tmdb_id.is_some() && draft.tmdb_id != before.tmdb_id {
            return Err(Problem::invalid("tmdb_id", "It is given when a movie is put up, and stays."));
        }
        let after = before.redrawn(&draft, world.now());
        Ok(Some(after).filter(|after| after != before))
    };
    edit(seen, read, change, |before: Movie, after| async move {
        Ok(movies.update(&before, &after).await?.then_some(after))
    })
    .await
}
