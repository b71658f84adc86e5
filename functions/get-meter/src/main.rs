//! `GET /api/power/meters/{number}`: whose meter it is, by its number or its customer's.

fn main() -> std::process::ExitCode {
    lambda::run(get_meter::start)
}
