//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(take_over_event::function())
}
