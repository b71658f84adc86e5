//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(leave_waiting_list::function())
}
