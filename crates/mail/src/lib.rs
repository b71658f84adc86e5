//! One way to tell a person by mail: what is said ([`Letter`]), how it looks as text and as HTML, and how it is sent
//! ([`Channel`], with SES as its adapter). The words stand beside the service that says them, in files of each
//! language.

mod letter;
mod ses;

pub use letter::{Letter, OneLine};
pub use ses::SesMail;

use async_trait::async_trait;
use contracts::Failure;

/// A way to reach a person: e-mail, and whatever may follow. An adapter MUST answer [`Delivery::Sent`] only once the
/// mail is taken, and a transient failure where nobody knows.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Sends it.
    async fn send(&self, mail: &Mail) -> Result<Delivery, Failure>;
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address that it goes to.
    pub to: String,
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
    /// Nobody can be reached there.
    Refused,
}
