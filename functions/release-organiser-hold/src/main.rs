//! Gives holds that did not end confirmed back to the organiser's system.

fn main() -> std::process::ExitCode {
    lambda::run(release_organiser_hold::start)
}
