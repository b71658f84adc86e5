//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(notify_buyer::function())
}
