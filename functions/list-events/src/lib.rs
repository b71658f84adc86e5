//! `GET /api/events`: events to come, soonest first.

use contracts::{Problem, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoEvents, DynamoSeatMaps};
use ticketing::ports::EventQuery;
use ticketing::usecases;

struct ListEvents {
    events: DynamoEvents,
    maps: DynamoSeatMaps,
    world: Arc<dyn World>,
}

/// Free seats may lag a second.
const CACHE: &str = "public, max-age=1";

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let on = Arc::new(ListEvents { events: DynamoEvents::new(table.clone()), maps: DynamoSeatMaps::new(table), world });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<ListEvents>, request: Request) -> Answer {
    http::only_query(&request, &["from", "to", "q", "movie_id", "limit", "cursor"])?;
    let page = http::page(&request)?;
    let title: Option<String> = http::query(&request, "q")?;
    if title.as_ref().is_some_and(|title| title.is_empty() || title.len() > 200) {
        return Err(Problem::invalid("q", "1 to 200 bytes."));
    }
    let asked = EventQuery {
        from: http::query(&request, "from")?.unwrap_or_else(|| on.world.now()),
        until: http::query(&request, "to")?,
        title: title.map(|title| title.to_lowercase()),
        movie: http::query(&request, "movie_id")?,
        limit: page.limit,
        cursor: page.cursor,
    };
    if asked.until.is_some_and(|until| until <= asked.from) {
        return Err(Problem::invalid("to", "After `from`, which is now if not given."));
    }
    let found = usecases::list_events(&on.events, &on.maps, &asked).await?;
    http::list_tagged(&request, &found.events, found.next_cursor.as_deref(), CACHE)
}
