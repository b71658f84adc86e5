//! Settles invoices and tells their clients.

fn main() -> std::process::ExitCode {
    lambda::run(payment_worker::start)
}
