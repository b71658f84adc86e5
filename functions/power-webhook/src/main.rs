//! `POST /api/webhooks/power-payment`: takes payments' news of purchases.

fn main() -> std::process::ExitCode {
    lambda::run(power_webhook::start)
}
