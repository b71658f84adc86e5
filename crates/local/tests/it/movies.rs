//! Movies, their screenings, and their import.

use crate::app::{App, answer, eventually};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use reqwest::Method;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use template::STACK;
use tokio::net::TcpListener;
use triggers::Invoke;
use uuid::Uuid;

/// Has news of an event recorded.
async fn record(app: &App, news: &Value) {
    let source = format!("arn:aws:sqs:ap-southeast-3:123456789012:{STACK}-record-screening");
    let record = json!({"messageId": Uuid::now_v7(), "receiptHandle": "1", "body": news.to_string(),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795237200000",
        "SenderId": "1", "ApproximateFirstReceiveTimestamp": "1795237200100"},
        "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs", "eventSourceARN": source,
        "awsRegion": "ap-southeast-3"});
    let function = format!("{STACK}-record-screening");
    let answer = app.cloud.functions.invoke(&function, &json!({"Records": [record]})).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]), "{answer}");
}

fn film(title: &str) -> Value {
    json!({"title": title, "genres": ["Horror", "Action"], "duration_minutes": 138, "synopsis": "Two brothers."})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_movie_is_put_up_found_changed_and_taken_down() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let (status, headers, made) =
        app.ask_with(Method::POST, "/api/movies", &organiser, &[], Some(&film("Sinners"))).await;
    assert_eq!((status, headers["etag"].to_str().unwrap(), &made["screenings"]), (201, "\"1\"", &json!([])));
    app.post("/api/movies", &organiser, &json!({"title": "Warfare", "genres": ["War"], "duration_minutes": 95})).await;
    let path = format!("/api/movies/{}", made["id"].as_str().unwrap());
    for (query, titles) in
        [("?q=SINN", vec!["Sinners"]), ("?genre=war", vec!["Warfare"]), ("", vec!["Warfare", "Sinners"])]
    {
        let (status, page) = app.get(&format!("/api/movies{query}"), &buyer).await;
        let found: Vec<_> = page["items"].as_array().unwrap().iter().map(|m| m["title"].as_str().unwrap()).collect();
        assert_eq!((status, found), (200, titles), "{query}");
    }
    // With its tag, the movie is not sent again until it changes.
    let (_, headers, _) = app.ask_with(Method::GET, &path, &buyer, &[], None).await;
    let tag = headers["etag"].to_str().unwrap().to_owned();
    assert!(headers["cache-control"].to_str().unwrap().contains("max-age"));
    assert_eq!(app.ask_with(Method::GET, &path, &buyer, &[("if-none-match", &tag)], None).await.0, 304);
    let longer = json!({"title": "Sinners", "genres": ["Horror"], "duration_minutes": 140});
    let changed = app.ask_with(Method::PUT, &path, &organiser, &[("if-match", &tag)], Some(&longer)).await;
    assert_eq!((changed.0, &changed.2["duration_minutes"]), (200, &json!(140)));
    let (status, _, now) = app.ask_with(Method::GET, &path, &buyer, &[("if-none-match", &tag)], None).await;
    assert_eq!((status, &now["duration_minutes"], &now["synopsis"]), (200, &json!(140), &Value::Null));
    assert_eq!(app.ask_with(Method::PUT, &path, &organiser, &[("if-match", &tag)], Some(&longer)).await.0, 412);
    for (method, body) in [(Method::POST, Some(film("X"))), (Method::PUT, Some(film("X"))), (Method::DELETE, None)] {
        let path = if method == Method::POST { "/api/movies" } else { &path };
        assert_eq!(app.ask(method, path, Some(&buyer), body.as_ref()).await.0, 403);
    }
    assert_eq!(app.delete(&path, &organiser).await.0, 204);
    assert_eq!(app.get(&path, &buyer).await.0, 404);
    assert_eq!(app.delete(&path, &organiser).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_movies_screenings_are_heard_from_ticketing() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let (_, movie) = app.post("/api/movies", &organiser, &film("Sinners")).await;
    let (_, other) = app.post("/api/movies", &organiser, &film("Other")).await;
    let path = format!("/api/movies/{}", movie["id"].as_str().unwrap());
    let event = app.event(&organiser, "A:1-2", &json!({"movie_id": movie["id"]})).await;
    let screenings = eventually("the movie has a screening with a price", || async {
        let (_, movie) = app.get(&path, &buyer).await;
        movie["screenings"][0]["price"].is_object().then(|| movie["screenings"].clone())
    })
    .await;
    let price = json!({"amount": 5_000_000, "currency": "IDR"});
    assert_eq!(screenings, json!([{"event_id": event, "starts_at": "2030-01-01T12:00:00.000Z", "price": price}]));
    assert_eq!(app.delete(&path, &organiser).await.1["code"], "has_screenings");
    let listed =
        app.ask(Method::GET, &format!("/api/events?movie_id={}", movie["id"].as_str().unwrap()), None, None).await;
    assert_eq!(listed.1["items"][0]["id"], event);
    // The event shows another movie now.
    let draft = json!({"title": "Other", "kind": "SCREENING", "venue": "Studio 1", "movie_id": other["id"],
        "starts_at": "2030-01-01T12:00:00Z"});
    assert_eq!(app.put(&format!("/api/events/{event}"), &organiser, &draft).await.0, 200);
    eventually("the screening is the other movie's", || async {
        let (_, now) = app.get(&path, &buyer).await;
        (now["screenings"] == json!([])).then_some(())
    })
    .await;
    assert_eq!(app.delete(&path, &organiser).await.0, 204);
    // A screening of it was made in the second in which it was taken down, and its news comes late.
    let mut late = json!({"type": "event.changed", "id": Uuid::now_v7(), "movie_id": movie["id"], "version": 1,
        "starts_at": "2030-01-01T12:00:00Z", "takes_place": true});
    record(&app, &late).await;
    eventually("it is there again, with its screening", || async {
        let (_, again) = app.get(&path, &buyer).await;
        (again["screenings"].as_array().map(Vec::len) == Some(1)).then_some(())
    })
    .await;
    assert_eq!(app.delete(&path, &organiser).await.1["code"], "has_screenings");
    (late["takes_place"], late["version"]) = (json!(false), json!(2));
    record(&app, &late).await;
    assert_eq!(app.delete(&path, &organiser).await.0, 204);
    let nowhere = json!({"title": "X", "kind": "SCREENING", "venue": "S", "movie_id": movie["id"],
        "starts_at": "2030-01-01T12:00:00Z"});
    let (status, problem) = app.post("/api/events", &organiser, &nowhere).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("movie_id")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_import_updates_and_duplicates_nothing() {
    let app = App::start(&[]).await;
    let (admin, organiser) = (app.user("admin").await, app.user("organiser").await);
    assert_eq!(app.ask(Method::POST, "/api/movies/import", Some(&organiser), None).await.0, 403);
    let (status, first) = app.ask(Method::POST, "/api/movies/import", Some(&admin), None).await;
    assert_eq!((status, &first), (200, &json!({"imported": 36, "updated": 0})));
    let (_, second) = app.ask(Method::POST, "/api/movies/import", Some(&admin), None).await;
    assert_eq!(second, json!({"imported": 0, "updated": 0}));
    let (_, page) = app.get("/api/movies?limit=100", &admin).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 36);
    let (_, page) = app.get("/api/movies?q=kereta%20terakhir", &admin).await;
    let movie = &page["items"][0];
    assert_eq!((&movie["genres"], &movie["duration_minutes"]), (&json!(["Drama", "Mystery"]), &json!(112)));
    // An organiser changed it here. The import brings TMDB's data back.
    let path = format!("/api/movies/{}", movie["id"].as_str().unwrap());
    let changed = json!({"title": movie["title"], "genres": ["Drama"], "duration_minutes": 1});
    assert_eq!(app.put(&path, &organiser, &changed).await.0, 200);
    let (_, third) = app.ask(Method::POST, "/api/movies/import", Some(&admin), None).await;
    assert_eq!(third, json!({"imported": 0, "updated": 1}));
    assert_eq!(app.get(&path, &admin).await.1["duration_minutes"], 112);
}

/// A TMDB that gives these answers, one after the other for each path, and repeats the last one of a path.
async fn tmdb(answers: Vec<(&'static str, u16, Option<&'static str>, Value)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let left = Arc::new(Mutex::new(answers));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let left = Arc::clone(&left);
            let serve = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let left = Arc::clone(&left);
                async move {
                    let path = request.uri().path_and_query().unwrap().to_string();
                    let mut left = left.lock().unwrap();
                    let at = left.iter().position(|(start, ..)| path.starts_with(start));
                    let more = at.is_some_and(|at| left.iter().filter(|(start, ..)| *start == left[at].0).count() > 1);
                    let (_, status, retry, body) = match at {
                        Some(at) if more => left.remove(at),
                        Some(at) => left[at].clone(),
                        None => ("", 404, None, Value::Null),
                    };
                    let mut response = hyper::Response::builder().status(status);
                    if let Some(seconds) = retry {
                        response = response.header("retry-after", seconds);
                    }
                    let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
                    Ok::<_, Infallible>(response.body(Full::<bytes::Bytes>::from(text)).unwrap())
                }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve));
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_waits_when_told_to_and_leaves_rubbish_out() {
    let genres = json!({"genres": [{"id": 18, "name": "Drama"}]});
    let film = |id: u64, title: &str| json!({"id": id, "title": title, "overview": "", "genre_ids": [18, 99]});
    let popular = json!({"results": [film(1, "Good"), {"id": "x"}, film(2, "No length"), film(3, ""),
            film(4, "Gone"), film(5, "Rubbish"), film(6, "Good too")], "total_pages": 1});
    let url = tmdb(vec![
        ("/3/genre", 429, Some("0"), json!({})),
        ("/3/genre", 200, None, genres.clone()),
        ("/3/movie/popular", 503, None, json!({})),
        ("/3/movie/popular", 200, None, popular),
        ("/3/movie/now_playing", 200, None, json!({"results": [film(1, "Good")], "total_pages": 1})),
        ("/3/movie/1", 200, None, json!({"runtime": 100})),
        ("/3/movie/2", 200, None, json!({"runtime": null})),
        ("/3/movie/3", 200, None, json!({"runtime": 90})),
        ("/3/movie/4", 404, None, json!({"status_code": 34})),
        ("/3/movie/5", 200, None, json!("<html>")),
        ("/3/movie/6", 200, None, json!({"runtime": 91})),
    ])
    .await;
    let app = App::start(&[("TmdbUrl", &url)]).await;
    let admin = app.user("admin").await;
    let (status, done) = app.ask(Method::POST, "/api/movies/import", Some(&admin), None).await;
    assert_eq!((status, done), (200, json!({"imported": 2, "updated": 0})));
    for (what, answers) in [
        ("rubbish", vec![("/3/genre", 200, None, json!("<html>"))]),
        ("an hour's wait", vec![("/3/genre", 429, Some("3600"), json!({}))]),
        ("no right", vec![("/3/genre", 401, None, json!({}))]),
        ("nothing", vec![]),
    ] {
        let app = App::start(&[("TmdbUrl", &tmdb(answers).await)]).await;
        let admin = app.user("admin").await;
        let import = app.client.post(format!("{}/api/movies/import", app.cloud.url)).bearer_auth(&admin.token);
        let (status, problem) = answer(import.send().await.unwrap()).await;
        assert_eq!((status, problem["code"].as_str()), (502, Some("tmdb_unavailable")), "{what}");
        assert_eq!(app.get("/api/movies", &admin).await.1["items"], json!([]), "{what}");
    }
}
