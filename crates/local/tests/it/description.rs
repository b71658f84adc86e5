//! The API's description is true.

use crate::app::App;
use crate::shape::template;
use api::Access;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn the_description_has_the_templates_routes_and_no_others() {
    // What stands for the outside world is not part of the API.
    let simulated = ["organiser-system", "power-company", "tmdb"];
    let template = template();
    let package = |name: &str| template.functions.iter().find(|f| f.name == name).unwrap().package.clone();
    let routes: BTreeSet<_> = template
        .routes
        .iter()
        .map(|route| (route.method.clone(), route.path.clone(), package(&route.function), route.authorized))
        .filter(|(_, _, function, _)| !simulated.contains(&function.as_str()))
        .collect();
    let described: BTreeSet<_> = api::operations()
        .iter()
        .map(|operation| {
            let authorized = !matches!(operation.access, Access::All | Access::Signed);
            (operation.method.to_owned(), operation.path.to_owned(), operation.function.to_owned(), authorized)
        })
        .collect();
    assert_eq!(routes, described);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_description_is_served_to_all() {
    let app = App::start(&[]).await;
    let (status, description) = app.ask(Method::GET, "/api/openapi.json", None, None).await;
    assert_eq!((status, &description["openapi"]), (200, &json!("3.1.0")));
    assert_eq!(description["servers"][0]["url"], app.cloud.url);
    assert!(description["paths"]["/api/events/{id}/seats/{label}"]["patch"].is_object());
    let (status, page) = app.ask(Method::GET, "/_local/api", None, None).await;
    assert!(status == 200 && page.as_str().unwrap().contains("/api/openapi.json"));
}

/// The collection in `postman/` is what the code makes.
#[test]
fn the_collection_is_up_to_date() {
    let path = crate::shape::root().join("postman/karcis.postman_collection.json");
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(kept, api::postman(), "run `cargo run -- postman > postman/karcis.postman_collection.json`");
}
