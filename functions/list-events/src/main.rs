//! `GET /api/events`: events to come, soonest first.

fn main() -> std::process::ExitCode {
    lambda::run(list_events::start)
}
