use crate::domain::{Answered, Asked, Mode, POLL, SUBSCRIPTION};
use crate::ports::{Admission, Admitted, OwnThings, Read, Watchers};
use contracts::{Code, LiveTopic, Problem, World};
use serde_json::{Value, json};
use std::sync::Arc;

/// What subscribing needs.
pub struct Subscribe {
    /// Who watches what.
    pub watchers: Arc<dyn Watchers>,
    /// What people have of their own.
    pub things: Arc<dyn OwnThings>,
    /// Clock, and where a free place is looked for.
    pub world: Arc<dyn World>,
}

/// Does what a message of a connection asks, and says what became of it.
///
/// Of one's own things the state is read after the connection is told of them, so that no change falls between. Who may
/// not read it is not told of it any more.
pub async fn subscribe(on: &Subscribe, connection: &str, text: &str) -> Answered {
    let (topic, token) = match Asked::read(text) {
        Ok(Asked::Subscribe(topic, token)) => (topic, token),
        Ok(Asked::Unsubscribe(topic)) => {
            return match on.watchers.leave(connection, topic).await {
                Ok(()) => Answered::Unsubscribed(topic),
                Err(why) => refused(topic, why.into()),
            };
        }
        Err(problem) => return Answered::Refused(None, problem),
    };
    match admitted(on, connection, topic, token).await {
        Ok((mode, state)) => Answered::Subscribed(topic, mode, state),
        Err(problem) => refused(topic, problem),
    }
}

fn refused(topic: LiveTopic, problem: Problem) -> Answered {
    tracing::info!(%problem, "refused");
    Answered::Refused(Some(topic), problem)
}

async fn admitted(
    on: &Subscribe,
    connection: &str,
    topic: LiveTopic,
    token: Option<String>,
) -> Result<(Mode, Option<Value>), Problem> {
    // Whoever has no right to it, or no longer, leaves no trace.
    let token = match topic {
        LiveTopic::Event(_) => None,
        _ => Some(token.ok_or_else(|| Problem::new(Code::NotSignedIn))?),
    };
    if let Some(token) = &token
        && let Err(problem) = own(on, topic, token).await
    {
        if matches!(problem.code(), Code::NotSignedIn | Code::NotFound) {
            on.watchers.leave(connection, topic).await?;
        }
        return Err(problem);
    }
    let now = on.world.now();
    let start = u64::try_from(on.world.new_id().as_u128() & u128::from(u32::MAX)).unwrap_or(0);
    let admission = Admission { connection, topic, now, until: now + SUBSCRIPTION, start };
    match on.watchers.admit(admission).await? {
        Admitted::Told => {}
        Admitted::Full => return Ok((Mode::Poll(POLL), None)),
        Admitted::TooMany => return Err(Problem::new(Code::TooManyTopics)),
    }
    let Some(token) = &token else { return Ok((Mode::Push, None)) };
    match own(on, topic, token).await {
        Ok(state) => Ok((Mode::Push, Some(state))),
        Err(problem) => {
            on.watchers.leave(connection, topic).await?;
            Err(problem)
        }
    }
}

/// How a thing of one's own stands.
async fn own(on: &Subscribe, topic: LiveTopic, token: &str) -> Result<Value, Problem> {
    let (version, view) = match on.things.read(topic, token).await? {
        Read::Found(version, view) => (version, view),
        Read::NotSignedIn => return Err(Problem::new(Code::NotSignedIn)),
        Read::NotFound => return Err(Problem::not_found()),
    };
    let name = if let LiveTopic::Purchase(_) = topic { "purchase" } else { "booking" };
    Ok(json!({"version": version, name: view}))
}
