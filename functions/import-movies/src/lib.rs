//! `POST /api/movies/import`: takes TMDB's films over.

use catalogue::adapters::{DynamoMovies, HttpTmdb};
use catalogue::usecases;
use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use serde_json::Value;
use std::sync::Arc;

struct ImportMovies {
    movies: DynamoMovies,
    tmdb: HttpTmdb,
    world: Arc<dyn World>,
}

/// Settings: `CATALOGUE_TABLE`, `TMDB_URL`, `TMDB_TOKEN`, `TMDB_PAGES`. On a schedule it is called with the schedule's
/// event.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let movies = DynamoMovies::new(aws::table(&env, "CATALOGUE_TABLE").await?);
    let tmdb =
        HttpTmdb::new(aws::http(&env)?, env.text("TMDB_URL")?, env.text("TMDB_TOKEN")?, env.parse("TMDB_PAGES")?);
    let on = Arc::new(ImportMovies { movies, tmdb, world });
    let scheduled = on.clone();
    let by_hand = Function::http(move |request| handle(on.clone(), request));
    Ok(by_hand.or(Function::new(move |_: Value| {
        let on = scheduled.clone();
        async move { Ok::<_, Error>(usecases::import_movies(&on.movies, &on.tmdb, &*on.world).await?) }
    })))
}

async fn handle(on: Arc<ImportMovies>, request: Request) -> Answer {
    http::caller_as(&request, &[Role::Admin])?;
    http::json(200, &usecases::import_movies(&on.movies, &on.tmdb, &*on.world).await?)
}
