//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(serve_lines::function())
}
