//! `POST /api/bookings/{id}/cancel`: gives a booking up.

fn main() -> std::process::ExitCode {
    lambda::run(cancel_booking::start)
}
