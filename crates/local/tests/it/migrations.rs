//! Data of an older version is migrated, and the sample data is added only once.

use crate::app::{App, User, eventually};
use engines::{ACCESS_KEY, SECRET_KEY};
use lambda::Env;
use local::{migrate, seed};
use serde_json::json;
use template::{REGION, STACK};

fn remove(app: &App, pk: &str, sk: &str, names: &str) {
    let update = json!({
        "TableName": format!("{STACK}-ticketing"),
        "Key": {"PK": {"S": pk}, "SK": {"S": sk}},
        "UpdateExpression": format!("REMOVE {names}"),
    });
    app.cloud.engines.dynamodb.update(update).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_fills_in_what_older_items_lack_and_is_done_once() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-150", &json!({})).await;
    let buyer = app.buyer().await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let listed = || async {
        let (_, page) = app.get(&format!("/api/events/{event}/bookings"), &organiser).await;
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(listed().await, 1);
    // The items now look as an older version wrote them.
    remove(&app, &format!("BOOKING#{}", booking["id"].as_str().unwrap()), "BOOKING", "EVENT, BOOKED, UNFINISHED, DUE");
    remove(&app, &format!("EVENT#{event}"), "EVENT", "version, title_folded, search_folded");
    for number in ["0001", "0002", "0003", "0004"] {
        remove(&app, "MIGRATION", number, "done, pk, sk");
        app.set("ticketing", "MIGRATION", number, "done", json!({"BOOL": false}));
    }
    let found = || async {
        let (_, page) = app.get("/api/events?q=sinners", &buyer).await;
        page["items"].as_array().unwrap().len()
    };
    assert_eq!((listed().await, found().await), (0, 0));
    let settings = [
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
        ("AWS_ENDPOINT_URL", app.cloud.aws_url.clone()),
    ];
    let env: Env = settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let said = migrate::migrate(&env, STACK).await.unwrap();
    assert!(
        said.iter().any(|line| line.contains("karcis-ticketing 0001") && line.ends_with("2 items changed")),
        "{said:?}"
    );
    assert_eq!(listed().await, 1);
    // Lists that everybody looks at are kept for a second.
    eventually("the event is found", || async { (found().await == 1).then_some(()) }).await;
    let kept = app.kept("ticketing", &format!("BOOKING#{}", booking["id"].as_str().unwrap()), "BOOKING");
    assert_eq!(kept["DUE"], kept["hold_expires_at"]);
    assert_eq!(app.get(&format!("/api/events/{event}"), &buyer).await.1["version"], 1);
    let again = migrate::migrate(&env, STACK).await.unwrap();
    assert!(again.iter().all(|line| line.ends_with("was done before")), "{again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_data_comes_in_once() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let put_in = async |who: &User| seed::seed_sales(&app.cloud.url, &who.email, "correct horse").await.unwrap();
    let counted = async || {
        let count = async |list: &str| {
            let page = app.get(&format!("/api/{list}?limit=100"), &organiser).await.1;
            page["items"].as_array().unwrap().len()
        };
        (count("movies").await, count("events").await, count("power/products").await)
    };
    assert!(put_in(&organiser).await);
    assert_eq!(counted().await, (12, 13, 0));
    let admin = app.user("admin").await;
    assert!(put_in(&admin).await);
    assert_eq!(counted().await, (12, 13, 6));
    assert!(!put_in(&admin).await);
    assert!(!put_in(&organiser).await);
    assert_eq!(counted().await, (12, 13, 6));
}
