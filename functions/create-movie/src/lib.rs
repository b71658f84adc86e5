//! See [`function`].

use catalogue::adapters::DynamoMovies;
use catalogue::domain::MovieDraft;
use catalogue::examples;
use catalogue::usecases::{self, MovieView};
use contracts::IdempotencyKey;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Movies, "/api/movies", "Puts a movie up.")
        .open_to(ORGANISERS)
        .example(examples::movie)
        .problems(&[Code::MovieExists, Code::IdempotencyKeyReused])
        .served_by(handle)
}

parts! {
    struct CreateMovie {
        movies: DynamoMovies,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<CreateMovie>,
    (caller, Json(draft), key): (Caller, Json<MovieDraft>, Option<IdempotencyKey>),
) -> Result<Created<Versioned<MovieView>>, Problem> {
    let movie = usecases::create_movie(&on.movies, &*on.world, &caller, &draft, key.as_ref()).await?;
    Ok(Created(Versioned { version: movie.version, body: MovieView { movie, screenings: Vec::new() } }))
}
