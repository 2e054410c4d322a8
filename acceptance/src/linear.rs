//! Is there an order of these operations in which each answer is right, and that agrees with real time?
//!
//! A search over all such orders, level by level, as Wing and Gong's with what was reached remembered. It trusts no
//! number that the house gives: only what was asked, what was answered, and when. Good for one listing's history, in
//! which few operations overlap; a long one of many clients is [`crate::witness`]'s.

use std::collections::HashSet;
use std::hash::Hash;

use crate::history::Micros;

/// Ways of having come this far that are followed at once, at most.
const WAYS_MAX: usize = 100_000;

/// An operation with its times.
#[derive(Clone, Debug)]
pub struct Timed<O> {
    /// When it was asked.
    pub invoked: Micros,
    /// When its answer came.
    pub returned: Micros,
    /// What was asked and answered.
    pub operation: O,
}

/// How far one way has come: all before `first` is done, and of the rest what `beyond` names.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Way<S> {
    first: usize,
    beyond: Vec<usize>,
    state: S,
}

impl<S> Way<S> {
    fn is_done(&self, at: usize) -> bool {
        at < self.first || self.beyond.contains(&at)
    }

    /// What may come next: whatever was asked before any that is left was answered.
    fn next<O>(&self, history: &[Timed<O>]) -> Vec<usize> {
        let mut earliest = Micros::MAX;
        let mut open = Vec::new();
        for (at, timed) in history.iter().enumerate().skip(self.first) {
            if timed.invoked > earliest {
                break;
            }
            if !self.is_done(at) {
                earliest = earliest.min(timed.returned);
                open.push(at);
            }
        }
        open.retain(|at| history[*at].invoked <= earliest);
        open
    }

    fn with(&self, at: usize, state: S) -> Self {
        let mut beyond = self.beyond.clone();
        beyond.push(at);
        beyond.sort_unstable();
        let mut first = self.first;
        while beyond.first() == Some(&first) {
            beyond.remove(0);
            first += 1;
        }
        Self {
            first,
            beyond,
            state,
        }
    }
}

/// Whether there is such an order, from a first state on; `step` gives the state after an operation, or none if its
/// answer is wrong in that state. `is_look` names operations that never change a state: where one can come next it
/// does, since that takes nothing from the others.
///
/// # Errors
/// There is none, and what could not come next where the furthest way ended; or too much overlaps to tell.
pub fn order<S: Clone + Eq + Hash, O: std::fmt::Debug>(
    first: S,
    mut history: Vec<Timed<O>>,
    step: impl Fn(&S, &O) -> Option<S>,
    is_look: impl Fn(&O) -> bool,
) -> Result<(), String> {
    history.sort_by_key(|timed| timed.invoked);
    let mut ways = HashSet::from([Way {
        first: 0,
        beyond: Vec::new(),
        state: first,
    }]);
    for done in 0..history.len() {
        let mut next = HashSet::new();
        for way in &ways {
            let mut after = Vec::new();
            for at in way.next(&history) {
                let operation = &history[at].operation;
                let Some(state) = step(&way.state, operation) else {
                    continue;
                };
                let way = way.with(at, state);
                if is_look(operation) {
                    after = vec![way];
                    break;
                }
                after.push(way);
            }
            next.extend(after);
        }
        if next.is_empty() {
            let stuck: Vec<String> = ways
                .iter()
                .flat_map(|way| way.next(&history))
                .collect::<HashSet<usize>>()
                .into_iter()
                .map(|at| format!("{:?}", history[at]))
                .collect();
            return Err(format!(
                "after {done} of {} operations none of these can come next:\n{}",
                history.len(),
                stuck.join("\n")
            ));
        }
        if next.len() > WAYS_MAX {
            return Err(format!("more than {WAYS_MAX} ways after {done} operations"));
        }
        ways = next;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shelf: so many units; taking one succeeds or not, and it may be filled.
    #[derive(Clone, Copy, Debug)]
    enum Do {
        Take(bool),
        Fill(u32),
    }

    fn step(units: &u32, operation: &Do) -> Option<u32> {
        match operation {
            Do::Take(true) => units.checked_sub(1),
            Do::Take(false) => (*units == 0).then_some(0),
            Do::Fill(to) => Some(*to),
        }
    }

    #[track_caller]
    fn check(history: &[(Micros, Micros, Do)], is_possible: bool) {
        let timed = history.iter().map(|(invoked, returned, operation)| Timed {
            invoked: *invoked,
            returned: *returned,
            operation: *operation,
        });
        let found = order(1, timed.collect(), step, |operation| {
            matches!(operation, Do::Take(false))
        });
        assert_eq!(found.is_ok(), is_possible, "{found:?}");
    }

    #[test]
    fn an_order_is_found_where_there_is_one() {
        use Do::{Fill, Take};
        check(&[], true);
        check(&[(0, 1, Take(true)), (2, 3, Take(false))], true);
        // One after the other it is wrong; at once it may have been the other way round.
        check(&[(0, 1, Take(false)), (2, 3, Take(true))], false);
        check(&[(0, 5, Take(false)), (2, 3, Take(true))], true);
        check(&[(0, 1, Take(true)), (2, 3, Take(true))], false);
        check(
            &[(0, 9, Take(true)), (1, 9, Take(true)), (2, 3, Fill(2))],
            true,
        );
        check(
            &[(0, 9, Take(true)), (1, 9, Take(true)), (10, 11, Fill(2))],
            false,
        );
    }

    #[test]
    fn what_touches_may_change_places() {
        use Do::Take;
        check(&[(0, 5, Take(false)), (5, 9, Take(true))], true);
    }
}
