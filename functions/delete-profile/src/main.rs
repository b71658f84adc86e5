//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(delete_profile::function())
}
