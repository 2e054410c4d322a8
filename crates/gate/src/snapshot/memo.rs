//! Answers that were worked out before, each with the stretch of time for which it holds.
//!
//! Whoever asks first works the answer out, with no lock held; two who ask at once may both do it, and both get
//! the same. Nothing is ever replaced: what rests on changed evidence is left behind with the table it stands in.
//! Knows nothing of what an answer says.

use std::sync::OnceLock;

use domain::Instant;

/// More answers than this are not kept in one place; what comes after is worked out each time.
const ANSWERS_MAX: usize = 32;

/// From an instant until just before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    from_ms: i64,
    /// `i64::MAX` is later than any instant: without end.
    until_ms: i64,
}

impl Stretch {
    /// An `until` of none is without end.
    pub fn new(from: Instant, until: Option<Instant>) -> Self {
        Self {
            from_ms: from.epoch_ms(),
            until_ms: until.map_or(i64::MAX, Instant::epoch_ms),
        }
    }

    pub const fn begins_ms(self) -> i64 {
        self.from_ms
    }

    pub const fn contains(self, at: Instant) -> bool {
        self.from_ms <= at.epoch_ms() && at.epoch_ms() < self.until_ms
    }

    pub fn until(self) -> Option<Instant> {
        (self.until_ms != i64::MAX).then(|| Instant::from_epoch_ms(self.until_ms))
    }
}

/// An answer that holds for a stretch.
#[derive(Debug)]
pub(crate) struct Held<V> {
    pub stretch: Stretch,
    pub value: V,
}

#[derive(Debug)]
struct Entry<K, V> {
    key: K,
    held: Held<V>,
    next: OnceLock<Box<Entry<K, V>>>,
}

/// Answers by key and time; the first one stands in place, since nearly always there is one.
#[derive(Debug)]
pub(crate) struct Memo<K, V>(OnceLock<Entry<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

/// A copy remembers nothing: it is made where evidence changes.
impl<K, V> Clone for Memo<K, V> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<K: Copy + PartialEq, V> Memo<K, V> {
    /// The answer for `key` at `at`, if it is known.
    #[inline]
    pub fn get(&self, key: K, at: Instant) -> Option<&Held<V>> {
        let mut entry = self.0.get()?;
        loop {
            if entry.key == key && entry.held.stretch.contains(at) {
                return Some(&entry.held);
            }
            entry = entry.next.get()?;
        }
    }

    fn entries(&self) -> impl Iterator<Item = &Entry<K, V>> {
        std::iter::successors(self.0.get(), |one| one.next.get().map(Box::as_ref))
    }

    /// Whether one more answer can be kept.
    pub fn has_room(&self) -> bool {
        self.entries().count() < ANSWERS_MAX
    }

    /// Keeps an answer that was worked out, if there is room and nobody else keeps one at the same time.
    pub fn keep(&self, key: K, held: Held<V>) {
        let entry = Entry {
            key,
            held,
            next: OnceLock::new(),
        };
        let Err(entry) = self.0.set(entry) else {
            return;
        };
        let last = self.entries().take(ANSWERS_MAX - 1).last();
        let _ = last.map(|last| last.next.set(Box::new(entry)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(from: i64, until: Option<i64>, value: u32) -> Held<u32> {
        Held {
            stretch: Stretch::new(
                Instant::from_epoch_ms(from),
                until.map(Instant::from_epoch_ms),
            ),
            value,
        }
    }

    #[test]
    fn an_answer_is_given_for_its_key_and_its_stretch_alone() {
        let memo: Memo<u32, u32> = Memo::default();
        memo.keep(1, held(10, Some(20), 100));
        memo.keep(2, held(10, None, 200));
        memo.keep(1, held(20, None, 101));
        let cases = [
            (1, 9, None),
            (1, 10, Some(100)),
            (1, 19, Some(100)),
            (1, 20, Some(101)),
            (2, 19, Some(200)),
            (2, i64::MAX, Some(200)),
            (3, 15, None),
        ];
        for (key, at, expected) in cases {
            let found = memo.get(key, Instant::from_epoch_ms(at));
            assert_eq!(found.map(|held| held.value), expected, "key {key} at {at}");
        }
        assert!(memo.clone().get(1, Instant::from_epoch_ms(10)).is_none());
    }

    #[test]
    fn what_finds_no_room_is_not_kept() {
        let memo: Memo<usize, u32> = Memo::default();
        for key in 0..=ANSWERS_MAX {
            assert_eq!(memo.has_room(), key < ANSWERS_MAX);
            memo.keep(key, held(0, None, 0));
        }
        let at = Instant::from_epoch_ms(0);
        assert!(memo.get(ANSWERS_MAX - 1, at).is_some());
        assert!(memo.get(ANSWERS_MAX, at).is_none());
    }
}
