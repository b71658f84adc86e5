//! Tells people what concerns them, by e-mail.

use accounts::adapters::{DynamoNotices, DynamoSessions, DynamoUsers, SesMail, SignedLinks};
use accounts::usecases;
use accounts::usecases::{News, Notify};
use contracts::World;
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use time::UtcOffset;

struct Wiring {
    users: DynamoUsers,
    sessions: DynamoSessions,
    notices: DynamoNotices,
    mail: SesMail,
    links: SignedLinks,
    world: Arc<dyn World>,
    clock: UtcOffset,
    public_url: String,
}

/// Settings: `ACCOUNTS_TABLE`, `LINK_KEY`, `PUBLIC_URL`, `MAIL_FROM`, `VENUE_UTC_OFFSET_MINUTES`, `QUEUE_URL`,
/// `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "ACCOUNTS_TABLE").await?;
    let on = Arc::new(Wiring {
        users: DynamoUsers::new(table.clone()),
        sessions: DynamoSessions::new(table.clone()),
        notices: DynamoNotices::new(table),
        mail: SesMail::new(aws::ses(&env)?, env.text("MAIL_FROM")?),
        links: SignedLinks::new(env.text("LINK_KEY")?),
        world,
        clock: env.utc_offset("VENUE_UTC_OFFSET_MINUTES")?,
        public_url: env.text("PUBLIC_URL")?,
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |news: News| {
        let on = on.clone();
        async move { usecases::notify(&on.notify(), news).await }
    }))
}

impl Wiring {
    fn notify(&self) -> Notify<'_> {
        Notify {
            users: &self.users,
            sessions: &self.sessions,
            notices: &self.notices,
            channel: &self.mail,
            links: &self.links,
            world: &*self.world,
            clock: self.clock,
            public_url: &self.public_url,
        }
    }
}
