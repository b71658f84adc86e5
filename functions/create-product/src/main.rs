//! `POST /api/power/products`: puts a product up.

fn main() -> std::process::ExitCode {
    lambda::run(create_product::start)
}
