//! Hands the function to Lambda.

fn main() -> std::process::ExitCode {
    lambda::run(release_organiser_hold::function())
}
