//! Keeps each user's booking history, as ticketing tells it.

fn main() -> std::process::ExitCode {
    lambda::run(record_history::start)
}
