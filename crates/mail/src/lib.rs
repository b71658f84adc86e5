//! Mail to a person: what it says ([`Letter`]), how it looks as text and as HTML, and how it is sent ([`Channel`], with
//! SES as its adapter). The words are in files of each language, beside the service that sends them.

mod letter;
mod ses;

pub use letter::{Letter, OneLine};
pub use ses::SesMail;

use async_trait::async_trait;
use contracts::Failure;
use uuid::Uuid;

/// A way to reach a person: e-mail now, perhaps others later. An adapter MUST answer [`Delivery::Sent`] only when the
/// mail was accepted, and a transient failure when nobody knows whether it was.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Sends it.
    async fn send(&self, mail: &Mail) -> Result<Delivery, Failure>;
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Which mail it is. If the same is sent twice, both have one `Message-ID`, and readers may show one of them.
    pub id: Uuid,
    /// The address that it goes to.
    pub to: String,
    /// Whom it is for.
    pub name: String,
    /// What it says.
    pub letter: Letter,
    /// What comes with it.
    pub attachment: Option<Attachment>,
}

/// A PDF that comes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its file name.
    pub name: String,
    /// Its bytes.
    pub pdf: Vec<u8>,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It is on its way.
    Sent,
    /// It is refused for good: nobody can be reached there, or not with this.
    Refused,
}
