use crate::domain::{Email, User};
use crate::ports::{PasswordHash, Users};
use async_trait::async_trait;
use contracts::{Failure, UserId};
use serde::{Deserialize, Serialize};
use table::{Key, Table, create};

/// Users in the table `accounts`: the user at `PK = USER#<id>`, `SK = USER`, and beside it, in the same transaction,
/// their address at `PK = EMAIL#<address>`, `SK = EMAIL`, which makes it theirs alone.
#[derive(Debug, Clone)]
pub struct DynamoUsers(Table);

#[derive(Serialize, Deserialize)]
struct StoredUser {
    #[serde(flatten)]
    user: User,
    password_hash: String,
}

#[derive(Serialize, Deserialize)]
struct Address {
    user_id: UserId,
}

impl DynamoUsers {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

fn user_key(id: UserId) -> Key {
    Key::new(format!("USER#{id}"), "USER")
}

fn email_key(email: &Email) -> Key {
    Key::new(format!("EMAIL#{}", email.as_str()), "EMAIL")
}

#[async_trait]
impl Users for DynamoUsers {
    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<bool, Failure> {
        let stored = StoredUser { user: user.clone(), password_hash: hash.0.clone() };
        let address = create(self.0.name(), &email_key(&user.email), &Address { user_id: user.id })?;
        let user = create(self.0.name(), &user_key(user.id), &stored)?;
        Ok(self.0.transact(&[address, user]).await?.is_ok())
    }

    async fn get(&self, id: UserId) -> Result<Option<User>, Failure> {
        Ok(self.0.get::<StoredUser>(&user_key(id)).await?.map(|stored| stored.user))
    }

    async fn find(&self, email: &Email) -> Result<Option<(User, PasswordHash)>, Failure> {
        let Some(Address { user_id }) = self.0.get(&email_key(email)).await? else { return Ok(None) };
        let stored: Option<StoredUser> = self.0.get(&user_key(user_id)).await?;
        Ok(stored.map(|stored| (stored.user, PasswordHash(stored.password_hash))))
    }
}
