//! Tells people what concerns them, by e-mail.

fn main() -> std::process::ExitCode {
    lambda::run(notify::start)
}
