//! People and clients as they are: what they type, leave empty, paste, and send in another form with the same meaning.
//! Each kind is a table: the next case is a line.

mod lists;
mod shown;
mod spoken;
mod twice;
mod typing;

use crate::app::App;
use reqwest::Method;
use serde_json::{Value, json};

async fn registered(app: &App, email: &str, more: &Value) -> (u16, Value) {
    let mut body = json!({"email": email, "password": "correct horse", "name": "Siti"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.ask(Method::POST, "/api/register", None, Some(&body)).await
}

/// A request as some client sends it, with its own headers and without a token.
async fn sent(app: &App, method: Method, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let request = app.client.request(method, format!("{}{path}", app.cloud.url));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}
