//! `POST /api/invoices`: makes an invoice for a service.

fn main() -> std::process::ExitCode {
    lambda::run(create_invoice::start)
}
