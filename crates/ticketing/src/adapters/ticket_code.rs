use crate::domain::ticket::{TicketClaim, parts, signed_part};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::Failure;
use contracts::keys::{self, SigningKey};

/// The content of a ticket's QR code: the claim, signed with Ed25519.
pub fn sign(claim: &TicketClaim, key: &SigningKey) -> Result<String, Failure> {
    let claim = serde_json::to_vec(claim).map_err(|e| Failure::permanent("sign a ticket", e))?;
    let signed = signed_part(key.kid(), &URL_SAFE_NO_PAD.encode(claim));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    Ok(format!("{signed}.{signature}"))
}

/// The claim of a code, if the key of this id and public half signed it.
pub fn verify(code: &str, kid: &str, public: &str) -> Option<TicketClaim> {
    let (named, claim, signature, signed) = parts(code)?;
    let genuine = named == kid && keys::verify(public, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?);
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claim).ok().filter(|_| genuine)?).ok()
}
