//! The sample data: log-ins, a week of films and a concert, made through the endpoints that people use.

use crate::functions::Functions;
use contracts::{SystemWorld, World};
use progress::Progress;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};
use template::{Error, STACK};
use time::{Time, UtcOffset};
use triggers::Invoke;

/// The password of all sample log-ins. They exist in the local cloud alone.
pub const PASSWORD: &str = "karcis-local-only";

/// A sample log-in: e-mail, name, role. The first is the admin, who gives the others theirs.
pub const LOG_INS: &[(&str, &str, &str)] = &[
    ("admin@karcis.test", "Ayu Admin", "admin"),
    ("organiser@karcis.test", "Oka Organiser", "organiser"),
    ("steward@karcis.test", "Sari Steward", "steward"),
    ("buyer@karcis.test", "Budi Buyer", "buyer"),
];

/// How long a mail may take here.
const MAIL_TAKES: Duration = Duration::from_secs(10);
/// Jakarta's offset from UTC in hours: the films run there.
const JAKARTA: i8 = 7;

/// A film on the programme: title, genres, minutes, days from now, price in rupiah. All begin at 19:00.
type Film = (&'static str, &'static [&'static str], u32, u64, u64);

/// The programme.
const FILMS: &[Film] = &[
    ("Lilo & Stitch", &["Family", "Comedy", "Science Fiction"], 108, 2, 52_680),
    ("Sinners", &["Horror", "Action", "Thriller"], 138, 9, 69_519),
    ("A Minecraft Movie", &["Family", "Comedy", "Adventure", "Fantasy"], 101, 3, 68_713),
    ("Sikandar", &["Action", "Drama"], 135, 5, 38_428),
    ("Shadow Force", &["Action", "Thriller", "Drama"], 95, 9, 36_795),
    ("A Working Man", &["Action", "Crime", "Thriller"], 116, 2, 48_271),
    ("Final Destination Bloodlines", &["Horror", "Mystery"], 110, 2, 40_850),
    ("Mission: Impossible - The Final Reckoning", &["Action", "Adventure", "Thriller"], 170, 10, 30_617),
    ("The Last Stand of Ellen Cole", &["Action", "Adventure"], 91, 7, 48_823),
    ("Until Dawn", &["Horror", "Mystery"], 103, 6, 57_434),
    ("Warfare", &["War", "Action"], 95, 9, 63_017),
    ("The Ugly Stepsister", &["Horror", "Comedy", "Fantasy"], 109, 9, 61_830),
];

/// Where the films run, in turn: cities by Jakarta's clocks.
const CITIES: &[&str] = &["Jakarta", "Bandung", "Jakarta", "Surabaya"];

/// A section of the sample data.
struct Section {
    name: &'static str,
    rows: &'static str,
    /// In rupiah.
    price: u64,
    /// The numbers behind which an aisle runs.
    aisles: &'static [u32],
    /// Special seats.
    marks: &'static [(&'static str, &'static str)],
}

/// A studio's seats, at a film's price.
const fn studio(price: u64) -> Section {
    let marks = &[("A-1", "WHEELCHAIR"), ("A-2", "COMPANION"), ("A-12", "WHEELCHAIR"), ("A-11", "COMPANION")];
    Section { name: "REGULAR", rows: "A-H:1-12", price, aisles: &[3, 9], marks }
}

/// The concert's sections, 2,000 seats in all.
const CONCERT: &[Section] = &[
    Section { name: "VIP", rows: "A-D:1-50", price: 1_500_000, aisles: &[17, 33], marks: &[] },
    Section {
        name: "TRIBUNE",
        rows: "E-P:1-50",
        price: 750_000,
        aisles: &[17, 33],
        marks: &[("E-1", "WHEELCHAIR"), ("E-2", "COMPANION"), ("E-50", "WHEELCHAIR"), ("E-49", "COMPANION")],
    },
    Section {
        name: "BALCONY",
        rows: "Q-AN:1-50",
        price: 350_000,
        aisles: &[17, 33],
        marks: &[("Q-1", "RESTRICTED_VIEW"), ("Q-50", "RESTRICTED_VIEW")],
    },
];

/// The power products: nominal and admin fee, in rupiah.
const PRODUCTS: &[(u64, u64)] =
    &[(20_000, 1_500), (50_000, 1_500), (100_000, 1_500), (200_000, 2_000), (500_000, 2_500), (1_000_000, 3_000)];

/// The sandbox's meters, all of 1,300 VA: last digit of the number, and the customer's name.
///
/// The number decides the outcome (`simulators/power-company`). Number 2 is missing: the power company does not know
/// that meter.
const METERS: &[(u32, &str)] = &[
    (1, "Rumah Contoh"),
    (3, "Meter Terblokir"),
    (4, "Tanpa Jawaban"),
    (5, "Tanpa Jawaban, Ditolak"),
    (6, "Gangguan PLN"),
];

/// Creates the sample data that is missing. If something fails, the rest is created all the same as far as it can be.
pub async fn seed(url: &str, functions: &Functions) -> Result<(), Error> {
    let mut api = Api::new(url);
    for (email, name, _) in LOG_INS {
        let body = json!({"email": email, "password": PASSWORD, "name": name, "locale": "id"});
        api.call(Method::POST, "/api/register", Some(&body)).await?;
    }
    let admin = LOG_INS.first().map_or("", |(email, _, _)| email);
    functions.invoke(&format!("{STACK}-make-admin"), &json!({"email": admin})).await?;
    api.sign_in(admin, PASSWORD).await?;
    let users = api.all("/api/users").await?;
    for (email, _, role) in LOG_INS {
        // An earlier start may have stopped before it gave this role.
        let wrong = users.iter().find(|user| user["email"] == *email && user["role"] != *role);
        if let Some(id) = wrong.and_then(|user| user["id"].as_str()) {
            let path = format!("/api/users/{id}");
            api.expect(StatusCode::OK, Method::PATCH, &path, Some(&json!({"role": role}))).await?;
        }
    }
    // The films of TMDB come from outside: they may fail without the others.
    let imported = api.import().await;
    let sales = seed_sales(url, "organiser@karcis.test", PASSWORD).await;
    let power = api.seed_power().await;
    let confirmed = confirm_addresses(url, &users).await;
    imported.and(sales.map(drop)).and(power.map(drop)).and(confirmed)
}

/// Opens the link of each sample log-in's mail. It has a new one sent to those that an earlier start left unconfirmed.
async fn confirm_addresses(url: &str, users: &[Value]) -> Result<(), Error> {
    for user in users.iter().filter(|user| user["email_confirmed"] == false) {
        let (mut api, email) = (Api::new(url), user["email"].as_str().unwrap_or_default());
        if !LOG_INS.iter().any(|(sample, ..)| *sample == email) {
            continue;
        }
        if api.mailed_token(email).await?.is_none() {
            api.sign_in(email, PASSWORD).await?;
            api.expect(StatusCode::OK, Method::POST, "/api/email/confirmation", None).await?;
        }
        let deadline = Instant::now() + MAIL_TAKES;
        let token = loop {
            match api.mailed_token(email).await? {
                Some(token) => break token,
                None if Instant::now() < deadline => tokio::time::sleep(Duration::from_millis(50)).await,
                None => return Err(format!("no mail came to {email}").into()),
            }
        };
        let body = json!({"token": token});
        api.expect(StatusCode::NO_CONTENT, Method::POST, "/api/email/confirm", Some(&body)).await?;
    }
    Ok(())
}

/// Creates the movies, events and seats that are missing, as this organiser; answers whether anything was missing.
///
/// If the user is an admin, it creates the missing power products and meters too.
pub async fn seed_sales(url: &str, email: &str, password: &str) -> Result<bool, Error> {
    let mut api = Api::new(url);
    api.sign_in(email, password).await?;
    let (movies, events) = (api.all("/api/movies").await?, api.all("/api/events").await?);
    let mut made = false;
    let progress = Progress::of("films", FILMS.len() as u64);
    for (number, (title, genres, minutes, days, price)) in FILMS.iter().enumerate() {
        let known = movies.iter().find(|movie| movie["title"] == *title).cloned();
        let movie = if let Some(movie) = known {
            movie
        } else {
            let movie = json!({"title": title, "genres": genres, "duration_minutes": minutes});
            api.expect(StatusCode::CREATED, Method::POST, "/api/movies", Some(&movie)).await?
        };
        let venue = format!("Bioskop Karcis, Studio {}", number % 4 + 1);
        let event = json!({"title": title, "kind": "SCREENING", "movie_id": movie["id"], "venue": venue,
            "city": CITIES.get(number % CITIES.len()),
            "starts_at": at_seven(*days)?});
        made |= api.put_up(&events, &event, &[studio(*price)]).await?;
        progress.step();
    }
    let concert = json!({"title": "Malam Akustik Nusantara", "kind": "CONCERT", "venue": "Istora Senayan",
        "city": "Jakarta", "starts_at": at_seven(14)?, "max_seats_per_user": 6});
    made |= api.put_up(&events, &concert, CONCERT).await?;
    if api.expect(StatusCode::OK, Method::GET, "/api/profile", None).await?["role"] == "admin" {
        made |= api.seed_power().await?;
    }
    Ok(made)
}

/// Seven in the evening in Jakarta, `days` days from now.
fn at_seven(days: u64) -> Result<String, Error> {
    let day = (SystemWorld.now() + Duration::from_secs(days * 24 * 3600)).at(UtcOffset::from_hms(JAKARTA, 0, 0)?);
    let evening = day.replace_time(Time::from_hms(19, 0, 0)?);
    Ok(evening.format(&time::format_description::well_known::Rfc3339)?)
}

struct Api {
    client: Client,
    url: String,
    token: Option<String>,
}

impl Api {
    fn new(url: &str) -> Self {
        Self { client: Client::new(), url: url.trim_end_matches('/').to_owned(), token: None }
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(StatusCode, Value), Error> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        Ok((status, answer.json().await.unwrap_or(Value::Null)))
    }

    /// As [`Api::call`]; any other status is an error.
    async fn expect(
        &self,
        status: StatusCode,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Error> {
        match self.call(method, path, body).await? {
            (given, answer) if given == status => Ok(answer),
            (given, answer) => Err(format!("the sample data cannot be made: {path} answers {given} {answer}").into()),
        }
    }

    async fn sign_in(&mut self, email: &str, password: &str) -> Result<(), Error> {
        let body = json!({"email": email, "password": password});
        let answer = self.expect(StatusCode::OK, Method::POST, "/api/login", Some(&body)).await?;
        self.token = answer["access_token"].as_str().map(str::to_owned);
        Ok(())
    }

    /// The token of the link that was mailed to this address, once the mail is there.
    async fn mailed_token(&self, email: &str) -> Result<Option<String>, Error> {
        let (_, mails) = self.call(Method::GET, &format!("/_local/mail?to={email}"), None).await?;
        let mut texts = mails["items"].as_array().into_iter().flatten().filter_map(|mail| mail["text"].as_str());
        let link = texts.find_map(|text| text.split_once("/confirm-email?token="));
        Ok(link.and_then(|(_, token)| token.split_whitespace().next()).map(str::to_owned))
    }

    /// All items of a list, page after page.
    async fn all(&self, path: &str) -> Result<Vec<Value>, Error> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.expect(StatusCode::OK, Method::GET, &format!("{path}?limit=100{cursor}"), None).await?;
            items.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(items),
            }
        }
    }

    /// Takes films over from TMDB, if none were taken over yet.
    async fn import(&self) -> Result<(), Error> {
        if self.all("/api/movies").await?.iter().all(|movie| movie["tmdb_id"].is_null()) {
            self.expect(StatusCode::OK, Method::POST, "/api/movies/import", None).await?;
        }
        Ok(())
    }

    /// Creates the power products and the sandbox's meters that are missing; answers whether anything was missing.
    async fn seed_power(&self) -> Result<bool, Error> {
        let mut made = false;
        for (nominal, fee) in PRODUCTS {
            let money = |rupiah: u64| json!({"amount": rupiah * 100, "currency": "IDR"});
            let product = json!({"nominal": money(*nominal), "admin_fee": money(*fee)});
            made |= self.make("/api/power/products", &product).await?;
        }
        for (digit, name) in METERS {
            let meter = json!({"number": format!("1400000000{digit}"), "customer_number": format!("51400000000{digit}"),
                "name": name, "tariff": "R1", "power_va": 1300});
            made |= self.make("/api/power/meters", &meter).await?;
        }
        Ok(made)
    }

    /// Creates an item unless it exists; answers whether it was created.
    async fn make(&self, path: &str, body: &Value) -> Result<bool, Error> {
        match self.call(Method::POST, path, Some(body)).await? {
            (StatusCode::CREATED, _) => Ok(true),
            (StatusCode::CONFLICT, _) => Ok(false),
            (given, answer) => Err(format!("the sample data cannot be made: {path} answers {given} {answer}").into()),
        }
    }

    /// Creates an event and its seats, or the part that is missing; answers whether anything was missing.
    async fn put_up(&self, existing: &[Value], event: &Value, sections: &[Section]) -> Result<bool, Error> {
        let known = existing.iter().find(|known| known["title"] == event["title"]);
        let (id, there) = if let Some(known) = known {
            (known["id"].clone(), known["sections"].as_array().map_or(0, Vec::len))
        } else {
            let made = self.expect(StatusCode::CREATED, Method::POST, "/api/events", Some(event)).await?;
            (made["id"].clone(), 0)
        };
        let path = format!("/api/events/{}/seats", id.as_str().unwrap_or_default());
        for Section { name, rows, price, aisles, marks } in sections.iter().skip(there) {
            let marks: Map<_, _> = marks.iter().map(|(seat, mark)| ((*seat).to_owned(), json!([mark]))).collect();
            let seats = json!({"section": name, "rows": rows, "price": {"amount": price * 100, "currency": "IDR"},
                "aisles": aisles, "marks": marks});
            self.expect(StatusCode::CREATED, Method::POST, &path, Some(&seats)).await?;
        }
        Ok(there < sections.len())
    }
}
