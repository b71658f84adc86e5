//! `POST /api/bookings`: books seats.

fn main() -> std::process::ExitCode {
    lambda::run(book::start)
}
