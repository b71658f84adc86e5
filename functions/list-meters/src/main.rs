//! `GET /api/power/meters`: the meters kept, by number.

fn main() -> std::process::ExitCode {
    lambda::run(list_meters::start)
}
