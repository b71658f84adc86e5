//! Movies and their screenings: what is checked in a draft, which id a movie gets, and how it changes.

use contracts::{EventChanged, EventId, Money, MovieId, Problem, Timestamp, line_of, paragraphs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The namespace of movies' ids that are derived from their TMDB id: one film is one movie.
const TMDB: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0003);
/// The namespace of movies' ids that are derived from a caller and their idempotency key.
const KEYED: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0004);

/// A genre's name, such as `Comedy`.
pub type Genre = String;

/// What an organiser sends for a movie.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MovieDraft {
    /// 1 to 200 characters.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// 1 to 10 genres of 1 to 50 characters, none twice.
    #[schemars(length(min = 1, max = 10))]
    pub genres: Vec<Genre>,
    /// From 1 to 1000.
    #[schemars(range(min = 1, max = 1000))]
    pub duration_minutes: u32,
    /// At most 4,000 characters.
    #[schemars(length(max = 4000))]
    pub synopsis: Option<String>,
    /// Its id at themoviedb.org.
    pub tmdb_id: Option<u64>,
}

/// A movie as the catalogue keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Movie {
    /// Its id.
    pub id: MovieId,
    /// Its title.
    pub title: String,
    /// Its genres.
    pub genres: Vec<Genre>,
    /// How long it is.
    pub duration_minutes: u32,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synopsis: Option<String>,
    /// Its id at themoviedb.org.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tmdb_id: Option<u64>,
    /// When it was put up.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: u64,
}

/// A screening of a movie, which is an event in ticketing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Screening {
    /// The event.
    pub event_id: EventId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// The price of its cheapest seats, once it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
}

/// A film as TMDB describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TmdbMovie {
    /// Its TMDB id.
    pub id: u64,
    /// Its data, which is checked like any other draft.
    pub draft: MovieDraft,
}

impl PartialEq for MovieDraft {
    fn eq(&self, other: &Self) -> bool {
        (&self.title, &self.genres, self.duration_minutes, &self.synopsis, self.tmdb_id)
            == (&other.title, &other.genres, other.duration_minutes, &other.synopsis, other.tmdb_id)
    }
}

impl Eq for MovieDraft {}

impl MovieDraft {
    /// Checks every field; answers the draft with its texts trimmed.
    pub fn check(&self) -> Result<Self, Problem> {
        let title = text("title", &self.title, 200)?;
        let mut genres = Vec::new();
        for genre in &self.genres {
            let genre = text("genres", genre, 50)?;
            if genres.contains(&genre) {
                return Err(Problem::invalid("genres", "None twice."));
            }
            genres.push(genre);
        }
        if genres.is_empty() || genres.len() > 10 {
            return Err(Problem::invalid("genres", "1 to 10 genres of 1 to 50 characters."));
        }
        if !(1..=1000).contains(&self.duration_minutes) {
            return Err(Problem::invalid("duration_minutes", "From 1 to 1000."));
        }
        let synopsis = match self.synopsis.as_deref().map(|given| paragraphs(given, 4000)) {
            Some(None) => return Err(Problem::invalid("synopsis", "At most 4000 characters.")),
            Some(synopsis) => synopsis,
            None => None,
        };
        if self.tmdb_id == Some(0) {
            return Err(Problem::invalid("tmdb_id", "Above 0."));
        }
        let synopsis = synopsis.filter(|synopsis| !synopsis.is_empty());
        Ok(Self { title, genres, synopsis, ..self.clone() })
    }

    /// The id of the movie that this draft makes. A TMDB film always gets the same id, and so does a request with an
    /// idempotency key. Any other movie gets `fresh`.
    pub fn id(&self, fresh: Uuid, key: Option<&str>) -> MovieId {
        MovieId::new(match (self.tmdb_id, key) {
            (Some(tmdb), _) => Uuid::new_v5(&TMDB, &tmdb.to_be_bytes()),
            (None, Some(key)) => Uuid::new_v5(&KEYED, key.as_bytes()),
            (None, None) => fresh,
        })
    }

    /// A new movie from this draft, which must have been checked.
    pub fn movie(self, id: MovieId, now: Timestamp) -> Movie {
        let Self { title, genres, duration_minutes, synopsis, tmdb_id } = self;
        Movie { id, title, genres, duration_minutes, synopsis, tmdb_id, created_at: now, updated_at: now, version: 1 }
    }
}

fn text(field: &str, given: &str, most: usize) -> Result<String, Problem> {
    line_of(field, given, most)
}

impl contracts::Versioned for Movie {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Movie {
    /// The movie with the data of `draft`, which must have been checked. If nothing is new, the movie stays as it is,
    /// with its version.
    #[must_use]
    pub fn redrawn(&self, draft: &MovieDraft, now: Timestamp) -> Self {
        let MovieDraft { title, genres, duration_minutes, synopsis, tmdb_id } = draft.clone();
        let same = self.clone();
        let after = Self { title, genres, duration_minutes, synopsis, tmdb_id: tmdb_id.or(self.tmdb_id), ..same };
        if after == *self { after } else { Self { updated_at: now, version: self.version + 1, ..after } }
    }
}

impl Screening {
    /// The movie and the screening of an event; `None` if the event shows no movie, or does not take place.
    pub fn of(event: &EventChanged) -> Option<(MovieId, Self)> {
        let screening = Self { event_id: event.id, starts_at: event.starts_at, price: event.price };
        event.movie_id.filter(|_| event.takes_place).map(|movie| (movie, screening))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> MovieDraft {
        MovieDraft {
            title: " Sinners ".into(),
            genres: vec!["Horror".into(), "Action".into()],
            duration_minutes: 138,
            synopsis: Some("  ".into()),
            tmdb_id: None,
        }
    }

    #[test]
    fn a_draft_names_the_field_that_is_wrong() {
        let checked = draft().check().unwrap();
        assert_eq!((checked.title.as_str(), checked.synopsis), ("Sinners", None));
        for (field, wrong) in [
            ("title", MovieDraft { title: " ".into(), ..draft() }),
            ("title", MovieDraft { title: "x".repeat(201), ..draft() }),
            ("genres", MovieDraft { genres: vec![], ..draft() }),
            ("genres", MovieDraft { genres: vec!["A".into(), " A".into()], ..draft() }),
            ("genres", MovieDraft { genres: vec![String::new()], ..draft() }),
            ("duration_minutes", MovieDraft { duration_minutes: 0, ..draft() }),
            ("duration_minutes", MovieDraft { duration_minutes: 1001, ..draft() }),
            ("synopsis", MovieDraft { synopsis: Some("x".repeat(4001)), ..draft() }),
            ("tmdb_id", MovieDraft { tmdb_id: Some(0), ..draft() }),
        ] {
            assert_eq!(wrong.check().unwrap_err().body()["field"], field, "{wrong:?}");
        }
    }

    #[test]
    fn a_film_of_tmdbs_is_one_movie() {
        let film = MovieDraft { tmdb_id: Some(7), ..draft() };
        assert_eq!(film.id(Uuid::from_u128(1), None), film.id(Uuid::from_u128(2), Some("key")));
        assert_ne!(draft().id(Uuid::from_u128(1), None), draft().id(Uuid::from_u128(2), None));
        assert_eq!(draft().id(Uuid::from_u128(1), Some("k")), draft().id(Uuid::from_u128(2), Some("k")));
    }

    #[test]
    fn what_says_nothing_new_changes_nothing() {
        let movie = draft().check().unwrap().movie(MovieId::new(Uuid::from_u128(1)), Timestamp::from_millis(0));
        assert_eq!(movie.redrawn(&draft().check().unwrap(), Timestamp::from_millis(9)), movie);
        let longer = MovieDraft { duration_minutes: 140, ..draft() };
        let after = movie.redrawn(&longer, Timestamp::from_millis(9));
        assert_eq!((after.version, after.duration_minutes), (2, 140));
    }
}
