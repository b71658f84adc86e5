//! `GET /api/power/purchases/{id}`: one of the caller's own purchases.

fn main() -> std::process::ExitCode {
    lambda::run(get_purchase::start)
}
