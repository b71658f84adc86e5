//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(make_admin::function())
}
