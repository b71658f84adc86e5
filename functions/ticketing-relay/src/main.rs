//! Tells the topic of bookings that changed, from the table's stream.

fn main() -> std::process::ExitCode {
    lambda::run(ticketing_relay::start)
}
