//! `POST /api/register`: makes a buyer's account.

fn main() -> std::process::ExitCode {
    lambda::run(register::start)
}
