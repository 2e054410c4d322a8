//! Which names and codes do the lists know, and what is each a name of?
//!
//! Read once, before any title. Two lists mean one device when brand and name are the same letters, blanks left
//! out, or when one of them says two names at once (`Mi A1 (Mi 5X)`). Reads no title.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::features;
use super::{
    Device, GENERATIONS, How, Matcher, Mention, Named, OTHER_BRAND_NAMES_MIN, is_mixed, is_year,
    place,
};
use crate::words::Words;

const CODE_CHARS_MIN: usize = 5;
const CODE_DIGITS_MIN: usize = 3;
const CODE_CUT_CHARS_MIN: usize = 4;
/// A power of two: small enough to stay near the processor.
const REACHES: usize = 1 << 14;
/// Knuth's factor: the golden ratio in 32 bits, which spreads what is alike.
const REACH_FACTOR: u32 = 2_654_435_769;
/// With this many of a brand's names a first word is the name of a family.
const FAMILY_NAMES_MIN: usize = 8;

impl Matcher {
    /// Reads every name once.
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = Named<'a>>) -> Self {
        let mut names: Vec<Named<'a>> = names.into_iter().collect();
        // First those that say two names at once: a list that says one of them means the same device.
        names.sort_by_key(|named| other_names(named.name).next().is_none());
        let mut matcher = Self::default();
        matcher.learn_brands(&names);
        let split: Vec<(u32, Words)> = names
            .iter()
            .map(|named| matcher.split(named.brand, named.name))
            .collect();
        let begun = matcher.learn_families(&split);
        let mut known: HashMap<(u32, String), u32> = HashMap::new();
        for (named, (brand, words)) in names.iter().zip(&split) {
            let (code, words) = &without_code(words);
            let name = words.joined(0, words.len()).to_owned();
            if name.is_empty() || matcher.brands.contains_key(&name) {
                continue;
            }
            let device = *known.entry((*brand, name.clone())).or_insert_with(|| {
                matcher.devices.push(Device {
                    brand: named.brand.trim().to_owned(),
                    name: named.name.trim().to_owned(),
                    storage_gb: BTreeSet::new(),
                    sims: BTreeSet::new(),
                    year: None,
                });
                matcher.brand_of.push(*brand);
                place(matcher.devices.len() - 1)
            });
            let met = &mut matcher.devices[device as usize];
            let spelling = named.name.trim();
            if (spelling.len(), spelling) < (met.name.len(), met.name.as_str()) {
                met.name = spelling.to_owned();
            }
            met.year = met.year.or(named.year);
            met.storage_gb.extend(named.storage_gb);
            met.sims.extend(named.sims);
            let is_family = words.len() > 1
                && is_mixed(words.joined(1, words.len()))
                && begun.get(&(*brand, words.at(0).to_owned())) >= Some(&FAMILY_NAMES_MIN);
            if is_family && !GENERATIONS.contains(&words.joined(1, words.len())) {
                let short = words.joined(1, words.len()).to_owned();
                matcher.mention(short, device, How::Short);
            }
            matcher.mention(name, device, How::Name);
            for other in other_names(named.name) {
                let (_, words) = matcher.split(named.brand, other);
                let other = words.joined(0, words.len());
                if is_mixed(other) {
                    known.entry((*brand, other.to_owned())).or_insert(device);
                    matcher.mention(other.to_owned(), device, How::Name);
                }
            }
            for code in [named.code, code] {
                matcher.learn_code(code, device);
            }
        }
        matcher.learn_without_plus(&known);
        matcher.learn_undated(&known);
        matcher.brand_names = vec![0; matcher.brands.len()];
        for brand in &matcher.brand_of {
            if let Some(count) = matcher.brand_names.get_mut(*brand as usize) {
                *count += 1;
            }
        }
        matcher.learn_reaches();
        for mentions in matcher.mentions.values_mut() {
            mentions.sort_unstable();
            mentions.dedup();
        }
        matcher
    }

    /// Shops leave out a plus that tells nothing apart: there is a `U12+` and no `U12`.
    fn learn_without_plus(&mut self, known: &HashMap<(u32, String), u32>) {
        for ((brand, name), device) in known {
            if let Some(base) = name.strip_suffix("plus")
                && is_mixed(base)
                && !known.contains_key(&(*brand, base.to_owned()))
            {
                self.mention(base.to_owned(), *device, How::Name);
            }
        }
    }

    fn learn_reaches(&mut self) {
        self.reaches = vec![0; REACHES];
        for text in self.mentions.keys() {
            if let Some(at) = reach_at(text) {
                self.reaches[at] = self.reaches[at].max(text.len());
            }
        }
    }

    /// No name or code that begins like this text is longer, in bytes. Most runs of words are told by it to be
    /// no name without a look into the large map.
    pub(super) fn reach(&self, text: &str) -> usize {
        reach_at(text).map_or(usize::MAX, |at| self.reaches.get(at).copied().unwrap_or(0))
    }

    fn learn_undated(&mut self, known: &HashMap<(u32, String), u32>) {
        self.undated = vec![None; self.devices.len()];
        for ((brand, name), device) in known {
            let Some((base, year)) = name
                .len()
                .checked_sub(4)
                .and_then(|at| name.split_at_checked(at))
            else {
                continue;
            };
            if is_year(year) && is_mixed(base) {
                self.undated[*device as usize] = known.get(&(*brand, base.to_owned())).copied();
            }
        }
    }

    fn learn_brands(&mut self, names: &[Named<'_>]) {
        for named in names {
            let words = Words::new(named.brand);
            if !words.is_empty() {
                self.brand_words_max = self.brand_words_max.max(words.len());
                let next = place(self.brands.len());
                let brand = words.joined(0, words.len()).to_owned();
                let brand = *self.brands.entry(brand).or_insert(next);
                if brand == next {
                    self.brand_rows.push(0);
                }
                self.brand_rows[brand as usize] += 1;
            }
        }
    }

    /// The brand and the words of the name without it. A name that begins with another known brand is that
    /// brand's: a carrier lists `HUAWEI P20` as its own.
    fn split(&self, brand: &str, name: &str) -> (u32, Words) {
        let listed = Words::new(brand);
        let mut brand = self.brands.get(listed.joined(0, listed.len())).copied();
        let mut words = Words::new(name);
        if let Some(to) = features::without_sims(&words) {
            words = words.before(to);
        }
        for to in (1..words.len().min(self.brand_words_max + 1)).rev() {
            if let Some(said) = self.brands.get(words.joined(0, to)) {
                let is_listed = Some(*said) == brand;
                if is_listed || self.brand_rows[*said as usize] >= OTHER_BRAND_NAMES_MIN {
                    brand = Some(*said);
                    words = words.after(to);
                    break;
                }
            }
        }
        (brand.unwrap_or(u32::MAX), words)
    }

    fn learn_families(&mut self, split: &[(u32, Words)]) -> BTreeMap<(u32, String), usize> {
        let mut distinct = HashSet::new();
        let mut begun: BTreeMap<(u32, String), usize> = BTreeMap::new();
        for (brand, words) in split.iter().filter(|(_, words)| words.len() > 1) {
            if distinct.insert((*brand, words.joined(0, words.len()))) {
                *begun.entry((*brand, words.at(0).to_owned())).or_default() += 1;
            }
        }
        let mut by_word: HashMap<&str, (usize, usize, u32)> = HashMap::new();
        for ((brand, word), count) in &begun {
            let (all, most, owner) = by_word.entry(word).or_default();
            *all += count;
            if count > most {
                (*most, *owner) = (*count, *brand);
            }
        }
        self.families = by_word
            .into_iter()
            .filter(|(word, (all, most, _))| {
                *most >= FAMILY_NAMES_MIN && most * 4 >= all * 3 && word.len() > 2
            })
            .map(|(word, (_, _, owner))| (word.to_owned(), owner))
            .collect();
        begun
    }

    fn learn_code(&mut self, code: &str, device: u32) {
        let code = code.trim();
        // `iPhone17,1` is how the maker's software numbers a device that is sold as another `iPhone`.
        let words = Words::new(code);
        let letters = words.at(0).trim_end_matches(|c: char| !c.is_alphabetic());
        if code.contains(char::is_whitespace) || self.families.contains_key(letters) {
            return;
        }
        let tail = code
            .split_once('-')
            .filter(|(head, _)| head.chars().all(char::is_alphabetic));
        let cut = tail.map(|(_, tail)| (tail, CODE_CUT_CHARS_MIN));
        for (code, chars_min) in [Some((code, CODE_CHARS_MIN)), cut].into_iter().flatten() {
            let words = Words::new(code);
            let joined = words.joined(0, words.len());
            if joined.len() >= chars_min && is_mixed(joined) {
                self.mention(joined.to_owned(), device, How::Code);
            }
        }
    }

    fn mention(&mut self, text: String, device: u32, how: How) {
        self.mentions
            .entry(text)
            .or_default()
            .push(Mention { device, how });
    }
}
/// The place of a text's first letters in `reaches`; `None`: it has fewer.
fn reach_at(text: &str) -> Option<usize> {
    let first = text.as_bytes().first_chunk::<4>()?;
    Some(u32::from_le_bytes(*first).wrapping_mul(REACH_FACTOR) as usize >> (32 - REACHES.ilog2()))
}

/// `I9505 Galaxy S4` is a code and a name.
fn without_code(name: &Words) -> (&str, Words) {
    let code = name.at(0);
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    if name.len() >= 3 && digits >= CODE_DIGITS_MIN && is_mixed(code) {
        (code, name.after(1))
    } else {
        ("", name.clone())
    }
}

/// `Mi A1 (Mi 5X)` is one device under two names; `Galaxy A8 (2018)` and `moto g(6)` are under one.
fn other_names(name: &str) -> impl Iterator<Item = &str> {
    let pair = name
        .split_once('(')
        .and_then(|(before, rest)| Some((before, rest.split_once(')')?.0)))
        .filter(|(_, inner)| inner.starts_with(char::is_alphabetic) && is_mixed(inner));
    pair.into_iter().flat_map(|(before, inner)| [before, inner])
}
