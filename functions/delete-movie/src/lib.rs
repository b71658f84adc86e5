//! See [`function`].

use catalogue::adapters::DynamoMovies;
use catalogue::usecases;
use contracts::MovieId;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::delete(Tag::Movies, "/api/movies/{id}", "Takes a movie without screenings down.")
        .open_to(ORGANISERS)
        .problems(&[Code::HasScreenings])
        .served_by(handle)
}

parts! {
    struct DeleteMovie {
        movies: DynamoMovies,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<DeleteMovie>,
    (Path(id), IfMatch(seen)): (Path<MovieId>, IfMatch),
) -> Result<NoContent, Problem> {
    usecases::delete_movie(&on.movies, &*on.world, id, &seen).await.map(|()| NoContent)
}
