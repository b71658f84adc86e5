//! `PUT /api/power/products/{id}`: changes a product.

fn main() -> std::process::ExitCode {
    lambda::run(update_product::start)
}
