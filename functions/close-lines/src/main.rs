//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(close_lines::function())
}
