//! Ends purchases that nobody paid in time.

fn main() -> std::process::ExitCode {
    lambda::run(expire_purchase::start)
}
