//! Who asked what when, and what was answered: does the history contradict the promises?
//!
//! Judged by *scope versions*: an order says on which versions of which scopes it was accepted, a change which
//! version it made. So orders need no place in one global log, and a check takes O(n log n). It does not know
//! how the answers came about; all times are of one monotonic clock.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Instant as Monotonic;

use trade::change::Change;
use trade::door::{Basis, Placed};
use trade::gate::Outcome;

/// Microseconds of one monotonic clock.
pub type Micros = u64;

/// Whether a scope lets orders through from a version on, as far as the test knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What rests on the scope may be sold again.
    Opens,
    /// Nothing that rests on the scope may be sold.
    Closes,
}

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// An order was accepted, resting on these versions.
    Accepted {
        /// Scope and version, as in its basis.
        scopes: Vec<(String, u64)>,
    },
    /// An order was refused by the gate; it would have rested on these scopes.
    Refused {
        /// Scopes.
        scopes: Vec<String>,
    },
    /// A change was recorded.
    Changed {
        /// Under which scope.
        scope: String,
        /// The version that it made.
        version: u64,
        /// What follows from it.
        effect: Effect,
    },
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What a person finds it by.
    pub name: String,
    /// When it was asked.
    pub invoked: Micros,
    /// When its answer came.
    pub returned: Micros,
    /// The answer.
    pub came: Came,
}

/// What contradicts the promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// An order rests on a version that had ended before the order was asked.
    Stale {
        /// The order.
        order: String,
        /// The scope and version that it rests on.
        on: (String, u64),
        /// The change that had been answered before.
        change: String,
    },
    /// An order rests on a version that lets nothing through.
    Closed {
        /// The order.
        order: String,
        /// The scope and version that it rests on.
        on: (String, u64),
    },
    /// An order was refused though nothing it rests on was closed at any time while it was asked.
    Groundless {
        /// The order.
        order: String,
    },
    /// Two changes made one version, or one is missing between two, or a later one made an earlier version.
    Versions {
        /// The scope.
        scope: String,
        /// The change that does not fit.
        change: String,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { order, on, change } => write!(
                f,
                "order {order} rests on {} at version {}, but {change} had been answered before it was asked",
                on.0, on.1
            ),
            Self::Closed { order, on } => write!(
                f,
                "order {order} rests on {} at version {}, which is closed",
                on.0, on.1
            ),
            Self::Groundless { order } => {
                write!(f, "order {order} was refused while everything was open")
            }
            Self::Versions { scope, change } => {
                write!(f, "{change} does not follow in the versions of {scope}")
            }
        }
    }
}

/// A version of a scope as a change made it.
struct Version<'a> {
    number: u64,
    effect: Effect,
    change: &'a Operation,
}

/// Everything in a history that contradicts the promises; empty: nothing does.
///
/// Scopes without a change in the history are open throughout.
#[must_use]
pub fn violations(history: &[Operation]) -> Vec<Violation> {
    let mut scopes: BTreeMap<&str, Vec<Version<'_>>> = BTreeMap::new();
    for change in history {
        if let Came::Changed {
            scope,
            version,
            effect,
        } = &change.came
        {
            scopes.entry(scope).or_default().push(Version {
                number: *version,
                effect: *effect,
                change,
            });
        }
    }
    let mut found = Vec::new();
    let mut earliest: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (scope, versions) in &mut scopes {
        versions.sort_by_key(|version| (version.number, version.change.invoked));
        found.extend(disordered(scope, versions));
        earliest.insert(scope, earliest_answers(versions));
    }
    for order in history {
        match &order.came {
            Came::Accepted { scopes: on } => {
                for (scope, version) in on {
                    let Some(versions) = scopes.get(scope.as_str()) else {
                        continue;
                    };
                    let earliest = &earliest[scope.as_str()];
                    found.extend(misplaced(
                        order,
                        (scope.clone(), *version),
                        versions,
                        earliest,
                    ));
                }
            }
            Came::Refused { scopes: on } => {
                let is_grounded = on.iter().any(|scope| {
                    scopes
                        .get(scope.as_str())
                        .is_some_and(|versions| was_closed(versions, order))
                });
                if !is_grounded {
                    found.push(Violation::Groundless {
                        order: order.name.clone(),
                    });
                }
            }
            Came::Changed { .. } => {}
        }
    }
    found
}

/// Versions that repeat, leave one out, or contradict real time.
fn disordered(scope: &str, versions: &[Version<'_>]) -> Vec<Violation> {
    let mut latest_invoked = 0;
    let mut found = Vec::new();
    for (at, version) in versions.iter().enumerate() {
        let follows = at == 0 || version.number == versions[at - 1].number + 1;
        // It was answered before one that stands before it was even asked.
        let is_early = version.change.returned < latest_invoked;
        if !follows || is_early {
            found.push(Violation::Versions {
                scope: scope.to_owned(),
                change: version.change.name.clone(),
            });
        }
        latest_invoked = latest_invoked.max(version.change.invoked);
    }
    found
}

/// For each place in `versions` the place, from there on, of the change that was answered first.
fn earliest_answers(versions: &[Version<'_>]) -> Vec<usize> {
    let mut earliest = vec![0; versions.len()];
    let mut first: Option<usize> = None;
    for at in (0..versions.len()).rev() {
        let is_earlier =
            |than: usize| versions[at].change.returned < versions[than].change.returned;
        if first.is_none_or(is_earlier) {
            first = Some(at);
        }
        earliest[at] = first.unwrap_or(at);
    }
    earliest
}

/// What is wrong with an accepted order that rests on a version of a scope.
fn misplaced(
    order: &Operation,
    on: (String, u64),
    versions: &[Version<'_>],
    earliest: &[usize],
) -> Option<Violation> {
    let later = versions.partition_point(|version| version.number <= on.1);
    if let Some(first) = earliest.get(later)
        && versions[*first].change.returned < order.invoked
    {
        return Some(Violation::Stale {
            order: order.name.clone(),
            on,
            change: versions[*first].change.name.clone(),
        });
    }
    let own = later.checked_sub(1).map(|at| &versions[at]);
    let is_closed =
        own.is_some_and(|version| version.number == on.1 && version.effect == Effect::Closes);
    is_closed.then(|| Violation::Closed {
        order: order.name.clone(),
        on,
    })
}

/// Whether a scope can have been closed at some time between an operation's question and answer.
fn was_closed(versions: &[Version<'_>], order: &Operation) -> bool {
    versions.iter().enumerate().any(|(at, version)| {
        let until = versions
            .get(at + 1)
            .map_or(Micros::MAX, |next| next.change.returned);
        version.effect == Effect::Closes
            && version.change.invoked <= order.returned
            && order.invoked <= until
    })
}

/// The one monotonic clock of a history.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Monotonic);

impl Default for Stopwatch {
    fn default() -> Self {
        Self(Monotonic::now())
    }
}

impl Stopwatch {
    /// The present.
    #[must_use]
    pub fn now(&self) -> Micros {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(Micros::MAX)
    }
}

/// A history being written by many clients.
#[derive(Default)]
pub struct Scribe {
    watch: Stopwatch,
    written: Mutex<Vec<Operation>>,
}

impl Scribe {
    /// The present.
    #[must_use]
    pub fn now(&self) -> Micros {
        self.watch.now()
    }

    /// Writes down an order that was asked at `invoked` and is answered now. Stock that ran out is not the
    /// gate's refusal and is not written.
    ///
    /// # Panics
    /// The basis of an accepted order does not read.
    pub fn order(&self, name: &str, invoked: Micros, placed: &Placed) {
        let came = match placed {
            Placed::Accepted(order) => Came::Accepted {
                scopes: basis(&order.basis),
            },
            Placed::Refused(refusal) => match refusal.as_ref() {
                trade::door::Refusal::NotSellable { lines } => Came::Refused {
                    scopes: lines
                        .iter()
                        .filter(|(_, verdict)| verdict.outcome != Outcome::Sellable)
                        .flat_map(|(_, verdict)| &verdict.scopes)
                        .map(|(scope, _)| scope.to_string())
                        .collect(),
                },
                _ => return,
            },
        };
        self.write(name, invoked, came);
    }

    /// Writes down a change that was asked at `invoked` and is answered now.
    pub fn change(&self, name: &str, invoked: Micros, change: &Change, effect: Effect) {
        let recorded = change.recorded();
        let came = Came::Changed {
            scope: recorded.evidence.scope.to_string(),
            version: recorded.scope_version,
            effect,
        };
        self.write(name, invoked, came);
    }

    fn write(&self, name: &str, invoked: Micros, came: Came) {
        let returned = self.now();
        let operation = Operation {
            name: name.to_owned(),
            invoked,
            returned,
            came,
        };
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.push(operation);
    }

    /// What was written so far.
    #[must_use]
    pub fn history(&self) -> Vec<Operation> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.clone()
    }

    /// Holds the history against the promises.
    ///
    /// # Panics
    /// Something contradicts them; all of it is said.
    pub fn hold(&self, context: &str) {
        let found = violations(&self.history());
        let told: Vec<String> = found.iter().take(20).map(Violation::to_string).collect();
        assert!(
            found.is_empty(),
            "{context}: {} violations\n{}",
            found.len(),
            told.join("\n")
        );
    }
}

fn basis(text: &str) -> Vec<(String, u64)> {
    let basis: Basis = serde_json::from_str(text).expect("the house wrote the basis");
    basis.scopes
}

#[cfg(test)]
mod tests;
