//! `PUT /api/events/{id}`: changes what is said of an event.

fn main() -> std::process::ExitCode {
    lambda::run(update_event::start)
}
