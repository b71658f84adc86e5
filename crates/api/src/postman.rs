//! The API as a Postman collection (schema.getpostman.com, v2.1.0): every route in a folder of its part, and the whole
//! story as a folder that runs from top to bottom, against a Karcis that was started with `--calm`.

use crate::operations;
use lambda::describe::Operation;
use lambda::request::names;
use serde_json::{Value, json};

/// One request of the story: its name, what is asked, who asks (a variable with a token), path and body with variables,
/// and what must hold of the answer, in JavaScript.
struct Step {
    name: &'static str,
    asks: Asked,
    who: Option<&'static str>,
    path: &'static [(&'static str, &'static str)],
    body: Option<Value>,
    status: u16,
    then: &'static [&'static str],
    /// The request is sent again every half second until this holds.
    until: Option<&'static str>,
}

/// What a step asks.
enum Asked {
    /// The route of this function.
    Route(&'static str),
    /// The local cloud, which keeps the mails, for those to this address.
    Mails(&'static str),
}

impl Step {
    fn new(name: &'static str, function: &'static str, who: Option<&'static str>, status: u16) -> Self {
        Self::asking(name, Asked::Route(function), who, status)
    }

    /// The mails to this address.
    fn mails(name: &'static str, to: &'static str) -> Self {
        Self::asking(name, Asked::Mails(to), None, 200)
    }

    fn asking(name: &'static str, asks: Asked, who: Option<&'static str>, status: u16) -> Self {
        Self { name, asks, who, path: &[], body: None, status, then: &[], until: None }
    }

    fn at(mut self, path: &'static [(&'static str, &'static str)]) -> Self {
        self.path = path;
        self
    }

    fn sends(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    fn then(mut self, then: &'static [&'static str]) -> Self {
        self.then = then;
        self
    }

    fn until(mut self, until: &'static str) -> Self {
        self.until = Some(until);
        self
    }
}

/// From two newcomers to a ticket, a cancelled booking, a seat handed on and its sales, and a power token.
fn story() -> Vec<Step> {
    let log_in = |email: &str, password: &str| json!({"email": email, "password": password});
    let newcomer = |name: &str| {
        json!({"email": format!("{}-{{{{run}}}}@example.com", name.to_lowercase()),
        "password": "correct horse", "name": name, "locale": "en"})
    };
    let price = json!({"amount": 5_000_000, "currency": "IDR"});
    let book = |seat: &str| json!({"event_id": "{{event_id}}", "seats": [seat], "payment": "auto"});
    vec![
        Step::new("An organiser signs in", "login", None, 200)
            .sends(log_in("{{organiser_email}}", "{{password}}"))
            .then(&["pm.collectionVariables.set('organiser', body.access_token);"]),
        Step::new("A film is put up", "create-movie", Some("organiser"), 201)
            .sends(json!({"title": "A story {{run}}", "genres": ["Drama"], "duration_minutes": 100}))
            .then(&["pm.collectionVariables.set('movie_id', body.id);"]),
        Step::new("A screening of it", "create-event", Some("organiser"), 201)
            .sends(json!({"title": "A story {{run}}", "kind": "SCREENING", "movie_id": "{{movie_id}}",
                "venue": "Studio 1", "starts_at": "2030-01-01T12:00:00Z", "max_seats_per_user": 4}))
            .then(&["pm.collectionVariables.set('event_id', body.id);"]),
        Step::new("Its seats go on sale", "add-seats", Some("organiser"), 201)
            .at(&[("id", "{{event_id}}")])
            .sends(json!({"section": "REGULAR", "rows": "A-B:1-4", "price": price})),
        Step::new("Siti registers", "register", None, 201).sends(newcomer("Siti")),
        Step::new("Budi registers", "register", None, 201).sends(newcomer("Budi")),
        Step::mails("A mail to Budi", "budi-{{run}}@example.com")
            .until("body.items.some(mail => mail.text.includes('/confirm-email?token='))")
            .then(&[
                "const mail = body.items.find(mail => mail.text.includes('/confirm-email?token='));",
                "pm.collectionVariables.set('mailed', mail.text.match(/confirm-email.token=(\\S+)/)[1]);",
            ]),
        Step::new("Budi confirms his address, because who waits must", "confirm-email", None, 204)
            .sends(json!({"token": "{{mailed}}"})),
        Step::new("Siti signs in", "login", None, 200)
            .sends(log_in("siti-{{run}}@example.com", "correct horse"))
            .then(&["pm.collectionVariables.set('siti', body.access_token);"]),
        Step::new("Budi signs in", "login", None, 200)
            .sends(log_in("budi-{{run}}@example.com", "correct horse"))
            .then(&["pm.collectionVariables.set('budi', body.access_token);"]),
        Step::new("What is free", "list-seats", None, 200).at(&[("id", "{{event_id}}")]).then(&[
            "pm.expect(body.sections[0].seats[0]).to.include({label: 'A-1', row: 'A', number: '1', status: 'OPEN'});",
        ]),
        Step::new("Siti books", "book", Some("siti"), 201)
            .sends(book("A-1"))
            .then(&["pm.collectionVariables.set('booking_id', body.id);"]),
        Step::new("Somebody was faster than Budi", "book", Some("budi"), 409)
            .sends(book("A-1"))
            .then(&["pm.expect(body.code).to.eql('seats_taken');"]),
        Step::new("The booking is confirmed", "get-booking", Some("siti"), 200)
            .at(&[("id", "{{booking_id}}")])
            .until("body.status === 'CONFIRMED'"),
        Step::new("There is a ticket", "get-ticket", Some("siti"), 200)
            .at(&[("id", "{{booking_id}}")])
            .until("pm.response.code === 200")
            .then(&["pm.expect(body.url).to.include('.pdf');"]),
        Step::new("Budi waits for the seat", "join-waiting-list", Some("budi"), 201)
            .at(&[("id", "{{event_id}}"), ("label", "A-1")])
            .then(&["pm.expect(body.position).to.eql(1);"]),
        Step::new("Siti cancels", "cancel-booking", Some("siti"), 200)
            .at(&[("id", "{{booking_id}}")])
            .then(&["pm.expect(body.status).to.be.oneOf(['REFUNDING', 'REFUNDED']);"]),
        Step::new("Siti has her money back", "get-booking", Some("siti"), 200)
            .at(&[("id", "{{booking_id}}")])
            .until("body.status === 'REFUNDED'"),
        Step::new("Budi is offered the seat", "list-bookings", Some("budi"), 200)
            .until("body.items.length === 1 && body.items[0].status === 'AWAITING_PAYMENT'")
            .then(&["pm.collectionVariables.set('offer_id', body.items[0].id);"]),
        Step::new("What he has to pay", "get-booking", Some("budi"), 200)
            .at(&[("id", "{{offer_id}}")])
            .then(&["pm.collectionVariables.set('invoice', body.invoice.number);"]),
        Step::new("Budi pays", "pay-invoice", Some("budi"), 202).at(&[("number", "{{invoice}}")]),
        Step::new("The seat is Budi's", "get-booking", Some("budi"), 200)
            .at(&[("id", "{{offer_id}}")])
            .until("body.status === 'CONFIRMED'"),
        Step::new("The organiser sees the sale", "get-sales", Some("organiser"), 200)
            .at(&[("id", "{{event_id}}")])
            .until("body.sold === 1")
            .then(&[
                "pm.expect(body.revenue.amount).to.eql(5000000);",
                "pm.expect(body.failures).to.eql({CANCELLED: 1});",
                "pm.expect(body.mismatches).to.eql([]);",
            ]),
        Step::new("What power costs", "list-products", Some("siti"), 200).then(&[
            "pm.expect(body.items[0].nominal.amount).to.eql(2000000);",
            "pm.collectionVariables.set('product_id', body.items.find(p => p.nominal.amount === 10000000).id);",
        ]),
        Step::new("Whose meter it is", "get-meter", Some("siti"), 200)
            .at(&[("number", "14000000001")])
            .then(&["pm.expect(body.power_va).to.eql(1300);"]),
        Step::new("Siti buys a token", "buy-token", Some("siti"), 201)
            .sends(json!({"meter_number": "14{{meter}}", "product_id": "{{product_id}}"}))
            .then(&["pm.collectionVariables.set('purchase_id', body.id);"]),
        Step::new("The token is there", "get-purchase", Some("siti"), 200)
            .at(&[("id", "{{purchase_id}}")])
            .until("body.status === 'ISSUED'")
            .then(&[
                "pm.expect(body.token).to.match(/^[0-9]{4}(-[0-9]{4}){4}$/);",
                "pm.expect(Number(body.kwh)).to.be.above(50);",
            ]),
    ]
}

/// The collection.
pub fn postman() -> Value {
    let mut folders: Vec<Value> = vec![json!({
        "name": "The story",
        "description": "Run it as a whole: from two newcomers to a ticket, a refund, a seat handed on, the sales, and a power token.",
        "item": story().iter().map(request_of_step).collect::<Vec<_>>(),
    })];
    for one in operations() {
        let (item, tag) = (request(&one.operation), one.operation.tag.to_string());
        match folders.iter_mut().find(|folder| folder["name"] == *tag) {
            Some(folder) => {
                if let Some(items) = folder["item"].as_array_mut() {
                    items.push(item);
                }
            }
            None => folders.push(json!({"name": tag, "item": [item]})),
        }
    }
    json!({
        "info": {
            "name": "Karcis",
            "description": "Generated: `cargo run -- postman`. Start Karcis with `cargo run -- --calm`, then run the story.",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": folders,
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "event": [script("prerequest", &["if (!pm.collectionVariables.get('run')) { pm.collectionVariables.set('run', Date.now().toString(36)); pm.collectionVariables.set('meter', String(Date.now()).slice(-9)); }".to_owned()])],
        "variable": [
            {"key": "url", "value": "http://127.0.0.1:3000"},
            {"key": "organiser_email", "value": "organiser@karcis.test"},
            {"key": "password", "value": "karcis-local-only"},
            {"key": "run", "value": ""},
            {"key": "meter", "value": ""},
            {"key": "token", "value": ""},
        ],
    })
}

fn script(listen: &str, lines: &[String]) -> Value {
    json!({"listen": listen, "script": {"type": "text/javascript", "exec": lines}})
}

/// A route as it is, with its example.
fn request(operation: &Operation) -> Value {
    let path = operation.path.replace('{', ":").replace('}', "");
    let query: Vec<_> =
        operation.query.iter().map(|(name, _)| json!({"key": name, "value": "", "disabled": true})).collect();
    let variables: Vec<_> = names(operation.path).map(|name| json!({"key": name, "value": ""})).collect();
    let mut request = json!({
        "method": operation.method,
        "description": operation.does,
        "header": [],
        "url": {"raw": format!("{{{{url}}}}{path}"), "host": ["{{url}}"], "path": parts(&path), "query": query, "variable": variables},
    });
    if !operation.whom.authorized() {
        request["auth"] = json!({"type": "noauth"});
    }
    if let Some(example) = &operation.example {
        request["body"] = json_body(example);
    }
    json!({"name": format!("{} {}", operation.method, operation.path), "request": request})
}

fn parts(path: &str) -> Vec<&str> {
    path.trim_start_matches('/').split('/').collect()
}

fn json_body(body: &Value) -> Value {
    json!({"mode": "raw", "raw": format!("{body:#}"), "options": {"raw": {"language": "json"}}})
}

fn request_of_step(step: &Step) -> Value {
    let (method, mut path, query) = match step.asks {
        Asked::Route(function) => {
            let operations = operations();
            let Some(one) = operations.iter().find(|one| one.function == function) else { return Value::Null };
            (one.operation.method, one.operation.path.to_owned(), json!([]))
        }
        Asked::Mails(to) => ("GET", "/_local/mail".to_owned(), json!([{"key": "to", "value": to}])),
    };
    for (name, value) in step.path {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    let mut request = json!({
        "method": method,
        "header": [],
        "url": {"raw": format!("{{{{url}}}}{path}"), "host": ["{{url}}"], "path": parts(&path), "query": query},
        "auth": match step.who {
            Some(who) => json!({"type": "bearer", "bearer": [{"key": "token", "value": format!("{{{{{who}}}}}"), "type": "string"}]}),
            None => json!({"type": "noauth"}),
        },
    });
    if let Some(body) = &step.body {
        request["body"] = json_body(body);
    }
    let mut test = vec!["let body = {}; try { body = pm.response.json(); } catch (e) {}".to_owned()];
    if let Some(until) = step.until {
        // At most a minute; after that the step fails.
        test.push(format!(
            "const tries = Number(pm.collectionVariables.get('tries') || 0); if (!({until}) && tries < 120) {{ \
             pm.collectionVariables.set('tries', tries + 1); setTimeout(() => {{}}, 500); \
             pm.execution.setNextRequest(pm.info.requestId || pm.info.requestName); return; }} \
             pm.collectionVariables.set('tries', 0);"
        ));
        test.push(format!("pm.test({}, () => pm.expect({until}).to.be.true);", quoted(step.name)));
    }
    test.push(format!("pm.test('answers {0}', () => pm.response.to.have.status({0}));", step.status));
    if !step.then.is_empty() {
        test.push(format!(
            "pm.test({}, () => {{ {} }});",
            quoted(&format!("{}: as it should", step.name)),
            step.then.join(" ")
        ));
    }
    json!({"name": step.name, "request": request, "event": [script("test", &test)]})
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_of_a_route_and_leaves_no_part_of_its_path_open() {
        let collection = postman();
        let steps = collection["item"][0]["item"].as_array().unwrap();
        assert!(steps.len() > 15);
        for step in steps {
            let url = step["request"]["url"]["raw"].as_str().unwrap();
            assert!(!url.replace("{{", "").contains('{'), "{url}");
        }
        let routes: usize = collection["item"].as_array().unwrap()[1..]
            .iter()
            .map(|folder| folder["item"].as_array().unwrap().len())
            .sum();
        assert_eq!(routes, operations().len());
    }
}
