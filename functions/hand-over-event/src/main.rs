//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(hand_over_event::function())
}
