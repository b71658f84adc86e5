//! A user: what is checked when they register, and how they change.

use contracts::{Caller, Locale, Problem, Role, Timestamp, UserId, line};
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
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Password(#[schemars(length(min = 8, max = 72))] String);

impl Password {
    /// bcrypt looks at no more bytes than this.
    const LONGEST: usize = 72;
    const SHORTEST: usize = 8;

    /// Is it long enough to be safe, and short enough that all of it counts?
    pub fn is_acceptable(&self) -> bool {
        (Self::SHORTEST..=Self::LONGEST).contains(&self.0.len()) && !self.0.contains('\0')
    }

    /// What was typed. Only the code that hashes it needs this.
    pub fn reveal(&self) -> &str {
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
    /// 8 to 72 bytes.
    pub password: Password,
    /// 1 to 100 characters, as it will stand on tickets.
    pub name: String,
    /// As in E.164: `+` and 8 to 15 digits.
    pub phone: Option<String>,
    /// `id` if not given.
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
    /// Checks every field.
    pub fn check(&self) -> Result<NewUser, Problem> {
        let email = Email::parse(&self.email).ok_or_else(|| Problem::invalid("email", "An e-mail address."))?;
        if !self.password.is_acceptable() {
            return Err(Problem::invalid("password", "8 to 72 bytes."));
        }
        let name = name(&self.name)?;
        let phone = self.phone.as_deref().map(phone).transpose()?;
        Ok(NewUser { email, name, phone, locale: self.locale.unwrap_or_default() })
    }
}

fn name(given: &str) -> Result<String, Problem> {
    line(given, 100).ok_or_else(|| Problem::invalid("name", "1 to 100 characters."))
}

fn phone(given: &str) -> Result<String, Problem> {
    let digits = given.strip_prefix('+').unwrap_or_default();
    if (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(given.to_owned());
    }
    Err(Problem::invalid("phone", "A plus sign and 8 to 15 digits, such as +628123456789."))
}

/// What a user sends to change their profile. A field that is missing stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChanges {
    /// 1 to 100 characters, as it will stand on tickets.
    #[schemars(length(min = 1, max = 100))]
    pub name: Option<String>,
    /// As in E.164: `+` and 8 to 15 digits; empty to have none.
    pub phone: Option<String>,
    /// The language of notices.
    pub locale: Option<Locale>,
}

/// What an admin sends to change a user. A field that is missing stays as it is.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChanges {
    /// What they may do.
    pub role: Option<Role>,
    /// May they no longer sign in?
    pub blocked: Option<bool>,
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
        }
    }

    /// Checks the user's own changes, and answers the user with them.
    pub fn changed(&self, changes: &ProfileChanges, now: Timestamp) -> Result<Self, Problem> {
        let mut after = self.next(now);
        if let Some(given) = &changes.name {
            after.name = name(given)?;
        }
        match changes.phone.as_deref() {
            None => {}
            Some("") => after.phone = None,
            Some(given) => after.phone = Some(phone(given)?),
        }
        after.locale = changes.locale.unwrap_or(self.locale);
        Ok(after)
    }

    /// The user after an admin's changes.
    #[must_use]
    pub fn with_rights(&self, changes: UserChanges, now: Timestamp) -> Self {
        let (role, blocked) = (changes.role.unwrap_or(self.role), changes.blocked.unwrap_or(self.blocked));
        Self { role, blocked, ..self.next(now) }
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
        Caller { id, role, name: self.name.clone(), email: self.email.as_str().to_owned(), locale }
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
            serde_json::from_value::<Registration>(body).unwrap().check()
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
        assert!(with("password", &"x".repeat(73)).is_err());
    }

    #[test]
    fn a_password_is_not_shown() {
        let typed: Password = serde_json::from_str("\"hunter22\"").unwrap();
        assert_eq!(format!("{typed:?}"), "Password");
    }
}
