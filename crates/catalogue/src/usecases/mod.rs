//! What the catalogue does.

mod edit_movie;
mod import_movies;
mod read_movies;
mod record_screening;

pub use edit_movie::{create_movie, delete_movie, update_movie};
pub use import_movies::{Imported, import_movies};
pub use read_movies::{MovieView, get_movie, list_movies};
pub use record_screening::record_screening;
