//! Pages of lists, filled by one helper for every list: a page holds as many items as were asked for while there are
//! any, and its cursor says that there are more.

use crate::{Failure, Item, Table, cursor, failure};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use contracts::{Page, PageRequest};

/// The most items that are read to fill one page. Where a search finds so little that this is reached, the page holds
/// what was found so far, and a cursor to go on from.
pub const BOUND: usize = PageRequest::BOUND as usize;
/// How many items one request of a search reads.
const LOOK: usize = 500;

impl Table {
    /// A page of what a query finds. `place` is the attribute that the query sorts by; cursors are made of it. `shown`
    /// turns items into what the list shows, in their order, with `None` for each that it does not show.
    pub async fn page<T, Shown>(
        &self,
        query: QueryFluentBuilder,
        place: &str,
        asked: &PageRequest,
        shown: impl Fn(Vec<Item>) -> Shown,
    ) -> Result<Page<T>, Failure>
    where
        Shown: Future<Output = Result<Vec<Option<T>>, Failure>>,
    {
        let limit = asked.limit as usize;
        // One item more than asked for says whether there is another page.
        let mut look = if query.get_filter_expression().is_some() { LOOK } else { limit + 1 };
        let (mut items, mut last, mut read) = (Vec::with_capacity(limit), None, 0);
        let mut from = query.get_exclusive_start_key().clone();
        loop {
            let size = i32::try_from(look).unwrap_or(i32::MAX);
            let found = query.clone().limit(size).set_exclusive_start_key(from.take()).send().await;
            let found = found.map_err(|e| failure("query", &e))?;
            let (all, scanned) = (found.items.unwrap_or_default(), usize::try_from(found.scanned_count).unwrap_or(0));
            read += scanned.max(all.len());
            let places: Vec<_> = all.iter().map(|item| text_of(item.get(place))).collect();
            for (one, at) in shown(all).await?.into_iter().zip(places) {
                let Some(one) = one else { continue };
                if items.len() == limit {
                    return Ok(Page { items, next_cursor: last.as_deref().map(cursor) });
                }
                items.push(one);
                last = at;
            }
            let Some(end) = found.last_evaluated_key else { return Ok(Page { items, next_cursor: None }) };
            if read >= BOUND {
                return Ok(Page { items, next_cursor: text_of(end.get(place)).as_deref().map(cursor) });
            }
            (from, look) = (Some(end), LOOK);
        }
    }
}

fn text_of(value: Option<&AttributeValue>) -> Option<String> {
    value?.as_s().ok().cloned()
}
