//! Chance that can be had again: a seed gives the same throws on every machine.
//!
//! Knows nothing of what is thrown for. Not for secrets.

use crate::setting;

/// SplitMix64: small, and good enough to choose test cases with.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The dice of a seed.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        Self { state: seed }
    }

    /// 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not zero.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// An index into something that has `length` elements, not none.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("it is below a length")
    }

    /// One of `all`, which is not empty.
    pub fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.index(all.len())]
    }

    /// About half of `all`, perhaps none of them.
    pub fn some<T: Copy>(&mut self, all: &[T]) -> Vec<T> {
        let chosen = all.iter().filter(|_| self.chance(1, 2));
        chosen.copied().collect()
    }

    /// True in `times` of `out_of` throws.
    pub const fn chance(&mut self, times: u64, out_of: u64) -> bool {
        self.below(out_of) < times
    }
}

/// Runs `case` for as many seeds as `PASSBAND_TEST_CASES` says, or else `count`.
///
/// With `PASSBAND_TEST_SEED` only that one. A seed that fails is printed with the command that repeats it.
pub fn each_seed(test: &str, count: u64, case: impl Fn(u64)) {
    let only = setting::number("PASSBAND_TEST_SEED");
    let count = setting::number("PASSBAND_TEST_CASES").unwrap_or(count);
    let seeds = match only {
        Some(seed) => seed..seed + 1,
        None => 0..count,
    };
    for seed in seeds {
        let named = Named { test, seed };
        case(seed);
        drop(named);
    }
}

/// Prints how to repeat a case if it panics.
struct Named<'a> {
    test: &'a str,
    seed: u64,
}

impl Drop for Named<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", repeat(self.test, self.seed));
        }
    }
}

/// The one command that repeats a case.
#[must_use]
pub fn repeat(test: &str, seed: u64) -> String {
    format!(
        "seed {seed}; repeat it with: PASSBAND_TEST_SEED={seed} cargo test -p acceptance --test it -- {test}"
    )
}
