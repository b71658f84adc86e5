//! `GET /api/movies/{id}`: one movie and its screenings.

fn main() -> std::process::ExitCode {
    lambda::run(get_movie::start)
}
