//! `POST /api/logout`: signs a user out everywhere.

fn main() -> std::process::ExitCode {
    lambda::run(logout::start)
}
