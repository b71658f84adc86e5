//! Imports films from TMDB. The same film is the same movie each time, so an import can be repeated.

use crate::ports::{Movies, Tmdb};
use contracts::edit::until_done;
use contracts::{Code, Problem, World};
use schemars::JsonSchema;
use serde::Serialize;

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Imported {
    /// Movies that are new.
    pub imported: u32,
    /// Movies that changed.
    pub updated: u32,
}

/// Imports TMDB's popular and now-playing films. A new film is added; a known film is changed if TMDB has something new
/// about it. A film is known by its TMDB id, so that importing again duplicates nothing.
pub async fn import_movies(movies: &dyn Movies, tmdb: &dyn Tmdb, world: &dyn World) -> Result<Imported, Problem> {
    let films = tmdb.films().await.map_err(|why| Problem::new(Code::TmdbUnavailable).caused_by(why))?;
    let mut done = Imported { imported: 0, updated: 0 };
    for film in films {
        let draft = match film.draft.check() {
            Ok(draft) => draft,
            Err(why) => {
                tracing::warn!(film = film.id, %why, "a film cannot be taken over");
                continue;
            }
        };
        let new = draft.clone().movie(draft.id(world.new_id(), None), world.now());
        if movies.insert(&new).await? {
            done.imported += 1;
            continue;
        }
        let changed = until_done(|| async {
            let Some(before) = movies.get(new.id).await? else { return Ok(Some(false)) };
            let after = before.redrawn(&draft, world.now());
            if after == before {
                return Ok(Some(false));
            }
            Ok(movies.update(&before, &after).await?.then_some(true))
        });
        done.updated += u32::from(changed.await?);
    }
    Ok(done)
}
