//! Mails people about their bookings, events and accounts: which news becomes which notice, and each notice only once.

use crate::domain::{LinkClaim, Notice, Purpose};
use crate::letters::letter;
use crate::ports::{Claim, Links, Notices, Sessions, Users};
use contracts::{BookingChanged, BookingStatus, EventNews, Failure, TimeZone, Timestamp, UserId, UserNews, World};
use mail::{Channel, Delivery, Mail};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The namespace of notices.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_000c);
/// How long a link that confirms an address is good.
const CONFIRM: Duration = Duration::from_hours(24 * 7);
/// How long a link to a new password is good.
const RESET: Duration = Duration::from_hours(1);

/// News that somebody may have to be told about.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum News {
    /// Of events.
    Event(EventNews),
    /// Of users.
    User(UserNews),
    /// Of bookings.
    Booking(Box<BookingChanged>),
}

/// What telling people needs.
pub struct Notify {
    /// The users.
    pub users: Arc<dyn Users>,
    /// Their sessions, which links name.
    pub sessions: Arc<dyn Sessions>,
    /// Which notices were sent.
    pub notices: Arc<dyn Notices>,
    /// How users are reached.
    pub channel: Arc<dyn Channel>,
    /// Signs links.
    pub links: Arc<dyn Links>,
    /// The clock.
    pub world: Arc<dyn World>,
    /// The stack's own zone, for events that name none.
    pub home: TimeZone,
    /// Where people reach Karcis.
    pub public_url: String,
}

/// Sends the notices that this news calls for. Each is sent once, even if the same news comes several times.
pub async fn notify(on: &Notify, news: News) -> Result<(), Failure> {
    match news {
        News::Booking(change) => {
            if let Some(notice) = of_booking(&change) {
                let key = format!("{}#{}", change.booking.status, change.booking.id);
                tell(on, change.user_id, &key, notice).await?;
            }
            if let Some((moved_at, notice)) = of_move(on, &change) {
                tell(on, change.user_id, &format!("MOVED#{}#{moved_at}", change.booking.id), notice).await?;
            }
            Ok(())
        }
        News::Event(EventNews::Mismatch(found)) => {
            let key = format!("{}#{}#{}", found.kind, found.event_id, found.subject);
            let notice = Notice::Mismatch(found.event_title, found.kind, found.subject, found.seat);
            tell(on, found.organiser_id, &key, notice).await
        }
        News::Event(EventNews::LineClosed { event_id, event_title, user_ids }) => {
            for user in user_ids {
                let notice = Notice::LineClosed(event_title.clone());
                tell(on, user, &format!("LINE_CLOSED#{event_id}"), notice).await?;
            }
            Ok(())
        }
        News::User(UserNews::Registered { user_id, id }) => {
            let url = link(on, user_id, Purpose::ConfirmEmail, CONFIRM, "confirm-email").await?;
            tell(on, user_id, &format!("REGISTERED#{id}"), Notice::ConfirmEmail(url)).await
        }
        News::User(UserNews::ResetRequested { user_id, id }) => {
            let url = link(on, user_id, Purpose::ResetPassword, RESET, "reset-password").await?;
            tell(on, user_id, &format!("RESET#{id}"), Notice::ResetPassword(url)).await
        }
        // Nobody is told of these.
        News::Event(EventNews::Changed(_)) | News::User(UserNews::Changed { .. } | UserNews::Deleted { .. }) => Ok(()),
    }
}

fn of_booking(change: &BookingChanged) -> Option<Notice> {
    let booking = change.booking.clone().completed();
    match booking.status {
        BookingStatus::Confirmed => Some(Notice::Confirmed(booking, change.ticket_url.clone())),
        BookingStatus::Failed => Some(Notice::Failed(booking)),
        // Nobody was told of it: an offer of which its buyer never heard ended with the sale.
        BookingStatus::Expired if change.offer && change.invoice.is_none() => None,
        BookingStatus::Expired => Some(Notice::Expired(booking)),
        BookingStatus::Cancelled | BookingStatus::Refunding => Some(Notice::Cancelled(booking)),
        BookingStatus::Refunded => Some(Notice::Refunded(booking)),
        BookingStatus::AwaitingPayment if change.offer => {
            let terms = change.invoice.clone().zip(change.hold_expires_at);
            terms.map(|(invoice, until)| Notice::Offered(booking, invoice, until))
        }
        BookingStatus::Held | BookingStatus::AwaitingPayment => None,
    }
}

/// When the event of a booking that still stands was moved, and what its buyer is told.
fn of_move(on: &Notify, change: &BookingChanged) -> Option<(Timestamp, Notice)> {
    let moved = change.moved.clone()?;
    let booking = change.booking.clone().completed();
    let stands = matches!(booking.status, BookingStatus::AwaitingPayment | BookingStatus::Confirmed);
    let page = format!("{}/booking/{}", on.public_url, booking.id);
    stands.then(|| (moved.moved_at, Notice::Moved(booking, moved, page, change.ticket_url.clone())))
}

async fn link(on: &Notify, user_id: UserId, purpose: Purpose, life: Duration, page: &str) -> Result<String, Failure> {
    let (session, expires_at) = (on.sessions.current(user_id).await?, on.world.now() + life);
    let token = on.links.sign(&LinkClaim { purpose, user_id, session, expires_at })?;
    Ok(format!("{}/{page}?token={token}", on.public_url))
}

async fn tell(on: &Notify, user: UserId, key: &str, notice: Notice) -> Result<(), Failure> {
    // A user who was deleted gets no notice.
    let Some(user) = on.users.get(user).await? else { return Ok(()) };
    match on.notices.claim(user.id, key, on.world.now()).await? {
        Claim::Done => return Ok(()),
        Claim::Busy => return Err(Failure::transient("send a notice", "somebody is sending it just now")),
        Claim::Ours => {}
    }
    let letter = letter(&notice, user.locale, &user.name, &on.home)?;
    let id = Uuid::new_v5(&NAMESPACE, format!("{}/{key}", user.id).as_bytes());
    let mail = Mail { id, to: user.email.as_str().to_owned(), name: user.name.clone(), letter, attachment: None };
    if on.channel.send(&mail).await? == Delivery::Refused {
        tracing::warn!(user = %user.id, key, "a notice cannot be delivered");
    }
    on.notices.done(user.id, key).await
}
