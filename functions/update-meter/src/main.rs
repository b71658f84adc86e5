//! `PUT /api/power/meters/{number}`: changes what is kept of a meter.

fn main() -> std::process::ExitCode {
    lambda::run(update_meter::start)
}
