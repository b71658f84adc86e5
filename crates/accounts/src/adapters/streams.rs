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

/// The name of a user. Only of who changed it is its version known.
#[derive(Deserialize)]
struct Renamed {
    name: Option<String>,
    name_version: Option<u64>,
}

/// The news in a record of a user, of a request for a mailed link, or of a deletion.
pub fn news(keys: serde_dynamo::Item, image: serde_dynamo::Item) -> Result<UserNews, Failure> {
    let unreadable = || Failure::permanent("read a record", "not of a user");
    let Keys { pk, sk } = serde_dynamo::from_item(keys).map_err(|_| unreadable())?;
    let user_id: UserId = pk.strip_prefix("USER#").and_then(|id| id.parse().ok()).ok_or_else(unreadable)?;
    if sk == "USER" {
        let Renamed { name, name_version } = serde_dynamo::from_item(image).map_err(|_| unreadable())?;
        return Ok(match name.zip(name_version) {
            Some((name, name_version)) => UserNews::Changed { user_id, name, name_version },
            None => UserNews::Registered { user_id, id: user_id.uuid() },
        });
    }
    let request = || serde_dynamo::from_item(image).map(|Request { request }| request).map_err(|_| unreadable());
    match sk.as_str() {
        "CONFIRMATION" => Ok(UserNews::Registered { user_id, id: request()? }),
        "RESET" => Ok(UserNews::ResetRequested { user_id, id: request()? }),
        "DELETED" => Ok(UserNews::Deleted { user_id }),
        _ => Err(unreadable()),
    }
}
