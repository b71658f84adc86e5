//! The local cloud's own pages: the mails "sent", as a mail program shows them, and the API to try out.

use crate::seed::{LOG_INS, PASSWORD};
use serde_json::{Value, json};

/// What the page of the API is made of by others; see `crates/local/vendor/build.mjs`.
const VENDOR: &[(&str, &str, &[u8])] = &[
    ("swagger-ui-bundle.js", "text/javascript", include_bytes!("../vendor/swagger-ui-bundle.js")),
    ("swagger-ui.css", "text/css", include_bytes!("../vendor/swagger-ui.css")),
];

/// A vendored file: its content type and its bytes.
pub fn vendored(name: &str) -> Option<(&'static str, &'static [u8])> {
    VENDOR.iter().find(|(file, ..)| *file == name).map(|(_, kind, bytes)| (*kind, *bytes))
}

const STYLE: &str = "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><style>\
    body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}\
    summary{cursor:pointer;padding:.4rem 0}\
    pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f5f7;padding:1rem}\
    .s{color:#59636e}iframe{width:100%;height:24rem;resize:vertical;background:#fff;\
    border:1px solid #d5d9df;border-radius:.5rem}</style>";

/// All mails, newest first.
pub fn mail(mails: &[Value]) -> String {
    let mut page = format!("<!doctype html><html lang=\"en\"><title>Mail</title>{STYLE}<h1>Mail</h1>");
    if mails.is_empty() {
        page.push_str("<p>Nothing was sent yet.");
    }
    for mail in mails {
        let part = |name: &str| escaped(mail[name].as_str().unwrap_or_default());
        let to: Vec<_> = mail["to"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let to = escaped(&to.join(", "));
        page.extend(["<details><summary><b>", &part("subject"), "</b> <span class=\"s\">to ", &to, ", "]);
        page.extend([&part("sent_at"), "</span></summary>"]);
        let text = format!("<pre>{}</pre>", linked(&part("text")));
        match mail["html"].as_str() {
            None => page.push_str(&text),
            Some(html) => {
                // As a mail program: no script runs, and links open beside.
                let letter = escaped(&html.replacen("<head>", "<head><base target=\"_blank\">", 1));
                page.extend(["<iframe loading=\"lazy\" title=\"", &part("subject"), "\" sandbox=\""]);
                page.extend(["allow-popups allow-popups-to-escape-sandbox\" srcdoc=\"", &letter, "\"></iframe>"]);
                page.extend(["<details><summary class=\"s\">as text</summary>", &text, "</details>"]);
            }
        }
        for attachment in mail["attachments"].as_array().into_iter().flatten() {
            let part = |name: &str| escaped(attachment[name].as_str().unwrap_or_default());
            page.extend(["<p><a href=\"", &part("url"), "\">", &part("name"), "</a>"]);
        }
        page.push_str("</details>");
    }
    page
}

/// Turns the URLs in text that is already escaped into links.
fn linked(text: &str) -> String {
    let word = |word: &str| {
        let end = word.find(char::is_whitespace).unwrap_or(word.len());
        let (url, rest) = word.split_at(end);
        if url.starts_with("http://") || url.starts_with("https://") {
            format!("<a href=\"{url}\">{url}</a>{rest}")
        } else {
            word.to_owned()
        }
    };
    text.split_inclusive(char::is_whitespace).map(word).collect()
}

/// The page of the API: every route with its form to try it out, signed in as a sample user by one click.
pub fn api() -> String {
    let users: Vec<_> = LOG_INS.iter().map(|(email, _, role)| json!({"email": email, "role": role})).collect();
    let samples = json!({"users": users, "password": PASSWORD});
    API.replace("{samples}", &samples.to_string())
}

const API: &str = include_str!("../pages/api.html");

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mail_is_shown_and_not_run() {
        let text = "See\nhttps://k.test/x\n";
        let page = mail(&[
            json!({"subject": "<script>", "to": ["a@b.id"], "sent_at": "now", "text": text}),
            json!({"subject": "b", "to": [], "sent_at": "now", "text": text,
                "html": "<head></head><a href=\"/x\">x</a><script>"}),
        ]);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
        assert!(page.contains("<a href=\"https://k.test/x\">https://k.test/x</a>\n"), "{page}");
        let letter =
            "srcdoc=\"&lt;head&gt;&lt;base target=&quot;_blank&quot;&gt;&lt;/head&gt;&lt;a href=&quot;/x&quot;&gt;";
        assert!(page.contains(letter) && !page.contains("allow-scripts"), "{page}");
    }

    #[test]
    fn the_page_of_the_api_asks_nobody_else() {
        let page = api();
        assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
        for (user, ..) in LOG_INS {
            assert!(page.contains(user), "{user}");
        }
        for (file, ..) in VENDOR {
            assert!(page.contains(&format!("/_local/vendor/{file}")), "{file}");
        }
    }
}
