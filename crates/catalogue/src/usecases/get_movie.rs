use crate::domain::{Movie, Screening};
use crate::ports::Movies;
use contracts::{MovieId, Problem, World};
use schemars::JsonSchema;
use serde::Serialize;

/// A movie as people see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MovieView {
    /// The movie.
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
