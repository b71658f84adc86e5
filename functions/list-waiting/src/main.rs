//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(list_waiting::function())
}
