//! The functions' descriptions agree with the template, with the files made from them, and with their own handlers.

use crate::app::App;
use crate::shape::{root, template};
use lambda::describe::Description;
use registry::Entry;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use template::{FunctionSpec, Template};

/// Every function, with its own description and its entry in the template.
pub fn functions(template: &Template) -> Vec<(&'static Entry, Description, &FunctionSpec)> {
    let spec = |entry: &Entry| template.functions.iter().find(|spec| spec.package == entry.name).unwrap();
    registry::all().iter().map(|entry| (entry, (entry.describe)(), spec(entry))).collect()
}

#[test]
fn the_template_has_the_routes_that_functions_say_and_no_others() {
    let template = template();
    let said: BTreeSet<_> = functions(&template)
        .into_iter()
        .flat_map(|(entry, description, spec)| {
            description.operations.into_iter().map(|one| (one, spec.name.clone(), entry.simulated))
        })
        .flat_map(|(one, function, simulated)| {
            let head = (one.has_head() && !simulated).then_some("HEAD");
            let (path, authorized) = (one.path, one.whom.authorized());
            let methods = std::iter::once(one.method).chain(head);
            methods.map(move |method| (method.to_owned(), path.to_owned(), function.clone(), authorized))
        })
        .collect();
    let routes = template.routes.iter();
    let routes = routes.map(|r| (r.method.clone(), r.path.clone(), r.function.clone(), r.authorized)).collect();
    assert_eq!(said, routes);
}

#[test]
fn the_template_feeds_functions_from_what_they_say_and_nothing_else() {
    let template = template();
    for (_, description, spec) in functions(&template) {
        let sources = template.sources.iter().filter(|source| source.function == spec.name);
        let feeds: BTreeSet<_> = sources.map(|source| source.arn.rsplit(':').next().unwrap().to_owned()).collect();
        let queues = description.queues.iter().map(|queue| format!("karcis-{queue}"));
        let stream = description.stream.map(|table| format!("table/karcis-{table}/stream/local"));
        assert_eq!(queues.chain(stream).collect::<BTreeSet<_>>(), feeds, "{}", spec.package);
        let scheduled = template.schedules.iter().any(|schedule| schedule.function == spec.name);
        assert_eq!(description.scheduled, scheduled, "{}", spec.package);
        let authorizes = template.authorizer.as_ref().is_some_and(|one| one.function == spec.name);
        assert_eq!(description.authorizes, authorizes, "{}", spec.package);
    }
}

#[test]
fn the_web_socket_api_has_the_routes_that_functions_say_and_messages_are_answered() {
    let template = template();
    let said: BTreeSet<_> = functions(&template)
        .into_iter()
        .flat_map(|(_, description, spec)| {
            description.sockets.into_iter().map(|key| (key.to_owned(), spec.name.clone()))
        })
        .map(|(key, function)| (!key.starts_with('$'), key, function))
        .collect();
    let routes = template.sockets.iter().map(|route| (route.answers, route.key.clone(), route.function.clone()));
    assert_eq!(said, routes.collect());
}

#[test]
fn the_template_says_what_functions_are_for_in_their_own_words() {
    let template = template();
    let wrong: Vec<_> = functions(&template)
        .into_iter()
        .filter(|(_, description, spec)| description.does != spec.description)
        .map(|(_, description, spec)| format!("{}: {}", spec.package, description.does))
        .collect();
    assert!(wrong.is_empty(), "the template says otherwise:\n{}", wrong.join("\n"));
}

#[test]
fn what_a_route_says_fits_its_handler() {
    for (entry, description, _) in functions(&template()) {
        for operation in description.operations {
            let parts = lambda::request::names(operation.path).count();
            assert_eq!(
                operation.path_parts, parts,
                "{}: parts of {} that the handler reads",
                entry.name, operation.path
            );
            let example = operation.example.clone().filter(|_| !entry.simulated);
            assert!(entry.simulated || operation.body.is_some() == example.is_some(), "{}: an example", entry.name);
            if let (Some(example), Some(reads)) = (example, operation.reads) {
                reads(example).unwrap_or_else(|why| panic!("{}: its example is no body of its: {why}", entry.name));
            }
            let bare = matches!(operation.method, "GET" | "DELETE");
            assert!(!(bare && operation.body.is_some()), "{}: a {} has no body", entry.name, operation.method);
            assert!(!operation.kept || operation.method == "GET", "{}: only what is read is kept", entry.name);
        }
    }
}

/// A function reads each setting that the template gives it, and asks for no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_template_gives_each_function_the_settings_that_it_reads() {
    let app = App::start(&[]).await;
    let for_all = ["RUST_LOG", "STACK", "KEYS_VERSION"];
    let template = template();
    for (entry, _, spec) in functions(&template) {
        let env = triggers::settings(spec, &app.cloud.runtime);
        let started = (entry.start)(env.clone(), Arc::new(contracts::SystemWorld)).await;
        assert!(started.is_ok(), "{}: {}", entry.name, started.err().unwrap());
        let own = |name: &&String| !for_all.contains(&name.as_str()) && !name.starts_with("AWS_");
        let given: BTreeSet<_> = spec.environment.keys().filter(own).cloned().collect();
        let read: BTreeSet<_> = env.names_read().iter().filter(own).cloned().collect();
        assert_eq!(read, given, "{}: what it reads, and what the template gives it", entry.name);
    }
}

#[test]
fn every_function_behind_a_route_has_a_name_of_its_own() {
    let operations = api::operations();
    let names: BTreeSet<_> = operations.iter().map(|one| one.function).collect();
    assert_eq!(names.len(), operations.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_description_is_served_to_all() {
    let app = App::start(&[]).await;
    let (status, description) = app.ask(Method::GET, "/api/openapi.json", None, None).await;
    assert_eq!((status, &description["openapi"]), (200, &json!("3.1.0")));
    assert!(description["paths"]["/api/events/{id}/seats/{label}"]["patch"].is_object());
    let (status, page) = app.ask(Method::GET, "/_local/api", None, None).await;
    assert!(status == 200 && page.as_str().unwrap().contains("/api/openapi.json"));
}

/// The files in the repository are what the code makes now.
#[test]
fn the_files_made_from_the_description_are_up_to_date() {
    let kept =
        |path: &str| serde_json::from_str::<Value>(&std::fs::read_to_string(root().join(path)).unwrap()).unwrap();
    assert!(kept("docs/openapi.json") == api::openapi(), "run `cargo run -- openapi > docs/openapi.json`");
    let collection = "postman/karcis.postman_collection.json";
    assert!(kept(collection) == api::postman(), "run `cargo run -- postman > {collection}`");
}
