//! What people are shown of a booking: when, where, which seat, and by which reference.

use crate::app::{App, eventually};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_and_where_are_told_as_people_there_say_it() {
    let app = App::start(&[("TimeZone", "Asia/Jayapura")]).await;
    let organiser = app.user("organiser").await;
    for (more, zone, city, told) in [
        (
            json!({"time_zone": "asia/makassar", "city": " Denpasar "}),
            "Asia/Makassar",
            json!("Denpasar"),
            "pukul 20.00 WITA",
        ),
        (json!({"time_zone": "Asia/Jakarta"}), "Asia/Jakarta", Value::Null, "pukul 19.00 WIB"),
        (json!({"time_zone": "", "city": null}), "Asia/Jayapura", Value::Null, "pukul 21.00 WIT"),
        (json!({}), "Asia/Jayapura", Value::Null, "pukul 21.00 WIT"),
        (
            json!({"time_zone": "Asia/Singapore", "city": "Singapura"}),
            "Asia/Singapore",
            json!("Singapura"),
            "UTC+08:00",
        ),
        (json!({"time_zone": "Europe/Amsterdam"}), "Europe/Amsterdam", Value::Null, "pukul 13.00 CET"),
    ] {
        let event = app.event(&organiser, "A:1-2", &more).await;
        let shown = app.get(&format!("/api/events/{event}"), &organiser).await.1;
        assert_eq!(
            (shown["time_zone"].as_str(), shown.get("city").unwrap_or(&Value::Null)),
            (Some(zone), &city),
            "{more}"
        );
        assert_eq!(shown["starts_at"], "2030-01-01T12:00:00.000Z", "the instant is the same for all");
        let buyer = app.buyer().await;
        app.confirmed(&buyer, &event, &["A-1"]).await;
        let mail = app.mail(&buyer, "Tiket Anda").await["text"].as_str().unwrap().to_owned();
        let place = city.as_str().map_or("Studio 1".to_owned(), |city| format!("Studio 1, {city}"));
        for fact in ["Sinners", "1 Januari 2030", told, &place, "baris A: 1"] {
            assert!(mail.contains(fact), "{more}: {fact}: {mail}");
        }
    }
    for (more, field) in [
        (json!({"time_zone": "WIB"}), "time_zone"),
        (json!({"time_zone": "Asia/Bali"}), "time_zone"),
        (json!({"time_zone": "+08:00"}), "time_zone"),
        (json!({"city": "\u{200b}"}), "city"),
        (json!({"city": "x".repeat(101)}), "city"),
    ] {
        let mut draft =
            json!({"title": "Sinners", "kind": "CONCERT", "venue": "Hall", "starts_at": "2030-01-01T12:00:00Z"});
        draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, problem) = app.post("/api/events", &organiser, &draft).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{more}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_is_found_by_what_is_said_on_the_telephone() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A:1-3", &json!({})).await;
    let other = app.event(&organiser, "A:1-3", &json!({})).await;
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    app.confirmed(&buyer, &event, &["A-2"]).await;
    let reference = booking["reference"].as_str().unwrap();
    app.history_says(&buyer, booking["id"].as_str().unwrap(), "CONFIRMED", None).await;
    let listed = app.get("/api/bookings", &buyer).await.1;
    let listed = listed["items"].as_array().unwrap().iter().find(|one| one["id"] == booking["id"]).unwrap().clone();
    assert_eq!(listed["reference"], reference);
    let mailed = eventually("its mail is there", || async {
        let mails = app.mails(&buyer, "Tiket Anda");
        mails.iter().any(|mail| mail["text"].as_str().unwrap().contains(reference)).then_some(())
    });
    mailed.await;
    let (left, right) = reference.split_at(4);
    let found = |event: &str, typed: &str| format!("/api/events/{event}/bookings?reference={typed}");
    for typed in
        [reference.to_owned(), reference.to_lowercase(), format!("{left}-{right}"), format!("{left}%20{right}")]
    {
        let page = eventually("the index has it", || async {
            let (status, page) = app.get(&found(&event, &typed), &organiser).await;
            assert_eq!(status, 200, "{typed}: {page}");
            (page["items"].as_array().unwrap().len() == 1).then_some(page)
        });
        assert_eq!(page.await["items"][0]["id"], booking["id"], "{typed}");
    }
    for (event, typed) in [(&other, reference), (&event, "22222222")] {
        assert_eq!(app.get(&found(event, typed), &organiser).await.1["items"], json!([]), "{typed}");
    }
    for wrong in ["K7QX2M9", "K7QX2M90", "%27%20OR%201"] {
        let (status, problem) = app.get(&found(&event, wrong), &organiser).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("reference")), "{problem}");
    }
    assert_eq!(app.get(&found(&event, reference), &buyer).await.0, 403);
    let product = app.product(50_000).await;
    let purchase = app.issued(&buyer, "14000000001", &product).await;
    let reference = purchase["reference"].as_str().unwrap();
    assert_eq!(reference.len(), 8);
    let mail = app.mail(&buyer, "Token listrik").await;
    assert!(mail["text"].as_str().unwrap().contains(reference), "{mail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_is_known_by_section_row_and_number() {
    let app = App::start(&[]).await;
    let (organiser, buyer) = (app.user("organiser").await, app.buyer().await);
    let event = app.event(&organiser, "A-B:1-2", &json!({})).await;
    let path = format!("/api/events/{event}/seats");
    let price = json!({"amount": 5_000_000, "currency": "IDR"});
    for (section, seats, prefix) in [
        ("BALCONY", json!({"rows": "A-B:1-2"}), json!("B")),
        ("BALCONY-LEFT", json!({"rows": "A-B:1-2"}), json!("BL")),
        // No other section has these.
        ("PIT", json!({"rows": "C:1-2"}), Value::Null),
        ("BOX", json!({"rows": "A:1-2", "prefix": "LOGE"}), json!("LOGE")),
        ("STAND", json!({"labels": ["1", "2"]}), Value::Null),
        ("TERRACE", json!({"labels": ["1", "2"], "prefix": "T"}), json!("T")),
    ] {
        let mut asked = seats;
        (asked["section"], asked["price"]) = (json!(section), price.clone());
        // Twice: what is there already is answered as the first time.
        for _ in 0..2 {
            let (status, added) = app.post(&path, &organiser, &asked).await;
            assert_eq!((status, added.get("prefix").unwrap_or(&Value::Null)), (201, &prefix), "{section}: {added}");
        }
    }
    let seats = [
        ("A-1", "REGULAR", Some("A"), "1"),
        ("B-A-1", "BALCONY", Some("A"), "1"),
        ("BL-A-1", "BALCONY-LEFT", Some("A"), "1"),
        ("C-1", "PIT", Some("C"), "1"),
        ("LOGE-A-1", "BOX", Some("A"), "1"),
        ("1", "STAND", None, "1"),
        ("T-1", "TERRACE", None, "1"),
    ];
    let map = app.get(&path, &buyer).await.1;
    for (label, section, row, number) in seats {
        let section = map["sections"].as_array().unwrap().iter().find(|one| one["name"] == section).unwrap();
        let seat = section["seats"].as_array().unwrap().iter().find(|seat| seat["label"] == label).unwrap();
        assert_eq!((seat.get("row").and_then(Value::as_str), seat["number"].as_str()), (row, Some(number)), "{seat}");
    }
    for some in seats.chunks(4) {
        let labels: Vec<_> = some.iter().map(|(label, ..)| *label).collect();
        let booking = app.confirmed(&buyer, &event, &labels).await;
        for ((label, section, row, number), told) in some.iter().zip(booking["seat_details"].as_array().unwrap()) {
            let told = ["label", "section", "row", "number"].map(|field| told.get(field).and_then(Value::as_str));
            assert_eq!(told, [Some(*label), Some(*section), *row, Some(*number)]);
        }
        app.history_says(&buyer, booking["id"].as_str().unwrap(), "CONFIRMED", None).await;
        let kept = app.get("/api/bookings", &buyer).await.1["items"].as_array().unwrap().clone();
        let kept = kept.iter().find(|one| one["id"] == booking["id"]).unwrap();
        assert_eq!(kept["seat_details"], booking["seat_details"]);
    }
    let layout = app.get(&format!("/api/events/{event}/layout"), &buyer).await.1;
    let balcony = layout["sections"].as_array().unwrap().iter().find(|one| one["name"] == "BALCONY").unwrap();
    let rows = json!([{"row": "A", "numbers": ["1", "2"]}, {"row": "B", "numbers": ["1", "2"]}]);
    assert_eq!(balcony["rows"], rows);
    let mailed = eventually("both mails are there", || async {
        let mails = app.mails(&buyer, "Tiket Anda");
        let has = |words| mails.iter().any(|mail| mail["text"].as_str().unwrap().contains(words));
        (has("bagian BALCONY, baris A: 1; bagian BALCONY-LEFT, baris A: 1") && has("bagian TERRACE: 1")).then_some(())
    });
    mailed.await;
    let somebody = app.buyer().await;
    let joined = app.ask(Method::POST, &format!("{path}/B-A-1/waiting-list"), Some(&somebody), None).await;
    assert_eq!(joined.0, 201, "{joined:?}");
    let waits = app.get("/api/waiting-list", &somebody).await.1;
    assert_eq!(waits["items"][0]["seat_detail"]["section"], "BALCONY", "{waits}");
    for (more, status, said) in [
        (json!({"section": "BOX", "rows": "A:1"}), 201, ""),
        (json!({"section": "BOX", "rows": "A:2-3"}), 409, "seat_exists"),
        (json!({"section": "NEW", "labels": ["A-1"]}), 409, "seat_exists"),
        (json!({"section": "NEW", "labels": ["A-1"], "prefix": "LOGE"}), 409, "seat_exists"),
        (json!({"section": "NEW", "rows": "A:1", "prefix": "loge"}), 422, "prefix"),
        (json!({"section": "NEW", "rows": "A:1", "prefix": "A-B"}), 422, "prefix"),
        (json!({"section": "NEW", "rows": "A:1", "prefix": "TOOLONGFORIT"}), 422, "prefix"),
        (json!({"section": "NEW", "labels": ["LONG-LABEL-9"], "prefix": "LONGER"}), 422, "prefix"),
        (json!({"section": "NEW", "rows": "D:1", "prefix": ""}), 201, ""),
    ] {
        let mut asked = more;
        asked["price"] = price.clone();
        let (answered, told) = app.post(&path, &organiser, &asked).await;
        assert_eq!(answered, status, "{asked}: {told}");
        assert!(said.is_empty() || told["code"] == said || told["field"] == said, "{asked}: {told}");
    }
}
