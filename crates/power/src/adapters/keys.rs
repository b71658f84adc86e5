//! The keys of the table `power`. Master data and transactions share no item.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | product | `PRODUCT#<id>` | `PRODUCT` |
//! | meter | `METER#<number>` | `METER` |
//! | which meter a customer has | `CUSTOMER#<number>` | `METER` |
//! | the table of rates | `RATES` | `RATES` |
//! | purchase | `PURCHASE#<id>` | `PURCHASE` |
//! | what its buyer was told | `PURCHASE#<id>` | `NOTICE#<status>` |
//! | a buyer's last purchase of a product for a meter | `LAST#<user>#<meter>#<product>` | `LAST` |
//! | how much a meter was sold in a month | `MONTH#<2026-11>#<meter>` | `MONTH` |
//!
//! The index `by_list` lists keys: `LIST = PRODUCTS`, `PLACE = <nominal>#<id>`; `LIST = METERS`, `PLACE = <number>`;
//! `LIST = BUYER#<user>`, `PLACE = <created_at>#<id>`.

use crate::domain::{CustomerNumber, MeterNumber, Month, Product, Purchase, PurchaseStatus};
use contracts::{Failure, Page, PageRequest, ProductId, PurchaseId, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use table::{Item, Key, Table, of_cursor, text};

const BY_LIST: &str = "by_list";
const LIST: &str = "LIST";
const PLACE: &str = "PLACE";

/// An item with its place in the index.
#[derive(Serialize, Deserialize)]
pub struct Listed<T> {
    #[serde(flatten)]
    pub item: T,
    #[serde(rename = "LIST")]
    list: String,
    #[serde(rename = "PLACE")]
    place: String,
}

/// A list of the index, and how the key of an item follows from its place.
pub struct ListOf {
    pub list: String,
    pub key: fn(&str) -> Option<Key>,
    pub newest_first: bool,
}

pub fn product(id: ProductId) -> Key {
    Key::new(format!("PRODUCT#{id}"), "PRODUCT")
}

pub fn listed_product(product: &Product) -> Listed<&Product> {
    Listed { item: product, list: "PRODUCTS".to_owned(), place: product_place(product) }
}

pub fn product_place(product: &Product) -> String {
    format!("{:013}#{}", product.nominal.amount, product.id)
}

pub fn products() -> ListOf {
    let key = |place: &str| Some(product(place.split_once('#')?.1.parse().ok()?));
    ListOf { list: "PRODUCTS".to_owned(), key, newest_first: false }
}

pub fn meter(number: &MeterNumber) -> Key {
    Key::new(format!("METER#{number}"), "METER")
}

pub fn customer(number: &CustomerNumber) -> Key {
    Key::new(format!("CUSTOMER#{number}"), "METER")
}

pub fn listed_meter<T>(item: T, number: &MeterNumber) -> Listed<T> {
    Listed { item, list: "METERS".to_owned(), place: number.to_string() }
}

pub fn meters() -> ListOf {
    let key = |place: &str| Some(meter(&place.parse().ok()?));
    ListOf { list: "METERS".to_owned(), key, newest_first: false }
}

pub fn rates() -> Key {
    Key::new("RATES".to_owned(), "RATES")
}

pub fn month(month: &Month, meter: &MeterNumber) -> Key {
    Key::new(format!("MONTH#{month}#{meter}"), "MONTH")
}

pub fn purchase(id: PurchaseId) -> Key {
    Key::new(format!("PURCHASE#{id}"), "PURCHASE")
}

pub fn last(purchase: &Purchase) -> Key {
    let Purchase { user_id, meter_number, product_id, .. } = purchase;
    Key::new(format!("LAST#{user_id}#{meter_number}#{product_id}"), "LAST")
}

pub fn notice(id: PurchaseId, about: PurchaseStatus) -> Key {
    Key::new(format!("PURCHASE#{id}"), format!("NOTICE#{about}"))
}

pub fn listed_purchase(purchase: &Purchase) -> Listed<&Purchase> {
    Listed { item: purchase, list: buyer(purchase.user_id), place: purchase_place(purchase) }
}

pub fn purchase_place(purchase: &Purchase) -> String {
    format!("{}#{}", purchase.created_at, purchase.id)
}

pub fn purchases(of: UserId) -> ListOf {
    let key = |place: &str| Some(purchase(place.split_once('#')?.1.parse().ok()?));
    ListOf { list: buyer(of), key, newest_first: true }
}

fn buyer(user: UserId) -> String {
    format!("BUYER#{user}")
}

/// A page of the items of a list that `wanted` shows. `None`: the cursor is not one of this list's.
pub async fn page<T: DeserializeOwned + Send>(
    table: &Table,
    of: &ListOf,
    asked: &PageRequest,
    place_of: impl Fn(&T) -> String + Copy + Send + Sync,
    wanted: impl Fn(&T) -> bool + Copy + Send + Sync,
) -> Result<Option<Page<T>>, Failure> {
    let start = |from: &str| -> Option<Item> {
        let place = of_cursor(from)?;
        let mut key = (of.key)(&place)?.attributes();
        key.insert(LIST.into(), text(&of.list));
        key.insert(PLACE.into(), text(place));
        Some(key)
    };
    let from = match asked.from() {
        None => None,
        Some(from) => match start(from) {
            Some(key) => Some(key),
            None => return Ok(None),
        },
    };
    let query = table
        .query()
        .index_name(BY_LIST)
        .key_condition_expression("#list = :list")
        .expression_attribute_names("#list", LIST)
        .expression_attribute_values(":list", text(&of.list))
        .scan_index_forward(!of.newest_first)
        .set_exclusive_start_key(from);
    let place = |item: &Item| item.get(PLACE)?.as_s().ok().cloned();
    // The index has the keys, the table the items.
    let shown = |found: Vec<Item>| async move {
        let places: Vec<_> = found.iter().map(place).collect();
        let keys: Vec<_> = places.iter().flatten().filter_map(|place| (of.key)(place)).collect();
        let items: Vec<T> = table.get_all(&keys).await?;
        let mut items: HashMap<_, _> = items.into_iter().map(|item| (place_of(&item), item)).collect();
        Ok(places.into_iter().map(|place| items.remove(&place?).filter(wanted)).collect())
    };
    table.page([query], PLACE, asked, shown).await.map(Some)
}
