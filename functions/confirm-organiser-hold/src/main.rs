//! Makes confirmed bookings final in the organiser's system.

fn main() -> std::process::ExitCode {
    lambda::run(confirm_organiser_hold::start)
}
