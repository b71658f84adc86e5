//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(confirm_password_reset::function())
}
