//! See [`function`].

use catalogue::adapters::DynamoMovies;
use catalogue::domain::MovieDraft;
use catalogue::usecases::{self, MovieView};
use contracts::IdempotencyKey;
use lambda::prelude::*;
use serde_json::{Value, json};

/// What it is.
pub fn function() -> impl Definition {
    Route::post(Tag::Movies, "/api/movies", "Puts a movie up.")
        .open_to(ORGANISERS)
        .example(example)
        .problems(&[Code::MovieExists])
        .served_by(handle)
}

fn example() -> Value {
    json!({"title": "Sinners", "genres": ["Horror", "Action"], "duration_minutes": 138})
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
    let key = key.as_ref().map(|key| key.key.as_str());
    let movie = usecases::create_movie(&on.movies, &*on.world, &caller, &draft, key).await?;
    Ok(Created(Versioned { version: movie.version, body: MovieView { movie, screenings: Vec::new() } }))
}
