//! `POST /api/power/purchases`: buys a power token.

fn main() -> std::process::ExitCode {
    lambda::run(buy_token::start)
}
