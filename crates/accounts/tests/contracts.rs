//! Tests on each engine that the adapters keep what accounts' ports promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use accounts::adapters::{
    BcryptPasswords, DynamoGuesses, DynamoHistory, DynamoNotices, DynamoSessions, DynamoUsers, SignedLinks,
    SnsUserTopic,
};
use accounts::domain::{Country, Entry, Guess, LinkClaim, Password, Purpose, Registration, User};
use accounts::ports::{Claim, Guesses, History, Links, Notices, PasswordHash, Passwords, Sessions, UserTopic, Users};
use contract_suite::{Engine, eventually, page, whole};
use contracts::{BookingId, BookingStatus, BookingSummary, EventId, Money, SystemWorld, UserId, UserNews, World};
use serde_json::{Value, json};
use settings::aws;
use std::time::Duration;
use uuid::Uuid;

contract_suite::on_each_engine! {
    users_have_one_address_each: users;
    sessions_end: sessions;
    guesses_are_counted: guesses;
    the_history_keeps_the_newest_version: history;
    notices_are_claimed_once: notices;
    users_topics_take_news: topic;
}

fn user(engine: &Engine) -> User {
    let registration: Registration = serde_json::from_value(json!({
        "email": format!("{}@karcis.test", engine.id().simple()), "password": "correct horse", "name": "Siti",
    }))
    .unwrap();
    User::new(UserId::new(engine.id()), registration.check(Country::ID).unwrap(), engine.world.now())
}

async fn users(engine: &Engine) {
    let kept = DynamoUsers::new(engine.table("accounts").await);
    let (siti, hash) = (user(engine), PasswordHash("hash".into()));
    assert!(kept.insert(&siti, &hash).await.unwrap());
    let double = User { id: UserId::new(engine.id()), ..siti.clone() };
    assert!(!kept.insert(&double, &hash).await.unwrap());
    assert_eq!(kept.get(double.id).await.unwrap(), None);
    assert_eq!(kept.get(siti.id).await.unwrap(), Some(siti.clone()));
    let (found, found_hash) = kept.find(&siti.email).await.unwrap().unwrap();
    assert_eq!((found, found_hash.0.as_str()), (siti.clone(), "hash"));
    let changed = User { name: "Ani".into(), version: siti.version + 1, ..siti.clone() };
    assert!(kept.update(&siti, &changed).await.unwrap());
    assert!(!kept.update(&siti, &changed).await.unwrap());
    kept.set_password(siti.id, &PasswordHash("other".into())).await.unwrap();
    assert_eq!(kept.find(&siti.email).await.unwrap().unwrap().1.0, "other");
    eventually("the index lists them", async || {
        let listed = whole(50, async |asked| kept.list(&asked).await).await;
        listed.contains(&changed).then_some(())
    })
    .await;
    assert!(kept.list(&page(1, Some("rubbish"))).await.unwrap().is_none());
    assert!(!kept.delete(&siti, engine.world.now()).await.unwrap());
    assert!(kept.delete(&changed, engine.world.now()).await.unwrap());
    assert!(kept.find(&siti.email).await.unwrap().is_none());
    // The address is free again.
    assert!(kept.insert(&double, &hash).await.unwrap());
}

async fn sessions(engine: &Engine) {
    let sessions = DynamoSessions::new(engine.table("accounts").await);
    let somebody = UserId::new(engine.id());
    assert_eq!(sessions.current(somebody).await.unwrap(), 0);
    sessions.end(somebody).await.unwrap();
    sessions.end(somebody).await.unwrap();
    assert_eq!(sessions.current(somebody).await.unwrap(), 2);
}

async fn guesses(engine: &Engine) {
    let guesses = DynamoGuesses::new(engine.table("accounts").await);
    let (guess, now) = (Guess::Account(engine.id().to_string()), engine.world.now());
    for _ in 0..5 {
        assert_eq!(guesses.paused_until(&guess, now).await.unwrap(), None);
        guesses.failed(&guess, now).await.unwrap();
    }
    assert!(guesses.paused_until(&guess, now).await.unwrap().is_some_and(|until| until > now));
    guesses.forget(&guess, now).await.unwrap();
    assert_eq!(guesses.paused_until(&guess, now).await.unwrap(), None);
}

async fn history(engine: &Engine) {
    let history = DynamoHistory::new(engine.table("accounts").await);
    let (somebody, now) = (UserId::new(engine.id()), engine.world.now());
    let entry = |number: u64, status, version| Entry {
        booking: BookingSummary {
            id: BookingId::new(Uuid::from_u128(u128::from(number))),
            reference: None,
            event_id: EventId::new(engine.id()),
            event_title: "Sinners".into(),
            venue: None,
            city: None,
            starts_at: None,
            time_zone: None,
            seats: vec!["A-1".parse().unwrap()],
            seat_details: vec![],
            status,
            reason: None,
            total: Money::idr(5_000_000),
            created_at: now + Duration::from_secs(number),
            updated_at: now,
        },
        version,
    };
    let confirmed = entry(1, BookingStatus::Confirmed, 3);
    history.record(somebody, &confirmed).await.unwrap();
    history.record(somebody, &Entry { version: 2, ..entry(1, BookingStatus::AwaitingPayment, 2) }).await.unwrap();
    for number in 2..6 {
        history.record(somebody, &entry(number, BookingStatus::Expired, 2)).await.unwrap();
    }
    let listed = whole(2, async |asked| history.list(somebody, &asked).await).await;
    assert_eq!(listed.len(), 5);
    assert_eq!(listed.last().unwrap().status, BookingStatus::Confirmed);
    assert!(listed.is_sorted_by(|a, b| a.created_at > b.created_at));
    assert!(history.list(UserId::new(engine.id()), &page(2, None)).await.unwrap().unwrap().items.is_empty());
}

async fn notices(engine: &Engine) {
    let notices = DynamoNotices::new(engine.table("accounts").await);
    let (somebody, now) = (UserId::new(engine.id()), engine.world.now());
    assert_eq!(notices.claim(somebody, "key", now).await.unwrap(), Claim::Ours);
    assert_eq!(notices.claim(somebody, "key", now).await.unwrap(), Claim::Busy);
    assert_eq!(notices.claim(somebody, "other", now).await.unwrap(), Claim::Ours);
    assert_eq!(notices.claim(somebody, "key", now + Duration::from_mins(2)).await.unwrap(), Claim::Ours);
    notices.done(somebody, "key").await.unwrap();
    assert_eq!(notices.claim(somebody, "key", now + Duration::from_hours(2)).await.unwrap(), Claim::Done);
}

async fn topic(engine: &Engine) {
    let topic = SnsUserTopic::new(aws::sns(&engine.env).unwrap(), Engine::topic_arn("users"));
    let (gone, renamed) = (UserId::new(engine.id()), UserId::new(engine.id()));
    let changed = UserNews::Changed { user_id: renamed, name: "Siti Rahma".into(), name_version: 3 };
    let (told, outcome) = topic.publish(&[UserNews::Deleted { user_id: gone }, changed]).await;
    outcome.unwrap();
    assert_eq!(told, 2);
    for (queue, user) in [("forget-buyer", gone), ("rename-buyer", renamed)] {
        eventually("ticketing hears of it", async || {
            let messages = engine.messages(queue).await;
            messages.iter().any(|message| message["user_id"] == user.to_string()).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passwords_are_known_again_and_not_told() {
    let passwords = BcryptPasswords::new(4);
    let password = |text: &str| -> Password { serde_json::from_value(json!(text)).unwrap() };
    let one = passwords.hash(password("correct horse")).await.unwrap();
    let two = passwords.hash(password("correct horse")).await.unwrap();
    assert_ne!(format!("{one:?}"), "correct horse");
    for hash in [one, two] {
        assert!(passwords.matches(password("correct horse"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.matches(password("correct hors"), Some(hash)).await.unwrap());
    }
    assert!(!passwords.matches(password("correct horse"), None).await.unwrap());
}

#[test]
fn a_mailed_link_is_good_as_it_was_signed_and_not_otherwise() {
    let links = SignedLinks::new("secret".into());
    let claim = LinkClaim {
        purpose: Purpose::ResetPassword,
        user_id: UserId::new(Uuid::from_u128(7)),
        session: 3,
        expires_at: SystemWorld.now(),
    };
    let token = links.sign(&claim).unwrap();
    let read = |links: &SignedLinks, token: &str| links.read(token).map(|claim| serde_json::to_value(claim).unwrap());
    let as_it_was: Value = serde_json::to_value(&claim).unwrap();
    assert_eq!(read(&links, &token), Some(as_it_was));
    assert_eq!(read(&SignedLinks::new("another".into()), &token), None);
    for place in 0..token.len() {
        let mut bent = token.clone().into_bytes();
        bent[place] = if bent[place] == b'x' { b'y' } else { b'x' };
        assert_eq!(read(&links, &String::from_utf8(bent).unwrap()), None, "{place}");
    }
    assert!(["", ".", "a.b", &token[1..]].iter().all(|text| read(&links, text).is_none()));
}
