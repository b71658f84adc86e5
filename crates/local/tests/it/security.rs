//! Attacks: forged tokens and webhooks, altered links, and organisers' addresses that lead to internal hosts.
//! `docs/threats.md` says where each threat is stopped.

use crate::app::{App, Organiser, answer, eventually};
use crate::bad_input::items;
use crate::shape::template;
use aws_sdk_s3::presigning::PresigningConfig;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use contracts::keys::SigningKey;
use contracts::token::{Signer, USER_AUDIENCE};
use contracts::webhook::Secrets;
use contracts::{Caller, Locale, Role, SystemWorld, UserId, World};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use lambda::describe::Whom;
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};
use template::{ACCOUNT, REGION, STACK};
use tokio::net::TcpListener;
use triggers::Invoke;

/// No body accepts a field that only Karcis may fill. `bad_input` tests that every unknown field is refused.
#[test]
fn no_body_takes_a_field_that_is_ours_to_fill() {
    let ours = [
        "id",
        "role",
        "blocked",
        "version",
        "status",
        "email_confirmed",
        "user_id",
        "organiser_id",
        "total",
        "sub",
        "created_at",
        "updated_at",
        "hold_expires_at",
        "layout_version",
        "session",
        "hash",
        "reason",
        "invoice",
    ];
    for api::Described { function, operation } in api::operations() {
        // Two exceptions: an admin gives roles, and the signature proves that a webhook is payments' own.
        let admins = operation.whom == Whom::Roles(&[Role::Admin]);
        let Some(schema) = operation.body.filter(|_| !admins && operation.whom != Whom::Signed) else {
            continue;
        };
        let schema = schema.as_value();
        assert_eq!(schema["additionalProperties"], false, "{function}");
        for field in schema["properties"].as_object().unwrap().keys() {
            assert!(!ours.contains(&field.as_str()), "{function} takes {field}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_token_opens_nothing() {
    let app = App::start(&[]).await;
    let buyer = app.buyer().await;
    let (login, now) = (SigningKey::parse(&app.cloud.keys["login_key"]).unwrap(), SystemWorld.now());
    let (minute, second) = (Duration::from_mins(1), Duration::from_secs(1));
    let id: UserId = buyer.id.parse().unwrap();
    let caller = |role| Caller {
        id,
        role,
        name: "Siti".into(),
        name_version: 0,
        email: buyer.email.clone(),
        email_confirmed: true,
        locale: Locale::Id,
    };
    let genuine = |at| app.signer("login").for_user(&caller(Role::Buyer), 0, at, minute).unwrap();
    let status = async |token: &str| {
        let request = app.client.get(format!("{}/api/profile", app.cloud.url));
        request.bearer_auth(token).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status(&genuine(now - second)).await, 200);

    let parts: Vec<String> = genuine(now).split('.').map(str::to_owned).collect();
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iss": "karcis/accounts", "aud": "karcis", "iat": now.seconds(), "exp": now.seconds() + 60,
        "session": 0, "sub": buyer.id, "role": "admin", "name": "Siti", "email": buyer.email, "locale": "id"});
    let none = |alg: &str| encoded(&json!({"alg": alg, "typ": "JWT", "kid": "login-1"}));
    let mut forged = vec![
        ("alg none".to_owned(), format!("{}.{}.", none("none"), encoded(&claims))),
        ("alg None, signed".into(), format!("{}.{}.{}", none("None"), parts[1], parts[2])),
        ("no signature".into(), format!("{}.{}.", parts[0], parts[1])),
        ("a role raised".into(), format!("{}.{}.{}", parts[0], encoded(&claims), parts[2])),
        ("expired".into(), genuine(now - minute)),
        (
            "a wrong audience".into(),
            app.signer("ticketing").for_service(&"ticketing".parse().unwrap(), USER_AUDIENCE, now).unwrap(),
        ),
        (
            "another stack's, with the same key".into(),
            Signer::new("karcis-2", SigningKey::parse(&app.cloud.keys["login_key"]).unwrap())
                .for_user(&caller(Role::Buyer), 0, now, minute)
                .unwrap(),
        ),
    ];
    // The public Ed25519 key, used as an HMAC secret in every form in which an implementation may write it.
    let x = login.public();
    let raw = URL_SAFE_NO_PAD.decode(&x).unwrap();
    let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    der.extend(&raw);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
    for (what, secret) in
        [("raw", raw), ("text", x.clone().into_bytes()), ("DER", der), ("PEM", pem.into_bytes()), ("empty", vec![])]
    {
        for algorithm in [Algorithm::HS256, Algorithm::HS512] {
            let header = Header { kid: Some("login-1".into()), ..Header::new(algorithm) };
            let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&secret)).unwrap();
            forged.push((format!("{algorithm:?} with the public key, {what}"), token));
        }
    }
    // Another key, under several key ids. Its own public half in the header must not make it trusted.
    for kid in ["login-1", "login-2", "", "../../dev/null", "' OR 1=1", "ticketing-1", "ticket-1"] {
        let other = SigningKey::parse(&SigningKey::generate(kid).unwrap()).unwrap();
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": other.public(), "kid": kid});
        let header =
            encoded(&json!({"alg": "EdDSA", "typ": "JWT", "kid": kid, "jwk": jwk, "jku": "https://evil.example"}));
        let signed = format!("{header}.{}", encoded(&claims));
        let signature = URL_SAFE_NO_PAD.encode(other.sign(signed.as_bytes()));
        forged.push((format!("another key called {kid:?} that vouches for itself"), format!("{signed}.{signature}")));
        let token = Signer::new(STACK, other).for_user(&caller(Role::Admin), 0, now, minute).unwrap();
        forged.push((format!("another key called {kid:?}"), token));
    }
    // Karcis's own keys that do not sign users' tokens.
    for name in ["accounts", "ticketing", "ticket"] {
        let token = app.signer(name).for_user(&caller(Role::Admin), 0, now, minute).unwrap();
        forged.push((format!("the key {name}"), token));
    }
    for (what, token) in &forged {
        assert_eq!(status(token).await, 403, "{what}");
    }
    // An ended session. The token is new to the gateway, because the gateway keeps a verdict for a minute.
    assert_eq!(app.ask(Method::POST, "/api/logout", Some(&buyer), None).await.0, 204);
    assert_eq!(status(&genuine(now - second * 2)).await, 403);
}

/// A client of payments, and the booking or purchase that it expects news about.
struct Client<'a> {
    app: &'a App,
    name: &'static str,
    webhook: &'static str,
    made: &'a Value,
}

impl Client<'_> {
    fn secrets(&self, of: &str) -> Secrets {
        Secrets::parse(&self.app.cloud.keys[&format!("webhook_secret_{of}")]).unwrap()
    }

    /// The body of payments' webhook when the invoice gets this status.
    fn news(&self, status: &str) -> String {
        json!({"type": format!("invoice.{}", status.to_lowercase()), "data": {
            "number": self.made["invoice"]["number"], "status": status, "client": self.name,
            "reference": self.made["id"], "payment_url": "https://karcis.test"}})
        .to_string()
    }

    async fn deliver(
        &self,
        id: Option<&str>,
        at: Option<String>,
        signature: Option<String>,
        body: &str,
    ) -> (u16, Value) {
        let mut request = self.app.client.post(format!("{}{}", self.app.cloud.url, self.webhook)).body(body.to_owned());
        let headers = [
            ("webhook-id", id.map(str::to_owned)),
            ("webhook-timestamp", at),
            ("webhook-signature", signature),
            ("content-type", Some("application/json".into())),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        answer(request.send().await.unwrap()).await
    }

    /// Delivers a webhook as payments would; answers the status.
    async fn deliver_genuine(&self, body: &str) -> u16 {
        let now = SystemWorld.now().seconds();
        let signature = self.secrets(self.name).sign("m", now, body.as_bytes());
        self.deliver(Some("m"), Some(now.to_string()), Some(signature), body).await.0
    }

    /// Checks that every altered webhook is refused; `other` is another client of payments.
    async fn refuses_what_is_bent(&self, other: &str) {
        let (body, failed) = (self.news("PAID"), self.news("FAILED"));
        let (ours, others) = (self.secrets(self.name), self.secrets(other));
        let theirs = Secrets::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let now = SystemWorld.now().seconds();
        let at = |second: i64| Some(second.to_string());
        let good = || Some(ours.sign("m", now, body.as_bytes()));
        let cut = |from: &str| Some(ours.sign("m", now, body.as_bytes()).replacen("v1,", from, 1));
        let of = |secrets: &Secrets, second: i64| Some(secrets.sign("m", second, body.as_bytes()));
        for (what, id, at, signature, body) in [
            ("no signature", Some("m"), at(now), None, &body),
            ("no id", None, at(now), good(), &body),
            ("no timestamp", Some("m"), None, good(), &body),
            ("nothing but a body", None, None, None, &body),
            ("an empty signature", Some("m"), at(now), Some(String::new()), &body),
            ("an empty tag", Some("m"), at(now), Some("v1,".into()), &body),
            ("no base64", Some("m"), at(now), Some("v1,!!!!".into()), &body),
            ("another version", Some("m"), at(now), cut("v2,"), &body),
            ("no version", Some("m"), at(now), cut(""), &body),
            ("a garbled tag", Some("m"), at(now), cut("v1,A"), &body),
            ("a stranger's secret", Some("m"), at(now), of(&theirs, now), &body),
            ("another client's secret", Some("m"), at(now), of(&others, now), &body),
            ("another body", Some("m"), at(now), good(), &failed),
            ("a space more", Some("m"), at(now), good(), &format!("{body} ")),
            ("another id", Some("n"), at(now), good(), &body),
            ("another time", Some("m"), at(now - 1), good(), &body),
            ("no time", Some("m"), Some("soon".into()), good(), &body),
            ("too old", Some("m"), at(now - 301), of(&ours, now - 301), &body),
            ("from the future", Some("m"), at(now + 3600), of(&ours, now + 3600), &body),
        ] {
            let (status, problem) = self.deliver(id, at, signature, body).await;
            assert_eq!((status, problem["code"].as_str()), (401, Some("bad_signature")), "{}: {what}", self.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_genuine_webhook_of_what_we_do_not_know_is_taken_and_only_the_whole_sum_buys() {
    let app = App::start(&[]).await;
    let organiser = app.user("organiser").await;
    let (buyer, event) = (app.buyer().await, app.event(&organiser, "A:1-2", &json!({})).await);
    let product = app.product(20_000).await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let (_, purchase) = app.buy(&buyer, "14000000001", &product, "manual").await;
    let ticketing = Client { app: &app, name: "ticketing", webhook: "/api/webhooks/payment", made: &booking };
    let power = Client { app: &app, name: "power", webhook: "/api/webhooks/power-payment", made: &purchase };
    for (client, stands) in [(&ticketing, "bookings"), (&power, "power/purchases")] {
        let path = format!("/api/{stands}/{}", client.made["id"].as_str().unwrap());
        let paid: Value = serde_json::from_str(&client.news("PAID")).unwrap();
        let with = |change: &dyn Fn(&mut Value)| {
            let mut news = paid.clone();
            news["data"]["amount"] = client.made["total"].clone();
            change(&mut news);
            news.to_string()
        };
        let nobody = "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";
        for (what, body, answered) in [
            ("another type", with(&|news| news["type"] = "invoice.settled".into()), 204),
            ("a type with other data", r#"{"type": "payout.made", "data": 7}"#.to_owned(), 204),
            (
                "nobody's",
                with(&|news| {
                    news["data"]["reference"] = nobody.into();
                    news["data"]["number"] = format!("inv-{}-{nobody}", client.name).into();
                }),
                204,
            ),
            (
                "another client's",
                with(&|news| {
                    news["data"]["number"] = format!("inv-other-{}", client.made["id"].as_str().unwrap()).into();
                }),
                204,
            ),
            ("one that decides nothing", with(&|news| news["data"]["status"] = "PENDING".into()), 204),
            ("less", with(&|news| news["data"]["amount"]["amount"] = 1.into()), 204),
            ("less, again", with(&|news| news["data"]["amount"]["amount"] = 1.into()), 204),
            ("no type", r#"{"data": {}}"#.to_owned(), 422),
            ("no number", with(&|news| news["data"]["number"] = Value::Null), 422),
            ("no JSON", "{".to_owned(), 400),
        ] {
            assert_eq!(client.deliver_genuine(&body).await, answered, "{}: {what}", client.name);
            let (_, still) = app.get(&path, &buyer).await;
            assert_eq!(still["status"], "AWAITING_PAYMENT", "{}: {what}", client.name);
        }
    }
    let mismatches = async || {
        let (_, sales) = app.get(&format!("/api/events/{event}/sales"), &organiser).await;
        let kinds = sales["mismatches"].as_array().unwrap().iter().map(|found| found["kind"].clone());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(mismatches().await, ["SUMS_DIFFER"], "less money, told twice, is one mismatch");

    // More money buys it, and members that we do not know disturb nobody.
    let mut more: Value = serde_json::from_str(&ticketing.news("PAID")).unwrap();
    more["data"]["amount"] = json!({"amount": 900_000_000_u64, "currency": "IDR", "shown": "Rp 9.000.000"});
    (more["data"]["fee"], more["timestamp"]) = (json!(7), json!("2030-01-01T00:00:00Z"));
    let (_, second) = app.book(&buyer, &event, &["A-2"], "manual").await;
    let other = Client { made: &second, ..ticketing };
    more["data"]["reference"] = second["id"].clone();
    more["data"]["number"] = second["invoice"]["number"].clone();
    assert_eq!(other.deliver_genuine(&more.to_string()).await, 204);
    app.booking_in("CONFIRMED", &buyer, &second).await;
    assert_eq!(mismatches().await, ["SUMS_DIFFER", "SUMS_DIFFER"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_bent_or_told_again_changes_nothing() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let product = app.product(20_000).await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let (_, purchase) = app.buy(&buyer, "14000000001", &product, "manual").await;
    let ticketing = Client { app: &app, name: "ticketing", webhook: "/api/webhooks/payment", made: &booking };
    let power = Client { app: &app, name: "power", webhook: "/api/webhooks/power-payment", made: &purchase };
    let path = |of: &str, made: &Value| format!("/api/{of}/{}", made["id"].as_str().unwrap());
    let (booked, bought) = (path("bookings", &booking), path("power/purchases", &purchase));
    let seen = async || (app.get(&booked, &buyer).await, app.get(&bought, &buyer).await, items(&app)[2..].to_vec());
    let before = seen().await;
    ticketing.refuses_what_is_bent("power").await;
    power.refuses_what_is_bent("ticketing").await;
    assert_eq!(seen().await, before);

    // The webhook is genuine. The booking is then cancelled and refunded, and somebody who kept the webhook sends it
    // again.
    app.pay(&buyer, &booking).await;
    app.booking_in("CONFIRMED", &buyer, &booking).await;
    assert_eq!(ticketing.deliver_genuine(&ticketing.news("PAID")).await, 204);
    app.cancel(&buyer, &booking).await;
    let refunded = app.booking_in("REFUNDED", &buyer, &booking).await;
    app.letters_become(&event, "OO").await;
    for _ in 0..3 {
        assert_eq!(ticketing.deliver_genuine(&ticketing.news("PAID")).await, 204);
    }
    assert_eq!(app.get(&booked, &buyer).await.1, refunded);
    assert_eq!(app.seat_owner(&event, "A-1"), None);

    app.pay(&buyer, &purchase).await;
    let issued = app.purchase_in("ISSUED", &buyer, &purchase).await;
    for _ in 0..3 {
        assert_eq!(power.deliver_genuine(&power.news("PAID")).await, 204);
    }
    assert_eq!(app.get(&bought, &buyer).await.1, issued);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tickets_link_opens_one_ticket_for_reading_for_a_quarter_of_an_hour() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let mut links = Vec::new();
    for seat in ["A-1", "A-2"] {
        let booking = app.confirmed(&buyer, &event, &[seat]).await;
        let path = format!("/api/bookings/{}/ticket", booking["id"].as_str().unwrap());
        let link = eventually("there is a ticket", || async {
            let (status, ticket) = app.get(&path, &buyer).await;
            (status == 200).then(|| ticket["url"].as_str().unwrap().to_owned())
        })
        .await;
        links.push((booking["id"].as_str().unwrap().to_owned(), link));
    }
    let [(first, link), (second, _)] = &links[..] else { panic!("two bookings") };
    let parameter = |name: &str| {
        let (_, rest) = link.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    let life = parameter("X-Amz-Expires");
    assert!(life.parse::<u64>().unwrap() <= 900, "{life}");
    let status = async |method: Method, url: &str| {
        app.client.request(method, url).body("x").send().await.unwrap().status().as_u16()
    };
    let opened = app.client.get(link).send().await.unwrap();
    assert_eq!(opened.status(), 200);
    let named = opened.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(named, format!("inline; filename=\"karcis-{first}.pdf\""));

    let (date, signature) = (parameter("X-Amz-Date"), parameter("X-Amz-Signature"));
    let unsigned = link.split('?').next().unwrap();
    for (what, bent) in [
        ("another ticket", link.replace(first, second)),
        ("the bucket", link.replace(&format!("/tickets/{first}.pdf"), "/")),
        ("a longer life", link.replace(&format!("X-Amz-Expires={life}"), "X-Amz-Expires=86400")),
        ("another day", link.replace(&format!("X-Amz-Date={date}"), "X-Amz-Date=20300101T000000Z")),
        ("a type that runs", link.replace("application%2Fpdf", "text%2Fhtml")),
        ("another signature", link.replace(&signature, &"0".repeat(64))),
        ("no signature", unsigned.to_owned()),
    ] {
        assert_ne!(bent, *link, "{what}");
        let given = status(Method::GET, &bent).await;
        assert!((400..500).contains(&given), "{what}: {given}");
    }
    for method in [Method::PUT, Method::DELETE, Method::POST] {
        let given = status(method.clone(), link).await;
        assert!((400..500).contains(&given), "{method}: {given}");
    }
    assert_eq!(status(Method::GET, link).await, 200);

    // Signed with the right key, but expired: the engine checks the time.
    let s3 = settings::aws::s3(&app.cloud.runtime.iter().cloned().collect()).unwrap();
    let signed = async |ago: u64| {
        let began = SystemTime::now() - Duration::from_secs(ago);
        let times = PresigningConfig::builder().start_time(began).expires_in(Duration::from_mins(15)).build().unwrap();
        let get =
            s3.get_object().bucket(format!("{STACK}-tickets-{ACCOUNT}-{REGION}")).key(format!("tickets/{first}.pdf"));
        get.presigned(times).await.unwrap().uri().to_owned()
    };
    assert_eq!(status(Method::GET, &signed(60).await).await, 200);
    assert_eq!(status(Method::GET, &signed(16 * 60).await).await, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passwords_are_kept_as_slow_hashes_and_shown_to_nobody() {
    // With the template's own hash cost, as in a deployment.
    let app = App::with(&Options::in_memory(&[])).await;
    let costs = template().functions.into_iter().filter_map(|mut f| f.environment.remove("PASSWORD_HASH_COST"));
    let costs: Vec<u32> = costs.map(|cost| cost.parse().unwrap()).collect();
    assert!(costs.len() >= 4 && costs.iter().all(|cost| *cost >= 10), "{costs:?}");
    let (buyer, admin) = (app.buyer().await, app.user("admin").await);
    let key = json!({"PK": {"S": format!("USER#{}", buyer.id)}, "SK": {"S": "USER"}});
    let get = json!({"TableName": format!("{STACK}-accounts"), "Key": key});
    let stored = app.cloud.engines.dynamodb.get(get).unwrap().to_string();
    assert!(stored.contains("\"hmac:$2b$10$") && !stored.contains("correct horse"), "{stored}");
    let body = json!({"email": "new@karcis.test", "password": "correct horse", "name": "New"});
    let registered = app.ask(Method::POST, "/api/register", None, Some(&body)).await.1;
    let body = json!({"email": buyer.email, "password": "correct horse"});
    let mut answers = vec![registered, app.ask(Method::POST, "/api/login", None, Some(&body)).await.1];
    answers.push(app.get("/api/profile", &buyer).await.1);
    answers.push(app.get("/api/users", &admin).await.1);
    answers.push(app.get(&format!("/api/users/{}", buyer.id), &admin).await.1);
    answers.push(app.patch(&format!("/api/users/{}", buyer.id), &admin, &json!({"role": "steward"})).await.1);
    for answer in answers {
        let text = answer.to_string();
        assert!(text.len() > 20 && !["$2b$", "hash", "password"].iter().any(|word| text.contains(word)), "{text}");
    }
}

/// Listens on a free port, counts connections, and never answers.
async fn trap() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, caught) = (listener.local_addr().unwrap().port(), Arc::<AtomicUsize>::default());
    let count = Arc::clone(&caught);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, caught)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisers_address_leads_nowhere_inside() {
    // With `https`, as in a deployment, and not as in development.
    let app = App::start(&[("OrganiserScheme", "https")]).await;
    let (buyer, organiser) = (app.buyer().await, app.user("organiser").await);
    let (port, caught) = trap().await;
    for host in
        ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"]
    {
        let url = format!("https://{host}:{port}/system");
        // No organiser could give such an address, so it is written into the table. A DNS name that leads there has the
        // same effect.
        let event = app.event(&organiser, "A:1-1", &json!({})).await;
        app.set("ticketing", &format!("EVENT#{event}"), "EVENT", "organiser_url", json!({"S": url}));
        let (status, problem) = app.book(&buyer, &event, &["A-1"], "auto").await;
        assert_eq!((status, problem["code"].as_str()), (502, Some("organiser_unavailable")), "{host}");
        // The answer does not contain the address.
        assert!(!problem.to_string().contains(host), "{problem}");
        app.letters_become(&event, "O").await;
    }
    assert_eq!(caught.load(Ordering::SeqCst), 0);
    for url in [
        format!("http://127.0.0.1:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("https://localhost:{port}"),
        format!("https://user:password@127.0.0.1:{port}"),
        format!("https://example.com\\@127.0.0.1:{port}"),
        "file:///etc/passwd".into(),
        "gopher://127.0.0.1:6379/_FLUSHALL".into(),
        "https:///etc/passwd".into(),
        "https://a\r\nb.example".into(),
    ] {
        let draft = json!({"title": "X", "kind": "CONCERT", "venue": "Y", "starts_at": "2030-01-01T12:00:00Z",
            "organiser_url": url});
        let (status, problem) = app.post("/api/events", &organiser, &draft).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("organiser_url")), "{url:?}");
    }
    // Karcis's own organiser system is internal, and can be reached.
    let event = app.event(&organiser, "A:1-1", &json!({})).await;
    app.confirmed(&buyer, &event, &["A-1"]).await;
    // In development, an organiser's system may be on this machine.
    let (app, system) = (App::start(&[]).await, Organiser::start(201).await);
    let organiser = app.user("organiser").await;
    let event = app.event(&organiser, "A:1-1", &json!({"organiser_url": system.url})).await;
    app.confirmed(&app.buyer().await, &event, &["A-1"]).await;
    assert!(!system.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_authorizer_takes_one_kind_of_header() {
    let app = App::start(&[]).await;
    let token = app.buyer().await.token;
    for (header, good) in [
        (format!("Bearer {token}"), true),
        (token.clone(), false),
        (format!("Basic {token}"), false),
        (format!("Bearer {token}, Bearer {token}"), false),
        (format!("Bearer {token}\u{0}"), false),
        ("Bearer ".into(), false),
        (format!("Bearer {}", "a.".repeat(10_000)), false),
    ] {
        let question = json!({"type": "REQUEST", "identitySource": [header]});
        let verdict = app.cloud.functions.invoke(&format!("{STACK}-authorizer"), &question).await.unwrap();
        assert_eq!(verdict["isAuthorized"], good, "{header:.40}");
    }
}
