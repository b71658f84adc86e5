//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(issue_power_token::function())
}
