//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(get_rates::function())
}
