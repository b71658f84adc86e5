//! Power tokens: a paid purchase is issued or refunded, whatever the power company answers, even if it does not answer.

use crate::app::{App, Organiser, User, eventually, options};
use crate::shape::{template, template_with};
use contracts::{SystemWorld, World};
use futures::future::join_all;
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;
use template::TEXT;

const OK: &str = "14000000001";

async fn history(app: &App, buyer: &User) -> Vec<Value> {
    app.get("/api/power/purchases", buyer).await.1["items"].as_array().unwrap().clone()
}

/// `simulators/power-company` says which number has which outcome.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sandbox_meter_ends_as_its_number_says() {
    let app = App::start(&[]).await;
    let (buyer, product) = (app.buyer().await, app.product(100_000).await);
    for (meter, ends) in [(OK, "ISSUED"), ("14000000004", "ISSUED"), ("14000000005", "REFUNDED")] {
        let (status, inquiry) = app.get(&format!("/api/power/meters/{meter}"), &buyer).await;
        assert_eq!((status, &inquiry["power_va"]), (200, &json!(1300)), "{inquiry}");
        let (status, purchase) = app.buy(&buyer, meter, &product, "auto").await;
        assert_eq!((status, &purchase["status"]), (201, &json!("AWAITING_PAYMENT")), "{purchase}");
        assert_eq!(purchase["total"], json!({"amount": 10_150_000, "currency": "IDR"}));
        let purchase = app.purchase_in(ends, &buyer, &purchase).await;
        let invoice = purchase["invoice"]["number"].as_str().unwrap();
        let (_, invoice) = app.get(&format!("/api/invoices/{invoice}"), &buyer).await;
        if ends == "ISSUED" {
            assert_eq!((&purchase["kwh"], &invoice["status"]), (&json!("67.14"), &json!("PAID")));
            let token = purchase["token"].as_str().unwrap();
            assert!(token.len() == 24 && token.split('-').all(|four| four.parse::<u16>().is_ok()), "{token}");
        } else {
            assert_eq!((&purchase["reason"], &invoice["status"]), (&json!("COMPANY_REFUSED"), &json!("REFUNDED")));
            assert!(purchase["token"].is_null());
        }
    }
    // A customer's number is as good, grouped as on the card.
    let friend = app.buyer().await;
    let (status, purchase) = app.buy(&friend, "5140 0000 0001", &product, "manual").await;
    assert_eq!((status, &purchase["meter_number"]), (201, &json!(OK)), "{purchase}");
    let before = history(&app, &buyer).await.len();
    for (meter, status, code) in [
        ("14000000002", 404, "meter_unknown"),
        ("14000000003", 422, "meter_blocked"),
        ("14000000006", 503, "power_unavailable"),
        ("14000000007", 422, "tariff_not_sold"),
        ("514000000007", 422, "tariff_not_sold"),
    ] {
        for answer in [
            app.get(&format!("/api/power/meters/{meter}"), &buyer).await,
            app.buy(&buyer, meter, &product, "auto").await,
        ] {
            assert_eq!((answer.0, answer.1["code"].as_str()), (status, Some(code)), "{meter}: {}", answer.1);
        }
    }
    assert_eq!(history(&app, &buyer).await.len(), before, "nothing was bought");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_receipt_comes_by_mail_and_the_address_is_forgotten() {
    let app = App::start(&[]).await;
    let (buyer, product) = (app.buyer().await, app.product(100_000).await);
    let purchase = app.issued(&buyer, OK, &product).await;
    let mail = app.mail(&buyer, "Token listrik Anda").await;
    assert!(mail["text"].as_str().unwrap().contains(purchase["token"].as_str().unwrap()), "{mail}");
    let url = mail["attachments"][0]["url"].as_str().unwrap();
    let pdf = app.client.get(format!("{}{url}", app.cloud.url)).send().await.unwrap().bytes().await.unwrap();
    // `power::adapters::receipt` tests what the receipt shows.
    assert!(pdf.starts_with(b"%PDF") && pdf.len() < 40_000, "{} bytes", pdf.len());
    let id = purchase["id"].as_str().unwrap();
    eventually("the purchase forgets whom it told", || async {
        let kept = app.kept("power", &format!("PURCHASE#{id}"), "PURCHASE");
        (kept["status"]["S"] == "ISSUED" && kept["contact"].is_null()).then_some(())
    })
    .await;
    assert_eq!(app.mails(&buyer, "Token listrik Anda").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_fails_or_never_comes_leaves_nothing_and_frees_the_month() {
    let failing = App::start(&[("PaymentFailureRate", "1")]).await;
    let (buyer, product) = (failing.buyer().await, failing.product(1_000_000).await);
    // 671 of 936 kWh: the second fits only because the first failed.
    for _ in 0..2 {
        let (status, purchase) = failing.buy(&buyer, OK, &product, "auto").await;
        assert_eq!(status, 201, "{purchase}");
        assert_eq!(failing.purchase_in("FAILED", &buyer, &purchase).await["reason"], "PAYMENT_FAILED");
    }
    failing.mail(&buyer, "Token listrik Rp 1.000.000 tidak jadi dibeli").await;

    let app = App::start(&[("PurchaseSeconds", "2")]).await;
    let (buyer, product) = (app.buyer().await, app.product(1_000_000).await);
    let (_, purchase) = app.buy(&buyer, OK, &product, "manual").await;
    let (status, refused) = app.buy_again(&buyer, OK, &product).await;
    assert_eq!((status, refused["code"].as_str()), (422, Some("month_limit")), "{refused}");
    let ended = app.purchase_in("FAILED", &buyer, &purchase).await;
    assert_eq!(ended["reason"], "EXPIRED");
    let pay = format!("/api/invoices/{}/pay", ended["invoice"]["number"].as_str().unwrap());
    assert_eq!(app.ask(Method::POST, &pay, Some(&buyer), None).await.0, 409);
    // Paid by hand, in time.
    let (_, purchase) = app.buy(&buyer, OK, &product, "manual").await;
    app.pay(&buyer, &purchase).await;
    app.purchase_in("ISSUED", &buyer, &purchase).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_unanswered_is_bought_once() {
    let app = App::start(&[("PowerFailureRate", "1")]).await;
    let (buyer, product) = (app.buyer().await, app.product(20_000).await);
    let meters: Vec<_> = (0..12).map(|n| format!("141000000{n:02}")).collect();
    let bought = join_all(meters.iter().map(|meter| app.issued(&buyer, meter, &product))).await;
    let tokens: HashSet<_> = bought.iter().map(|purchase| purchase["token"].as_str().unwrap()).collect();
    assert_eq!(tokens.len(), meters.len());
}

/// The power company answers about one order, call by call: an error; that it is unknown; an error; an incomplete
/// answer; that an order for another meter is refused; that it is issued, without a token; that it is issued.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_not_a_refusal_and_the_same_reference_is_asked_again() {
    const TOKEN: &str = "1111-2222-3333-4444-5555";
    let company = Organiser::answering(|calls| {
        if calls.last().unwrap().0.contains("/meters/") {
            let meter = json!({"number": OK, "name": "Siti", "tariff": "R1", "power_va": 1300, "local_tax": 300});
            return (200, meter);
        }
        let orders: Vec<_> = calls.iter().filter(|(call, _)| call.contains("/orders")).collect();
        let mut about = orders[0].1.clone();
        match orders.len() {
            1 => (500, json!({})),
            2 => (404, json!({})),
            3 => (503, json!({})),
            4 => (200, json!({"status": "ISSUED"})),
            5 => {
                about["meter_number"] = json!("14000000009");
                about["status"] = json!("REFUSED");
                (200, about)
            }
            6 => {
                about["status"] = json!("ISSUED");
                (200, about)
            }
            _ => {
                about["status"] = json!("ISSUED");
                about["token"] = json!(TOKEN);
                (200, about)
            }
        }
    })
    .await;
    let app = App::start(&[("PowerCompanyUrl", &company.url)]).await;
    let (buyer, product) = (app.buyer().await, app.product(20_000).await);
    let purchase = app.issued(&buyer, OK, &product).await;
    assert_eq!(purchase["token"], TOKEN);
    let orders: Vec<_> =
        company.told.lock().unwrap().iter().filter(|(call, _)| call.contains("/orders")).cloned().collect();
    let (id, asked) = (purchase["id"].as_str().unwrap(), &orders[0].1);
    assert_eq!(asked["reference"], id);
    let about = format!("GET /organiser/orders/{id}?meter_number={OK}&nominal=2000000");
    for (call, body) in &orders {
        assert!(*call == about || (call == "POST /organiser/orders" && body == asked), "{call} {body}");
    }
    assert_eq!(orders.len(), 7, "{orders:?}");
}

/// The shop's tariff has no line in the table that Karcis starts with.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_tariffs_are_sold_to_at_the_rates_that_an_admin_gives_them() {
    const SHOP: &str = "14000000007";
    let app = App::start(&[]).await;
    let (buyer, admin, product) = (app.buyer().await, app.user("admin").await, app.product(100_000).await);
    let shown = async |meter: &str| app.get(&format!("/api/power/meters/{meter}"), &buyer).await.1;
    assert_eq!(app.buy(&buyer, SHOP, &product, "auto").await.1["code"], "tariff_not_sold");
    let (status, mut table) = app.get("/api/power/rates", &buyer).await;
    assert_eq!(status, 200, "{table}");
    assert_eq!(app.put("/api/power/rates", &admin, &table).await, (200, table.clone()));
    assert_eq!(shown(OK).await["rates_version"], 0, "what was read changes nothing");
    let price = |rupiah: u64| json!({"amount": rupiah * 100, "currency": "IDR"});
    let rate =
        |from: u32, to: u32, rupiah| json!({"tariff": "B1", "from_va": from, "to_va": to, "price": price(rupiah)});
    let put = async |changed: &Value| app.put("/api/power/rates", &admin, changed).await;
    for (wrong, field) in [
        (json!([]), "rates"),
        (json!([rate(450, 5_500, 966), rate(5_500, 6_600, 1)]), "rates[1].from_va"),
        (json!([rate(5_500, 450, 966)]), "rates[0].to_va"),
        (json!([rate(450, 5_500, 0)]), "rates[0].price"),
        (json!([{"tariff": "b-1", "from_va": 450, "to_va": 450, "price": price(1)}]), "rates[0].tariff"),
        (json!([{"tariff": "B1", "from_va": -1, "to_va": 450, "price": price(1)}]), "rates[0].from_va"),
    ] {
        let (status, problem) = put(&json!({"rates": wrong})).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{problem}");
    }
    assert_eq!(app.get("/api/power/rates", &buyer).await.1, table, "nothing of that changed it");

    table["rates"].as_array_mut().unwrap().push(rate(450, 5_500, 966));
    assert_eq!(put(&table).await, (200, table.clone()));
    let (status, purchase) = app.buy(&buyer, SHOP, &product, "auto").await;
    // 97,000 / 966 = 100.414…
    assert_eq!((status, &purchase["kwh"]), (201, &json!("100.41")), "{purchase}");
    app.purchase_in("ISSUED", &buyer, &purchase).await;
    let seen = shown(SHOP).await;
    assert_eq!((&seen["rates_version"], &seen["nominals"][0]["kwh"]), (&json!(1), &json!("100.41")), "{seen}");

    // Who saw the rate of before is told so, and buys nothing.
    let last = table["rates"].as_array().unwrap().len() - 1;
    table["rates"][last]["price"] = price(1_000);
    assert_eq!(put(&table).await.0, 200);
    let mut asked = json!({"meter_number": SHOP, "product_id": product, "rates_version": 1, "again": true});
    assert_eq!(app.post("/api/power/purchases", &buyer, &asked).await.1["code"], "rates_changed");
    assert_eq!(history(&app, &buyer).await.len(), 1, "nothing was bought");
    let stale = [("if-match", "\"1\"")];
    let late = app.ask_with(Method::PUT, "/api/power/rates", &admin, &stale, Some(&table)).await;
    assert_eq!((late.0, late.2["code"].as_str()), (412, Some("version_mismatch")));
    asked["rates_version"] = 2.into();
    let (_, dearer) = app.post("/api/power/purchases", &buyer, &asked).await;
    assert_eq!(dearer["kwh"], "97.00", "{dearer}");
    assert_eq!(app.purchase_in("ISSUED", &buyer, &purchase).await["kwh"], "100.41", "it stays as it was reckoned");
    // A meter that is kept here goes by the table, too.
    let kept = json!({"number": OK, "name": "Siti", "tariff": "B1", "power_va": 1300});
    assert_eq!(app.post("/api/power/meters", &admin, &kept).await.0, 201);
    table["rates"].as_array_mut().unwrap().pop();
    assert_eq!(put(&table).await.0, 200);
    assert_eq!(app.buy(&buyer, OK, &product, "auto").await.1["code"], "tariff_not_sold");
    let blocked = json!({"number": OK, "name": "Siti", "tariff": "B1", "power_va": 1300, "blocked": true});
    assert_eq!(app.put(&format!("/api/power/meters/{OK}"), &admin, &blocked).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_twice_it_is_bought_once_and_another_body_is_refused() {
    let app = App::start(&[]).await;
    let (buyer, product) = (app.buyer().await, app.product(20_000).await);
    let asked = json!({"meter_number": OK, "product_id": product});
    let ask = |body: Value| {
        let (app, buyer) = (&app, &buyer);
        async move {
            let key = [("idempotency-key", "k1")];
            let answer = app.ask_with(Method::POST, "/api/power/purchases", buyer, &key, Some(&body)).await;
            (answer.0, answer.2)
        }
    };
    let answers = join_all((0..8).map(|_| ask(asked.clone()))).await;
    let made: HashSet<_> =
        answers.iter().filter(|(status, _)| *status == 201).map(|(_, body)| body["id"].as_str().unwrap()).collect();
    assert_eq!(made.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, body)| *status == 201 || body["code"] == "in_progress"), "{answers:?}");
    assert_eq!(ask(asked).await.0, 201);
    let (status, problem) = ask(json!({"meter_number": "14000000004", "product_id": product})).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("idempotency_key_reused")));
    assert_eq!(history(&app, &buyer).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_does_not_get_a_meter_over_its_month() {
    let app = App::start(&[]).await;
    let (buyer, product) = (app.buyer().await, app.product(500_000).await);
    // 335 of 936 kWh each: two fit.
    let answers = join_all((0..6).map(|_| app.buy_again(&buyer, OK, &product))).await;
    let bought = answers.iter().filter(|(status, _)| *status == 201).count();
    assert_eq!(bought, 2, "{answers:?}");
    assert!(answers.iter().all(|(status, body)| *status == 201 || body["code"] == "month_limit"), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_gets_a_clear_answer_and_buys_nothing() {
    let app = App::start(&[]).await;
    let (buyer, other, admin) = (app.buyer().await, app.buyer().await, app.user("admin").await);
    let (product, dear) = (app.product(20_000).await, app.product(1_000_000).await);
    let unknown = "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";
    for (body, status, code) in [
        (json!({"meter_number": "1400000000A", "product_id": product}), 422, "invalid"),
        (json!({"meter_number": "1400000000", "product_id": product}), 422, "invalid"),
        (json!({"meter_number": 14_000_000_001_u64, "product_id": product}), 422, "invalid"),
        (json!({"meter_number": "5140000000012", "product_id": product}), 422, "invalid"),
        (json!({"meter_number": "599000000000", "product_id": product}), 404, "meter_unknown"),
        (json!({"meter_number": OK}), 422, "invalid"),
        (json!({"meter_number": OK, "product_id": product, "total": 1}), 422, "invalid"),
        (json!({"meter_number": OK, "product_id": product, "payment": "later"}), 422, "invalid"),
        (json!({"meter_number": OK, "product_id": unknown}), 404, "not_found"),
        (json!({"meter_number": "99000000000", "product_id": product}), 404, "meter_unknown"),
        // 450 VA: 324 kWh a month.
        (json!({"meter_number": "14000000070", "product_id": dear}), 422, "month_limit"),
        (json!({"meter_number": OK, "product_id": product, "product_version": 2}), 409, "product_changed"),
    ] {
        let (given, problem) = app.post("/api/power/purchases", &buyer, &body).await;
        assert_eq!((given, problem["code"].as_str()), (status, Some(code)), "{body}: {problem}");
    }
    assert_eq!(history(&app, &buyer).await, Vec::<Value>::new());
    // A fee that changes between inquiry and purchase, and a product that is withdrawn.
    let path = format!("/api/power/products/{product}");
    let money = |rupiah: u64| json!({"amount": rupiah * 100, "currency": "IDR"});
    let dearer = json!({"nominal": money(20_000), "admin_fee": money(2_500)});
    assert_eq!(app.put(&path, &admin, &dearer).await.1["version"], 2);
    let seen = json!({"meter_number": OK, "product_id": product, "product_version": 1});
    let (status, problem) = app.post("/api/power/purchases", &buyer, &seen).await;
    assert_eq!((status, &problem["product"]["admin_fee"]), (409, &money(2_500)), "{problem}");
    let withdrawn = json!({"nominal": money(20_000), "admin_fee": money(2_500), "active": false});
    assert_eq!(app.put(&path, &admin, &withdrawn).await.0, 200);
    let (status, problem) = app.buy(&buyer, OK, &product, "auto").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("product_withdrawn")));
    let listed = |page: Value| page["items"].as_array().unwrap().len();
    assert_eq!(listed(app.get("/api/power/products", &buyer).await.1), 1);
    assert_eq!(listed(app.get("/api/power/products", &admin).await.1), 2);
    // Somebody else's purchase.
    let purchase = app.issued(&buyer, OK, &dear).await;
    let path = format!("/api/power/purchases/{}", purchase["id"].as_str().unwrap());
    assert_eq!(app.get(&path, &other).await.0, 404);
    assert_eq!(history(&app, &other).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn meters_that_are_kept_hold_before_the_companys_word() {
    let app = App::start(&[]).await;
    let (buyer, admin) = (app.buyer().await, app.user("admin").await);
    let product = app.product(20_000).await;
    let meter = |number: &str, customer: &str| json!({"number": number, "customer_number": customer, "name": "Rumah Kita", "tariff": "R1", "power_va": 2200});
    assert_eq!(app.post("/api/power/meters", &admin, &meter(OK, "999999999999")).await.0, 201);
    for again in [meter(OK, "999999999998"), meter("14000000009", "999999999999")] {
        assert_eq!(app.post("/api/power/meters", &admin, &again).await.1["code"], "meter_exists");
    }
    for number in [OK, "999999999999"] {
        let (_, found) = app.get(&format!("/api/power/meters/{number}"), &buyer).await;
        assert_eq!((&found["name"], &found["power_va"]), (&json!("Rumah Kita"), &json!(2200)), "{number}");
    }
    let path = format!("/api/power/meters/{OK}");
    let blocked = json!({"number": OK, "name": "Rumah Kita", "tariff": "R1", "power_va": 2200, "blocked": true});
    assert_eq!(app.put(&path, &admin, &blocked).await.1["version"], 2);
    assert_eq!(app.buy(&buyer, OK, &product, "auto").await.1["code"], "meter_blocked");
    assert_eq!(app.get("/api/power/meters/999999999999", &buyer).await.1["code"], "meter_unknown");
    assert_eq!(app.get("/api/power/meters", &admin).await.1["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.delete(&path, &admin).await.0, 204);
    app.issued(&buyer, OK, &product).await;
}

/// Power's functions, or ticketing's.
fn functions_of(power: bool) -> Vec<String> {
    let functions = template().functions.into_iter();
    let owns = |service: &str, function: &template::FunctionSpec| {
        function.environment.contains_key(&format!("{service}_TABLE"))
    };
    let theirs = |function: &template::FunctionSpec| {
        if power {
            owns("POWER", function) || function.package.starts_with("power-")
        } else {
            owns("TICKETING", function) || ["ticketing-relay", "seat-map", "issue-ticket"].contains(&&*function.package)
        }
    };
    let theirs: Vec<_> = functions.filter(theirs).map(|function| function.package).collect();
    assert!(theirs.len() > 15, "{theirs:?}");
    theirs
}

fn without(absent: Vec<String>) -> Options {
    Options { absent, ..options(&[("PurchaseSeconds", "2")]) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_payments_reaches_its_own_invoices_alone() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    let product = app.product(20_000).await;
    let (_, purchase) = app.buy(&buyer, OK, &product, "manual").await;
    let number = |made: &Value| made["invoice"]["number"].as_str().unwrap().to_owned();
    for (service, others, own) in
        [("power", number(&booking), number(&purchase)), ("ticketing", number(&purchase), number(&booking))]
    {
        let name = service.parse().unwrap();
        let token = app.signer(service).for_service(&name, "payments", SystemWorld.now()).unwrap();
        let service = User { token, ..buyer.clone() };
        for what in ["void", "refund"] {
            let (status, _) =
                app.ask(Method::POST, &format!("/api/invoices/{others}/{what}"), Some(&service), None).await;
            assert_eq!(status, 404, "{what} {others}");
        }
        let (_, page) = app.get("/api/invoices", &service).await;
        let listed: Vec<_> = page["items"].as_array().unwrap().iter().map(|invoice| &invoice["number"]).collect();
        assert_eq!(listed, [&json!(own)]);
    }
    for (path, made) in [("/api/power/purchases", &purchase), ("/api/bookings", &booking)] {
        let (_, now) = app.get(&format!("{path}/{}", made["id"].as_str().unwrap()), &buyer).await;
        assert_eq!(now["status"], "AWAITING_PAYMENT");
    }
}

#[test]
fn an_order_left_unanswered_is_asked_about_within_two_seconds_and_rings_after_ten_minutes() {
    let template = template();
    let function = template.functions.iter().find(|function| function.package == "issue-power-token").unwrap();
    let first: u64 = function.environment["RETRY_SECONDS"].parse().unwrap();
    assert!((1..=2).contains(&first), "{first}");
    let part = |name: &str| TEXT.split(&format!("  {name}:\n")).nth(1).unwrap().split("\n\n").next().unwrap();
    // `lambda::batch`, which makes the pauses, tests how long so many tries take.
    assert!(part("WaitingTokens").contains(r#"($.fields.queue = "*-issue-power-token") && ($.fields.tries >= 16)"#));
    assert!(part("TokenWaitingAlarm").contains("MetricName: WaitingTokens\n"));
}

#[test]
fn powers_functions_are_limited_where_it_is_asked_for() {
    for (reserved, limit) in [("0", None), ("9", Some(9))] {
        for function in template_with(&[("PowerReservedConcurrency", reserved)]).functions {
            let limited = ["buy-token", "get-meter", "power-webhook"].contains(&&*function.package);
            assert_eq!(function.reserved, limit.filter(|_| limited), "{}", function.package);
        }
    }
}

/// A failure of one product does not stop the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_function_of_power_tickets_sell() {
    let app = App::with(&without(functions_of(true))).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    assert_eq!(app.get("/api/power/products", &buyer).await.0, 500, "power is not there");
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    let ticket = format!("/api/bookings/{}/ticket", booking["id"].as_str().unwrap());
    eventually("there is a ticket", || async { (app.get(&ticket, &buyer).await.0 == 200).then_some(()) }).await;
    app.cancel(&buyer, &booking).await;
    app.booking_in("REFUNDED", &buyer, &booking).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_function_of_ticketing_tokens_sell() {
    let app = App::with(&without(functions_of(false))).await;
    let (buyer, product) = (app.buyer().await, app.product(20_000).await);
    assert_eq!(app.get("/api/events", &buyer).await.0, 500, "ticketing is not there");
    app.issued(&buyer, OK, &product).await;
    let (_, purchase) = app.buy(&buyer, "14000000005", &product, "auto").await;
    app.purchase_in("REFUNDED", &buyer, &purchase).await;
    app.mail(&buyer, "Rp 21.500 dikembalikan").await;
}

/// A purchase is paid while every function of power fails. It is issued once they work again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_every_function_of_power_fails_tickets_sell() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let product = app.product(20_000).await;
    let (_, purchase) = app.buy(&buyer, OK, &product, "manual").await;
    app.cloud.functions.break_down(&functions_of(true));
    app.pay(&buyer, &purchase).await;
    assert_eq!(app.get("/api/power/products", &buyer).await.0, 500, "power is broken");
    let booking = app.confirmed(&buyer, &event, &["A-1"]).await;
    app.cancel(&buyer, &booking).await;
    app.booking_in("REFUNDED", &buyer, &booking).await;
    app.cloud.functions.break_down(&[]);
    app.purchase_in("ISSUED", &buyer, &purchase).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_every_function_of_ticketing_fails_tokens_sell() {
    let app = App::start(&[]).await;
    let (buyer, event) = app.buyer_and_event("A:1-2").await;
    let product = app.product(20_000).await;
    let (_, booking) = app.book(&buyer, &event, &["A-1"], "manual").await;
    app.cloud.functions.break_down(&functions_of(false));
    app.pay(&buyer, &booking).await;
    assert_eq!(app.get("/api/events", &buyer).await.0, 500, "ticketing is broken");
    app.issued(&buyer, OK, &product).await;
    let (_, purchase) = app.buy(&buyer, "14000000005", &product, "auto").await;
    app.purchase_in("REFUNDED", &buyer, &purchase).await;
    app.cloud.functions.break_down(&[]);
    app.booking_in("CONFIRMED", &buyer, &booking).await;
}

/// The relay's message is lost. The purchase's own timer tells of the purchase again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paid_purchase_whose_news_were_lost_is_issued_all_the_same() {
    let app = App::with(&without(vec!["power-relay".into()])).await;
    let (buyer, product) = (app.buyer().await, app.product(20_000).await);
    app.issued(&buyer, OK, &product).await;
}
