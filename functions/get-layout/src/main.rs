//! `GET /api/events/{id}/layout`: all seats in the order of the compact seat map.

fn main() -> std::process::ExitCode {
    lambda::run(get_layout::start)
}
