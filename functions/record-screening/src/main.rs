//! Keeps which events screen a movie.

fn main() -> std::process::ExitCode {
    lambda::run(record_screening::start)
}
