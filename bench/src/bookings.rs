//! Measures bookings per second on one event, over the whole path: from the request until the seat is shown as sold.

use crate::Error;
use crate::karcis::{Karcis, text};
use futures::{StreamExt, TryStreamExt, stream};
use progress::Progress;
use reqwest::Method;
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Bookings in each run, one seat each.
const BOOKINGS: u32 = 1000;

/// Measures with 1, 8 and 64 buyers at once. Each of the three runs has a new event.
pub async fn measure() -> Result<String, Error> {
    let karcis = Karcis::start().await?;
    let mut report = format!("{BOOKINGS} bookings of one seat each; process, load and engines on the same machine\n");
    for buyers in [1, 8, 64] {
        let event = karcis.new_event().await?;
        let seats: Vec<_> = ('A'..='J').flat_map(|row| (1..=100).map(move |n| format!("{row}-{n}"))).collect();
        let begin = Instant::now();
        let progress = &Progress::of("bookings", u64::from(BOOKINGS));
        let booked = stream::iter(seats.into_iter().map(|seat| {
            let (karcis, body) = (&karcis, json!({"event_id": event, "seats": [seat]}));
            async move {
                let booked = karcis.ask(Method::POST, "/api/bookings", &body).await;
                progress.step();
                booked
            }
        }));
        let _: Vec<Value> = booked.buffer_unordered(buyers).try_collect().await?;
        let answered = begin.elapsed();
        wait_until_sold(&karcis, &event).await?;
        let confirmed = begin.elapsed();
        let rate = |time: Duration| f64::from(BOOKINGS) / time.as_secs_f64();
        writeln!(
            report,
            "{buyers:>3} at once: {:>6.1} answered/s, {:>6.1} confirmed/s",
            rate(answered),
            rate(confirmed)
        )?;
    }
    Ok(report)
}

async fn wait_until_sold(karcis: &Karcis, event: &str) -> Result<(), Error> {
    let path = format!("/api/events/{event}/seats?view=compact");
    loop {
        let map = karcis.ask(Method::GET, &path, &Value::Null).await?;
        if text(&map["sections"]["A"]).matches('B').count() == BOOKINGS as usize {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
