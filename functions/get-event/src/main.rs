//! `GET /api/events/{id}`: one event, with its free seats.

fn main() -> std::process::ExitCode {
    lambda::run(get_event::start)
}
