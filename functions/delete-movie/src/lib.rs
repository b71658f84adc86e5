//! `DELETE /api/movies/{id}`: takes a movie down.

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
    let (id, seen) = (http::path(&request, "id")?, http::if_match(&request)?);
    usecases::delete_movie(&*movies, &*world, id, seen).await?;
    http::no_content()
}
