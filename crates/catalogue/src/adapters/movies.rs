//! Keeps movies and their screenings in DynamoDB.

use crate::domain::{Movie, Screening};
use crate::ports::{MovieQuery, Movies};
use async_trait::async_trait;
use contracts::idempotency::Keys;
use contracts::{EventChanged, EventId, Failure, MovieId, Page, PageRequest, Timestamp, folded};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use table::{Item, Key, Table, create, delete_part, number, of_cursor, put_part, text, value};
use uuid::Uuid;

/// How often to try in all, when the same event's news comes more than once at the same time.
const TRIES: u32 = 4;

/// Movies in the table `catalogue`.
///
/// | item | PK | SK |
/// |---|---|---|
/// | movie | `MOVIE#<id>` | `MOVIE` |
/// | movie that was taken down, for a month | `MOVIE#<id>` | `DELETED` |
/// | screening of it | `MOVIE#<id>` | `SCREENING#<event id>` |
/// | which movie an event screens, as of which version | `EVENT#<id>` | `EVENT` |
/// | an idempotency key | `KEY#<id>` | `KEY` |
///
/// The index `by_created` lists movies: `LIST = MOVIES`, `CREATED = <created_at>#<id>`. DynamoDB's TTL deletes items
/// with `expires`.
#[derive(Debug, Clone)]
pub struct DynamoMovies(Table);

const BY_CREATED: &str = "by_created";
const LIST: &str = "LIST";
const CREATED: &str = "CREATED";
const MOVIES: &str = "MOVIES";
const SCREENINGS: &str = "SCREENING#";
/// How long a movie that was taken down is kept, in case news of a screening of it is still on its way: a message lives
/// for two weeks from when it was sent, and one that was replayed then for two more.
const KEPT_DELETED: Duration = Duration::from_hours(29 * 24);

#[derive(Serialize, Deserialize)]
struct StoredMovie {
    #[serde(flatten)]
    movie: Movie,
    /// For searching: title and genres as [`folded`] has them. A movie from before this has none until it is migrated.
    #[serde(default)]
    title_folded: String,
    #[serde(default)]
    genres_folded: Vec<String>,
    /// What the release before searches in, and cannot read a movie without.
    #[serde(default)]
    title_search: String,
    #[serde(default)]
    genres_search: Vec<String>,
    #[serde(rename = "LIST")]
    list: String,
    #[serde(rename = "CREATED")]
    created: String,
}

/// A movie that was taken down.
#[derive(Serialize, Deserialize)]
struct DeletedMovie {
    movie: Movie,
    /// The movie's.
    version: u64,
    expires: i64,
}

#[derive(Serialize, Deserialize)]
struct StoredEvent {
    movie_id: Option<MovieId>,
    version: u64,
}

impl StoredMovie {
    fn of(movie: &Movie) -> Self {
        Self {
            movie: movie.clone(),
            title_folded: folded(&movie.title),
            genres_folded: movie.genres.iter().map(|genre| folded(genre)).collect(),
            title_search: movie.title.to_lowercase(),
            genres_search: movie.genres.iter().map(|genre| genre.to_lowercase()).collect(),
            list: MOVIES.to_owned(),
            created: format!("{}#{}", movie.created_at, movie.id),
        }
    }
}

fn partition(id: MovieId) -> String {
    format!("MOVIE#{id}")
}

fn movie_key(id: MovieId) -> Key {
    Key::new(partition(id), "MOVIE")
}

fn deleted_key(id: MovieId) -> Key {
    Key::new(partition(id), "DELETED")
}

fn screening_key(movie: MovieId, event: EventId) -> Key {
    Key::new(partition(movie), format!("{SCREENINGS}{event}"))
}

fn event_key(id: EventId) -> Key {
    Key::new(format!("EVENT#{id}"), "EVENT")
}

impl DynamoMovies {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    /// Puts a movie up again that was taken down although it has screenings to come.
    async fn restore_screened(&self, id: MovieId, now: Timestamp) -> Result<(), Failure> {
        let deleted: Option<DeletedMovie> = self.0.get(&deleted_key(id)).await?;
        if deleted.is_none() || self.screenings(id, now).await?.is_empty() {
            return Ok(());
        }
        self.restore(id).await
    }
}

#[async_trait]
impl Keys for DynamoMovies {
    async fn claim(&self, key: Uuid, digest: &str, now: Timestamp, until: Option<Timestamp>) -> Result<bool, Failure> {
        self.0.claim_key(key, digest, now, until).await
    }
}

#[async_trait]
impl Movies for DynamoMovies {
    async fn insert(&self, movie: &Movie) -> Result<bool, Failure> {
        Ok(self.0.insert(&movie_key(movie.id), &StoredMovie::of(movie)).await?.is_ok())
    }

    async fn update(&self, before: &Movie, after: &Movie) -> Result<bool, Failure> {
        let values = [(":before", number(before.version))];
        Ok(self.0.put_if(&movie_key(after.id), &StoredMovie::of(after), "version = :before", values).await?.is_ok())
    }

    async fn delete(&self, movie: &Movie, now: Timestamp) -> Result<bool, Failure> {
        let delete = self.0.part_delete(&movie_key(movie.id)).condition_expression("version = :before");
        let delete = delete_part(delete.expression_attribute_values(":before", number(movie.version)))?;
        let deleted =
            DeletedMovie { movie: movie.clone(), version: movie.version, expires: (now + KEPT_DELETED).seconds() };
        self.0.all_or_none([delete, put_part(self.0.part_put(&deleted_key(movie.id), &deleted)?)?]).await
    }

    async fn restore(&self, id: MovieId) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let Some(DeletedMovie { movie, version, .. }) = self.0.get(&deleted_key(id)).await? else { return Ok(()) };
            if self.get(id).await?.is_some() {
                return Ok(());
            }
            let movie = Movie { version: version + 1, ..movie };
            let again = create(self.0.name(), &movie_key(id), &StoredMovie::of(&movie))?;
            let deleted = self.0.part_delete(&deleted_key(id)).condition_expression("version = :version");
            let deleted = delete_part(deleted.expression_attribute_values(":version", number(version)))?;
            if self.0.all_or_none([again, deleted]).await? {
                return Ok(());
            }
        }
        Err(Failure::transient("put a movie up again", "it changed each time"))
    }

    async fn get(&self, id: MovieId) -> Result<Option<Movie>, Failure> {
        Ok(self.0.get::<StoredMovie>(&movie_key(id)).await?.map(|stored| stored.movie))
    }

    async fn list(&self, which: &MovieQuery, asked: &PageRequest) -> Result<Option<Page<Movie>>, Failure> {
        let from = match asked.from() {
            None => None,
            Some(from) => match start_key(from) {
                Some(key) => Some(key),
                None => return Ok(None),
            },
        };
        let mut query = self
            .0
            .query()
            .index_name(BY_CREATED)
            .key_condition_expression("#list = :movies")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_values(":movies", text(MOVIES))
            .scan_index_forward(false)
            .set_exclusive_start_key(from);
        let mut filters = Vec::new();
        if let Some(title) = &which.title {
            filters.push("contains(title_folded, :title)");
            query = query.expression_attribute_values(":title", text(title));
        }
        if let Some(genre) = &which.genre {
            filters.push("contains(genres_folded, :genre)");
            query = query.expression_attribute_values(":genre", text(genre));
        }
        query = query.set_filter_expression((!filters.is_empty()).then(|| filters.join(" AND ")));
        let movie = |item| Ok(Some(value::<StoredMovie>(item)?.movie));
        let shown = |found: Vec<Item>| async move { found.into_iter().map(movie).collect() };
        self.0.page([query], CREATED, asked, shown).await.map(Some)
    }

    async fn screenings(&self, id: MovieId, now: Timestamp) -> Result<Vec<Screening>, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :screenings)")
            .filter_expression("starts_at > :now")
            .expression_attribute_values(":pk", text(partition(id)))
            .expression_attribute_values(":screenings", text(SCREENINGS))
            .expression_attribute_values(":now", text(now))
            .consistent_read(true);
        let mut found: Vec<Screening> =
            self.0.all(query).await?.into_iter().map(value).collect::<Result<_, Failure>>()?;
        found.sort_by_key(|screening| (screening.starts_at, screening.event_id));
        Ok(found)
    }

    async fn record(&self, event: &EventChanged, now: Timestamp) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let before: Option<StoredEvent> = self.0.get(&event_key(event.id)).await?;
            if let Some(known) = before.as_ref().filter(|before| before.version >= event.version) {
                // Whoever recorded it may have broken off before the movie was put up again.
                return match known.movie_id {
                    Some(movie) => self.restore_screened(movie, now).await,
                    None => Ok(()),
                };
            }
            let screening = Screening::of(event);
            let movie_id = screening.as_ref().map(|(movie, _)| *movie);
            let own = self.0.part_put(&event_key(event.id), &StoredEvent { movie_id, version: event.version })?;
            let own = own.condition_expression("attribute_not_exists(PK) OR version < :version");
            let mut parts = vec![put_part(own.expression_attribute_values(":version", number(event.version)))?];
            if let Some(old) = before.and_then(|before| before.movie_id).filter(|old| Some(*old) != movie_id) {
                parts.push(delete_part(self.0.part_delete(&screening_key(old, event.id)))?);
            }
            if let Some((movie, screening)) = &screening {
                parts.push(put_part(self.0.part_put(&screening_key(*movie, event.id), screening)?)?);
            }
            if self.0.all_or_none(parts).await? {
                return match screening {
                    Some((movie, _)) => self.restore_screened(movie, now).await,
                    None => Ok(()),
                };
            }
        }
        Err(Failure::transient("record a screening", "it changed each time"))
    }
}

fn start_key(from: &str) -> Option<Item> {
    let created = of_cursor(from)?;
    let id: MovieId = created.rsplit_once('#')?.1.parse().ok()?;
    let mut key = movie_key(id).attributes();
    key.insert(LIST.into(), text(MOVIES));
    key.insert(CREATED.into(), text(created));
    Some(key)
}
