//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(ws_connect::function())
}
