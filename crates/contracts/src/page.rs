//! Lists come in pages. Every list takes the same kind of request and answers the same kind of page.

use crate::{Failure, Problem};
use serde::{Deserialize, Serialize};

/// A request for one page of a list: at most `limit` items, starting where `cursor` points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// From 1 to [`PageRequest::MOST`].
    pub limit: u32,
    /// Opaque: what the page before answered as `next_cursor`.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The most items of one page.
    pub const MOST: u32 = 100;
    /// How many items a page has when the caller does not say.
    pub const USUAL: u32 = 20;

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

    /// The limit as DynamoDB takes it.
    pub fn items(&self) -> i32 {
        i32::try_from(self.limit).unwrap_or(i32::MAX)
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
    Problem::invalid("cursor", "Not a cursor that a page before this one answered.")
}

/// One page of a search, filled from several pages of the list that is searched.
///
/// Matches may be rare, so `read` is called for page after page, at most `looks` times. After that the page may hold
/// fewer items than asked for, and has a cursor for the rest.
pub async fn filled<T, Reading>(
    asked: &PageRequest,
    looks: u32,
    mut read: impl FnMut(PageRequest) -> Reading,
) -> Result<Page<T>, Problem>
where
    Reading: Future<Output = Result<Option<Page<T>>, Failure>>,
{
    let mut left = asked.clone();
    let mut items = Vec::new();
    for _ in 0..looks {
        let page = read(left.clone()).await?.ok_or_else(foreign_cursor)?;
        items.extend(page.items);
        left.cursor = page.next_cursor;
        left.limit = asked.limit.saturating_sub(u32::try_from(items.len()).unwrap_or(asked.limit));
        if left.cursor.is_none() || left.limit == 0 {
            break;
        }
    }
    Ok(Page { items, next_cursor: left.cursor })
}
