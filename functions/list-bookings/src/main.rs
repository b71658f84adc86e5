//! `GET /api/bookings`: the caller's own bookings, newest first.

fn main() -> std::process::ExitCode {
    lambda::run(list_bookings::start)
}
