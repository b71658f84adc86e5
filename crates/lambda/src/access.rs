//! Who may call a route. It is said once, beside the handler, and enforced before the handler runs.

use crate::describe::Whom;
use crate::request::{Authorized, Incoming};
use contracts::{Code, Problem, Role};

/// Who may call a route.
pub trait Access: Copy + Send + Sync + 'static {
    /// The access as the API's description shows it.
    fn whom(self) -> Whom;

    /// Lets a caller in, or answers 403.
    fn admit(self, incoming: &Incoming<'_>) -> Result<(), Problem>;
}

/// An access that lets only users in, so that the handler may ask which user calls.
pub trait ForUsers: Access {}

/// An access that lets only services in.
pub trait ForServices: Access {}

/// Everybody, signed in or not.
#[derive(Debug, Clone, Copy)]
pub struct Everybody;

/// Whoever is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Users;

/// Whoever is signed in with one of these roles.
#[derive(Debug, Clone, Copy)]
pub struct Roles(pub &'static [Role]);

/// Organisers and admins: an admin may do everything that an organiser may.
pub const ORGANISERS: Roles = Roles(&[Role::Organiser, Role::Admin]);
/// Who runs events, and who stands at their gates.
pub const ORGANISERS_AND_STEWARDS: Roles = Roles(&[Role::Organiser, Role::Admin, Role::Steward]);

/// Admins.
pub const ADMINS: Roles = Roles(&[Role::Admin]);

/// Another service, with a token whose audience is this one.
#[derive(Debug, Clone, Copy)]
pub struct ServicesCalling(pub &'static str);

/// Whoever is signed in, and services with a token whose audience is this one.
#[derive(Debug, Clone, Copy)]
pub struct UsersAndServices(pub &'static str);

/// Payments, by the signature over its webhook, which the handler checks with its secrets.
#[derive(Debug, Clone, Copy)]
pub struct Signed;

fn refused() -> Problem {
    Problem::new(Code::Forbidden)
}

impl Access for Everybody {
    fn whom(self) -> Whom {
        Whom::Everybody
    }

    fn admit(self, _: &Incoming<'_>) -> Result<(), Problem> {
        Ok(())
    }
}

impl Access for Users {
    fn whom(self) -> Whom {
        Whom::Users
    }

    fn admit(self, incoming: &Incoming<'_>) -> Result<(), Problem> {
        match incoming.authorized()? {
            Authorized::User(_) => Ok(()),
            Authorized::Service { .. } => Err(refused()),
        }
    }
}

impl Access for Roles {
    fn whom(self) -> Whom {
        Whom::Roles(self.0)
    }

    fn admit(self, incoming: &Incoming<'_>) -> Result<(), Problem> {
        match incoming.authorized()? {
            Authorized::User(caller) if self.0.contains(&caller.role) => Ok(()),
            _ => Err(refused()),
        }
    }
}

impl Access for ServicesCalling {
    fn whom(self) -> Whom {
        Whom::Services
    }

    fn admit(self, incoming: &Incoming<'_>) -> Result<(), Problem> {
        match incoming.authorized()? {
            Authorized::Service { audience, .. } if audience == self.0 => Ok(()),
            _ => Err(refused()),
        }
    }
}

impl Access for UsersAndServices {
    fn whom(self) -> Whom {
        Whom::UsersAndServices
    }

    fn admit(self, incoming: &Incoming<'_>) -> Result<(), Problem> {
        match incoming.authorized()? {
            Authorized::User(_) => Ok(()),
            Authorized::Service { audience, .. } if audience == self.0 => Ok(()),
            Authorized::Service { .. } => Err(refused()),
        }
    }
}

impl Access for Signed {
    fn whom(self) -> Whom {
        Whom::Signed
    }

    fn admit(self, _: &Incoming<'_>) -> Result<(), Problem> {
        Ok(())
    }
}

impl ForUsers for Users {}
impl ForUsers for Roles {}
impl ForServices for ServicesCalling {}
