use crate::domain::{Email, User, UserChanges};
use crate::ports::{Sessions, Users};
use contracts::optional::Change;
use contracts::{Code, Problem, Role, World};

/// Makes a user the first admin, who can then name other admins. It changes nothing for a user who is an admin already.
/// It is refused for any other user once there is an admin.
pub async fn make_admin(
    users: &dyn Users,
    sessions: &dyn Sessions,
    world: &dyn World,
    email: &str,
) -> Result<User, Problem> {
    let email = Email::parse(email).ok_or_else(|| Problem::invalid("email", "An e-mail address."))?;
    let (before, _) = users.find(&email).await?.ok_or_else(Problem::not_found)?;
    if before.role == Role::Admin {
        return Ok(before);
    }
    let rights = UserChanges { role: Change::To(Role::Admin), blocked: Change::To(false) };
    let after = before.with_rights(&rights, world.now())?;
    if !users.make_first_admin(&before, &after).await? {
        return Err(Problem::new(Code::HasAdmin));
    }
    sessions.end(before.id).await?;
    Ok(after)
}
