use contracts::World;
use contracts::token::{Bearer, InvalidToken, KeyRing};

/// Who bears the token of an `Authorization` header (RFC 6750: `Bearer <token>`).
pub fn authorize(keys: &KeyRing, world: &dyn World, header: &str) -> Result<Bearer, InvalidToken> {
    let (scheme, token) = header.split_once(' ').ok_or(InvalidToken)?;
    if scheme.eq_ignore_ascii_case("bearer") { keys.verify(token.trim(), world.now()) } else { Err(InvalidToken) }
}
