use crate::ports::{Sessions, Users};
use contracts::token::{Bearer, KeyRing};
use contracts::{Caller, Failure, World};
use futures::future::try_join;

/// Says who a request's token belongs to.
///
/// `header` is the `Authorization` header (RFC 6750: `Bearer <token>`). A user's name, address and language are those
/// of the account now, not those of the day on which they signed in. `None` if the token is not valid, belongs to a
/// session that its user has ended, or to an account that is gone.
pub async fn authorize(
    keys: &KeyRing,
    (users, sessions): (&dyn Users, &dyn Sessions),
    world: &dyn World,
    header: &str,
) -> Result<Option<Bearer>, Failure> {
    let token = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some(bearer) = token.and_then(|(_, token)| keys.verify(token.trim(), world.now()).ok()) else {
        return Ok(None);
    };
    let Bearer::User { caller, session } = bearer else { return Ok(Some(bearer)) };
    let (current, user) = try_join(sessions.current(caller.id), users.get(caller.id)).await?;
    // A new role begins a new session, so that the token's is the present one.
    let present = |caller: Caller| user.map(|user| Caller { role: caller.role, ..user.caller() });
    Ok(if session < current { None } else { present(caller).map(|caller| Bearer::User { caller, session }) })
}
