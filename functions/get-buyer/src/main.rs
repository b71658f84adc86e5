//! `GET /api/buyers/{id}`: how many seats a user holds or owns, for accounts.

fn main() -> std::process::ExitCode {
    lambda::run(get_buyer::start)
}
