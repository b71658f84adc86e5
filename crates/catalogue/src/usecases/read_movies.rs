use crate::domain::{Movie, Screening};
use crate::ports::{MovieQuery, Movies};
use contracts::{MovieId, Problem, World};
use futures::future::try_join_all;
use schemars::JsonSchema;
use serde::Serialize;

/// How many pages are read at most to fill one of what is searched for.
const LOOKS: u32 = 50;

/// A movie as people see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MovieView {
    /// What is said of it.
    #[serde(flatten)]
    pub movie: Movie,
    /// Its screenings to come, soonest first.
    pub screenings: Vec<Screening>,
}

/// One movie, with its screenings to come.
pub async fn get_movie(movies: &dyn Movies, world: &dyn World, id: MovieId) -> Result<MovieView, Problem> {
    let movie = movies.get(id).await?.ok_or_else(Problem::not_found)?;
    Ok(MovieView { movie, screenings: movies.screenings(id, world.now()).await? })
}

/// A page of movies, newest first, and the cursor of the next.
pub async fn list_movies(
    movies: &dyn Movies,
    world: &dyn World,
    asked: &MovieQuery,
) -> Result<(Vec<MovieView>, Option<String>), Problem> {
    let (mut asked, mut found) = (asked.clone(), Vec::new());
    let wanted = usize::try_from(asked.limit).unwrap_or(0);
    // What is searched for may be rare: look on until the page is full.
    for _ in 0..LOOKS {
        let page = movies.list(&asked).await?;
        let (some, next) =
            page.ok_or_else(|| Problem::invalid("cursor", "Not a cursor that a page before this one answered."))?;
        found.extend(some);
        asked.cursor = next;
        asked.limit = i32::try_from(wanted.saturating_sub(found.len())).unwrap_or(1);
        if asked.cursor.is_none() || asked.limit == 0 {
            break;
        }
    }
    let now = world.now();
    let views = found.into_iter().map(|movie| async move {
        let screenings = movies.screenings(movie.id, now).await?;
        Ok::<_, Problem>(MovieView { movie, screenings })
    });
    Ok((try_join_all(views).await?, asked.cursor))
}
