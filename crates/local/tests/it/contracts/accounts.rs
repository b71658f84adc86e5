use super::engine::{Engine, page, whole};
use crate::app::eventually;
use accounts::adapters::{DynamoGuesses, DynamoHistory, DynamoNotices, DynamoSessions, DynamoUsers, SnsUserTopic};
use accounts::domain::{Entry, Guess, Registration, User};
use accounts::ports::{Claim, Guesses, History, Notices, PasswordHash, Sessions, UserTopic, Users};
use contracts::{BookingId, BookingStatus, BookingSummary, EventId, Money, UserId, UserNews, World};
use serde_json::json;
use settings::aws;
use std::time::Duration;

fn user(engine: &Engine) -> User {
    let registration: Registration = serde_json::from_value(json!({
        "email": format!("{}@karcis.test", engine.id().simple()), "password": "correct horse", "name": "Siti",
    }))
    .unwrap();
    User::new(UserId::new(engine.id()), registration.check().unwrap(), engine.world.now())
}

pub async fn users(engine: &Engine) {
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

pub async fn sessions(engine: &Engine) {
    let sessions = DynamoSessions::new(engine.table("accounts").await);
    let somebody = UserId::new(engine.id());
    assert_eq!(sessions.current(somebody).await.unwrap(), 0);
    sessions.end(somebody).await.unwrap();
    sessions.end(somebody).await.unwrap();
    assert_eq!(sessions.current(somebody).await.unwrap(), 2);
}

pub async fn guesses(engine: &Engine) {
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

pub async fn history(engine: &Engine) {
    let history = DynamoHistory::new(engine.table("accounts").await);
    let (somebody, now) = (UserId::new(engine.id()), engine.world.now());
    let entry = |number: u64, status, version| Entry {
        booking: BookingSummary {
            id: BookingId::new(uuid::Uuid::from_u128(u128::from(number))),
            event_id: EventId::new(engine.id()),
            event_title: "Sinners".into(),
            seats: vec!["A-1".parse().unwrap()],
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

pub async fn notices(engine: &Engine) {
    let notices = DynamoNotices::new(engine.table("accounts").await);
    let (somebody, now) = (UserId::new(engine.id()), engine.world.now());
    assert_eq!(notices.claim(somebody, "key", now).await.unwrap(), Claim::Ours);
    assert_eq!(notices.claim(somebody, "key", now).await.unwrap(), Claim::Busy);
    assert_eq!(notices.claim(somebody, "other", now).await.unwrap(), Claim::Ours);
    assert_eq!(notices.claim(somebody, "key", now + Duration::from_mins(2)).await.unwrap(), Claim::Ours);
    notices.done(somebody, "key").await.unwrap();
    assert_eq!(notices.claim(somebody, "key", now + Duration::from_hours(2)).await.unwrap(), Claim::Done);
}

pub async fn topic(engine: &Engine) {
    let topic = SnsUserTopic::new(aws::sns(&engine.env).unwrap(), Engine::topic_arn("users"));
    let gone = UserId::new(engine.id());
    let (told, outcome) = topic.publish(&[UserNews::Deleted { user_id: gone }]).await;
    outcome.unwrap();
    assert_eq!(told, 1);
    eventually("ticketing hears of it", async || {
        let messages = engine.messages("forget-buyer").await;
        messages.iter().any(|message| message["user_id"] == gone.to_string()).then_some(())
    })
    .await;
}
