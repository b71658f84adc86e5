//! Calls every function with events exactly as AWS sends them, and compares whole answers with those in `answers/`.
//!
//! Engines are fresh, and clock and ids are the test's own, so that answers can be compared. The same event files work
//! with `sam local invoke`.
//!
//! `UPDATE_ANSWERS=1 cargo test -p local --test it replay` writes the answers anew; read the difference before you
//! commit it.

use crate::app::options;
use crate::shape::root;
use contracts::{Timestamp, World};
use local::{Cloud, Options};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use template::STACK;
use triggers::Invoke;
use uuid::Uuid;

/// The story in order: each case uses the data that the cases before it left.
const STORY: &[&str] = &[
    "register/created",
    "register/email-taken",
    "register/short-password",
    "register/unknown-field",
    "login/signed-in",
    "login/wrong-password",
    "login/not-json",
    "authorizer/user",
    "authorizer/alg-none",
    "authorizer/tampered",
    "get-profile/found",
    "get-profile/a-service",
    "create-event/created",
    "create-event/a-buyer",
    "create-event/in-the-past",
    "add-seats/by-rows",
    "add-seats/seat-exists",
    "add-seats/not-a-price",
    "list-events/soonest-first",
    "list-events/limit-too-large",
    "get-event/found",
    "get-event/unknown",
    "get-layout/found",
    "get-layout/not-modified",
    "get-layout/not-an-id",
    "list-seats/in-full",
    "list-seats/compact",
    "list-seats/unknown-view",
    "create-invoice/created",
    "create-invoice/reference-reused",
    "create-invoice/a-user",
    "get-invoice/its-payer",
    "get-invoice/somebody-else",
    "pay-invoice/accepted",
    "void-invoice/voided",
    "void-invoice/tombstone",
    "void-invoice/another-client",
    "pay-invoice/not-payable",
    "organiser-system/agreed",
    "organiser-system/confirmed",
    "organiser-system/released",
    "organiser-system/a-user",
    "book/awaiting-payment",
    "book/seats-taken",
    "book/unknown-seat",
    "book/no-seats",
    "book/second",
    "book/third",
    "get-booking/its-buyer",
    "get-booking/somebody-else",
    "get-codes/not-ready",
    "get-ticket/not-ready",
    "seat-map/held",
    "seat-map/unreadable",
    "list-seats/after-the-hold",
    "payment-worker/settled",
    "payment-worker/one-of-two-unknown",
    "webhook/failed",
    "webhook/unsigned",
    "webhook/stale",
    "expire-hold/expired",
    "expire-hold/unreadable",
    "ticketing-relay/confirmed",
    "ticketing-relay/unreadable",
    "list-bookings/none-yet",
    "record-history/confirmed",
    "record-history/unreadable",
    "list-bookings/one",
    "list-bookings/foreign-cursor",
    "issue-ticket/confirmed",
    "issue-ticket/unreadable",
    "get-codes/ready",
    "get-ticket/ready",
    "confirm-organiser-hold/confirmed",
    "confirm-organiser-hold/unreadable",
    "release-organiser-hold/failed",
    "release-organiser-hold/unreadable",
    "list-event-bookings/newest-first",
    "list-event-bookings/a-buyer",
    "list-event-bookings/unknown-status",
    "get-sales/as-json",
    "get-sales/as-csv",
    "get-sales/another-organiser",
    "reconcile/agreed",
    "reconcile/agreed-again",
    "get-buyer/live",
    "get-buyer/a-user",
    "list-invoices/of-ticketing",
    "list-invoices/a-user",
    "open-ticket/redirected",
    "open-ticket/forged",
    "update-seat/repriced",
    "update-seat/not-open",
    "update-seat/version-mismatch",
    "delete-seat/withdrawn",
    "delete-seat/not-open",
    "update-event/changed",
    "update-event/version-mismatch",
    "update-event/a-buyer",
    "delete-event/has-bookings",
    "create-event/keyed",
    "delete-event/deleted",
    "join-waiting-list/joined",
    "join-waiting-list/own-seat",
    "join-waiting-list/seat-open",
    "list-waiting/one",
    "list-waiting/limit-too-large",
    "leave-waiting-list/never-stood-there",
    "leave-waiting-list/unknown-seat",
    "cancel-booking/somebody-else",
    "cancel-booking/refunding",
    "offer-seat/awaiting-payment",
    "offer-seat/unreadable",
    "list-event-bookings/awaiting-payment",
    "refund-booking/refunded",
    "refund-booking/unreadable",
    "refund-invoice/refunded-before",
    "refund-invoice/not-paid",
    "refund-invoice/a-user",
    "notify/cancelled",
    "notify/cancelled-again",
    "notify/unreadable",
    "cancel-event/a-buyer",
    "cancel-event/closing",
    "close-event/part",
    "close-event/rest",
    "close-event/unreadable",
    "create-movie/created",
    "create-movie/no-genres",
    "create-movie/a-buyer",
    "get-movie/found",
    "get-movie/unknown",
    "update-movie/changed",
    "update-movie/version-mismatch",
    "record-screening/recorded",
    "record-screening/unreadable",
    "list-movies/by-genre",
    "list-movies/empty-search",
    "list-movies/limit-out-of-range",
    "delete-movie/has-screenings",
    "record-screening/taken-off",
    "delete-movie/deleted",
    "tmdb/popular",
    "tmdb/wrong-token",
    "import-movies/a-buyer",
    "import-movies/imported",
    "import-movies/on-schedule",
    "update-profile/changed",
    "update-profile/version-mismatch",
    "list-users/newest-first",
    "list-users/a-buyer",
    "get-user/found",
    "get-user/unknown",
    "update-user/steward",
    "update-user/own-account",
    "make-admin/made",
    "make-admin/unknown",
    "confirm-email/confirmed",
    "confirm-email/forged",
    "reset-password/asked",
    "reset-password/not-an-address",
    "logout/everywhere",
    "logout/a-service",
    "change-password/wrong-old",
    "change-password/changed",
    "confirm-password-reset/done",
    "confirm-password-reset/used",
    "accounts-relay/registered",
    "accounts-relay/unreadable",
    "register/a-second",
    "delete-user/deleted",
    "delete-user/a-buyer",
    "delete-profile/version-mismatch",
    "delete-profile/deleted",
    "forget-buyer/forgotten",
    "forget-buyer/unreadable",
    "get-openapi/described",
    "get-openapi/described-again",
    "create-product/created",
    "create-product/dearest",
    "create-product/exists",
    "create-product/half-a-rupiah",
    "create-product/a-buyer",
    "list-products/on-sale",
    "list-products/no-such-limit",
    "update-product/dearer",
    "update-product/another-nominal",
    "create-meter/created",
    "create-meter/no-such-power",
    "create-meter/letters",
    "list-meters/kept",
    "list-meters/a-buyer",
    "update-meter/renamed",
    "update-meter/unknown",
    "get-meter/kept",
    "get-meter/by-customer",
    "get-meter/of-the-company",
    "get-meter/unknown",
    "get-meter/blocked",
    "get-meter/closed",
    "get-meter/letters",
    "buy-token/awaiting-payment",
    "buy-token/again",
    "buy-token/another-body",
    "buy-token/to-be-refused",
    "buy-token/not-to-be-paid",
    "buy-token/product-changed",
    "buy-token/unknown-product",
    "buy-token/over-the-limit",
    "buy-token/closed",
    "buy-token/letters",
    "get-purchase/awaiting-payment",
    "get-purchase/not-yours",
    "payment-worker/purchases",
    "power-webhook/failed",
    "power-webhook/stale",
    "power-webhook/unsigned",
    "issue-power-token/issued-and-refused",
    "issue-power-token/unreadable",
    "refund-purchase/refunded",
    "refund-purchase/unreadable",
    "expire-purchase/too-early",
    "expire-purchase/unreadable",
    "notify-buyer/issued",
    "notify-buyer/issued-again",
    "notify-buyer/unreadable",
    "get-purchase/issued",
    "list-purchases/mine",
    "list-purchases/foreign-cursor",
    "power-relay/issuing",
    "power-relay/unreadable",
    "power-company/meter",
    "power-company/issued",
    "power-company/silent",
    "power-company/asked-again",
    "power-company/asked-without-meter",
    "power-company/a-user",
    "power-company/another-service",
    "delete-meter/deleted",
    "delete-meter/unknown",
    "delete-product/version-mismatch",
    "delete-product/deleted",
    // Ids are counted: what makes new ones comes last.
    "book/not-enough-seats",
    "ws-connect/connected",
    "ws-connect/another-site",
    "ws-subscribe/an-event",
    "ws-subscribe/without-a-token",
    "ws-subscribe/two-topics",
    "broadcast/seats",
    "broadcast/unreadable",
    "ws-subscribe/left",
    "ws-disconnect/went",
    "ws-disconnect/never-seen",
    "get-event-draft/own",
    "get-event-draft/another-organiser",
    "serve-lines/nothing-owed",
    "serve-lines/nothing-owed-again",
    "move-bookings/last-look",
    "move-bookings/unreadable",
    "resume-bookings/nothing-late",
    "resume-bookings/nothing-late-again",
    "refund-by-hand/not-refused",
    "refund-by-hand/a-buyer",
    "refund-by-hand/unknown",
    "hand-over-event/not-an-id",
    "hand-over-event/over",
    "hand-over-event/a-buyer",
    "take-over-event/own",
    "take-over-event/not-handed-over",
    "close-lines/nothing-begun",
    "close-lines/nothing-begun-again",
    "send-confirmation/sent",
    "send-confirmation/just-sent",
    "accounts-relay/renamed",
    "rename-buyer/renamed",
    "rename-buyer/again",
    "rename-buyer/unreadable",
    "get-rates/of-homes",
    "update-rates/replaced",
    "update-rates/twice-the-same-power",
    "update-rates/a-buyer",
    "get-rates/with-businesses",
];

/// The cases before which a second passes, because functions keep what they show for a second.
const A_MOMENT_LATER: [&str; 1] = ["list-seats/after-the-hold"];

/// A world in which time stands still unless it is moved, and ids are counted.
#[derive(Default)]
struct StillWorld {
    seconds: AtomicU64,
    ids: AtomicU64,
}

impl World for StillWorld {
    fn now(&self) -> Timestamp {
        let began: Timestamp = "2026-11-21T05:00:00Z".parse().unwrap();
        began + Duration::from_secs(self.seconds.load(Ordering::SeqCst))
    }

    fn new_id(&self) -> Uuid {
        let first = Uuid::try_parse("01a1fc00-0000-7000-8000-000000000001").unwrap();
        Uuid::from_u128(first.as_u128() + u128::from(self.ids.fetch_add(1, Ordering::SeqCst)))
    }
}

fn answer_file(case: &str) -> PathBuf {
    root().join("crates/local/tests/it/answers").join(format!("{case}.json"))
}

/// The answer without the parts that differ in each run: ports, and the signature of a link.
fn normal(answer: &Value, cloud: &Cloud) -> Value {
    let text = answer.to_string().replace(&cloud.url, "http://api").replace(&cloud.aws_url, "http://aws");
    let mut normal: Value = serde_json::from_str(&text).unwrap();
    if let Some((link, _)) = normal["headers"]["location"].as_str().and_then(|url| url.split_once('?')) {
        normal["headers"]["location"] = json!(format!("{link}?signed"));
    }
    if let Some(body) = normal["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok()) {
        normal["body"] = body;
        // The description is long and is tested elsewhere.
        if normal["body"]["openapi"].is_string() {
            normal["body"] = json!({"openapi": normal["body"]["openapi"], "servers": normal["body"]["servers"]});
        }
        if let Some((link, _)) = normal["body"]["url"].as_str().and_then(|url| url.split_once('?')) {
            normal["body"]["url"] = json!(format!("{link}?signed"));
        }
    }
    normal
}

#[test]
fn every_event_is_part_of_the_story() {
    let mut files = BTreeSet::new();
    for folder in std::fs::read_dir(root().join("events")).unwrap().map(Result::unwrap) {
        for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            let case = file.path().file_stem().unwrap().to_str().unwrap().to_owned();
            files.insert(format!("{}/{case}", folder.file_name().to_str().unwrap()));
        }
    }
    assert_eq!(files, STORY.iter().map(|case| (*case).to_owned()).collect());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_as_aws_sends_them_are_answered_as_before() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(root().join("crates/template/src/test-keys.json"), directory.path().join("keys.json")).unwrap();
    let options = Options { ephemeral: false, data_dir: directory.path().to_owned(), ..options(&[]) };
    let world = Arc::new(StillWorld::default());
    let cloud = Cloud::start_in(&options, world.clone(), false).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "not a setting of the product")]
    let update = std::env::var("UPDATE_ANSWERS").is_ok();
    let mut wrong = Vec::new();
    for case in STORY {
        let event = std::fs::read_to_string(root().join("events").join(format!("{case}.json"))).unwrap();
        let function = case.split('/').next().unwrap();
        if A_MOMENT_LATER.contains(case) {
            world.seconds.fetch_add(1, Ordering::SeqCst);
        }
        let event = serde_json::from_str(&event).unwrap();
        let answer = cloud.functions.invoke(&format!("{STACK}-{function}"), &event).await.unwrap();
        let answer = normal(&answer, &cloud);
        if update {
            std::fs::create_dir_all(answer_file(function).parent().unwrap().join(function)).unwrap();
            std::fs::write(answer_file(case), format!("{}\n", serde_json::to_string_pretty(&answer).unwrap())).unwrap();
        }
        let kept = std::fs::read_to_string(answer_file(case)).unwrap_or_default();
        if serde_json::from_str::<Value>(&kept).ok().as_ref() != Some(&answer) {
            wrong.push(format!("{case}: {answer:#}"));
        }
    }
    assert!(wrong.is_empty(), "answers differ from those kept:\n{}", wrong.join("\n"));
}
