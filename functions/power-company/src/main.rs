//! The simulated power company: knows meters, issues tokens, and does not always answer.

fn main() -> std::process::ExitCode {
    lambda::run(power_company::start)
}
