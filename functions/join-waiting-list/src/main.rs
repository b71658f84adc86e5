//! `POST /api/events/{id}/seats/{label}/waiting-list`: joins the line of a seat.

fn main() -> std::process::ExitCode {
    lambda::run(join_waiting_list::start)
}
