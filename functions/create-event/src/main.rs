//! `POST /api/events`: puts an event up.

fn main() -> std::process::ExitCode {
    lambda::run(create_event::start)
}
