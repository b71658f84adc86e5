//! See [`function`].

use catalogue::adapters::DynamoMovies;
use catalogue::domain::MovieDraft;
use catalogue::examples;
use catalogue::usecases::{self, MovieView};
use contracts::MovieId;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::put(Tag::Movies, "/api/movies/{id}", "Changes a movie.")
        .open_to(ORGANISERS)
        .example(examples::movie)
        .served_by(handle)
}

parts! {
    struct UpdateMovie {
        movies: DynamoMovies,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<UpdateMovie>,
    (Path(id), Json(draft), IfMatch(seen)): (Path<MovieId>, Json<MovieDraft>, IfMatch),
) -> Result<Versioned<MovieView>, Problem> {
    let movie = usecases::update_movie(&on.movies, &*on.world, id, &draft, &seen).await?;
    let view = usecases::get_movie(&on.movies, &*on.world, movie.id).await?;
    Ok(Versioned { version: view.movie.version, body: view })
}
