//! `POST /api/invoices/{number}/refund`: pays a paid invoice back.

fn main() -> std::process::ExitCode {
    lambda::run(refund_invoice::start)
}
