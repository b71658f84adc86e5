//! `POST /api/movies`: puts a movie up.

fn main() -> std::process::ExitCode {
    lambda::run(create_movie::start)
}
