//! Compares bookings and seats with invoices.

fn main() -> std::process::ExitCode {
    lambda::run(reconcile::start)
}
