//! Moments, in milliseconds, written in one fixed-width form so that texts sort as times do.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// A moment in UTC, to the millisecond: `2026-11-21T12:00:00.000Z`. Reads any RFC 3339 time of the years 1970 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text that is not a time.
#[derive(Debug, thiserror::Error)]
#[error("a time is written as in RFC 3339, such as 2026-11-21T12:00:00Z")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// From milliseconds since 1970. A time before 1970 or after the year 9999 becomes the nearest time in that range.
    pub fn from_millis(millis: i64) -> Self {
        const LAST: i64 = 253_402_300_799_999;
        Self(millis.clamp(0, LAST))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as in a JWT.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The wall clock at this moment, `offset` away from UTC, for people to read.
    pub fn at(self, offset: UtcOffset) -> OffsetDateTime {
        let utc = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000);
        utc.unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(offset)
    }

    /// The time until `later`; zero when `later` is past.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0 - self.0).unwrap_or(0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self::from_millis(self.0.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, time: Duration) -> Self {
        Self::from_millis(self.0.saturating_sub(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.at(UtcOffset::UTC);
        let (date, (hour, minute, second, milli)) = (t.date(), t.time().as_hms_milli());
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        // A plus sign in a query that was not escaped arrives as a blank.
        let signless = text.rsplit_once(' ').filter(|(_, offset)| offset.len() == "07:00".len());
        let repaired = signless.map(|(time, offset)| format!("{time}+{offset}"));
        let text = repaired.as_deref().unwrap_or(text);
        let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidTimestamp)?;
        let millis =
            i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).map_err(|_| InvalidTimestamp)?;
        let clamped = Self::from_millis(millis);
        if clamped.0 == millis { Ok(clamped) } else { Err(InvalidTimestamp) }
    }
}

impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date-time"})
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_in_one_form() {
        let t: Timestamp = "2026-11-21T19:00:00.5+07:00".parse().unwrap();
        assert_eq!(t.to_string(), "2026-11-21T12:00:00.500Z");
        assert_eq!(t.to_string().parse::<Timestamp>().unwrap(), t);
    }

    #[test]
    fn a_plus_sign_that_was_not_escaped_is_one() {
        let t: Timestamp = "2026-11-21T19:00:00 07:00".parse().unwrap();
        assert_eq!(t, "2026-11-21T19:00:00+07:00".parse().unwrap());
        let spaced: Timestamp = "2026-11-21 19:00:00Z".parse().unwrap();
        assert_eq!(spaced.to_string(), "2026-11-21T19:00:00.000Z", "RFC 3339, section 5.6, allows the blank");
        for bad in ["2026-11-21 07:00", "2026-11-21T19:00:00 7:00", "2026-11-21T19:00:00  07:00"] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for bad in ["", "2026-11-21", "2026-13-21T00:00:00Z", "1969-12-31T23:59:59Z", "soon"] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_time_until_the_past_is_nothing() {
        let t = Timestamp::from_millis(1000);
        assert_eq!(t.until(t - Duration::from_millis(1)), Duration::ZERO);
        assert_eq!(t.until(t + Duration::from_secs(1)), Duration::from_secs(1));
    }
}
