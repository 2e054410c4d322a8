//! A growing table by dense number, whose copies share what neither has changed.
//!
//! A place is three steps away (a run, a chunk in it, a slot in that) and is made when it is first needed, also
//! behind a shared reference, so that a table never has to be told how long it will be. A copy costs a count per
//! run; a change copies one run's pointers and one chunk. Knows nothing of what stands in it.

use std::sync::{Arc, OnceLock};

/// Runs of chunks; each is twice as long as the one before it, the first is one chunk.
const RUNS: usize = 32;

type Chunk<T, const SLOTS: usize> = OnceLock<Arc<[T; SLOTS]>>;

/// `SLOTS` values are copied, or dropped, together.
#[derive(Debug)]
pub(crate) struct Table<T, const SLOTS: usize> {
    runs: [OnceLock<Arc<[Chunk<T, SLOTS>]>>; RUNS],
}

impl<T, const SLOTS: usize> Default for Table<T, SLOTS> {
    fn default() -> Self {
        Self {
            runs: std::array::from_fn(|_| OnceLock::new()),
        }
    }
}

/// A copy shares its chunks, so what stands in them need not be copied.
impl<T, const SLOTS: usize> Clone for Table<T, SLOTS> {
    fn clone(&self) -> Self {
        Self {
            runs: self.runs.clone(),
        }
    }
}

/// Where a number stands: the run, the chunk in it, the slot in that.
const fn place<const SLOTS: usize>(number: u32) -> (usize, usize, usize) {
    let number = number as usize;
    let chunk = number / SLOTS + 1;
    let run = chunk.ilog2() as usize;
    (run, chunk - (1 << run), number % SLOTS)
}

fn empty_run<T, const SLOTS: usize>(run: usize) -> Arc<[Chunk<T, SLOTS>]> {
    (0..1_usize << run).map(|_| OnceLock::new()).collect()
}

fn empty_chunk<T: Default, const SLOTS: usize>() -> Arc<[T; SLOTS]> {
    Arc::new(std::array::from_fn(|_| T::default()))
}

impl<T: Default, const SLOTS: usize> Table<T, SLOTS> {
    /// What stands at a number, if anything was ever put or looked for near it.
    #[inline]
    pub fn get(&self, number: u32) -> Option<&T> {
        let (run, chunk, slot) = place::<SLOTS>(number);
        Some(&self.runs.get(run)?.get()?[chunk].get()?[slot])
    }

    /// What stands at a number; an empty value is put there if nothing does.
    #[inline]
    pub fn slot(&self, number: u32) -> &T {
        let (run, chunk, slot) = place::<SLOTS>(number);
        let run = self.runs[run].get_or_init(|| empty_run(run));
        &run[chunk].get_or_init(empty_chunk)[slot]
    }

    /// Takes away the chunk around a number; what copies of this table have there stays. Also where there is
    /// none yet, since a copy that shares the run may put one there later.
    pub fn clear(&mut self, number: u32) {
        let (run, chunk, _) = place::<SLOTS>(number);
        if let Some(run) = self.runs[run].get_mut() {
            Arc::make_mut(run)[chunk] = OnceLock::new();
        }
    }
}

impl<T: Default + Clone, const SLOTS: usize> Table<T, SLOTS> {
    /// Changes what stands at a number in this table alone.
    pub fn change(&mut self, number: u32, change: impl FnOnce(&mut T)) {
        let (run, chunk, slot) = place::<SLOTS>(number);
        let chunks = self.runs[run].take();
        let mut chunks = chunks.unwrap_or_else(|| empty_run(run));
        let place = &mut Arc::make_mut(&mut chunks)[chunk];
        let mut values = place.take().unwrap_or_else(empty_chunk);
        change(&mut Arc::make_mut(&mut values)[slot]);
        *place = OnceLock::from(values);
        self.runs[run] = OnceLock::from(chunks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        let mut last = (0, 0, 0);
        for number in 1..5_000 {
            let next = place::<16>(number);
            assert!(next > last, "{number}: {next:?} after {last:?}");
            assert!(next.1 < 1 << next.0, "{number}: {next:?}");
            assert!(next.2 < 16, "{number}: {next:?}");
            last = next;
        }
        assert!(place::<16>(u32::MAX).0 < RUNS);
    }

    #[test]
    fn a_copy_keeps_what_is_changed_or_cleared_in_the_other() {
        let mut table: Table<u64, 4> = Table::default();
        assert_eq!(table.get(9), None);
        for number in [0, 1, 9, 1_000] {
            table.change(number, |value| *value = u64::from(number) + 1);
        }
        let copy = table.clone();
        table.change(9, |value| *value = 0);
        table.clear(1_000);
        assert_eq!((table.get(9), copy.get(9)), (Some(&0), Some(&10)));
        assert_eq!((table.get(1_000), copy.get(1_000)), (None, Some(&1_001)));
        assert_eq!((table.get(1), copy.get(1)), (Some(&2), Some(&2)));
        assert_eq!(*table.slot(1_000), 0);
    }

    #[test]
    fn what_is_put_into_a_copy_later_does_not_show_where_its_place_was_cleared() {
        let mut table: Table<OnceLock<u64>, 4> = Table::default();
        table.slot(40);
        let copy = table.clone();
        table.clear(44);
        assert_eq!(copy.slot(44).set(7), Ok(()));
        assert_eq!(table.get(44).and_then(OnceLock::get), None);
    }
}
