//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(seat_map::function())
}
