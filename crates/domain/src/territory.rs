//! Where something holds: countries, and groups of countries whose members change.
//!
//! Who belongs to a group depends on the date, and the dates are here with their sources. What a territory is asked
//! for is others' to know.

use std::fmt;
use std::str::FromStr;

use crate::place::Country;
use crate::{Instant, ParseError};

/// All of a kind, or only those named. An empty list names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach<T> {
    /// Every one.
    All,
    /// These and no other.
    Only(Vec<T>),
}

impl<T: PartialEq> Reach<T> {
    /// Whether `one` is meant.
    pub fn covers(&self, one: &T) -> bool {
        match self {
            Self::All => true,
            Self::Only(named) => named.contains(one),
        }
    }
}

/// A group of countries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CountryGroup {
    /// The European Union, and what it was before by other names.
    Eu,
    /// The European Economic Area.
    Eea,
}

impl CountryGroup {
    /// All.
    pub const ALL: [Self; 2] = [Self::Eu, Self::Eea];

    /// The word in evidence and policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eu => "EU",
            Self::Eea => "EEA",
        }
    }

    /// Whether a country belongs to it at an instant.
    #[must_use]
    pub fn contains(self, country: Country, at: Instant) -> bool {
        self.members(at).any(|member| member == country.code())
    }

    fn members(self, at: Instant) -> impl Iterator<Item = &'static str> {
        let standing = MEMBERS.iter().filter(move |row| {
            row.group == self && row.from <= at && row.until.is_none_or(|until| at < until)
        });
        standing.flat_map(|row| row.countries.split(' '))
    }
}

/// Countries that came into a group together.
struct Members {
    group: CountryGroup,
    countries: &'static str,
    from: Instant,
    until: Option<Instant>,
}

/// The beginning of a day in UTC. Treaties name days and no hour.
const fn day(year: i64, month: i64, day: i64) -> Instant {
    // Days since 1970-01-01 in the proleptic Gregorian calendar, years counted from March.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Instant::from_epoch_ms(days * 86_400_000)
}

const fn since(group: CountryGroup, countries: &'static str, from: Instant) -> Members {
    Members {
        group,
        countries,
        from,
        until: None,
    }
}

/// The withdrawal took effect at the end of 31 January 2020, Brussels time.
const BREXIT: Instant = Instant::from_epoch_ms(day(2020, 2, 1).epoch_ms() - 3_600_000);

const fn britain(group: CountryGroup, from: Instant) -> Members {
    Members {
        group,
        countries: "GB",
        from,
        until: Some(BREXIT),
    }
}

/// Sources: the treaties of accession (the EU's page "From 6 to 27 members"); the EEA Agreement, in force since
/// 1994-01-01 and for Liechtenstein since 1995-05-01, and its enlargement agreements by the days from which they
/// were applied; the Withdrawal Agreement of 2020 (OJ L 29, 31.1.2020).
const MEMBERS: [Members; 15] = [
    since(CountryGroup::Eu, "BE DE FR IT LU NL", day(1958, 1, 1)),
    since(CountryGroup::Eu, "DK IE", day(1973, 1, 1)),
    britain(CountryGroup::Eu, day(1973, 1, 1)),
    since(CountryGroup::Eu, "GR", day(1981, 1, 1)),
    since(CountryGroup::Eu, "ES PT", day(1986, 1, 1)),
    since(CountryGroup::Eu, "AT FI SE", day(1995, 1, 1)),
    since(
        CountryGroup::Eu,
        "CY CZ EE HU LT LV MT PL SI SK",
        day(2004, 5, 1),
    ),
    since(CountryGroup::Eu, "BG RO", day(2007, 1, 1)),
    since(CountryGroup::Eu, "HR", day(2013, 7, 1)),
    since(
        CountryGroup::Eea,
        "AT BE DE DK ES FI FR GR IE IS IT LU NL NO PT SE",
        day(1994, 1, 1),
    ),
    britain(CountryGroup::Eea, day(1994, 1, 1)),
    since(CountryGroup::Eea, "LI", day(1995, 5, 1)),
    since(
        CountryGroup::Eea,
        "CY CZ EE HU LT LV MT PL SI SK",
        day(2004, 5, 1),
    ),
    since(CountryGroup::Eea, "BG RO", day(2007, 8, 1)),
    since(CountryGroup::Eea, "HR", day(2014, 4, 12)),
];

/// The first instant after `at` at which some country comes into a group or leaves one.
#[must_use]
pub fn next_change_of_groups(at: Instant) -> Option<Instant> {
    let edges = MEMBERS
        .iter()
        .flat_map(|row| [Some(row.from), row.until])
        .flatten();
    edges.filter(|edge| *edge > at).min()
}

/// A country, or a group of countries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Region {
    /// One country.
    Country(Country),
    /// Whoever belongs to it at the instant asked.
    Group(CountryGroup),
}

impl From<Country> for Region {
    fn from(country: Country) -> Self {
        Self::Country(country)
    }
}

impl FromStr for Region {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let upper = text.trim().to_ascii_uppercase();
        let mut groups = CountryGroup::ALL.into_iter();
        if let Some(group) = groups.find(|group| group.name() == upper) {
            return Ok(Self::Group(group));
        }
        let country = text.parse().map_err(|_| {
            ParseError::new(
                text,
                "a country or a group of countries",
                "write two letters, such as US or GB (ISO 3166-1 alpha-2), or EU or EEA",
            )
        })?;
        Ok(Self::Country(country))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country(country) => country.fmt(f),
            Self::Group(group) => f.write_str(group.name()),
        }
    }
}

/// Countries and groups of countries; all: anywhere.
pub type Territory = Reach<Region>;

impl Territory {
    /// Whether it holds in a country at an instant.
    #[must_use]
    pub fn holds_in(&self, country: Country, at: Instant) -> bool {
        self.has(country.code(), at)
    }

    fn has(&self, code: &str, at: Instant) -> bool {
        let is_in = |region: &Region| match region {
            Region::Country(one) => one.code() == code,
            Region::Group(group) => group.members(at).any(|member| member == code),
        };
        match self {
            Self::All => true,
            Self::Only(named) => named.iter().any(is_in),
        }
    }

    /// Whether a group is named, so that the answer depends on the date.
    #[must_use]
    pub fn names_group(&self) -> bool {
        match self {
            Self::All => false,
            Self::Only(named) => named.iter().any(|one| matches!(one, Region::Group(_))),
        }
    }

    /// Whether every place of this one is in `other` at an instant, or none is; neither: some are, or it names no
    /// place.
    #[must_use]
    pub fn is_within(&self, other: &Self, at: Instant) -> Option<bool> {
        let named = match (self, other) {
            (Self::Only(named), _) if named.is_empty() => return None,
            (_, Self::All) => return Some(true),
            (Self::All, Self::Only(accepted)) if accepted.is_empty() => return Some(false),
            (Self::All, Self::Only(_)) => return None,
            (Self::Only(named), Self::Only(_)) => named,
        };
        let mut answers = named.iter().map(|region| match region {
            Region::Country(one) => Some(other.has(one.code(), at)),
            Region::Group(_) if other.covers(region) => Some(true),
            Region::Group(group) => {
                let mut of_members = group.members(at).map(|member| other.has(member, at));
                let first = of_members.next()?;
                of_members.all(|one| one == first).then_some(first)
            }
        });
        let first = answers.next()??;
        answers.all(|one| one == Some(first)).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Country {
        code.parse().expect("a country")
    }

    fn territory(words: &str) -> Territory {
        if words == "anywhere" {
            return Reach::All;
        }
        let words = words.split_whitespace();
        Reach::Only(words.map(|one| one.parse().expect("a region")).collect())
    }

    #[test]
    fn a_country_belongs_to_a_group_from_the_day_that_it_came_in_until_it_left() {
        use CountryGroup::{Eea, Eu};
        for (group, code, from, until) in [
            (Eu, "DE", "1958-01-01T00:00:00Z", None),
            (
                Eu,
                "GB",
                "1973-01-01T00:00:00Z",
                Some("2020-01-31T23:00:00Z"),
            ),
            (Eu, "PL", "2004-05-01T00:00:00Z", None),
            (Eu, "HR", "2013-07-01T00:00:00Z", None),
            (Eea, "NO", "1994-01-01T00:00:00Z", None),
            (Eea, "LI", "1995-05-01T00:00:00Z", None),
            (Eea, "RO", "2007-08-01T00:00:00Z", None),
            (Eea, "HR", "2014-04-12T00:00:00Z", None),
            (
                Eea,
                "GB",
                "1994-01-01T00:00:00Z",
                Some("2020-01-31T23:00:00Z"),
            ),
        ] {
            for (edge, is_member_after) in [(Some(from), true), (until, false)] {
                let Some(edge) = edge else { continue };
                let edge: Instant = edge.parse().expect("an instant");
                let before = edge.plus_ms(-1);
                let found = [before, edge].map(|at| group.contains(country(code), at));
                assert_eq!(found, [!is_member_after, is_member_after], "{code} {edge}");
                assert_eq!(next_change_of_groups(before), Some(edge), "{code} {edge}");
            }
        }
        let now = "2026-11-27".parse().expect("a date");
        assert_eq!(next_change_of_groups(now), None);
        for (group, count) in [(Eu, 27), (Eea, 30)] {
            assert_eq!(group.members(now).count(), count, "{}", group.name());
            assert!(!group.contains(country("CH"), now));
        }
        assert!(!Eu.contains(country("NO"), now));
    }

    #[test]
    fn a_territory_lies_within_another_or_apart_or_neither_can_be_said() {
        let at = "2026-11-27".parse().expect("a date");
        for (one, other, expected) in [
            ("US", "US", Some(true)),
            ("US", "EEA", Some(false)),
            ("DE", "EEA", Some(true)),
            ("GB", "EEA", Some(false)),
            ("GB", "GB EEA", Some(true)),
            ("DE US", "EEA", None),
            ("EU", "EEA", Some(true)),
            ("EEA", "EU", None),
            ("EEA", "US", Some(false)),
            ("EU", "EU", Some(true)),
            ("EU", "DE", None),
            ("anywhere", "anywhere", Some(true)),
            ("US", "anywhere", Some(true)),
            ("anywhere", "US", None),
            ("anywhere", "", Some(false)),
            ("US", "", Some(false)),
            ("", "US", None),
            ("", "anywhere", None),
        ] {
            let found = territory(one).is_within(&territory(other), at);
            assert_eq!(found, expected, "{one:?} within {other:?}");
        }
        let before: Instant = "2020-01-31".parse().expect("a date");
        let gb = territory("GB");
        assert_eq!(gb.is_within(&territory("EU"), before), Some(true));
        assert!(territory("EU").holds_in(country("GB"), before));
        assert!(!territory("EU").holds_in(country("GB"), at));
    }

    #[test]
    fn a_region_is_read_as_it_is_written() {
        for text in ["US", "GB", "EU", "EEA"] {
            let region: Region = text.parse().expect("a region");
            assert_eq!(region.to_string(), text);
        }
        assert!("Europe".parse::<Region>().is_err());
        assert_eq!("eea".parse(), Ok(Region::Group(CountryGroup::Eea)));
    }
}
