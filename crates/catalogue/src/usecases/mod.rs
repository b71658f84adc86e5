//! What the catalogue does, one file each.

mod create_movie;
mod delete_movie;
mod get_movie;
mod import_movies;
mod list_movies;
mod record_screening;
mod update_movie;

pub use create_movie::create_movie;
pub use delete_movie::delete_movie;
pub use get_movie::{MovieView, get_movie};
pub use import_movies::{Imported, import_movies};
pub use list_movies::list_movies;
pub use record_screening::record_screening;
pub use update_movie::update_movie;
