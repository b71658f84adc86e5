//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(forget_buyer::function())
}
