//! The local cloud's own pages: the mails "sent", and the API to browse.

use serde_json::Value;

const STYLE: &str = "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><style>\
    body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}\
    summary{cursor:pointer;padding:.4rem 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f5f7;padding:1rem}\
    code{background:#f4f5f7;padding:.1rem .3rem;overflow-wrap:anywhere}.m{display:inline-block;min-width:4.5rem;font-weight:700}\
    h2{margin-top:2rem;border-bottom:1px solid #d5d9df}.s{color:#59636e}</style>";

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
        page.extend([
            "<details><summary><b>",
            &part("subject"),
            "</b> <span class=\"s\">to ",
            &to,
            ", ",
            &part("sent_at"),
        ]);
        page.extend(["</span></summary><pre>", &linked(&part("text")), "</pre>"]);
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

/// The page of the API. The browser builds it from the API's description.
pub fn api() -> String {
    format!("<!doctype html><html lang=\"en\"><title>Karcis API</title>{STYLE}<h1>Karcis API</h1>{API}")
}

const API: &str = r#"<p>Made from <a href="/api/openapi.json">/api/openapi.json</a>.<main></main><script>
const el = (tag, text, parent, cls) => { const e = document.createElement(tag); e.textContent = text; if (cls) e.className = cls; parent.append(e); return e; };
fetch('/api/openapi.json').then(r => r.json()).then(api => {
  const main = document.querySelector('main');
  for (const tag of api.tags) {
    el('h2', tag.name, main);
    for (const [path, methods] of Object.entries(api.paths)) for (const [method, op] of Object.entries(methods)) {
      if (op.tags[0] !== tag.name) continue;
      const d = el('details', '', main), s = el('summary', '', d);
      el('span', method.toUpperCase(), s, 'm'); el('code', path, s); el('span', ' ' + op.summary, s);
      el('p', op.description, d, 's');
      for (const p of op.parameters) el('div', p.in + ': ' + p.name + (p.description ? ' (' + p.description + ')' : ''), d);
      const body = op.requestBody && op.requestBody.content['application/json'];
      if (body) { el('h4', 'Takes', d); el('pre', JSON.stringify(body.example, null, 2), d); el('pre', JSON.stringify(body.schema, null, 2), d); }
      el('h4', 'Answers', d);
      for (const [status, r] of Object.entries(op.responses)) {
        el('div', status + ' ' + r.description, d);
        const json = r.content && r.content['application/json'];
        if (json && status < 300) el('pre', JSON.stringify(json.schema, null, 2), d);
      }
    }
  }
  el('h2', 'Shapes', main);
  for (const [name, shape] of Object.entries(api.components.schemas)) { const d = el('details', '', main); el('summary', name, d); el('pre', JSON.stringify(shape, null, 2), d); }
});
</script>"#;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mail_is_shown_and_not_run() {
        let page = mail(&[
            json!({"subject": "<script>", "to": ["a@b.id"], "sent_at": "now", "text": "See\nhttps://k.test/x\n"}),
        ]);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<b><script>"));
        assert!(page.contains("<a href=\"https://k.test/x\">https://k.test/x</a>\n"), "{page}");
    }
}
