//! `POST /api/password/reset`: has a link to a new password mailed.

fn main() -> std::process::ExitCode {
    lambda::run(reset_password::start)
}
