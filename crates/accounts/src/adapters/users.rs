//! Keeps users in DynamoDB, one account for each address.

use crate::adapters::keys;
use crate::domain::{Email, Purpose, User};
use crate::ports::{PasswordHash, Users};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use contracts::idempotency::Keys;
use contracts::{Failure, Page, PageRequest, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;
use table::{Item, Table, attribute, create, delete_part, number, of_cursor, spread, text, update_part};
use uuid::Uuid;

/// Users in the table `accounts`; see [`keys`]. A user and their address are written in one transaction.
#[derive(Debug, Clone)]
pub struct DynamoUsers(Table);

#[derive(Serialize, Deserialize)]
struct StoredUser {
    #[serde(flatten)]
    user: User,
    password_hash: String,
    #[serde(rename = "LIST", default)]
    list: String,
    #[serde(rename = "CREATED", default)]
    created: String,
}

#[derive(Serialize, Deserialize)]
struct Address {
    user_id: UserId,
}

#[derive(Serialize)]
struct Deleted {
    deleted_at: Timestamp,
}

/// A user from before versions existed has none.
const UNCHANGED: &str = "attribute_exists(PK) AND (version = :before OR attribute_not_exists(version))";

impl DynamoUsers {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    fn change(&self, before: &User, after: &User) -> Result<UpdateBuilder, Failure> {
        let mut expression = "SET #name = :name, #locale = :locale, #role = :role, email_confirmed = :confirmed, \
             blocked = :blocked, updated_at = :now, version = :after"
            .to_owned();
        let update = self
            .0
            .part_update(&keys::user(after.id))
            .condition_expression(UNCHANGED)
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#locale", "locale")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":name", text(&after.name))
            .expression_attribute_values(":locale", attribute(after.locale)?)
            .expression_attribute_values(":role", attribute(after.role)?)
            .expression_attribute_values(":confirmed", attribute(after.email_confirmed)?)
            .expression_attribute_values(":blocked", attribute(after.blocked)?)
            .expression_attribute_values(":now", text(after.updated_at))
            .expression_attribute_values(":after", number(after.version))
            .expression_attribute_values(":before", number(before.version));
        let update = if after.name_version == 0 {
            update
        } else {
            // The relay's filter reads it.
            expression.push_str(", name_version = :named");
            update.expression_attribute_values(":named", number(after.name_version))
        };
        Ok(match &after.phone {
            Some(phone) => {
                expression.push_str(", phone = :phone");
                update.update_expression(expression).expression_attribute_values(":phone", text(phone))
            }
            None => update.update_expression(format!("{expression} REMOVE phone")),
        })
    }
}

#[async_trait]
impl Keys for DynamoUsers {
    async fn claim(&self, key: Uuid, digest: &str, now: Timestamp, until: Option<Timestamp>) -> Result<bool, Failure> {
        self.0.claim_key(key, digest, now, until).await
    }
}

#[async_trait]
impl Users for DynamoUsers {
    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<bool, Failure> {
        let stored = StoredUser {
            user: user.clone(),
            password_hash: hash.0.clone(),
            list: spread::part_of(keys::USERS, user.id.uuid()),
            created: format!("{}#{}", user.created_at, user.id),
        };
        let address = create(self.0.name(), &keys::email(&user.email), &Address { user_id: user.id })?;
        self.0.all_or_none([address, create(self.0.name(), &keys::user(user.id), &stored)?]).await
    }

    async fn get(&self, id: UserId) -> Result<Option<User>, Failure> {
        Ok(self.0.get::<StoredUser>(&keys::user(id)).await?.map(|stored| stored.user))
    }

    async fn find(&self, email: &Email) -> Result<Option<(User, PasswordHash)>, Failure> {
        let Some(Address { user_id }) = self.0.get(&keys::email(email)).await? else { return Ok(None) };
        let stored: Option<StoredUser> = self.0.get(&keys::user(user_id)).await?;
        Ok(stored.map(|stored| (stored.user, PasswordHash(stored.password_hash))))
    }

    async fn update(&self, before: &User, after: &User) -> Result<bool, Failure> {
        self.0.all_or_none([update_part(self.change(before, after)?)?]).await
    }

    async fn make_first_admin(&self, before: &User, after: &User) -> Result<bool, Failure> {
        let first = create(self.0.name(), &keys::first_admin(), &Address { user_id: after.id })?;
        self.0.all_or_none([first, update_part(self.change(before, after)?)?]).await
    }

    async fn set_password(&self, id: UserId, hash: &PasswordHash) -> Result<(), Failure> {
        let update = self.0.update(&keys::user(id)).update_expression("SET password_hash = :hash");
        let update = update.condition_expression("attribute_exists(PK)");
        // If the write is refused, the user was deleted meanwhile.
        self.0.apply(update.expression_attribute_values(":hash", text(&hash.0))).await.map(drop)
    }

    async fn delete(&self, user: &User, now: Timestamp) -> Result<bool, Failure> {
        let gone = self.0.part_delete(&keys::user(user.id)).condition_expression(UNCHANGED);
        let gone = gone.expression_attribute_values(":before", number(user.version));
        let parts = [
            delete_part(gone)?,
            delete_part(self.0.part_delete(&keys::email(&user.email)))?,
            delete_part(self.0.part_delete(&keys::link_request(user.id, Purpose::ResetPassword)))?,
            delete_part(self.0.part_delete(&keys::link_request(user.id, Purpose::ConfirmEmail)))?,
            create(self.0.name(), &keys::deleted(user.id), &Deleted { deleted_at: now })?,
        ];
        self.0.all_or_none(parts).await
    }

    async fn list(&self, asked: &PageRequest) -> Result<Option<Page<User>>, Failure> {
        let from = match asked.from() {
            None => None,
            Some(from) => match place_of(from) {
                Some(place) => Some(place),
                None => return Ok(None),
            },
        };
        let queries = keys::BY_CREATED.queries(&self.0, keys::USERS, from.as_deref());
        let id = |item: &Item| created_id(item.get(keys::CREATED)?.as_s().ok()?);
        let shown = |found: Vec<Item>| async move {
            let ids: Vec<_> = found.iter().map(id).collect();
            let stored: Vec<StoredUser> =
                self.0.get_all(&ids.iter().flatten().copied().map(keys::user).collect::<Vec<_>>()).await?;
            let mut users: HashMap<_, _> = stored.into_iter().map(|stored| (stored.user.id, stored.user)).collect();
            Ok(ids.into_iter().map(|id| users.remove(&id?)).collect())
        };
        self.0.page(queries, keys::CREATED, asked, shown).await.map(Some)
    }

    async fn request_link(
        &self,
        purpose: Purpose,
        id: UserId,
        request: Uuid,
        (now, pause): (Timestamp, Duration),
    ) -> Result<(), Failure> {
        let update = self
            .0
            .update(&keys::link_request(id, purpose))
            .update_expression("SET #request = :request, requested_at = :now, expires = :expires")
            // A request from before this was kept does not say when it was made.
            .condition_expression("attribute_not_exists(requested_at) OR requested_at <= :before")
            .expression_attribute_names("#request", "request")
            .expression_attribute_values(":request", attribute(request)?)
            .expression_attribute_values(":now", text(now))
            .expression_attribute_values(":before", text(now - pause))
            .expression_attribute_values(":expires", number((now + pause).seconds()));
        self.0.apply(update).await.map(drop)
    }
}

fn created_id(created: &str) -> Option<UserId> {
    created.rsplit_once('#')?.1.parse().ok()
}

/// The place in [`keys::BY_CREATED`] that a cursor names.
fn place_of(from: &str) -> Option<String> {
    of_cursor(from).filter(|created| created_id(created).is_some())
}
