//! Lists, page by page.

use crate::app::{App, eventually};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_belongs_to_its_list_and_its_query() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    for number in 1..=3 {
        app.event(&organiser, "A:1-1", &json!({"title": format!("Sinners {number}")})).await;
        app.post(
            "/api/movies",
            &organiser,
            &json!({"title": format!("Film {number}"), "genres": ["Drama"], "duration_minutes": 90}),
        )
        .await;
    }
    let page = async |path: &str| app.get(path, &organiser).await;
    let first = page("/api/events?limit=1&q=sinners").await.1;
    let cursor = first["next_cursor"].as_str().unwrap();
    for path in [
        format!("/api/events?limit=2&q=sinners&cursor={cursor}"),
        format!("/api/events?q=sinners%20&cursor={cursor}"),
        format!("/api/events?q=sinners&cursor={cursor}&fbclid=x"),
    ] {
        let (status, next) = page(&path).await;
        assert_eq!((status, next["items"][0]["title"].as_str()), (200, Some("Sinners 2")), "{path}: {next}");
    }
    for path in [
        format!("/api/events?cursor={cursor}"),
        format!("/api/events?q=sinner&cursor={cursor}"),
        format!("/api/movies?cursor={cursor}"),
        format!("/api/bookings?cursor={cursor}"),
        format!("/api/events?q=sinners&cursor=x{cursor}"),
        format!("/api/events?q=sinners&cursor={}", cursor.split_once('.').unwrap().1),
        "/api/events?cursor=x".to_owned(),
    ] {
        let (status, problem) = page(&path).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("cursor")), "{path}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filtered_page_is_full_while_there_is_anything() {
    let app = App::start(&[]).await;
    let (organiser, admin) = (app.user("organiser").await, app.user("admin").await);
    let event = app.event(&organiser, "A:1-12", &json!({"title": "Aaa"})).await;
    for number in 0..25 {
        let title = if number == 24 { "Zzz".to_owned() } else { format!("Film {number}") };
        app.event(&organiser, "A:1-1", &json!({"title": title, "starts_at": format!("2030-02-01T12:{number:02}:00Z")}))
            .await;
        let film = json!({"title": title, "genres": ["Drama"], "duration_minutes": 90});
        app.post("/api/movies", &organiser, &film).await;
        let nominal = json!({"amount": (number + 1) * 2_000_000, "currency": "IDR"});
        let fee = json!({"amount": 100_000, "currency": "IDR"});
        let product = json!({"nominal": nominal, "admin_fee": fee, "active": number == 24});
        app.post("/api/power/products", &admin, &product).await;
    }
    for seat in 1..=12 {
        let buyer = app.buyer().await;
        let (_, booking) = app.book(&buyer, &event, &[&format!("A-{seat}")], "manual").await;
        if seat == 1 {
            app.cancel(&buyer, &booking).await;
        }
    }
    let path = |rest: &str| format!("/api/events/{event}/bookings{rest}");
    for (list, more) in [
        ("/api/events?q=zzz&limit=1".to_owned(), false),
        ("/api/events?q=film&limit=1".to_owned(), true),
        ("/api/movies?q=film%200&limit=1".to_owned(), false),
        ("/api/power/products?limit=1".to_owned(), false),
        (path("?status=CANCELLED&limit=1"), false),
        (path("?status=AWAITING_PAYMENT&limit=1"), true),
        (path("?limit=1"), true),
    ] {
        let page = eventually(&format!("{list} has its item"), || async {
            let (status, page) = app.get(&list, &organiser).await;
            assert_eq!(status, 200, "{list}: {page}");
            (page["items"].as_array().unwrap().len() == 1).then_some(page)
        })
        .await;
        assert_eq!(page["next_cursor"].is_string(), more, "{list}");
    }
    // The last page says that it is the last.
    let page = app.get("/api/events?limit=26", &organiser).await.1;
    assert_eq!((page["items"].as_array().map(Vec::len), &page["next_cursor"]), (Some(26), &Value::Null));
}
