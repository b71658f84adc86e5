//! `DELETE /api/events/{id}/seats/{label}`: takes an open seat off the plan.

fn main() -> std::process::ExitCode {
    lambda::run(delete_seat::start)
}
