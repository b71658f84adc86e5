//! `PUT /api/movies/{id}`: changes a movie.

fn main() -> std::process::ExitCode {
    lambda::run(update_movie::start)
}
