//! `PATCH /api/events/{id}/seats/{label}`: gives an open seat a price of its own.

fn main() -> std::process::ExitCode {
    lambda::run(update_seat::start)
}
