//! `POST /api/events/{id}/cancel`: cancels an event as a whole.

fn main() -> std::process::ExitCode {
    lambda::run(cancel_event::start)
}
