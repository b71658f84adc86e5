//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(send_confirmation::function())
}
