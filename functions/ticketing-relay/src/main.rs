//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(ticketing_relay::function())
}
