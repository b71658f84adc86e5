use crate::usecases::{DeleteAccount, delete_account};
use contracts::edit::Seen;
use contracts::{Caller, Code, Problem, UserId};

/// Erases a user's account at an admin's request. Admins cannot erase their own account this way.
pub async fn delete_user(on: &DeleteAccount, admin: &Caller, id: UserId, seen: &Seen) -> Result<(), Problem> {
    if admin.id == id {
        return Err(Problem::new(Code::OwnAccount));
    }
    delete_account(on, id, seen).await
}
