//! `GET /api/users/{id}`: one user.

fn main() -> std::process::ExitCode {
    lambda::run(get_user::start)
}
