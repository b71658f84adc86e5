//! Tells the topic of purchases that changed, from the table's stream.

fn main() -> std::process::ExitCode {
    lambda::run(power_relay::start)
}
