//! `GET /api/events/{id}/seats`: where each seat stands.

fn main() -> std::process::ExitCode {
    lambda::run(list_seats::start)
}
