//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(expire_hold::function())
}
