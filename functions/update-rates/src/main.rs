//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(update_rates::function())
}
