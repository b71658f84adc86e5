//! `POST /api/movies/import`: takes TMDB's films over.

fn main() -> std::process::ExitCode {
    lambda::run(import_movies::start)
}
