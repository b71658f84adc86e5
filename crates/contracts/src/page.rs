//! Lists come in pages. Every list takes the same kind of request and answers the same kind of page.

use crate::Problem;
use serde::{Deserialize, Serialize};

/// A request for one page of a list: at most `limit` items, starting where `cursor` points.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// From 1 to [`PageRequest::MOST`].
    pub limit: u32,
    /// Opaque: what the page before answered as `next_cursor`.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The parameters of a query that ask for a page.
    pub const PARAMETERS: [&str; 2] = ["limit", "cursor"];
    /// The most items of one page.
    pub const MOST: u32 = 100;
    /// How many items a page has when the caller does not say.
    pub const USUAL: u32 = 20;
    /// The most items that are read to fill one page. A search that finds less than `limit` among so many answers what
    /// it found, and a cursor to go on from.
    pub const BOUND: u32 = 2_000;

    /// This page; 422 when the limit could not be read (`None`) or is out of range.
    pub fn new(limit: Option<u32>, cursor: Option<String>) -> Result<Self, Problem> {
        let limit = limit.filter(|limit| (1..=Self::MOST).contains(limit));
        let limit = limit.ok_or_else(|| Problem::invalid("limit", format!("From 1 to {}.", Self::MOST)))?;
        Ok(Self { limit, cursor })
    }

    /// Where the page begins, if it is not the first page.
    pub fn from(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

/// A page of a list, as every list answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// The `cursor` of the next request, if there are more items.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The same page, with each item changed.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next_cursor: self.next_cursor }
    }
}

/// The problem that a list answers when the cursor is not one of its own.
pub fn foreign_cursor() -> Problem {
    Problem::invalid(
        "cursor",
        "Not what the page before this one answered as next_cursor, for the same path and query.",
    )
}
