//! Webhooks. The first byte chooses what the rest is: a webhook as it came (id, timestamp and signatures, a line each,
//! then the body), or a body that the target signs. A webhook is accepted only if it was signed, and recently. An event
//! that can be read stays the same when it is written and read again.
#![no_main]

use contracts::webhook::{InvoiceEvent, Secrets, TOLERANCE};
use karcis_fuzz::{NOW, mode, now, tampered};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

const ID: &str = "paid-inv-ticketing-01a1fc00-0000-7000-8000-00000000000a";

static SECRETS: LazyLock<Secrets> = LazyLock::new(|| {
    let both = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    Secrets::parse(both).expect("secrets")
});

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = mode(data) else { return };
    if mode == b's' {
        signed(rest);
    } else {
        as_it_came(rest);
    }
});

fn as_it_came(data: &[u8]) {
    let mut parts = data.splitn(4, |&byte| byte == b'\n');
    // A header is text.
    let mut header = || parts.next().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let (id, timestamp, signatures) = (header(), header(), header());
    let body = parts.next().unwrap_or_default();
    if SECRETS.verify(id, timestamp, signatures, body, now()).is_ok() {
        let second: i64 = timestamp.parse().expect("a number");
        assert!(second.abs_diff(NOW) <= TOLERANCE.as_secs(), "stale: {second}");
        let ours = SECRETS.sign(id, second, body);
        assert!(signatures.split(' ').any(|one| ours.split(' ').any(|genuine| genuine == one)), "forged: {signatures}");
    }
}

fn signed(data: &[u8]) {
    // The first three bytes say what is changed; the rest is the body.
    let Some((changes, body)) = data.split_at_checked(3) else { return };
    let (signatures, at) = (SECRETS.sign(ID, NOW, body), NOW.to_string());
    let verify =
        |id: &str, at: &str, signatures: &str, body: &[u8]| SECRETS.verify(id, at, signatures, body, now()).is_ok();
    assert!(verify(ID, &at, &signatures, body), "what was signed is refused");
    assert!(!verify(ID, &at, &signatures, &[body, b" "].concat()), "another body");
    // The changed second signature is sent alone: the first one beside it would make the webhook genuine.
    let (_, second) = signatures.split_once(' ').expect("two signatures");
    if let Some(changed) = tampered(second, changes) {
        assert!(!verify(ID, &at, &changed, body), "forged: {changed}");
    }
    if let Some(changed) = tampered(ID, changes) {
        assert!(!verify(&changed, &at, &signatures, body), "another id: {changed}");
    }
    if let Some(changed) = tampered(&at, changes) {
        assert!(!verify(ID, &changed, &signatures, body), "another time: {changed}");
    }
    if let Ok(news) = serde_json::from_slice::<InvoiceEvent>(body) {
        let written = serde_json::to_vec(&news).expect("JSON");
        assert_eq!(serde_json::from_slice::<InvoiceEvent>(&written).expect("our own JSON"), news);
    }
}
