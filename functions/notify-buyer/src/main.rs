//! Mails buyers what became of their purchases, with the receipt of those issued.

fn main() -> std::process::ExitCode {
    lambda::run(notify_buyer::start)
}
