//! `PUT /api/movies/{id}`: changes a movie.

use catalogue::adapters::DynamoMovies;
use catalogue::usecases;
use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Settings: `CATALOGUE_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let movies = Arc::new(DynamoMovies::new(aws::table(&env, "CATALOGUE_TABLE").await?));
    Ok(Function::http(move |request| handle(movies.clone(), world.clone(), request)))
}

async fn handle(movies: Arc<DynamoMovies>, world: Arc<dyn World>, request: Request) -> Answer {
    http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let draft = http::body(&request)?;
    let (id, seen) = (http::path(&request, "id")?, http::if_match(&request)?);
    let movie = usecases::update_movie(&*movies, &*world, id, &draft, seen).await?;
    let view = usecases::get_movie(&*movies, &*world, movie.id).await?;
    http::versioned(200, &view, view.movie.version)
}
