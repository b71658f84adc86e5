//! `DELETE /api/profile`: erases the caller's own account.

fn main() -> std::process::ExitCode {
    lambda::run(delete_profile::start)
}
