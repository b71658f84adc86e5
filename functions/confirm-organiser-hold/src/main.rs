//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(confirm_organiser_hold::function())
}
