//! Time zones by their IANA names, and how people read a moment there. The rules come with the program (the IANA time
//! zone database, as the crate jiff bundles it), because Lambda's machines have none.

use crate::{Locale, Timestamp};
use jiff::tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use time::{OffsetDateTime, UtcOffset};

/// A time zone, by its IANA name. One that was kept is taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct TimeZone(#[schemars(example = "Asia/Jakarta")] String);

/// A text that names no time zone.
#[derive(Debug, thiserror::Error)]
#[error("A time zone by its IANA name, such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura.")]
pub struct UnknownTimeZone;

/// What the clocks of a zone show at some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallClock {
    /// Date and time.
    pub time: OffsetDateTime,
    /// The zone's own short name, such as WIB, or its offset where it has none.
    pub zone: String,
}

impl Default for TimeZone {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(text: &str) -> Result<Self, UnknownTimeZone> {
        let known = tz::TimeZone::get(text.trim()).map_err(|_| UnknownTimeZone)?;
        known.iana_name().map(|name| Self(name.to_owned())).ok_or(UnknownTimeZone)
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TimeZone {
    /// What its clocks show. A name that the database has lost shows UTC.
    pub fn clock(&self, at: Timestamp) -> WallClock {
        let zone = tz::TimeZone::get(&self.0).unwrap_or(tz::TimeZone::UTC);
        let moment = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let info = zone.to_offset_info(moment);
        let offset = UtcOffset::from_whole_seconds(info.offset().seconds()).unwrap_or(UtcOffset::UTC);
        let short = info.abbreviation();
        let (hours, minutes, _) = offset.as_hms();
        let zone = if short.starts_with(|c: char| c.is_ascii_alphabetic()) {
            short.to_owned()
        } else {
            format!("UTC{hours:+03}:{:02}", minutes.abs())
        };
        WallClock { time: at.at(offset), zone }
    }
}

const DAYS: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];
const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

impl WallClock {
    /// The time of day with its zone: `19.30 WITA` in Indonesian, `19:30 WITA` in English.
    pub fn hour(&self, locale: Locale) -> String {
        let (hour, minute, _) = self.time.to_hms();
        let between = match locale {
            Locale::Id => '.',
            Locale::En => ':',
        };
        format!("{hour:02}{between}{minute:02} {}", self.zone)
    }

    /// Date and time with the zone: `Selasa, 1 Januari 2030 pukul 19.30 WITA`, `Tuesday, 1 January 2030, 19:30 WITA`.
    pub fn in_words(&self, locale: Locale) -> String {
        let (weekday, month) = (self.time.weekday(), self.time.month());
        let (day, year, hour) = (self.time.day(), self.time.year(), self.hour(locale));
        match locale {
            Locale::Id => {
                let named =
                    |names: &[&'static str], place: u8| names.get(usize::from(place)).copied().unwrap_or_default();
                let (weekday, month) =
                    (named(&DAYS, weekday.number_days_from_monday()), named(&MONTHS, u8::from(month) - 1));
                format!("{weekday}, {day} {month} {year} pukul {hour}")
            }
            Locale::En => format!("{weekday}, {day} {month} {year}, {hour}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_as_people_there_read_it() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (zone, moment, id, en) in [
            (
                "Asia/Jakarta",
                "2030-01-01T12:00:00Z",
                "Selasa, 1 Januari 2030 pukul 19.00 WIB",
                "Tuesday, 1 January 2030, 19:00 WIB",
            ),
            (
                "Asia/Makassar",
                "2026-11-29T11:30:00Z",
                "Minggu, 29 November 2026 pukul 19.30 WITA",
                "Sunday, 29 November 2026, 19:30 WITA",
            ),
            (
                "asia/jayapura",
                "2026-12-31T15:05:00Z",
                "Jumat, 1 Januari 2027 pukul 00.05 WIT",
                "Friday, 1 January 2027, 00:05 WIT",
            ),
            (
                "Europe/Berlin",
                "2026-07-01T10:00:00Z",
                "Rabu, 1 Juli 2026 pukul 12.00 CEST",
                "Wednesday, 1 July 2026, 12:00 CEST",
            ),
            (
                "Europe/Berlin",
                "2026-12-01T10:00:00Z",
                "Selasa, 1 Desember 2026 pukul 11.00 CET",
                "Tuesday, 1 December 2026, 11:00 CET",
            ),
            (
                "Asia/Kathmandu",
                "2026-05-02T10:00:00Z",
                "Sabtu, 2 Mei 2026 pukul 15.45 UTC+05:45",
                "Saturday, 2 May 2026, 15:45 UTC+05:45",
            ),
            (
                "America/Sao_Paulo",
                "2026-05-02T02:00:00Z",
                "Jumat, 1 Mei 2026 pukul 23.00 UTC-03:00",
                "Friday, 1 May 2026, 23:00 UTC-03:00",
            ),
            (
                " Asia/Singapore ",
                "2026-10-08T00:00:00Z",
                "Kamis, 8 Oktober 2026 pukul 08.00 UTC+08:00",
                "Thursday, 8 October 2026, 08:00 UTC+08:00",
            ),
        ] {
            let clock = zone.parse::<TimeZone>().unwrap().clock(at(moment));
            assert_eq!((clock.in_words(Locale::Id).as_str(), clock.in_words(Locale::En).as_str()), (id, en), "{zone}");
        }
        assert_eq!("asia/jakarta".parse::<TimeZone>().unwrap().to_string(), "Asia/Jakarta");
        for wrong in ["", "WIB", "Asia", "Asia/Bali", "+07:00", "../etc/passwd", "Asia/Jakarta\0"] {
            assert!(wrong.parse::<TimeZone>().is_err(), "{wrong:?}");
        }
        let lost: TimeZone = serde_json::from_str("\"Mars/Olympus\"").unwrap();
        assert_eq!(lost.clock(at("2026-10-08T00:00:00Z")).zone, "UTC");
    }
}
