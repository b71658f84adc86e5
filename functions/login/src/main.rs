//! `POST /api/login`: signs a user in.

fn main() -> std::process::ExitCode {
    lambda::run(login::start)
}
