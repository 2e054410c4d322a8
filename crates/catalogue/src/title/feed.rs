//! What do the other titles of a feed say about what one of them leaves out?
//!
//! A shop says what is rare and leaves out what goes without saying. So what a title leaves out is completed
//! by the titles of the same feed that say it, where nearly all of them agree; otherwise it stays open, and an
//! open title is no other title's equal unless that one is as open. Reads no title itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use super::reading::storage_of;
use super::{Matcher, Model, Reading, Variant, only};

/// A title without a size has the size of at least this share of the titles that say one, in percent.
const STORAGE_SHARE_MIN_PERCENT: usize = 90;
/// Where at least this share of a model's titles say two cards, the others leave them out, in percent.
const SIMS_SHARE_MIN_PERCENT: usize = 30;

impl Matcher {
    /// The variants that the readings of one feed mean, in their order; `None`: no single device.
    #[must_use]
    pub fn settle(&self, feed: &[Reading]) -> Vec<Option<Variant>> {
        let mut variants: Vec<Option<Variant>> = feed.iter().map(|r| self.said(r)).collect();
        settle_unlisted(feed, &mut variants);
        self.settle_years(feed, &mut variants);
        settle_storage(&mut variants, |model| self.only_storage(model));
        settle_sims(&mut variants);
        variants
    }

    /// What a reading says itself.
    fn said(&self, reading: &Reading) -> Option<Variant> {
        let completed = self.variant(reading)?;
        let storage_gb = match completed.model {
            Model::Known(at) => storage_of(self.device(at)?, reading.storage_gb),
            Model::Unlisted(_) => reading.storage_gb,
        };
        Some(Variant {
            storage_gb,
            sims: reading.sims,
            ..completed
        })
    }

    fn only_storage(&self, model: &Model) -> Option<u32> {
        match model {
            Model::Known(at) => only(&self.device(*at)?.storage_gb),
            Model::Unlisted(_) => None,
        }
    }

    /// A name without its year means the one dated device of that name in the feed, unless a code in the feed
    /// means the device without one.
    fn settle_years(&self, feed: &[Reading], variants: &mut [Option<Variant>]) {
        let mut dated: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
        for variant in variants.iter().flatten() {
            if let Model::Known(at) = variant.model
                && let Some(undated) = self.undated.get(at).copied().flatten()
            {
                dated.entry(undated).or_default().insert(at);
            }
        }
        for reading in feed {
            if let Some(best) = reading.candidates.first().filter(|best| best.by_code) {
                dated.remove(&super::place(best.device));
            }
        }
        for variant in variants.iter_mut().flatten() {
            if let Model::Known(at) = &mut variant.model
                && let Some(dated) = dated.get(&super::place(*at)).and_then(only)
            {
                *at = dated;
            }
        }
    }
}

/// Of the models that an unlisted title may name, the one that most titles name.
fn settle_unlisted(feed: &[Reading], variants: &mut [Option<Variant>]) {
    let mut titles: HashMap<&str, usize> = HashMap::new();
    for model in feed.iter().flat_map(|reading| &reading.unlisted) {
        *titles.entry(model).or_default() += 1;
    }
    for (reading, variant) in feed.iter().zip(variants) {
        let most = reading
            .unlisted
            .iter()
            .rev()
            .max_by_key(|m| titles.get(m.as_str()));
        if let Some((variant, most)) = variant.as_mut().zip(most) {
            variant.model = Model::Unlisted(most.clone());
        }
    }
}

fn settle_storage(variants: &mut [Option<Variant>], known: impl Fn(&Model) -> Option<u32>) {
    let counts = count(variants, |v| Some((v.model.clone(), v.storage_gb?)));
    for variant in variants.iter_mut().flatten() {
        if variant.storage_gb.is_none() {
            variant.storage_gb = known(&variant.model).or_else(|| {
                let sizes = counts.get(&variant.model)?;
                let (size, most) = sizes.iter().max_by_key(|(_, titles)| **titles)?;
                let all: usize = sizes.values().sum();
                (most * 100 >= all * STORAGE_SHARE_MIN_PERCENT).then_some(*size)
            });
        }
    }
}

/// Where some titles of a model and size say two cards and others say nothing, the others mean two if the
/// first are not few, else one. Where none says two, nothing is left out that tells apart.
fn settle_sims(variants: &mut [Option<Variant>]) {
    let key = |v: &Variant| (v.model.clone(), v.storage_gb);
    let counts = count(variants, |v| Some((key(v), v.sims)));
    for variant in variants.iter_mut().flatten() {
        let Some(numbers) = counts
            .get(&key(variant))
            .filter(|numbers| numbers.len() > 1)
        else {
            continue;
        };
        let all: usize = numbers.values().sum();
        let two = numbers.get(&Some(2)).copied().unwrap_or(0);
        let is_two = two * 100 >= all * SIMS_SHARE_MIN_PERCENT;
        variant.sims = variant.sims.or(Some(if is_two { 2 } else { 1 }));
    }
}

/// How many titles say what, by what they say it of.
fn count<K: Hash + Eq, V: Ord>(
    variants: &[Option<Variant>],
    says: impl Fn(&Variant) -> Option<(K, V)>,
) -> HashMap<K, BTreeMap<V, usize>> {
    let mut counts: HashMap<K, BTreeMap<V, usize>> = HashMap::new();
    for (of, said) in variants.iter().flatten().filter_map(says) {
        *counts.entry(of).or_default().entry(said).or_default() += 1;
    }
    counts
}
