//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(rename_buyer::function())
}
