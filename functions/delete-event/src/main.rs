//! `DELETE /api/events/{id}`: deletes an event that has no bookings.

fn main() -> std::process::ExitCode {
    lambda::run(delete_event::start)
}
