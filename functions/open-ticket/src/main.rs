//! `GET /api/tickets/{code}`: opens a ticket for who has the mailed link.

fn main() -> std::process::ExitCode {
    lambda::run(open_ticket::start)
}
