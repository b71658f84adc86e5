//! Pages of lists, filled by one helper for every list: a page holds as many items as were asked for while there are
//! any, and its cursor says that there are more.

use crate::{Failure, Item, Table, cursor, failure};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use contracts::{Page, PageRequest};
use futures::future::try_join_all;
use std::collections::VecDeque;

/// The most items that are read to fill one page. Where a search finds so little that this is reached, the page holds
/// what was found so far, and a cursor to go on from.
pub const BOUND: usize = PageRequest::BOUND as usize;
/// How many items the requests of a search read together.
const LOOK: usize = 500;

/// One of the queries that a list is read with.
struct Source {
    query: QueryFluentBuilder,
    /// What it found and nobody looked at yet.
    found: VecDeque<Item>,
    /// Is there more to be read?
    goes_on: bool,
    /// The key behind which it is read on.
    from: Option<Item>,
}

impl Source {
    fn new(query: QueryFluentBuilder) -> Self {
        let from = query.get_exclusive_start_key().clone();
        Self { query, found: VecDeque::new(), goes_on: true, from }
    }

    fn wants_more(&self) -> bool {
        self.found.is_empty() && self.goes_on
    }

    /// Reads so many items, if it has no more than `few` left; answers how many it looked at.
    async fn refill(&mut self, look: usize, few: usize) -> Result<usize, Failure> {
        if !self.goes_on || self.found.len() > few {
            return Ok(0);
        }
        let size = i32::try_from(look).unwrap_or(i32::MAX);
        let query = self.query.clone().limit(size).set_exclusive_start_key(self.from.take());
        let found = query.send().await;
        let found = found.map_err(|e| failure("query", &e))?;
        (self.goes_on, self.from) = (found.last_evaluated_key.is_some(), found.last_evaluated_key);
        let items = found.items.unwrap_or_default();
        let looked_at = usize::try_from(found.scanned_count).unwrap_or(0).max(items.len());
        self.found.extend(items);
        Ok(looked_at)
    }

    /// Where it stands in the list, as far as it was read.
    fn reached(&self, place: &str) -> Option<String> {
        text_of(self.from.as_ref()?, place)
    }
}

impl Table {
    /// A page of what these queries find together. `place` is the attribute that each of them sorts by, and cursors are
    /// made of it; no two items have the same. `shown` turns items into what the list shows, in their order, with
    /// `None` for each that it does not show. Several queries sort in the same direction, and have no filters.
    pub async fn page<T, Shown>(
        &self,
        queries: impl IntoIterator<Item = QueryFluentBuilder>,
        place: &str,
        asked: &PageRequest,
        shown: impl Fn(Vec<Item>) -> Shown,
    ) -> Result<Page<T>, Failure>
    where
        Shown: Future<Output = Result<Vec<Option<T>>, Failure>>,
    {
        let limit = asked.limit as usize;
        let mut sources: Vec<_> = queries.into_iter().map(Source::new).collect();
        let is_search = sources.iter().any(|source| source.query.get_filter_expression().is_some());
        let backwards = sources.iter().any(|source| source.query.get_scan_index_forward() == &Some(false));
        let several = sources.len();
        // One item more than asked for says whether there is another page. Of several lists, each has its share, or
        // somewhat more.
        let (share, search) = (if several > 1 { 2 * limit / several + 2 } else { limit + 1 }, LOOK / several.max(1));
        let mut searches = is_search;
        let (mut items, mut last, mut read, mut end) = (Vec::with_capacity(limit), None, 0, None);
        loop {
            // A search shows little of what it reads, so it reads on in all lists at once.
            let (look, few) = if searches { (search, search / 2) } else { (share, 0) };
            let refills = sources.iter_mut().map(|source| source.refill(look, few));
            read += try_join_all(refills).await?.into_iter().sum::<usize>();
            let next = in_order(&mut sources, place, backwards);
            let places: Vec<_> = next.iter().map(|item| text_of(item, place)).collect();
            let (before, merged) = (items.len(), next.len());
            end = places.last().cloned().flatten().or(end);
            for (one, at) in shown(next).await?.into_iter().zip(places) {
                let Some(one) = one else { continue };
                if items.len() == limit {
                    return Ok(Page { items, next_cursor: last.as_deref().map(cursor) });
                }
                items.push(one);
                last = at;
            }
            if !sources.iter().any(Source::wants_more) {
                return Ok(Page { items, next_cursor: None });
            }
            if read >= BOUND {
                let only = if let [only] = sources.as_slice() { only.reached(place) } else { None };
                return Ok(Page { items, next_cursor: only.or(end).as_deref().map(cursor) });
            }
            searches = is_search || items.len() - before < merged / 2;
        }
    }
}

/// Takes the items that are next in the list, as long as each query that goes on has found what it has next.
fn in_order(sources: &mut [Source], place: &str, backwards: bool) -> Vec<Item> {
    let mut next = Vec::new();
    while !sources.iter().any(Source::wants_more) {
        let heads = sources.iter_mut().filter_map(|source| Some((text_of(source.found.front()?, place), source)));
        let first = if backwards {
            heads.max_by(|(one, _), (other, _)| one.cmp(other))
        } else {
            heads.min_by(|(one, _), (other, _)| one.cmp(other))
        };
        let Some(item) = first.and_then(|(_, source)| source.found.pop_front()) else { break };
        next.push(item);
    }
    next
}

fn text_of(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}
