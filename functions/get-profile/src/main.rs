//! `GET /api/profile`: the caller's own profile.

fn main() -> std::process::ExitCode {
    lambda::run(get_profile::start)
}
