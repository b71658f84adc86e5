//! Measures a surge: ten thousand purchases of power tokens at once, while tickets are booked.

use crate::Error;
use crate::karcis::{CALM, Karcis, text};
use futures::{StreamExt, TryStreamExt, stream};
use progress::Progress;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PURCHASES: u32 = 10_000;
/// Ticket bookings in each run, one seat each.
const BOOKINGS: u32 = 200;
/// Ticket buyers at once.
const AT_ONCE: usize = 8;
/// Connections that the buyers of power tokens have open at once: one machine can offer no more.
const CONNECTIONS: usize = 512;

/// Measures ticket bookings alone, then during a surge without limits, then during a surge with power's limits.
pub async fn measure() -> Result<String, Error> {
    let mut report = format!(
        "{PURCHASES} purchases at once, 5 % left unanswered by the company; {BOOKINGS} bookings of one seat, \
         {AT_ONCE} at once, beside them;\nprocess, load and engines on the same machine\n"
    );
    let alone = Arc::new(Karcis::with(CALM).await?);
    writeln!(report, "tickets alone:            {}", book(&alone).await?)?;
    drop(alone);
    for (name, concurrency, reserved) in [("no limits", "1000", "0"), ("with limits", "5", "8")] {
        let limits = [("PowerConcurrency", concurrency), ("PowerReservedConcurrency", reserved)];
        let karcis = Arc::new(Karcis::with(&[CALM, &limits].concat()).await?);
        let product = product(&karcis).await?;
        let began = Instant::now();
        let crowd = tokio::spawn(surge(Arc::clone(&karcis), product));
        // The surge has begun before the first ticket is booked.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let tickets = book(&karcis).await?;
        let ids = crowd.await??;
        let answered = began.elapsed();
        let ended = drained(&karcis, ids).await?;
        let rate = f64::from(PURCHASES) / began.elapsed().as_secs_f64();
        writeln!(report, "{name}, tickets beside:  {tickets}")?;
        writeln!(
            report,
            "{name}, purchases:       all answered after {:.0} s, all ended after {:.0} s ({rate:.0}/s): {ended}",
            answered.as_secs_f64(),
            began.elapsed().as_secs_f64(),
        )?;
    }
    Ok(report)
}

async fn product(karcis: &Karcis) -> Result<String, Error> {
    let money = |amount: u64| json!({"amount": amount, "currency": "IDR"});
    let product = json!({"nominal": money(2_000_000), "admin_fee": money(150_000)});
    Ok(text(&karcis.ask(Method::POST, "/api/power/products", &product).await?["id"]))
}

/// Sends all purchases at once, each for another meter. Retries with the same idempotency key while Karcis is too busy.
async fn surge(karcis: Arc<Karcis>, product: String) -> Result<HashSet<String>, Error> {
    let (karcis, product) = (&karcis, &product);
    let progress = &Progress::of("purchases", u64::from(PURCHASES));
    let bought = stream::iter((0..PURCHASES).map(|number| async move {
        let body = json!({"meter_number": format!("1410{number:07}"), "product_id": product});
        let key = number.to_string();
        loop {
            let path = format!("{}/api/power/purchases", karcis.cloud.url);
            let request =
                karcis.client.post(path).bearer_auth(&karcis.token).header("idempotency-key", &key).json(&body);
            let answer = request.send().await?;
            let status = answer.status();
            if status == StatusCode::CREATED {
                progress.step();
                return Ok::<_, Error>(text(&answer.json::<Value>().await?["id"]));
            }
            if !status.is_server_error() && status != StatusCode::CONFLICT {
                return Err(format!("{status} {}", answer.text().await?).into());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }));
    let ids: Vec<String> = bought.buffer_unordered(CONNECTIONS).try_collect().await?;
    let unique: HashSet<String> = ids.into_iter().collect();
    if unique.len() == PURCHASES as usize { Ok(unique) } else { Err("a purchase was made twice".into()) }
}

/// Waits until every purchase is final, and says how they ended. Fails if one is lost, or if two have the same token.
async fn drained(karcis: &Karcis, ids: HashSet<String>) -> Result<String, Error> {
    let (mut open, mut ends, mut tokens) = (ids, BTreeMap::<String, u32>::new(), HashSet::new());
    while !open.is_empty() {
        let asked: Vec<_> = open.iter().cloned().collect();
        let looked = stream::iter(asked.into_iter().map(|id| async move {
            let purchase = karcis.ask(Method::GET, &format!("/api/power/purchases/{id}"), &Value::Null).await?;
            Ok::<_, Error>((id, purchase))
        }));
        let found: Vec<(String, Value)> = looked.buffer_unordered(8).try_collect().await?;
        for (id, purchase) in found {
            let status = text(&purchase["status"]);
            if !["ISSUED", "FAILED", "REFUNDED"].contains(&&*status) {
                continue;
            }
            if status == "ISSUED" && !tokens.insert(text(&purchase["token"])) {
                return Err("two purchases have one token".into());
            }
            *ends.entry(status).or_default() += 1;
            open.remove(&id);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let ends: Vec<_> = ends.into_iter().map(|(status, many)| format!("{many} {status}")).collect();
    Ok(format!("{}, {} tokens", ends.join(", "), tokens.len()))
}

/// Books tickets, and says how long the buyers waited for the answer, and how long for the confirmation.
async fn book(karcis: &Karcis) -> Result<String, Error> {
    let seats = ('A'..='T').flat_map(|row| (1..=100).map(move |n| format!("{row}-{n}")));
    let booked = stream::iter(seats.take(BOOKINGS as usize).map(|seat| async move {
        let begin = Instant::now();
        let body = json!({"event_id": karcis.event, "seats": [seat]});
        let booking = karcis.ask(Method::POST, "/api/bookings", &body).await?;
        let answered = begin.elapsed();
        let path = format!("/api/bookings/{}", text(&booking["id"]));
        while karcis.ask(Method::GET, &path, &Value::Null).await?["status"] != "CONFIRMED" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok::<_, Error>((answered, begin.elapsed()))
    }));
    let times: Vec<(Duration, Duration)> = booked.buffer_unordered(AT_ONCE).try_collect().await?;
    let told = |mut times: Vec<Duration>| {
        times.sort();
        let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, Duration::as_secs_f64);
        format!("median {:.2} s, 95 of 100 within {:.2} s", at(50), at(95))
    };
    let (answered, confirmed): (Vec<_>, Vec<_>) = times.into_iter().unzip();
    Ok(format!("answered {}; confirmed {}", told(answered), told(confirmed)))
}
