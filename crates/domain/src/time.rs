//! Instants, periods and the clock as an argument.
//!
//! Knows no time zones beyond UTC and never reads the machine's clock.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// The months by their English names, in order.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A point in time, to the millisecond.
///
/// Shape: RFC 3339 in UTC, `2016-02-01T09:30:00Z`, with three decimals when they are not zero. A bare
/// date `2016-02-01` is read as its first instant in UTC.
/// Units: milliseconds since 1970-01-01T00:00:00Z. Limits: years 0001 to 9999.
///
/// ```
/// use domain::Instant;
/// let monday: Instant = "2016-02-01".parse()?;
/// assert_eq!(monday.to_string(), "2016-02-01T00:00:00Z");
/// assert_eq!(monday.to_string().parse::<Instant>()?, monday);
/// # Ok::<(), domain::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

const EARLIEST_MS: i64 = -62_135_596_800_000;
const LATEST_MS: i64 = 253_402_300_799_999;

impl Instant {
    /// The first instant that can be written.
    pub const MIN: Self = Self(EARLIEST_MS);
    /// The last instant that can be written.
    pub const MAX: Self = Self(LATEST_MS);

    /// From milliseconds since the epoch; what lies outside the years 0001 to 9999 is clamped.
    #[must_use]
    pub const fn from_epoch_ms(ms: i64) -> Self {
        if ms < EARLIEST_MS {
            Self::MIN
        } else if ms > LATEST_MS {
            Self::MAX
        } else {
            Self(ms)
        }
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn epoch_ms(self) -> i64 {
        self.0
    }

    /// This instant moved by `ms` milliseconds, clamped to what can be written.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self::from_epoch_ms(self.0.saturating_add(ms))
    }

    /// The UTC date, `2016-02-01`.
    #[must_use]
    pub fn date(self) -> String {
        let mut text = self.to_string();
        text.truncate(10);
        text
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        // jiff prints no decimals for whole seconds and as few as needed otherwise.
        write!(f, "{stamp}")
    }
}

impl FromStr for Instant {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let fault = || {
            ParseError::new(
                text,
                "an instant",
                "write 2016-02-01 or 2016-02-01T09:30:00Z (RFC 3339)",
            )
        };
        let stamp = if text.len() == 10 {
            let date: jiff::civil::Date = text.parse().map_err(|_| fault())?;
            date.to_zoned(jiff::tz::TimeZone::UTC)
                .map_err(|_| fault())?
                .timestamp()
        } else {
            text.parse::<jiff::Timestamp>().map_err(|_| fault())?
        };
        let ms = stamp.as_millisecond();
        if (EARLIEST_MS..=LATEST_MS).contains(&ms) {
            Ok(Self(ms))
        } else {
            Err(fault())
        }
    }
}

/// A half-open stretch of time: `from` is in it, `until` is not. A missing end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Period {
    /// First instant inside; none: since ever.
    pub from: Option<Instant>,
    /// First instant after it; none: without end.
    pub until: Option<Instant>,
}

impl Period {
    /// Since ever and without end.
    pub const ALWAYS: Self = Self {
        from: None,
        until: None,
    };

    /// From `from` on, without end.
    #[must_use]
    pub const fn since(from: Instant) -> Self {
        Self {
            from: Some(from),
            until: None,
        }
    }

    /// From `from` until just before `until`.
    #[must_use]
    pub const fn between(from: Instant, until: Instant) -> Self {
        Self {
            from: Some(from),
            until: Some(until),
        }
    }

    /// Whether `at` lies inside.
    #[must_use]
    pub fn contains(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// The first instant after `at` at which [`Period::contains`] changes its answer.
    #[must_use]
    pub fn next_change(&self, at: Instant) -> Option<Instant> {
        [self.from, self.until]
            .into_iter()
            .flatten()
            .filter(|edge| *edge > at)
            .min()
    }
}

/// Where the present comes from. The machine's clock is read in one place, behind this.
pub trait Clock: Send + Sync {
    /// The present.
    fn now(&self) -> Instant;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_parses_back() {
        for text in [
            "2016-02-01T00:00:00Z",
            "2016-02-01T09:30:00.25Z",
            "0001-01-01T00:00:00Z",
            "9999-12-30T22:00:00Z",
        ] {
            let at: Instant = text.parse().expect(text);
            assert_eq!(at.to_string().parse::<Instant>().expect("own print"), at);
        }
    }

    #[test]
    fn offsets_are_read_and_nonsense_is_refused() {
        let utc: Instant = "2016-02-01T08:30:00Z".parse().expect("utc");
        let paris: Instant = "2016-02-01T09:30:00+01:00".parse().expect("offset");
        assert_eq!(utc, paris);
        for bad in ["", "2016-02-30", "yesterday", "2016-02-01T09:30:00"] {
            assert!(bad.parse::<Instant>().is_err(), "{bad:?} was read");
        }
    }

    #[test]
    fn a_period_holds_its_first_instant_and_not_its_last() {
        let (t0, t1) = (Instant::from_epoch_ms(1_000), Instant::from_epoch_ms(2_000));
        let period = Period::between(t0, t1);
        for (at, inside) in [(999, false), (1_000, true), (1_999, true), (2_000, false)] {
            assert_eq!(period.contains(Instant::from_epoch_ms(at)), inside, "{at}");
        }
        assert_eq!(period.next_change(Instant::from_epoch_ms(0)), Some(t0));
        assert_eq!(period.next_change(t0), Some(t1));
        assert_eq!(period.next_change(t1), None);
    }
}
