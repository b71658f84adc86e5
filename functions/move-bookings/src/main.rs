//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(move_bookings::function())
}
