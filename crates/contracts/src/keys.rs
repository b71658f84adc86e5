//! Ed25519 keys (RFC 8032): one to sign users' tokens, one per service, one for tickets. Also digests, HMAC tags, and
//! the keyed numbers that simulators draw.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use std::fmt;

/// A private key and its id. As a setting it is written `<kid>:<base64 of PKCS #8>`.
pub struct SigningKey {
    kid: String,
    pair: Ed25519KeyPair,
    jwt: EncodingKey,
}

/// A setting that is not a signing key. The error does not show the setting, which is a secret.
#[derive(Debug, thiserror::Error)]
#[error("a signing key is written <kid>:<base64 of an Ed25519 private key in PKCS #8>")]
pub struct InvalidKey;

impl SigningKey {
    /// Makes a key, as the text that [`SigningKey::parse`] reads.
    pub fn generate(kid: &str) -> Result<String, InvalidKey> {
        let pair = Ed25519KeyPair::generate().map_err(|_| InvalidKey)?;
        let document = pair.to_pkcs8v1().map_err(|_| InvalidKey)?;
        Ok(format!("{kid}:{}", STANDARD.encode(document.as_ref())))
    }

    /// Reads a key from its setting.
    pub fn parse(setting: &str) -> Result<Self, InvalidKey> {
        let (kid, encoded) = setting.split_once(':').ok_or(InvalidKey)?;
        let der = STANDARD.decode(encoded).map_err(|_| InvalidKey)?;
        let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|_| InvalidKey)?;
        Ok(Self { kid: kid.to_owned(), pair, jwt: EncodingKey::from_ed_der(&der) })
    }

    /// The key's id, by which its public half is found.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half, 32 bytes in base64url, as in a JWK's `x` (RFC 8037).
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref())
    }

    /// The signature of `message`: 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    pub(crate) const fn jwt(&self) -> &EncodingKey {
        &self.jwt
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

/// Is `signature` valid for `message`? `public` is the public half of the key, as [`SigningKey::public`] writes it.
pub fn verify(public: &str, message: &[u8], signature: &[u8]) -> bool {
    URL_SAFE_NO_PAD
        .decode(public)
        .is_ok_and(|key| UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok())
}

/// SHA-256 (FIPS 180-4) of some bytes, in base64url, to tell one body from another.
pub fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

/// How many zero bits the SHA-256 (FIPS 180-4) of some bytes begins with.
pub fn zero_bits(bytes: &[u8]) -> u32 {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let zeros = digest.as_ref().iter().take_while(|byte| **byte == 0).count();
    let partial = digest.as_ref().get(zeros).map_or(0, |byte| byte.leading_zeros());
    u32::try_from(zeros * 8).unwrap_or(u32::MAX) + partial
}

/// A tag that only the holder of `secret` can make over `message`: 32 bytes of HMAC-SHA256 (RFC 2104) in base64url.
pub fn tag(secret: &str, message: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message))
}

/// Is `tag` the one over `message`? Compared in constant time.
pub fn has_tag(secret: &str, message: &[u8], tag: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    URL_SAFE_NO_PAD.decode(tag).is_ok_and(|tag| hmac::verify(&key, message, &tag).is_ok())
}

/// Are both the same text? Compared in constant time.
pub fn is_same(one: &str, other: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// A number that is computed from `about` and that only the holder of `key` can compute: repeatable, and without a
/// pattern.
pub fn number(key: &str, about: &[u8]) -> u128 {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), about);
    tag.as_ref().iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// A simulator's random number, from 0 (included) to 1 (excluded): a keyed hash of `about`. The same question always
/// gets the same number.
pub fn chance(key: &str, about: &[u8]) -> f64 {
    let lot = u32::try_from(number(key, about) >> 96).unwrap_or(0);
    f64::from(lot) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_setting_and_signs() {
        let key = SigningKey::parse(&SigningKey::generate("k1").unwrap()).unwrap();
        assert_eq!(key.kid(), "k1");
        let signature = key.sign(b"seat A-1");
        assert!(verify(&key.public(), b"seat A-1", &signature));
        assert!(!verify(&key.public(), b"seat A-2", &signature));
        assert!(!verify("not a key", b"seat A-1", &signature));
    }

    #[test]
    fn lots_are_repeatable_and_even() {
        assert!((chance("k", b"1") - chance("k", b"1")).abs() < f64::EPSILON);
        let below = (0..10_000u32).filter(|n| chance("k", &n.to_be_bytes()) < 0.2).count();
        assert!((1_800..2_200).contains(&below), "{below}");
    }

    #[test]
    fn refuses_what_is_no_key() {
        for bad in ["", "k1", "k1:", "k1:AAAA", "k1:!"] {
            assert!(SigningKey::parse(bad).is_err(), "{bad}");
        }
    }
}
