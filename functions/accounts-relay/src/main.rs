//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(accounts_relay::function())
}
