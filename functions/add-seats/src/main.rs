//! `POST /api/events/{id}/seats`: puts seats on sale.

fn main() -> std::process::ExitCode {
    lambda::run(add_seats::start)
}
