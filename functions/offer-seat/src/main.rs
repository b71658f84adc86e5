//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(offer_seat::function())
}
