//! `GET /api/movies`: movies and their screenings.

use catalogue::adapters::{CachedMovies, DynamoMovies};
use catalogue::ports::MovieQuery;
use catalogue::usecases;
use contracts::{Problem, World};
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
    http::caller(&request)?;
    http::only_query(&request, &["q", "genre", "limit", "cursor"])?;
    let page = http::page(&request)?;
    let (title, genre) = (searched(&request, "q")?, searched(&request, "genre")?);
    let asked = MovieQuery { title, genre, limit: page.limit, cursor: page.cursor };
    let (found, next) = usecases::list_movies(&*movies, &*world, &asked).await?;
    http::list_tagged(&request, &found, next.as_deref(), CACHE)
}

fn searched(request: &Request, name: &str) -> Result<Option<String>, Problem> {
    let text: Option<String> = http::query(request, name)?;
    if text.as_ref().is_some_and(|text| text.is_empty() || text.len() > 200) {
        return Err(Problem::invalid(name, "1 to 200 bytes."));
    }
    Ok(text.map(|text| text.to_lowercase()))
}
