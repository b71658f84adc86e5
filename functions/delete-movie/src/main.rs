//! `DELETE /api/movies/{id}`: takes a movie down.

fn main() -> std::process::ExitCode {
    lambda::run(delete_movie::start)
}
