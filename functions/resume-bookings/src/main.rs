//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(resume_bookings::function())
}
