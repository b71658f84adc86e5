//! `GET /api/users`: all users.

fn main() -> std::process::ExitCode {
    lambda::run(list_users::start)
}
