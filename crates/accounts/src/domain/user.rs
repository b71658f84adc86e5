//! A user: what is checked when they register, and how they change.

use crate::domain::phone::{Country, phone};
use contracts::optional::{Change, given};
use contracts::{Caller, Locale, Problem, Role, Timestamp, UserId, line_of, opaque};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An e-mail address, trimmed and in small letters: one address has one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Reads an address: a dot-atom (RFC 5322, 3.2.3), `@`, and a domain with a dot, 254 bytes at most (RFC 5321).
    ///
    /// Only a mail can show whether the address exists. The other forms that a mail's header allows are refused: an
    /// address in brackets after a name would make a second account for the same address, and a comma would make
    /// several addresses of one.
    pub fn parse(text: &str) -> Option<Self> {
        let address = text.trim().to_lowercase();
        let (local, domain) = address.rsplit_once('@')?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let atom =
            |part: &str| !part.is_empty() && part.bytes().all(|b| plain(b) || b"!#$%&'*+/=?^_`{|}~".contains(&b));
        let label =
            |part: &str| !part.is_empty() && part.bytes().all(plain) && !part.starts_with('-') && !part.ends_with('-');
        let fits = local.len() <= 64 && address.len() <= 254 && domain.contains('.');
        (fits && local.split('.').all(atom) && domain.split('.').all(label)).then_some(Self(address))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password as typed. It is written nowhere, not even for debugging.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Password(#[schemars(length(min = 8, max = 128))] String);

/// What a new password must be. NIST SP 800-63B, 3.1.1.2, asks that at least 64 characters be allowed.
pub const PASSWORD_RULE: &str = "8 to 128 characters that one can see, or blanks.";

impl Password {
    /// May somebody choose it?
    pub fn is_acceptable(&self) -> bool {
        self.opaque().is_some_and(|text| (8..=128).contains(&text.chars().count()))
    }

    /// What is hashed; see [`opaque`].
    pub fn opaque(&self) -> Option<String> {
        opaque(&self.0)
    }

    /// What was typed. Hashes from before [`Password::opaque`] are compared with this.
    pub fn typed(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// What a new user sends.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Their address.
    pub email: String,
    /// 8 to 128 characters.
    pub password: Password,
    /// 1 to 100 characters, as it will stand on tickets.
    pub name: String,
    /// With `+` and the country's code, or as it is dialled in the stack's own country; kept in E.164.
    pub phone: Option<String>,
    /// `id` if not given. A region may follow, as in `id-ID`.
    pub locale: Option<Locale>,
}

/// A registration whose fields are valid.
#[derive(Debug)]
pub struct NewUser {
    /// Their address.
    pub email: Email,
    /// Their name, trimmed.
    pub name: String,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their language.
    pub locale: Locale,
}

impl Registration {
    /// Checks every field; a telephone number without a `+` is one of `country`.
    pub fn check(&self, country: Country) -> Result<NewUser, Problem> {
        let email = Email::parse(&self.email).ok_or_else(|| Problem::invalid("email", "An e-mail address."))?;
        if !self.password.is_acceptable() {
            return Err(Problem::invalid("password", PASSWORD_RULE));
        }
        let name = name(&self.name)?;
        let phone = given(self.phone.as_deref()).map(|number| phone(number, country)).transpose()?;
        Ok(NewUser { email, name, phone, locale: self.locale.unwrap_or_default() })
    }
}

fn name(given: &str) -> Result<String, Problem> {
    line_of("name", given, 100)
}

/// What a user sends to change their profile. A field that is missing stays as it is; `null` clears it (RFC 7396).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChanges {
    /// 1 to 100 characters, as it will stand on tickets. It cannot be cleared.
    #[serde(default)]
    pub name: Change<String>,
    /// With `+` and the country's code, or as it is dialled in the stack's own country; `null` to have none.
    #[serde(default)]
    pub phone: Change<String>,
    /// The language of notices; `null` for `id`.
    #[serde(default)]
    pub locale: Change<Locale>,
}

/// What an admin sends to change a user. A field that is missing stays as it is.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChanges {
    /// What they may do. It cannot be cleared.
    #[serde(default)]
    pub role: Change<Role>,
    /// May they no longer sign in? It cannot be cleared.
    #[serde(default)]
    pub blocked: Change<bool>,
}

/// A user as accounts keeps them, without the password's hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: Email,
    /// Their name.
    pub name: String,
    /// Their telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Their language.
    pub locale: Locale,
    /// What they may do.
    pub role: Role,
    /// Did they prove that the address is theirs?
    #[serde(default)]
    pub email_confirmed: bool,
    /// May they no longer sign in?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
    /// When they registered.
    pub created_at: Timestamp,
    /// When they last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change. A user from before versions existed has none until their first change.
    #[serde(default)]
    pub version: u64,
    /// The version with which they got their name; 0 for the name that they registered with. Nobody is shown it.
    #[serde(default, skip_serializing)]
    #[schemars(skip)]
    pub name_version: u64,
}

impl contracts::Versioned for User {
    fn version(&self) -> u64 {
        self.version
    }
}

impl User {
    /// A new user is always a buyer. Nobody chooses another role for themselves; it is given later.
    pub fn new(id: UserId, new: NewUser, now: Timestamp) -> Self {
        let NewUser { email, name, phone, locale } = new;
        let (role, email_confirmed, blocked) = (Role::Buyer, false, false);
        Self {
            id,
            email,
            name,
            phone,
            locale,
            role,
            email_confirmed,
            blocked,
            created_at: now,
            updated_at: now,
            version: 1,
            name_version: 0,
        }
    }

    /// Checks the user's own changes, and answers the user with them.
    pub fn changed(&self, changes: &ProfileChanges, country: Country, now: Timestamp) -> Result<Self, Problem> {
        let mut after = self.next(now);
        if let Some(given) = changes.name.kept("name")? {
            after.name = name(given)?;
        }
        if after.name != self.name {
            after.name_version = after.version;
        }
        match &changes.phone {
            Change::Keep => {}
            Change::Clear => after.phone = None,
            Change::To(given) => after.phone = Some(phone(given, country)?),
        }
        match changes.locale {
            Change::Keep => {}
            Change::Clear => after.locale = Locale::default(),
            Change::To(locale) => after.locale = locale,
        }
        Ok(after)
    }

    /// The user after an admin's changes.
    pub fn with_rights(&self, changes: &UserChanges, now: Timestamp) -> Result<Self, Problem> {
        let role = *changes.role.kept("role")?.unwrap_or(&self.role);
        let blocked = *changes.blocked.kept("blocked")?.unwrap_or(&self.blocked);
        Ok(Self { role, blocked, ..self.next(now) })
    }

    /// The user with their address confirmed.
    #[must_use]
    pub fn confirmed(&self, now: Timestamp) -> Self {
        Self { email_confirmed: true, ..self.next(now) }
    }

    fn next(&self, now: Timestamp) -> Self {
        Self { updated_at: now, version: self.version + 1, ..self.clone() }
    }

    /// What a token says about this user.
    pub fn caller(&self) -> Caller {
        let (id, role, locale) = (self.id, self.role, self.locale);
        Caller {
            id,
            role,
            name: self.name.clone(),
            name_version: self.name_version,
            email: self.email.as_str().to_owned(),
            email_confirmed: self.email_confirmed,
            locale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_spelling() {
        assert_eq!(Email::parse(" Siti@Example.COM ").unwrap().as_str(), "siti@example.com");
        for good in ["o'neil+karcis@mail.example.co.id", "a_b.c-d@xn--bcher-kva.example"] {
            assert_eq!(Email::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "siti",
            "@example.com",
            "siti@",
            "siti@example",
            "si ti@example.com",
            "siti@example..com",
            "a@b.c\r\nBcc: x",
            "a@b.id,c@d.id",
            "a@b.id;c@d.id",
            "<siti@example.com>",
            "x<siti@example.com>",
            "\"siti\"@example.com",
            "siti(x)@example.com",
            "siti@example.com\0",
            "siti\u{202e}@example.com",
            "siti@exämple.com",
            ".siti@example.com",
            "si..ti@example.com",
            "siti@-example.com",
            "siti@[127.0.0.1]",
            "a@b@example.com",
        ] {
            assert!(Email::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_registration_names_the_field_that_is_wrong() {
        let with = |field: &str, value: &str| {
            let mut body =
                serde_json::json!({"email": "a@b.id", "password": "12345678", "name": "A", "phone": "+6281234567"});
            body[field] = value.into();
            serde_json::from_value::<Registration>(body).unwrap().check(Country::ID)
        };
        assert!(with("name", "Ananda").is_ok());
        let long = "x".repeat(101);
        for (field, value) in [
            ("email", "x"),
            ("password", "1234567"),
            ("name", "  "),
            ("name", &long),
            ("phone", "0812"),
            ("name", "a\u{7}b"),
        ] {
            let problem = with(field, value).unwrap_err();
            assert_eq!(problem.body()["field"], field);
        }
        assert!(with("password", &"x".repeat(129)).is_err());
        assert!(with("password", &"é".repeat(128)).is_ok(), "characters, not bytes");
        assert_eq!(with("phone", " ").unwrap().phone, None, "empty is as if not given");
    }

    #[test]
    fn a_password_is_not_shown() {
        let typed: Password = serde_json::from_str("\"hunter22\"").unwrap();
        assert_eq!(format!("{typed:?}"), "Password");
    }
}
