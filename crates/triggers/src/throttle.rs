//! How many requests a second a route takes: a bucket of tokens that fills steadily, and each request takes one (Amazon
//! API Gateway developer guide, "Throttle requests to your HTTP APIs for better throughput").

use contracts::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use template::ThrottleSpec;

/// The buckets of all routes that are limited.
#[derive(Debug)]
pub struct Throttles(HashMap<String, (ThrottleSpec, Mutex<Bucket>)>);

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Option<Timestamp>,
}

impl Throttles {
    /// Full buckets, by the keys of their routes.
    pub fn new(limits: impl IntoIterator<Item = (String, ThrottleSpec)>) -> Self {
        let full = |(key, limit): (String, ThrottleSpec)| {
            (key, (limit, Mutex::new(Bucket { tokens: f64::from(limit.burst), at: None })))
        };
        Self(limits.into_iter().map(full).collect())
    }

    /// May one more request of this route come in now?
    pub fn admit(&self, route_key: &str, now: Timestamp) -> bool {
        let Some((limit, bucket)) = self.0.get(route_key) else { return true };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = bucket.at.map_or(0.0, |at| at.until(now).as_secs_f64());
        bucket.tokens = passed.mul_add(f64::from(limit.rate), bucket.tokens).min(f64::from(limit.burst));
        bucket.at = Some(now);
        let admitted = bucket.tokens >= 1.0;
        if admitted {
            bucket.tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_route_takes_a_burst_and_then_its_rate() {
        let throttles = Throttles::new([("GET /a".to_owned(), ThrottleSpec { burst: 3, rate: 2 })]);
        let at = |millis| Timestamp::from_millis(1_800_000_000_000) + Duration::from_millis(millis);
        let mut admitted = Vec::new();
        for millis in [0, 0, 0, 0, 499, 500, 501, 1_000, 60_000, 60_000, 60_000, 60_000] {
            admitted.push(throttles.admit("GET /a", at(millis)));
            assert!(throttles.admit("GET /b", at(millis)), "another route");
        }
        assert_eq!(
            admitted,
            [true, true, true, false, false, true, false, true, true, true, true, false],
            "a bucket never holds more than a burst"
        );
    }
}
