//! `PATCH /api/profile`: changes the caller's own profile.

fn main() -> std::process::ExitCode {
    lambda::run(update_profile::start)
}
