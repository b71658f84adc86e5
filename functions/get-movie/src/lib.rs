//! See [`function`].

use catalogue::adapters::{CachedMovies, DynamoMovies};
use catalogue::usecases::{self, MovieView};
use contracts::MovieId;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Movies, "/api/movies/{id}", "One movie with its screenings.")
        .open_to(UsersAndServices(catalogue::NAME))
        // Movies rarely change, and the ETag changes when one does.
        .cached("private, max-age=5")
        .served_by(handle)
}

parts! {
    struct GetMovie {
        movies: CachedMovies<DynamoMovies>,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<GetMovie>, (Path(id),): (Path<MovieId>,)) -> Result<Versioned<MovieView>, Problem> {
    let view = usecases::get_movie(&on.movies, &*on.world, id).await?;
    Ok(Versioned { version: view.movie.version, body: view })
}
