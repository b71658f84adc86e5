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
