//! Tells the topic of users.

fn main() -> std::process::ExitCode {
    lambda::run(accounts_relay::start)
}
