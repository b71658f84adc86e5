//! Takes offered seats on to their payment.

fn main() -> std::process::ExitCode {
    lambda::run(offer_seat::start)
}
