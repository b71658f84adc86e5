//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(open_ticket::function())
}
