//! `GET /api/waiting-list`: the lines that the caller stands in.

fn main() -> std::process::ExitCode {
    lambda::run(list_waiting::start)
}
