//! `GET /api/events/{id}/sales`: what an event sold.

fn main() -> std::process::ExitCode {
    lambda::run(get_sales::start)
}
