//! `GET /api/invoices`: a service's own invoices.

fn main() -> std::process::ExitCode {
    lambda::run(list_invoices::start)
}
