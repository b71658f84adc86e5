//! `POST /api/webhooks/payment`: takes payments' news.

fn main() -> std::process::ExitCode {
    lambda::run(webhook::start)
}
