//! The gateway's authorizer: says who bears a token.

fn main() -> std::process::ExitCode {
    lambda::run(authorizer::start)
}
