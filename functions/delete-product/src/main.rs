//! `DELETE /api/power/products/{id}`: takes a product down.

fn main() -> std::process::ExitCode {
    lambda::run(delete_product::start)
}
