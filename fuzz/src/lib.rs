//! What the fuzz targets share: fixed keys, a fixed time, and a runtime.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contracts::{SigningKey, Timestamp};
use std::future::Future;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Runtime};

/// The time at which every target runs: 15 January 2027, in Unix seconds. It is fixed so that an input that fails today
/// also fails tomorrow.
pub const NOW: i64 = 1_800_000_000;

/// [`NOW`] as a timestamp.
pub fn now() -> Timestamp {
    Timestamp::from_millis(NOW * 1000)
}

/// A signing key with this id, the same in every run. Its secret is the byte `seed` 32 times, and protects nothing.
pub fn key(kid: &str, seed: u8) -> SigningKey {
    // An Ed25519 private key in PKCS #8 (RFC 8410, section 7) is this prefix and then the key's 32 bytes.
    let mut der = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    der.extend([seed; 32]);
    SigningKey::parse(&format!("{kid}:{}", STANDARD.encode(der))).expect("a key")
}

/// Runs a future until it is done, and answers its result.
pub fn wait<T>(for_what: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));
    runtime.block_on(for_what)
}

/// Splits off the first byte, which chooses what a target does with the rest. `None` if there is no byte.
pub fn mode(data: &[u8]) -> Option<(u8, &[u8])> {
    data.split_first().map(|(&mode, rest)| (mode, rest))
}

/// `genuine` with one byte changed: the first byte of `data` says where, the second to what. `None` if `data` is too
/// short, if nothing changes, or if the result is not UTF-8.
pub fn tampered(genuine: &str, data: &[u8]) -> Option<String> {
    let (&place, &byte) = (data.first()?, data.get(1)?);
    let mut bytes = genuine.as_bytes().to_vec();
    // A text may be longer than 256 bytes, so a third byte, if given, moves the place by that many times 256.
    let from = usize::from(data.get(2).copied().unwrap_or(0)) * 256;
    let length = bytes.len();
    bytes[(from + usize::from(place)) % length] = byte;
    String::from_utf8(bytes).ok().filter(|text| text != genuine)
}
