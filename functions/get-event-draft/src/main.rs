//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(get_event_draft::function())
}
