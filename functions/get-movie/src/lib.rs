//! `GET /api/movies/{id}`: one movie and its screenings.

use catalogue::adapters::{CachedMovies, DynamoMovies};
use catalogue::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Films hardly change; the tag says when one did.
const CACHE: &str = "private, max-age=5";

/// Settings: `CATALOGUE_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let movies = DynamoMovies::new(aws::table(&env, "CATALOGUE_TABLE").await?);
    let movies = Arc::new(CachedMovies::new(movies, world.clone()));
    Ok(Function::http(move |request| handle(movies.clone(), world.clone(), request)))
}

async fn handle(movies: Arc<CachedMovies<DynamoMovies>>, world: Arc<dyn World>, request: Request) -> Answer {
    http::user_or_service(&request, catalogue::NAME)?;
    let view = usecases::get_movie(&*movies, &*world, http::path(&request, "id")?).await?;
    http::versioned_tagged(&request, &view, view.movie.version, CACHE)
}
