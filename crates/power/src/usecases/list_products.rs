use crate::domain::Product;
use crate::ports::Products;
use contracts::page::foreign_cursor;
use contracts::{Page, PageRequest, Problem};

/// A page of products, cheapest first. It includes products that are not sold only if `all` is set.
pub async fn list_products(products: &dyn Products, all: bool, asked: &PageRequest) -> Result<Page<Product>, Problem> {
    products.list(all, asked).await?.ok_or_else(foreign_cursor)
}
