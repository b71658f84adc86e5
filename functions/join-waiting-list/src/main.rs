//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(join_waiting_list::function())
}
