//! `GET /api/openapi.json`: the API, described.

fn main() -> std::process::ExitCode {
    lambda::run(get_openapi::start)
}
