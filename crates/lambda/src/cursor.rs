//! A cursor belongs to its list: to the path, to who asks, and to what of the list was asked for. Each cursor carries a
//! mark of these, so that one of another list or another search is refused and not read as a place in this one.

use crate::request::{Authorized, Incoming};
use contracts::keys::digest;
use contracts::page::foreign_cursor;
use contracts::{PageRequest, Problem};

/// Enough of the digest that two searches of one client do not meet.
const MARK: usize = 8;

/// The cursor as a client keeps it.
pub(crate) fn bound(cursor: &str, incoming: &Incoming<'_>) -> String {
    format!("{}.{cursor}", mark(incoming))
}

/// The cursor within one that a client hands back; 422 if it is not of this list and query.
pub(crate) fn unbound(given: &str, incoming: &Incoming<'_>) -> Result<String, Problem> {
    let (marked, cursor) = given.split_once('.').ok_or_else(foreign_cursor)?;
    if marked == mark(incoming) { Ok(cursor.to_owned()) } else { Err(foreign_cursor()) }
}

fn mark(incoming: &Incoming<'_>) -> String {
    let caller = match incoming.authorized() {
        Ok(Authorized::User(caller)) => caller.id.to_string(),
        Ok(Authorized::Service { name, .. }) => name.to_string(),
        Err(_) => String::new(),
    };
    let named = incoming.query.iter().filter(|name| !PageRequest::PARAMETERS.contains(name));
    let asked: Vec<_> = named.filter_map(|name| Some((*name, incoming.parameter(name)?.trim()))).collect();
    let parts: Vec<_> = incoming.path_parts().collect();
    let all = format!("{} {parts:?} {caller} {asked:?}", incoming.path);
    digest(all.as_bytes()).get(..MARK).unwrap_or_default().to_owned()
}
