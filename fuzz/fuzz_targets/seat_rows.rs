//! Descriptions of seats by rows. A description never gives more seats than the limit, gives no seat twice, and gives
//! only valid labels. A second description that names each of the seats by itself gives the same seats.
#![no_main]

use contracts::SeatLabel;
use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;
use ticketing::domain::rows::expand;

fuzz_target!(|text: &str| {
    for most in [0, 1, 40, 20_000] {
        let Some(labels) = expand(text, most) else { continue };
        assert!((1..=most).contains(&labels.len()), "{} of {most}", labels.len());
        let unique: HashSet<_> = labels.iter().collect();
        assert_eq!(unique.len(), labels.len(), "a seat twice");
        for label in &labels {
            assert_eq!(label.as_str().parse::<SeatLabel>().ok().as_ref(), Some(label));
        }
        if labels.len() <= 500 {
            let each: Vec<_> = labels.iter().map(|label| label.as_str().replacen('-', ":", 1)).collect();
            assert_eq!(expand(&each.join(","), most).as_ref(), Some(&labels));
        }
        if most < 20_000 {
            assert_eq!(expand(text, 20_000), Some(labels), "a limit chose other seats");
        }
    }
});
