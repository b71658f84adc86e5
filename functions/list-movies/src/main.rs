//! `GET /api/movies`: movies and their screenings.

fn main() -> std::process::ExitCode {
    lambda::run(list_movies::start)
}
