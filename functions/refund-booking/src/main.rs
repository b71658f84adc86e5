//! Has the money of bookings given up paid back.

fn main() -> std::process::ExitCode {
    lambda::run(refund_booking::start)
}
