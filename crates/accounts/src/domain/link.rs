use contracts::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// What a mailed link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Proving that an address is one's own.
    ConfirmEmail,
    /// Choosing a new password.
    ResetPassword,
}

/// What a mailed link claims. It is signed and kept nowhere: a session later than its own ends it, and using a link for
/// a password begins one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkClaim {
    /// What it is good for.
    #[serde(rename = "p")]
    pub purpose: Purpose,
    /// Whose it is.
    #[serde(rename = "u")]
    pub user_id: UserId,
    /// Their session when it was made.
    #[serde(rename = "s")]
    pub session: u64,
    /// Until when it is good.
    #[serde(rename = "e")]
    pub expires_at: Timestamp,
}

impl LinkClaim {
    /// Is it good for this, now, in this session of its user's? Confirming an address survives signing out.
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
