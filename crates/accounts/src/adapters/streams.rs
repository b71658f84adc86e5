//! Reads records of the table's stream as news of users. A record that cannot be read is an error and is not skipped.

use contracts::{Failure, UserId, UserNews};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Keys {
    pk: String,
    sk: String,
}

/// A request for a mailed link.
#[derive(Deserialize)]
struct Request {
    request: Uuid,
}

/// The news in a record of a new user, of a request for a mailed link, or of a deletion.
pub fn news(keys: serde_dynamo::Item, image: serde_dynamo::Item) -> Result<UserNews, Failure> {
    let unreadable = || Failure::permanent("read a record", "not of a user");
    let Keys { pk, sk } = serde_dynamo::from_item(keys).map_err(|_| unreadable())?;
    let user_id: UserId = pk.strip_prefix("USER#").and_then(|id| id.parse().ok()).ok_or_else(unreadable)?;
    let request = || serde_dynamo::from_item(image).map(|Request { request }| request).map_err(|_| unreadable());
    match sk.as_str() {
        "USER" => Ok(UserNews::Registered { user_id, id: user_id.uuid() }),
        "CONFIRMATION" => Ok(UserNews::Registered { user_id, id: request()? }),
        "RESET" => Ok(UserNews::ResetRequested { user_id, id: request()? }),
        "DELETED" => Ok(UserNews::Deleted { user_id }),
        _ => Err(unreadable()),
    }
}
