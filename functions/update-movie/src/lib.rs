//! See [`function`].

use catalogue::adapters::DynamoMovies;
use catalogue::domain::MovieDraft;
use catalogue::usecases::{self, MovieView};
use contracts::MovieId;
use lambda::prelude::*;
use serde_json::{Value, json};

/// What it is.
pub fn function() -> impl Definition {
    Route::put(Tag::Movies, "/api/movies/{id}", "Changes a movie.")
        .open_to(ORGANISERS)
        .example(example)
        .served_by(handle)
}

fn example() -> Value {
    json!({"title": "Sinners", "genres": ["Horror", "Action"], "duration_minutes": 138})
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
    let movie = usecases::update_movie(&on.movies, &*on.world, id, &draft, seen).await?;
    let view = usecases::get_movie(&on.movies, &*on.world, movie.id).await?;
    Ok(Versioned { version: view.movie.version, body: view })
}
