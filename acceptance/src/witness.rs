//! Can all that happened be put into one order that agrees with real time and with the record?
//!
//! A change stands in the record; an order, accepted or refused, says which versions of which scopes it was judged
//! on, and so between which two entries it stands. Where these versions never stood together, where the answer is not
//! what the entries up to there allow, or where something stands before what had been answered before it was asked,
//! the promises are broken. So they are where an order was accepted at an instant after the entry that ended a version
//! of it: it was committed past a withdrawal, even if it was asked before. Complete, in O(n log n). It trusts the
//! versions and instants that were told; [`crate::linear`] does not.

use std::collections::BTreeMap;

use crate::history::Micros;

/// An entry of the record, as far as it opens or closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the record.
    pub position: u64,
    /// The scope that it stands under.
    pub scope: String,
    /// The version that it made.
    pub version: u64,
    /// Whether the scope lets orders through from here on.
    pub is_open: bool,
    /// When it was recorded, in milliseconds of the house's clock.
    pub at_ms: i64,
}

/// Something that was asked and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What a person finds it by.
    pub name: String,
    /// When it was asked.
    pub invoked: Micros,
    /// When its answer came.
    pub returned: Micros,
    /// Where it says that it stands.
    pub stands: Stands,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// In the record.
    At(u64),
    /// Between its entries: an order that was judged on these versions.
    On {
        /// Scope and version.
        scopes: Vec<(String, u64)>,
        /// When it was accepted, in milliseconds of the house's clock; none: it was refused.
        accepted_ms: Option<i64>,
    },
}

/// The entries that made the versions of each scope.
type Versions<'a> = BTreeMap<&'a str, BTreeMap<u64, &'a Entry>>;

/// Where an order stands, and when it can have been accepted.
struct Between {
    least: u64,
    most: u64,
    from_ms: i64,
    until_ms: i64,
    is_open: bool,
}

/// Half steps: an entry stands at an odd number, an order between two entries at an even one.
const fn of_entry(position: u64) -> u64 {
    2 * position + 1
}

/// Everything that contradicts the promises; empty: nothing does.
///
/// Version 0 of a scope, before its first entry, is open.
#[must_use]
pub fn faults(log: &[Entry], history: &[Seen]) -> Vec<String> {
    let mut versions: Versions<'_> = BTreeMap::new();
    let mut found = Vec::new();
    for entry in log {
        let of_scope = versions.entry(&entry.scope).or_default();
        if of_scope.insert(entry.version, entry).is_some() {
            found.push(format!(
                "version {} of {} twice",
                entry.version, entry.scope
            ));
        }
    }
    let mut asked: Vec<&Seen> = history.iter().collect();
    asked.sort_by_key(|seen| seen.invoked);
    let mut answered: Vec<(Micros, usize)> = asked
        .iter()
        .enumerate()
        .map(|(at, seen)| (seen.returned, at))
        .collect();
    answered.sort_unstable();
    let mut answered = answered.into_iter().peekable();
    let mut places = vec![0; asked.len()];
    // The furthest place of all that was answered so far, and whose it is.
    let mut floor: (u64, &str) = (0, "");
    for (at, seen) in asked.iter().enumerate() {
        while let Some((_, earlier)) = answered.next_if(|(returned, _)| *returned < seen.invoked) {
            // Asked before it was answered, and so placed already.
            floor = floor.max((places[earlier], &asked[earlier].name));
        }
        let (least, most, earliest) = match &seen.stands {
            Stands::At(position) => (of_entry(*position), of_entry(*position), floor.0),
            Stands::On {
                scopes,
                accepted_ms,
            } => {
                let between = between(&versions, scopes);
                if between.is_open != accepted_ms.is_some() {
                    let told = accepted_ms.map_or("refused", |_| "accepted");
                    found.push(format!("{}: {told} on {scopes:?}", seen.name));
                }
                if let Some(ms) = accepted_ms
                    && !(between.from_ms..=between.until_ms).contains(ms)
                {
                    found.push(format!("{}: accepted outside of {scopes:?}", seen.name));
                }
                if between.least > between.most {
                    found.push(format!("{}: {scopes:?} never stood together", seen.name));
                    continue;
                }
                (between.least, between.most, floor.0.next_multiple_of(2))
            }
        };
        let place = least.max(earliest);
        if place > most {
            found.push(format!(
                "{} stands before {}, which had been answered before it was asked",
                seen.name, floor.1
            ));
        }
        places[at] = place;
    }
    found
}

/// Where all of these versions stand.
fn between(versions: &Versions<'_>, scopes: &[(String, u64)]) -> Between {
    let mut found = Between {
        least: 0,
        most: u64::MAX,
        from_ms: i64::MIN,
        until_ms: i64::MAX,
        is_open: true,
    };
    for (scope, version) in scopes {
        let Some(of_scope) = versions.get(scope.as_str()) else {
            continue;
        };
        if let Some(made) = of_scope.get(version) {
            found.least = found.least.max(of_entry(made.position) + 1);
            found.from_ms = found.from_ms.max(made.at_ms);
            found.is_open &= made.is_open;
        }
        if let Some((_, next)) = of_scope.range(version + 1..).next() {
            found.most = found.most.min(of_entry(next.position) - 1);
            found.until_ms = found.until_ms.min(next.at_ms);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two scopes; `a` is closed from position 2 to 4.
    fn log() -> Vec<Entry> {
        let entry = |position, scope: &str, version, is_open| Entry {
            position,
            scope: scope.to_owned(),
            version,
            is_open,
            at_ms: i64::try_from(position).expect("small") * 100,
        };
        vec![
            entry(0, "a", 1, true),
            entry(1, "b", 1, true),
            entry(2, "a", 2, false),
            entry(3, "b", 2, true),
            entry(4, "a", 3, true),
        ]
    }

    fn change(name: &str, times: (Micros, Micros), position: u64) -> Seen {
        Seen {
            name: name.to_owned(),
            invoked: times.0,
            returned: times.1,
            stands: Stands::At(position),
        }
    }

    fn order(name: &str, times: (Micros, Micros), a: u64, b: u64, is_accepted: bool) -> Seen {
        let scopes = vec![("a".to_owned(), a), ("b".to_owned(), b)];
        // The first instant of the later version.
        let ms = [[0, 0, 0], [0, 100, 300], [0, 200, 300], [0, 400, 400]];
        let ms = ms[usize::try_from(a).expect("small")][usize::try_from(b).expect("small")];
        Seen {
            stands: Stands::On {
                scopes,
                accepted_ms: is_accepted.then_some(ms),
            },
            ..change(name, times, 0)
        }
    }

    #[track_caller]
    fn check(history: &[Seen], expected: &[&str]) {
        let mut backwards = history.to_vec();
        backwards.reverse();
        for history in [history.to_vec(), backwards] {
            assert_eq!(faults(&log(), &history), expected);
        }
    }

    #[test]
    fn what_can_be_put_in_order_has_no_fault() {
        check(
            &[
                order("before", (0, 5), 1, 1, true),
                change("closes", (10, 20), 2),
                // Asked before the change was answered: both are possible.
                order("beside", (12, 40), 1, 1, true),
                order("beside too", (13, 40), 2, 1, false),
                change("other", (30, 35), 3),
                change("opens", (50, 60), 4),
                order("after", (70, 80), 3, 2, true),
            ],
            &[],
        );
    }

    #[test]
    fn what_cannot_is_told() {
        check(
            &[
                change("closes", (10, 20), 2),
                order("late", (21, 30), 1, 1, true),
            ],
            &["late stands before closes, which had been answered before it was asked"],
        );
        check(
            &[order("closed", (0, 9), 2, 1, true)],
            &["closed: accepted on [(\"a\", 2), (\"b\", 1)]"],
        );
        check(
            &[order("open", (0, 9), 3, 2, false)],
            &["open: refused on [(\"a\", 3), (\"b\", 2)]"],
        );
        check(
            &[order("torn", (0, 9), 1, 2, true)],
            &[
                "torn: accepted outside of [(\"a\", 1), (\"b\", 2)]",
                "torn: [(\"a\", 1), (\"b\", 2)] never stood together",
            ],
        );
        // Asked before the withdrawal and answered after it, on the version before it: only the instant tells.
        let mut past = order("past", (0, 40), 1, 1, true);
        if let Stands::On { accepted_ms, .. } = &mut past.stands {
            *accepted_ms = Some(201);
        }
        check(
            &[past, change("closes", (10, 20), 2)],
            &["past: accepted outside of [(\"a\", 1), (\"b\", 1)]"],
        );
        // The record itself must not contradict time, and an order holds back what comes after it.
        check(
            &[change("late", (30, 40), 2), change("early", (10, 20), 3)],
            &["late stands before early, which had been answered before it was asked"],
        );
        check(
            &[
                order("first", (0, 5), 3, 2, true),
                order("second", (6, 9), 1, 1, true),
            ],
            &["second stands before first, which had been answered before it was asked"],
        );
    }

    #[test]
    fn two_entries_under_one_version_are_told() {
        let mut log = log();
        log[4].version = 2;
        assert_eq!(faults(&log, &[]), ["version 2 of a twice"]);
    }
}
