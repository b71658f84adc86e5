//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(refund_by_hand::function())
}
