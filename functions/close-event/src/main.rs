//! Gives the bookings of a cancelled event up, part by part.

fn main() -> std::process::ExitCode {
    lambda::run(close_event::start)
}
