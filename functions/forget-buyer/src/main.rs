//! Erases what is known of a deleted user.

fn main() -> std::process::ExitCode {
    lambda::run(forget_buyer::start)
}
