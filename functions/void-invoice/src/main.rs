//! `POST /api/invoices/{number}/void`: a service withdraws its invoice.

fn main() -> std::process::ExitCode {
    lambda::run(void_invoice::start)
}
