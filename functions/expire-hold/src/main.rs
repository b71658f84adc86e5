//! Ends bookings whose hold ran out.

fn main() -> std::process::ExitCode {
    lambda::run(expire_hold::start)
}
