//! `DELETE /api/users/{id}`: erases somebody's account.

fn main() -> std::process::ExitCode {
    lambda::run(delete_user::start)
}
