//! Has the power company issue the tokens of paid purchases.

fn main() -> std::process::ExitCode {
    lambda::run(issue_token::start)
}
