use crate::usecases::{DeleteAccount, delete_account};
use contracts::{Caller, Code, Problem, UserId};

/// Erases somebody else's account, at an admin's wish.
pub async fn delete_user(on: &DeleteAccount, admin: &Caller, id: UserId, version: Option<u64>) -> Result<(), Problem> {
    if admin.id == id {
        return Err(Problem::new(Code::OwnAccount));
    }
    delete_account(on, id, version).await
}
