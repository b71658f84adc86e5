use crate::ports::Sessions;
use contracts::token::{Bearer, KeyRing};
use contracts::{Failure, World};

/// Says who a request's token belongs to.
///
/// `header` is the `Authorization` header (RFC 6750: `Bearer <token>`). `None` if the token is not valid, or belongs to
/// a session that its user has ended.
pub async fn authorize(
    keys: &KeyRing,
    sessions: &dyn Sessions,
    world: &dyn World,
    header: &str,
) -> Result<Option<Bearer>, Failure> {
    let token = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some(bearer) = token.and_then(|(_, token)| keys.verify(token.trim(), world.now()).ok()) else {
        return Ok(None);
    };
    if let Bearer::User { caller, session } = &bearer
        && *session < sessions.current(caller.id).await?
    {
        return Ok(None);
    }
    Ok(Some(bearer))
}
