//! `POST /api/movies`: puts a movie up.

use catalogue::adapters::DynamoMovies;
use catalogue::usecases::{self, MovieView};
use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Settings: `CATALOGUE_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let movies = Arc::new(DynamoMovies::new(aws::table(&env, "CATALOGUE_TABLE").await?));
    Ok(Function::http(move |request| handle(movies.clone(), world.clone(), request)))
}

async fn handle(movies: Arc<DynamoMovies>, world: Arc<dyn World>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let draft = http::body(&request)?;
    let key = http::idempotency_key(&request)?;
    let movie = usecases::create_movie(&*movies, &*world, &caller, &draft, key).await?;
    let version = movie.version;
    http::versioned(201, &MovieView { movie, screenings: Vec::new() }, version)
}
