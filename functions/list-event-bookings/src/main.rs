//! `GET /api/events/{id}/bookings`: bookings of an event, for its organiser.

fn main() -> std::process::ExitCode {
    lambda::run(list_event_bookings::start)
}
