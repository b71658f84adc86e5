//! `POST /api/password/reset/confirm`: sets a new password for who has the link.

fn main() -> std::process::ExitCode {
    lambda::run(confirm_password_reset::start)
}
