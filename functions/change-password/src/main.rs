//! `POST /api/password`: changes a password.

fn main() -> std::process::ExitCode {
    lambda::run(change_password::start)
}
