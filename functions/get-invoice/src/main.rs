//! `GET /api/invoices/{number}`: an invoice, for its payer.

fn main() -> std::process::ExitCode {
    lambda::run(get_invoice::start)
}
