//! `DELETE /api/power/meters/{number}`: takes a meter down.

fn main() -> std::process::ExitCode {
    lambda::run(delete_meter::start)
}
