//! Makes the first admin. Whoever may invoke it may; no route leads to it.

fn main() -> std::process::ExitCode {
    lambda::run(make_admin::start)
}
