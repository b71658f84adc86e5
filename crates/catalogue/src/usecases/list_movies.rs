use crate::ports::{MovieQuery, Movies};
use crate::usecases::MovieView;
use contracts::page::foreign_cursor;
use contracts::{Page, PageRequest, Problem, World};
use futures::future::try_join_all;

/// A page of these movies, newest first, with their screenings to come.
pub async fn list_movies(
    movies: &dyn Movies,
    world: &dyn World,
    which: &MovieQuery,
    asked: &PageRequest,
) -> Result<Page<MovieView>, Problem> {
    let found = movies.list(which, asked).await?.ok_or_else(foreign_cursor)?;
    let now = world.now();
    let views = found.items.into_iter().map(|movie| async move {
        let screenings = movies.screenings(movie.id, now).await?;
        Ok::<_, Problem>(MovieView { movie, screenings })
    });
    Ok(Page { items: try_join_all(views).await?, next_cursor: found.next_cursor })
}
