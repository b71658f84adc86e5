//! Mailed links: what each is for, and how long it is valid.

use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// What a mailed link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Proving that an address is the user's own.
    ConfirmEmail,
    /// Choosing a new password.
    ResetPassword,
}

/// The content of a mailed link, which is signed and stored nowhere.
///
/// A link for a new password is valid only in the session that it names. Using it ends that session, so it works once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkClaim {
    /// What the link is for.
    #[serde(rename = "p")]
    pub purpose: Purpose,
    /// The user that it was made for.
    #[serde(rename = "u")]
    pub user_id: UserId,
    /// The user's session when the link was made.
    #[serde(rename = "s")]
    pub session: u64,
    /// When it stops being valid.
    #[serde(rename = "e")]
    pub expires_at: Timestamp,
}

impl LinkClaim {
    /// Is the link valid for this purpose, in the user's current `session`, at `now`? A link that confirms an address
    /// stays valid after the user signs out.
    pub fn is_good(&self, purpose: Purpose, session: u64, now: Timestamp) -> bool {
        let current = self.purpose == Purpose::ConfirmEmail || self.session == session;
        self.purpose == purpose && current && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_link_is_for_one_thing_for_a_time_and_a_new_password_uses_it_up() {
        let claim = |purpose| LinkClaim {
            purpose,
            user_id: UserId::new(Uuid::from_u128(1)),
            session: 3,
            expires_at: Timestamp::from_millis(10),
        };
        let (reset, confirm) = (claim(Purpose::ResetPassword), claim(Purpose::ConfirmEmail));
        let at = Timestamp::from_millis;
        assert!(reset.is_good(Purpose::ResetPassword, 3, at(9)));
        assert!(!reset.is_good(Purpose::ResetPassword, 4, at(9)));
        assert!(!reset.is_good(Purpose::ResetPassword, 3, at(10)));
        assert!(!reset.is_good(Purpose::ConfirmEmail, 3, at(9)));
        assert!(confirm.is_good(Purpose::ConfirmEmail, 4, at(9)));
        assert!(!confirm.is_good(Purpose::ResetPassword, 3, at(9)));
    }
}
