//! See [`function`].

use lambda::answer::Foreign;
use lambda::prelude::*;
use lambda::request::Authorization;
use serde::Serialize;
use serde_json::{Value, json};
use settings::{Part, Wiring};

/// The number of films on one page, as in TMDB's API.
const PAGE: usize = 20;

/// Genres by TMDB's own ids.
const GENRES: &[(u64, &str)] = &[
    (28, "Action"),
    (12, "Adventure"),
    (16, "Animation"),
    (35, "Comedy"),
    (80, "Crime"),
    (99, "Documentary"),
    (18, "Drama"),
    (10751, "Family"),
    (14, "Fantasy"),
    (27, "Horror"),
    (9648, "Mystery"),
    (10749, "Romance"),
    (878, "Science Fiction"),
    (53, "Thriller"),
];

/// An invented film: title, genres, minutes, and whether it is playing now.
type Film = (&'static str, &'static [u64], u32, bool);

/// The films. A film's id is 900001 plus its index in this list.
const FILMS: &[Film] = &[
    ("Kereta Terakhir ke Bandung", &[18, 9648], 112, true),
    ("The Salt Cartographer", &[12, 14], 128, true),
    ("Hujan di Atas Panggung", &[10749, 18], 104, true),
    ("Nine Floors Down", &[53], 97, true),
    ("Kopi Tanpa Gula", &[35], 95, true),
    ("Orbit of Small Things", &[878, 18], 131, true),
    ("Rumah di Ujung Sawah", &[27], 89, true),
    ("The Tin Elephant", &[16, 10751], 92, true),
    ("Dua Belas Purnama", &[14, 10749], 118, true),
    ("Harbour of Knives", &[28, 80], 109, true),
    ("Pasar Malam", &[18, 10751], 101, true),
    ("A Clock for Magellan", &[12, 99], 84, true),
    ("Sandal Jepit Merah", &[35, 10751], 90, true),
    ("The Quiet Frequency", &[878, 53], 115, true),
    ("Surat untuk Laut", &[18], 107, true),
    ("Monsoon Wedding Crash", &[35, 10749], 99, true),
    ("Gunung Itu Bernapas", &[12, 27], 96, true),
    ("Paper Tigers, Paper Boats", &[16, 14], 94, true),
    ("Lantai Tujuh", &[27, 9648], 88, true),
    ("The Last Projectionist", &[18], 121, true),
    ("Angkot 88", &[28, 35], 102, true),
    ("Where the Cables Sleep", &[99], 78, true),
    ("Ibu Kota", &[80, 18], 124, false),
    ("Glass Monsoon", &[53, 80], 111, false),
    ("Lagu untuk Satelit", &[878, 10749], 106, false),
    ("The Beekeeper's Alibi", &[9648, 35], 98, false),
    ("Jejak Harimau Putih", &[12, 28], 116, false),
    ("Thirteen Umbrellas", &[18, 10749], 103, false),
    ("Wayang Terakhir", &[14, 18], 126, false),
    ("Zero Tide", &[28, 878], 119, false),
    ("Anak Langit", &[16, 10751], 87, false),
    ("The Understudy's Ghost", &[27, 35], 93, false),
    ("Rel Kosong", &[53, 18], 100, false),
    ("Saffron and Rust", &[80, 10749], 113, false),
    ("Perahu Kertas Lipat", &[10751, 18], 91, false),
    ("Midnight at Kilometre Zero", &[9648, 53], 105, false),
];

#[derive(Serialize)]
struct Listed {
    adult: bool,
    id: usize,
    title: &'static str,
    original_title: &'static str,
    original_language: &'static str,
    overview: String,
    genre_ids: &'static [u64],
    popularity: f64,
    release_date: &'static str,
    video: bool,
    vote_average: f64,
    vote_count: u32,
}

/// Defines the simulated TMDB. It answers like TMDB's API version 3, but with invented films.
pub fn function() -> impl Definition {
    let (movies, genres) = ("/api/tmdb/3/movie/{list}", "/api/tmdb/3/genre/movie/list");
    Several::new("The simulated TMDB.")
        .and(Route::get(Tag::Simulators, movies, "A list of films, or one film.").open_to(Everybody).served_by(list))
        .and(Route::get(Tag::Simulators, genres, "The genres.").open_to(Everybody).served_by(all_genres))
}

struct Token(String);

impl Part for Token {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(format!("Bearer {}", wiring.env().text("TMDB_TOKEN")?)))
    }
}

lambda::query! {
    struct Asked {
        page: usize,
    }
}

/// TMDB's own answer to a caller without a valid key.
fn stranger() -> Foreign<Value> {
    let refusal = "Invalid API key: You must be granted a valid key.";
    Foreign::with_status(401, json!({"status_code": 7, "status_message": refusal, "success": false}))
}

async fn all_genres(token: Arc<Token>, (Authorization(given),): (Authorization,)) -> Result<Foreign<Value>, Problem> {
    if given.as_deref() != Some(&*token.0) {
        return Ok(stranger());
    }
    let genres: Vec<_> = GENRES.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
    Ok(Foreign::of(json!({"genres": genres})))
}

async fn list(
    token: Arc<Token>,
    (Authorization(given), Path(which), Query(asked)): (Authorization, Path<String>, Query<Asked>),
) -> Result<Foreign<Value>, Problem> {
    if given.as_deref() != Some(&*token.0) {
        return Ok(stranger());
    }
    let page = asked.page.unwrap_or(1);
    Ok(match which.as_str() {
        "popular" => films(page, |_| true),
        "now_playing" => films(page, |(_, _, _, playing)| *playing),
        id => details(id.parse().unwrap_or(0)),
    })
}

fn films(page: usize, wanted: fn(&Film) -> bool) -> Foreign<Value> {
    let all: Vec<_> = FILMS.iter().enumerate().filter(|(_, film)| wanted(film)).collect();
    let pages = all.len().div_ceil(PAGE);
    let shown = all.iter().skip(page.saturating_sub(1) * PAGE).take(PAGE);
    let results: Vec<_> = shown.map(|(place, film)| listed(*place, film)).collect();
    Foreign::of(json!({"page": page, "results": results, "total_pages": pages, "total_results": all.len()}))
}

fn listed(place: usize, (title, genre_ids, _, _): &Film) -> Listed {
    Listed {
        adult: false,
        id: 900_001 + place,
        title,
        original_title: title,
        original_language: "id",
        overview: format!("{title} is a film that nobody has made."),
        genre_ids,
        popularity: 100.0,
        release_date: "2026-10-01",
        video: false,
        vote_average: 7.5,
        vote_count: 120,
    }
}

fn details(id: usize) -> Foreign<Value> {
    let Some((place, film)) = id.checked_sub(900_001).and_then(|place| Some((place, FILMS.get(place)?))) else {
        let missing = "The resource you requested could not be found.";
        return Foreign::with_status(404, json!({"status_code": 34, "status_message": missing, "success": false}));
    };
    let mut body = serde_json::to_value(listed(place, film)).unwrap_or_default();
    body["runtime"] = film.2.into();
    Foreign::of(body)
}
