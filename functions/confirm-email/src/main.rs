//! `POST /api/email/confirm`: takes a mailed link as proof of an address.

fn main() -> std::process::ExitCode {
    lambda::run(confirm_email::start)
}
