//! What many offers have in common, at a glance: a number for each offer's part, and few things that they stand for.
//!
//! A table of numbers is small enough to stay in the processor's caches where the answers themselves would not. A
//! number is only a short cut to an answer that is kept elsewhere ([`super::memo`]) and may be missing. Knows nothing
//! of what an answer says.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use domain::Instant;

use super::memo::Stretch;
use super::table::Table;
use crate::parts::Glance;

/// More different glances than this are not numbered; the answers are then looked at themselves.
const GLANCES_MAX: usize = 65_536;

/// A glance with what it is the answer to, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Seen<K> {
    pub key: K,
    pub until: Option<Instant>,
    pub glance: Glance,
}

/// The number of a glance, counted from 1; 0 where there is none.
#[derive(Debug, Default)]
pub(crate) struct Mark(AtomicU32);

/// Glances and their numbers, which stay.
#[derive(Debug)]
pub(crate) struct Glances<K> {
    /// The latest beginning of all stretches that a mark stands for.
    from_ms: AtomicI64,
    by_number: Table<OnceLock<Seen<K>>, 64>,
    numbers: Mutex<HashMap<Seen<K>, u32>>,
}

impl<K> Default for Glances<K> {
    fn default() -> Self {
        Self {
            from_ms: AtomicI64::new(i64::MIN),
            by_number: Table::default(),
            numbers: Mutex::default(),
        }
    }
}

impl<K: Copy + Eq + std::hash::Hash> Glances<K> {
    /// What a mark stands for, if it answers `key` at `at`.
    #[inline]
    pub fn get(&self, mark: &Mark, key: K, at: Instant) -> Option<&Seen<K>> {
        let number = mark.0.load(Ordering::Acquire).checked_sub(1)?;
        let seen = self.by_number.get(number)?.get()?;
        // Read after the mark, and so no earlier than what was written before it.
        let has_begun = self.from_ms.load(Ordering::Acquire) <= at.epoch_ms();
        let is_over = seen.until.is_some_and(|until| until <= at);
        (has_begun && !is_over && seen.key == key).then_some(seen)
    }

    /// Lets a mark stand for an answer's glance, unless it stands for the answer to another key.
    pub fn mark(&self, mark: &Mark, key: K, stretch: Stretch, glance: &Glance) {
        let number = mark.0.load(Ordering::Acquire).checked_sub(1);
        let marked = number.and_then(|number| self.by_number.get(number)?.get());
        if !glance.is_whole || marked.is_some_and(|seen| seen.key != key) {
            return;
        }
        let seen = Seen {
            key,
            until: stretch.until(),
            glance: *glance,
        };
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let next = numbers.len();
        let number = match numbers.get(&seen) {
            Some(number) => *number,
            None if next >= GLANCES_MAX => return,
            None => {
                let number = u32::try_from(next).unwrap_or_default();
                self.by_number.slot(number).get_or_init(|| seen);
                numbers.insert(seen, number);
                number
            }
        };
        drop(numbers);
        self.from_ms
            .fetch_max(stretch.begins_ms(), Ordering::AcqRel);
        mark.0.store(number + 1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::Part;

    fn stretch(from_ms: i64) -> Stretch {
        Stretch::new(Instant::from_epoch_ms(from_ms), None)
    }

    #[test]
    fn more_different_glances_than_are_numbered_have_no_mark() {
        let glance = Part::closed().glance;
        let glances: Glances<u32> = Glances::default();
        let at = Instant::from_epoch_ms(0);
        let number = |at: usize| u32::try_from(at).expect("small");
        for key in 0..number(GLANCES_MAX + 2) {
            let mark = Mark::default();
            glances.mark(&mark, key, stretch(0), &glance);
            let seen = glances.get(&mark, key, at);
            let is_numbered = key < number(GLANCES_MAX);
            assert_eq!(seen.map(|seen| seen.key), is_numbered.then_some(key));
        }
    }

    #[test]
    fn a_mark_stands_for_one_key_and_for_no_time_before_any_mark() {
        let glance = Part::closed().glance;
        let glances: Glances<u32> = Glances::default();
        let (mark, later) = (Mark::default(), Mark::default());
        let is_there = |mark: &Mark, key: u32, at: i64| {
            let at = Instant::from_epoch_ms(at);
            glances.get(mark, key, at).is_some()
        };
        glances.mark(&mark, 1, stretch(10), &glance);
        glances.mark(&mark, 2, stretch(10), &glance);
        assert!(is_there(&mark, 1, 10));
        assert!(!is_there(&mark, 2, 10), "it stands for the first");
        assert!(!is_there(&mark, 1, 9));
        glances.mark(&later, 1, stretch(20), &glance);
        assert!(!is_there(&mark, 1, 19));
        assert!(is_there(&mark, 1, 20));
    }
}
