//! Reads films from TMDB over HTTP, and tries again when TMDB is busy.

use crate::domain::{MovieDraft, TmdbMovie};
use crate::ports::Tmdb;
use async_trait::async_trait;
use contracts::Failure;
use futures::{StreamExt, stream};
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use wire::Http;

/// The Movie Database's API, version 3 (developer.themoviedb.org), with a bearer token.
pub struct HttpTmdb {
    http: Http,
    url: String,
    token: String,
    pages: u32,
}

/// The lists taken over.
const LISTS: [&str; 2] = ["popular", "now_playing"];
/// How often a request is tried.
const TRIES: u32 = 3;
/// The longest wait before another try. If TMDB asks for a longer one, the import fails, and can be repeated later.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The wait before another try if TMDB does not say how long.
const WAIT: Duration = Duration::from_millis(300);
/// How many films' details are asked for at the same time. TMDB allows about 40 requests a second.
const AT_ONCE: usize = 8;
const WHAT: &str = "ask TMDB";

#[derive(Deserialize)]
struct Genres {
    genres: Vec<NamedGenre>,
}

#[derive(Deserialize)]
struct NamedGenre {
    id: u64,
    name: String,
}

#[derive(Deserialize)]
struct Page {
    /// Each is read by itself: one that cannot be read is left out, and the others are not.
    results: Vec<Value>,
    #[serde(default)]
    total_pages: u32,
}

#[derive(Deserialize)]
struct Listed {
    id: u64,
    title: String,
    #[serde(default)]
    overview: String,
    #[serde(default)]
    genre_ids: Vec<u64>,
}

#[derive(Deserialize)]
struct Details {
    /// In minutes; missing or 0 if TMDB does not know.
    runtime: Option<u32>,
}

impl HttpTmdb {
    /// TMDB at `url`, without a slash at its end: `/3/movie/popular` is added to `https://api.themoviedb.org`. At most
    /// `pages` pages of each list are read.
    pub fn new(http: Http, url: String, token: String, pages: u32) -> Self {
        Self { http, url, token, pages }
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let mut last = Failure::transient(WHAT, "no answer");
        for _ in 0..TRIES {
            let request = self.http.get(format!("{}/3/{path}", self.url)).bearer_auth(&self.token);
            let answer = match self.http.send(WHAT, request).await {
                Ok(answer) => answer,
                Err(why) => {
                    last = why;
                    tokio::time::sleep(WAIT).await;
                    continue;
                }
            };
            let status = answer.status();
            if status.is_success() {
                match answer.bytes().await {
                    // What is no JSON of ours now will not be the next time.
                    Ok(body) => return serde_json::from_slice(&body).map_err(|e| Failure::permanent(WHAT, e)),
                    Err(why) => last = Failure::transient(WHAT, why.without_url()),
                }
                tokio::time::sleep(WAIT).await;
                continue;
            }
            last = Failure::transient(WHAT, status);
            if status != StatusCode::TOO_MANY_REQUESTS && !status.is_server_error() {
                return Err(Failure::permanent(WHAT, status));
            }
            let after = answer.headers().get("retry-after").and_then(|seconds| seconds.to_str().ok()?.parse().ok());
            let wait = after.map_or(WAIT, Duration::from_secs);
            if wait > LONGEST_WAIT {
                return Err(last);
            }
            tokio::time::sleep(wait).await;
        }
        Err(last)
    }

    /// Films of both lists, each once.
    async fn listed(&self) -> Result<BTreeMap<u64, Listed>, Failure> {
        let mut films = BTreeMap::new();
        for list in LISTS {
            for page in 1..=self.pages {
                let found: Page = self.ask(&format!("movie/{list}?page={page}")).await?;
                for film in found.results {
                    match serde_json::from_value::<Listed>(film) {
                        Ok(film) => drop(films.insert(film.id, film)),
                        Err(why) => tracing::warn!(list, page, %why, "a film cannot be read"),
                    }
                }
                if page >= found.total_pages {
                    break;
                }
            }
        }
        Ok(films)
    }
}

#[async_trait]
impl Tmdb for HttpTmdb {
    async fn films(&self) -> Result<Vec<TmdbMovie>, Failure> {
        let Genres { genres } = self.ask("genre/movie/list").await?;
        let names: HashMap<_, _> = genres.into_iter().map(|genre| (genre.id, genre.name)).collect();
        let detailed = stream::iter(self.listed().await?.into_values()).map(|film| async {
            let details: Details = self.ask(&format!("movie/{}", film.id)).await?;
            Ok::<_, Failure>((film, details))
        });
        let detailed: Vec<_> = detailed.buffered(AT_ONCE).collect().await;
        let mut films = Vec::with_capacity(detailed.len());
        for one in detailed {
            let (film, details) = match one {
                Ok(one) => one,
                // One that is gone, or that cannot be read, does not cost the others.
                Err(why @ Failure::Permanent(_)) => {
                    tracing::warn!(%why, "a film has no details");
                    continue;
                }
                Err(why) => return Err(why),
            };
            let draft = MovieDraft {
                title: film.title,
                genres: film.genre_ids.iter().filter_map(|id| names.get(id).cloned()).collect(),
                duration_minutes: details.runtime.unwrap_or(0),
                synopsis: Some(film.overview),
                tmdb_id: Some(film.id),
            };
            films.push(TmdbMovie { id: film.id, draft });
        }
        Ok(films)
    }
}
