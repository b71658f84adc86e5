//! `DELETE /api/events/{id}/seats/{label}/waiting-list`: leaves the line of a seat.

fn main() -> std::process::ExitCode {
    lambda::run(leave_waiting_list::start)
}
