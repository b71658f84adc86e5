//! `POST /api/power/meters`: puts a meter up.

fn main() -> std::process::ExitCode {
    lambda::run(create_meter::start)
}
