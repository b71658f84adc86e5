//! See [`function`].

use catalogue::adapters::{CachedMovies, DynamoMovies};
use catalogue::ports::MovieQuery;
use catalogue::usecases::{self, MovieView};
use contracts::{Page, PageRequest, SearchText};
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Movies, "/api/movies", "Movies with their screenings, newest first.")
        .open_to(Users)
        // Movies rarely change, and the ETag changes when one does.
        .cached("private, max-age=5")
        .served_by(handle)
}

lambda::query! {
    struct Asked {
        /// A part of the title.
        q: SearchText,
        /// A genre.
        genre: SearchText,
    }
}

parts! {
    struct ListMovies {
        movies: CachedMovies<DynamoMovies>,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<ListMovies>,
    (Query(which), asked): (Query<Asked>, PageRequest),
) -> Result<Page<MovieView>, Problem> {
    let which = MovieQuery { title: which.q.map(|text| text.folded()), genre: which.genre.map(|text| text.folded()) };
    usecases::list_movies(&on.movies, &*on.world, &which, &asked).await
}
