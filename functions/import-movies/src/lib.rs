//! See [`function`].

use catalogue::adapters::{DynamoMovies, HttpTmdb};
use catalogue::usecases::{self, Imported};
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Movies, "/api/movies/import", "Takes TMDB's popular and now-playing films over.")
        .open_to(ADMINS)
        .problems(&[Code::TmdbUnavailable])
        .served_by(by_hand)
        .and_on_schedule(on_schedule)
}

parts! {
    struct ImportMovies {
        movies: DynamoMovies,
        tmdb: HttpTmdb,
        world: Arc<dyn World>,
    }
}

async fn by_hand(on: Arc<ImportMovies>, (): ()) -> Result<Json<Imported>, Problem> {
    usecases::import_movies(&on.movies, &on.tmdb, &*on.world).await.map(Json)
}

async fn on_schedule(on: Arc<ImportMovies>) -> Result<Imported, Error> {
    Ok(usecases::import_movies(&on.movies, &on.tmdb, &*on.world).await?)
}
