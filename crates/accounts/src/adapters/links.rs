use crate::domain::LinkClaim;
use crate::ports::Links;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::Failure;
use contracts::keys::{has_tag, tag};

/// Mailed links, signed with accounts' own secret: `<claim>.<tag>`, both in base64url.
pub struct SignedLinks(String);

impl SignedLinks {
    /// With this secret.
    pub fn new(secret: String) -> Self {
        Self(secret)
    }
}

impl Links for SignedLinks {
    fn sign(&self, claim: &LinkClaim) -> Result<String, Failure> {
        let claim = serde_json::to_vec(claim).map_err(|e| Failure::permanent("sign a link", e))?;
        Ok(format!("{}.{}", URL_SAFE_NO_PAD.encode(&claim), tag(&self.0, &claim)))
    }

    fn read(&self, token: &str) -> Option<LinkClaim> {
        let (claim, tag) = token.split_once('.')?;
        let claim = URL_SAFE_NO_PAD.decode(claim).ok()?;
        has_tag(&self.0, &claim, tag).then(|| serde_json::from_slice(&claim).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Purpose;
    use contracts::{Timestamp, UserId};
    use uuid::Uuid;

    #[test]
    fn a_link_of_somebody_elses_making_is_none() {
        let claim = LinkClaim {
            purpose: Purpose::ResetPassword,
            user_id: UserId::new(Uuid::from_u128(1)),
            session: 0,
            expires_at: Timestamp::from_millis(10),
        };
        let (ours, other) = (SignedLinks::new("a".into()), SignedLinks::new("b".into()));
        assert_eq!(ours.read(&ours.sign(&claim).unwrap()), Some(claim.clone()));
        assert_eq!(ours.read(&other.sign(&claim).unwrap()), None);
        for bad in ["", ".", "a.b", "a"] {
            assert_eq!(ours.read(bad), None, "{bad}");
        }
    }
}
