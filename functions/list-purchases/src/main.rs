//! `GET /api/power/purchases`: the caller's own purchases, newest first.

fn main() -> std::process::ExitCode {
    lambda::run(list_purchases::start)
}
