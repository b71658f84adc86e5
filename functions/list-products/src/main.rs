//! `GET /api/power/products`: the products, cheapest first.

fn main() -> std::process::ExitCode {
    lambda::run(list_products::start)
}
