//! What model does a title name that no list has?
//!
//! Given as written, so that two titles of one unlisted model still meet. Knows which words are no model;
//! does not know whether the model exists.

use super::noise::is_noise;
use super::reading::Said;
use super::{
    GENERATIONS, MODEL_CHARS_MAX, Matcher, features, goes_on, is_figure, is_mixed, is_variant,
    is_year,
};
use crate::words::Words;

/// A brand with fewer names may be a word of a title by chance.
const BRAND_NAMES_MIN: usize = 3;
/// An unlisted model stands no further from its brand.
const WORDS_APART_MAX: usize = 4;
/// Nor from a brand that no list has.
const WORDS_APART_OF_UNKNOWN_MAX: usize = 2;
/// A brand that no list has stands among the first words.
const BRAND_AT_MAX: usize = 4;
const BRAND_CHARS_MIN: usize = 3;
/// A longer figure is a shop's own number.
const MODEL_DIGITS_MAX: usize = 5;
/// A name of plain words is no longer.
const PLAIN_WORDS_MAX: usize = 2;

impl Matcher {
    /// Brand and model, each as written; the model is what stands near the brand and reads like one: a word of
    /// letters and digits or a figure (of at least three digits, unless it follows the brand) with the short
    /// word before it (`sd 510`), else the plain words after the brand; and then the words that tell variants
    /// apart. A brand that no list has is the first word that says something. The likeliest first.
    pub(super) fn unlisted(&self, words: &Words, said: &[Said]) -> Vec<String> {
        let known = said
            .iter()
            .filter(|s| self.names_count(s.brand) >= BRAND_NAMES_MIN)
            .filter(|s| !is_noise(words.joined(s.from, s.to)))
            .max_by_key(|s| (self.names_count(s.brand), usize::MAX - s.from));
        let (brand, next, nearby) = if let Some(s) = known {
            let nearby = s.from.saturating_sub(WORDS_APART_MAX)..s.to + WORDS_APART_MAX;
            (s.from..s.to, s.next, nearby)
        } else {
            let Some(at) = unknown_brand(words) else {
                return Vec::new();
            };
            let next = (at + 1..words.len())
                .find(|n| !self.is_part_number(words.at(*n)))
                .unwrap_or(at + 1);
            (at..at + 1, next, next..next + WORDS_APART_OF_UNKNOWN_MAX)
        };
        let is_brand = |n: usize| {
            brand.contains(&n)
                || known.is_some() && said.iter().any(|s| (s.from..s.to).contains(&n))
        };
        let is_model = |n: usize| {
            let word = words.at(n);
            let reads = if is_figure(word) {
                (word.len() >= 3 || n == next) && word.len() <= MODEL_DIGITS_MAX && !is_year(word)
            } else {
                is_mixed(word)
                    && word.len() <= MODEL_CHARS_MAX
                    && word != "2g"
                    && !GENERATIONS.contains(&word)
            };
            reads && !is_brand(n) && !features::is_measure(words, n)
        };
        let numbered = (nearby.start..nearby.end.min(words.len())).find(|n| is_model(*n));
        let brand_text = words.joined(brand.start, brand.end);
        let named = |from, to| format!("{brand_text} {}", with_variants(words, from, to));
        let Some(at) = numbered else {
            return self
                .plain_names(words, next)
                .map(|to| named(next, to))
                .collect();
        };
        let is_prefixed = at > 0
            && is_figure(words.at(at))
            && !is_brand(at - 1)
            && words.at(at - 1).len() <= 3
            && !is_noise(words.at(at - 1))
            && is_plain(words.at(at - 1));
        let mut models = vec![named(at - usize::from(is_prefixed), at + 1)];
        // A figure right after the brand may be the shop's own number, and the model stands after it.
        if at == next && is_figure(words.at(at)) {
            if is_model(at + 1) {
                models.push(named(at + 1, at + 2));
            }
            models.extend(self.plain_names(words, at + 1).map(|to| named(at + 1, to)));
        }
        models
    }

    /// Where names of plain words end that begin at a word, the longest first.
    fn plain_names(&self, words: &Words, from: usize) -> impl Iterator<Item = usize> {
        let is_name = |n: usize| {
            let word = words.at(n);
            word.len() >= BRAND_CHARS_MIN
                && is_plain(word)
                && !is_noise(word)
                && !is_variant("", word)
                && !features::is_measure(words, n)
        };
        let end = (from..from + PLAIN_WORDS_MAX)
            .find(|n| !is_name(*n))
            .unwrap_or(from + PLAIN_WORDS_MAX);
        let is_family = self.families.contains_key(words.at(from));
        (from + 1 + usize::from(is_family)..=end).rev()
    }
}

fn unknown_brand(words: &Words) -> Option<usize> {
    let first = (0..words.len()).find(|n| !is_noise(words.at(*n)))?;
    let word = words.at(first);
    let is_brand = first <= BRAND_AT_MAX
        && word.len() >= BRAND_CHARS_MIN
        && is_plain(word)
        && !features::is_measure(words, first);
    is_brand.then_some(first)
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The words of a model, and those after it that tell variants apart.
pub(super) fn with_variants(words: &Words, from: usize, to: usize) -> String {
    let mut model = words.joined(from, to).to_owned();
    for n in to..words.len() {
        let is_more = is_variant(&model, words.at(n)) && !features::is_measure(words, n);
        if !is_more && !goes_on(&model, words, n) {
            break;
        }
        model.push(' ');
        model.push_str(words.at(n));
    }
    model
}
