//! `PATCH /api/users/{id}`: gives a user a role, or blocks them.

fn main() -> std::process::ExitCode {
    lambda::run(update_user::start)
}
