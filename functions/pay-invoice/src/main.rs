//! `POST /api/invoices/{number}/pay`: its payer pays.

fn main() -> std::process::ExitCode {
    lambda::run(pay_invoice::start)
}
