//! Prints the tickets of confirmed bookings.

fn main() -> std::process::ExitCode {
    lambda::run(issue_ticket::start)
}
