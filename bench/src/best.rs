//! Counts how many of a crowd that asks for the best seats at the same moment are refused while seats are free.

use crate::Error;
use crate::karcis::Karcis;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;

/// How many ask at once, each for two seats.
const CROWD: usize = 160;
/// How often. Each round finds the seats that the rounds before left.
const ROUNDS: usize = 20;

/// Crowds on one event of 8,000 seats, which they sell to four fifths.
pub async fn measure() -> Result<String, Error> {
    let karcis = Karcis::start().await?;
    let event = karcis.new_event_of("A-AN:1-200").await?;
    let wish = json!({"event_id": event, "best": 2, "payment": "manual"});
    let (mut seats, mut refused, mut apart, mut singles) = (HashSet::new(), 0, 0, 0);
    for _ in 0..ROUNDS {
        let crowd = (0..CROWD).map(|_| karcis.ask(Method::POST, "/api/bookings", &wish));
        for answer in join_all(crowd).await {
            let Ok(booking) = answer else {
                refused += 1;
                continue;
            };
            for seat in booking["seats"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !seats.insert(seat.to_owned()) {
                    return Err(format!("{seat} was held twice").into());
                }
            }
            apart += usize::from(booking["best"]["together"] != true);
            singles += booking["best"]["single_seats"].as_u64().unwrap_or(0);
        }
    }
    let asked = CROWD * ROUNDS;
    Ok(format!(
        "{asked} bookings of the best two of 8,000 seats, {CROWD} at once: {refused} refused, {} seats held, none \
         twice; {apart} pairs apart, {singles} single seats left over",
        seats.len()
    ))
}
