//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(payment_worker::function())
}
