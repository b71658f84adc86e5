//! The simulated organiser system: agrees to holds, or does not.

fn main() -> std::process::ExitCode {
    lambda::run(organiser_system::start)
}
