//! `GET /api/bookings/{id}`: one booking of the caller's own.

fn main() -> std::process::ExitCode {
    lambda::run(get_booking::start)
}
