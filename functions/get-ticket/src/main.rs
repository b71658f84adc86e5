//! `GET /api/bookings/{id}/ticket`: a link to the ticket.

fn main() -> std::process::ExitCode {
    lambda::run(get_ticket::start)
}
