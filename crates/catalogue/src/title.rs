//! Which known device does a shop's free title mean?
//!
//! The rules, in order:
//!
//! 1. A title falls into [`Words`]; figures with a unit (`5.5`, `64gb`) are features, never parts of a name.
//! 2. A run of neighbouring words that reads, blanks left out, like a known name or model code is a mention.
//!    A mention inside a longer one does not count. A name may leave out a word with which many names of its
//!    brand begin (`samsung s8`), if the brand stands in the title. A code may be followed by letters that a
//!    shop adds (`a530fzvabtu`), and may leave out the letters before its first hyphen (`sm`).
//! 3. Points: see the constants. A code says most; then a name, by how unlike a plain word it is; then the
//!    brand, said, or implied by a word that is one brand's alone (`galaxy`).
//! 4. A year anywhere in the title completes a name that is known with that year.
//! 5. A word that tells variants apart (`plus`, `lite`, a year) right after a name and not part of it means
//!    another device than the one named.
//! 6. Colour, condition, seller's words: no rule reads them.
//! 7. Below [`SCORE_MIN`] there is no match, and no match is better than a wrong one. Without a match, a known
//!    brand and the word near it that reads like a model are given as they are, as an unlisted model.
//! 8. What a title leaves out (storage, SIM cards) is completed where the device is made in one way only, and
//!    left open otherwise.
//!
//! Storage, SIM cards, bundle or accessory are in [`features`]. Knows no device of its own: names come in.

pub mod features;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::words::Words;
use features::Thing;

/// Below this a candidate is no match.
pub const SCORE_MIN: i32 = 60;
/// No more candidates are named.
pub const CANDIDATES_MAX: usize = 5;

const CODE: i32 = 90;
const NAME_OF_LETTERS_AND_DIGITS: i32 = 45;
const NAME_OF_WORDS: i32 = 40;
const NAME_PLAIN: i32 = 20;
/// For each word of a name after the first.
const NAME_WORD: i32 = 5;
const BRAND: i32 = 30;
const BRAND_RIGHT_BEFORE: i32 = 20;
const ONE_BRAND_ONLY: i32 = 20;
/// A brand is said, and it is another one.
const OTHER_BRAND: i32 = -60;
const WITHOUT_FAMILY: i32 = -5;
/// A brand with fewer names may be a word of a title by chance.
const BRAND_NAMES_MIN: usize = 3;
/// A brand with fewer names does not speak against another.
const OTHER_BRAND_NAMES_MIN: usize = 20;
/// An unlisted model stands no further from its brand.
const UNLISTED_WORDS_APART_MAX: usize = 4;
/// A longer word of letters and digits is a shop's own number.
const UNLISTED_CHARS_MAX: usize = 7;

const NAME_WORDS_MAX: usize = 7;
const CODE_CHARS_MIN: usize = 5;
const CODE_CUT_CHARS_MIN: usize = 4;
/// With this many of a brand's names a first word is the name of a family.
const FAMILY_NAMES_MIN: usize = 8;

/// Words that tell one device of a family from another.
const VARIANTS: &[&str] = &[
    "c", "compact", "dtv", "e", "edge", "fe", "fold", "go", "ii", "iii", "iv", "l", "lite", "max",
    "mini", "note", "plus", "power", "premium", "prime", "pro", "r", "s", "se", "t", "turbo",
    "ultra", "v", "x", "xl", "xr", "xs", "youth", "z",
];

/// Generations of the radio, which are no models.
const GENERATIONS: &[&str] = &["2g", "3g", "4g", "5g"];

/// A device as some list names it; several lists may name the same one.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The brand as sold: `Samsung`.
    pub brand: &'a str,
    /// The marketing name, with or without the brand: `Galaxy S8`.
    pub name: &'a str,
    /// A model code, or empty: `SM-G950F`.
    pub code: &'a str,
    /// The storage sizes it is made with, as far as the list tells.
    pub storage_gb: &'a [u32],
    /// The numbers of SIM cards it is made for, as far as the list tells.
    pub sims: &'a [u8],
}

/// A known device, by the first spelling met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The brand.
    pub brand: String,
    /// The marketing name.
    pub name: String,
    /// The storage sizes it is made with; empty: not known.
    pub storage_gb: BTreeSet<u32>,
    /// The numbers of SIM cards it is made for; empty: not known.
    pub sims: BTreeSet<u8>,
}

/// The model that a title names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Model {
    /// A known device: its place in [`Titles::device`].
    Known(usize),
    /// A known brand with a model that no list has: the brand and the model's words.
    Unlisted(String),
}

/// A model as a shop sells it: what tells one thing from another on a shelf.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Which model.
    pub model: Model,
    /// Said, or the only size that is known; `None`: the title leaves it open.
    pub storage_gb: Option<u32>,
    /// Said, or the only number that is known; `None`: the title leaves it open.
    pub sims: Option<u8>,
}

/// A device that a title may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its place in [`Titles::device`].
    pub device: usize,
    /// How sure; above [`SCORE_MIN`].
    pub score: i32,
    /// The words that decided, in the title's order.
    pub words: Vec<String>,
}

/// What a title says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The best first; by device where scores are equal. Empty: no match.
    pub candidates: Vec<Candidate>,
    /// Without a candidate: the brand said, and what reads like its model.
    pub unlisted: Option<String>,
    /// Storage, where the title tells.
    pub storage_gb: Option<u32>,
    /// SIM cards, where the title tells.
    pub sims: Option<u8>,
    /// Phone, bundle or accessory.
    pub thing: Thing,
}

impl Reading {
    /// The one device meant: the best candidate, if no other is as good and the title sells a phone.
    #[must_use]
    pub fn device(&self) -> Option<usize> {
        let best = self.candidates.first()?;
        let rival = self.candidates.get(1).map(|other| other.score);
        (self.thing != Thing::Accessory && rival != Some(best.score)).then_some(best.device)
    }
}

/// The known names, ready for titles. Made once; a new list makes a new one.
#[derive(Debug, Default)]
pub struct Titles {
    devices: Vec<Device>,
    /// The brand of each device, as a place in `brands`.
    brand_of: Vec<u32>,
    brands: HashMap<String, u32>,
    /// How many rows list each brand.
    brand_rows: Vec<usize>,
    /// How many different names each brand has.
    brand_names: Vec<usize>,
    mentions: HashMap<String, Vec<Mention>>,
    /// Words with which one brand's names begin, and no other's.
    families: HashMap<String, u32>,
    brand_words_max: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mention {
    device: u32,
    how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    Code,
    Name,
    /// A name without its family's word: only beside its brand.
    Short,
}

struct Hit {
    from: usize,
    to: usize,
    device: u32,
    score: i32,
    /// Whether the title says a variant of this name that is not it.
    is_neighbour: bool,
}

impl Titles {
    /// Reads every name once. The order matters for spelling only.
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = Named<'a>>) -> Self {
        let names: Vec<Named<'a>> = names.into_iter().collect();
        let mut titles = Self::default();
        titles.learn_brands(&names);
        let split: Vec<(u32, Words)> = names
            .iter()
            .map(|named| titles.split(named.brand, named.name))
            .collect();
        let begun = titles.learn_families(&split);
        let mut known: HashMap<(u32, String), u32> = HashMap::new();
        for (named, (brand, words)) in names.iter().zip(&split) {
            let name = words.joined(0, words.len()).to_owned();
            if name.is_empty() || titles.brands.contains_key(&name) {
                continue;
            }
            let device = *known.entry((*brand, name.clone())).or_insert_with(|| {
                titles.devices.push(Device {
                    brand: named.brand.trim().to_owned(),
                    name: named.name.trim().to_owned(),
                    storage_gb: BTreeSet::new(),
                    sims: BTreeSet::new(),
                });
                titles.brand_of.push(*brand);
                place(titles.devices.len() - 1)
            });
            let met = &mut titles.devices[device as usize];
            met.storage_gb.extend(named.storage_gb);
            met.sims.extend(named.sims);
            let is_family = words.len() > 1
                && is_mixed(words.joined(1, words.len()))
                && begun.get(&(*brand, words.at(0).to_owned())) >= Some(&FAMILY_NAMES_MIN);
            if is_family {
                let short = words.joined(1, words.len()).to_owned();
                titles.mention(short, device, How::Short);
            }
            titles.mention(name, device, How::Name);
            for other in other_names(named.name) {
                let (_, words) = titles.split(named.brand, other);
                let other = words.joined(0, words.len());
                if is_mixed(other) {
                    titles.mention(other.to_owned(), device, How::Name);
                }
            }
            titles.learn_code(named.code, device);
        }
        titles.brand_names = vec![0; titles.brands.len()];
        for brand in &titles.brand_of {
            if let Some(count) = titles.brand_names.get_mut(*brand as usize) {
                *count += 1;
            }
        }
        for mentions in titles.mentions.values_mut() {
            mentions.sort_unstable();
            mentions.dedup();
        }
        titles
    }

    /// A known device.
    #[must_use]
    pub fn device(&self, at: usize) -> Option<&Device> {
        self.devices.get(at)
    }

    /// How many devices are known.
    #[must_use]
    pub fn devices_count(&self) -> usize {
        self.devices.len()
    }

    /// The variant that a reading means, completed where only one is known; `None`: no single device.
    #[must_use]
    pub fn variant(&self, reading: &Reading) -> Option<Variant> {
        if reading.thing == Thing::Accessory {
            return None;
        }
        let Some(at) = reading.device() else {
            return reading.unlisted.clone().map(|model| Variant {
                model: Model::Unlisted(model),
                storage_gb: reading.storage_gb,
                sims: reading.sims,
            });
        };
        let device = self.device(at)?;
        Some(Variant {
            model: Model::Known(at),
            storage_gb: reading.storage_gb.or_else(|| only(&device.storage_gb)),
            sims: reading.sims.or_else(|| only(&device.sims)),
        })
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
        if code.contains(char::is_whitespace) {
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

    /// What a title means.
    ///
    /// Cost: at most seven look-ups a word; nothing is compared with every name.
    #[must_use]
    pub fn read(&self, title: &str) -> Reading {
        let words = Words::new(title);
        let said = self.brands_said(&words);
        let mut hits = self.hits(&words, &said);
        let spans: Vec<(usize, usize)> = hits.iter().map(|hit| (hit.from, hit.to)).collect();
        hits.retain(|hit| {
            !spans.iter().any(|(from, to)| {
                *from <= hit.from && hit.to <= *to && hit.to - hit.from < to - from
            })
        });
        let name_at = hits.iter().map(|hit| hit.from).min().unwrap_or(0);
        let name_at = said
            .iter()
            .map(|(at, _, _)| *at)
            .min()
            .unwrap_or(name_at)
            .min(name_at);
        let neighbour = hits
            .iter()
            .filter(|hit| hit.is_neighbour && hit.score >= SCORE_MIN)
            .max_by_key(|hit| hit.score)
            .map(|hit| {
                let brand = Words::new(&self.devices[hit.device as usize].brand);
                let model = with_variants(&words, hit.from, hit.to);
                format!("{} {model}", brand.joined(0, brand.len()))
            });
        let candidates = candidates(&words, hits);
        let is_open = candidates.is_empty();
        Reading {
            candidates,
            unlisted: is_open
                .then(|| neighbour.or_else(|| self.unlisted(&words, &said)))
                .flatten(),
            storage_gb: features::storage_gb(&words),
            sims: features::sims(&words),
            thing: features::thing(&words, name_at),
        }
    }

    /// Where a brand stands: from, to, which.
    fn brands_said(&self, words: &Words) -> Vec<(usize, usize, u32)> {
        let mut said = Vec::new();
        for from in 0..words.len() {
            for to in from + 1..=(from + self.brand_words_max.min(3)).min(words.len()) {
                if let Some(brand) = self.brands.get(words.joined(from, to)) {
                    said.push((from, to, *brand));
                }
            }
        }
        said
    }

    fn hits(&self, words: &Words, said: &[(usize, usize, u32)]) -> Vec<Hit> {
        let measures: Vec<bool> = (0..words.len())
            .map(|n| features::is_measure(words, n))
            .collect();
        let mut hits = Vec::new();
        for from in 0..words.len() {
            for to in from + 1..=(from + NAME_WORDS_MAX).min(words.len()) {
                let follows_brand = to - from == 1 && said.iter().any(|(_, end, _)| *end == from);
                if measures[to - 1] && !(follows_brand && features::is_bare_decimal(words, from)) {
                    break;
                }
                let text = words.joined(from, to);
                if let Some(mentions) = self.mentions.get(text) {
                    self.score(words, said, (from, to), mentions, &mut hits);
                } else if to - from <= 2 {
                    self.codes_with_more(words, said, (from, to), &mut hits);
                }
            }
        }
        hits
    }

    /// A code to which a shop added letters: `a530fzvabtu`.
    fn codes_with_more(
        &self,
        words: &Words,
        said: &[(usize, usize, u32)],
        span: (usize, usize),
        hits: &mut Vec<Hit>,
    ) {
        let text = words.joined(span.0, span.1);
        if text.len() < 8 || !text.is_ascii() || !is_mixed(text) {
            return;
        }
        let letters = text
            .bytes()
            .rev()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        for end in (text.len() - letters..text.len())
            .rev()
            .filter(|end| *end >= CODE_CHARS_MIN)
        {
            if let Some(mentions) = self.mentions.get(&text[..end]) {
                let codes: Vec<Mention> = mentions
                    .iter()
                    .filter(|m| m.how == How::Code)
                    .copied()
                    .collect();
                if !codes.is_empty() {
                    self.score(words, said, span, &codes, hits);
                    return;
                }
            }
        }
    }

    fn score(
        &self,
        words: &Words,
        said: &[(usize, usize, u32)],
        (from, to): (usize, usize),
        mentions: &[Mention],
        hits: &mut Vec<Hit>,
    ) {
        let text = words.joined(from, to);
        let first = self.brand_of[mentions[0].device as usize];
        let is_one_brand = mentions
            .iter()
            .all(|m| self.brand_of[m.device as usize] == first);
        let is_other_said = said
            .iter()
            .any(|(at, _, brand)| *at < from && self.names_count(*brand) >= OTHER_BRAND_NAMES_MIN);
        let is_name = mentions.iter().any(|m| m.how == How::Name);
        for mention in mentions {
            if is_name && mention.how == How::Code {
                continue;
            }
            let brand = self.brand_of[mention.device as usize];
            let is_said = said.iter().any(|(_, _, said)| *said == brand)
                || (from..to).any(|n| self.families.get(words.at(n)) == Some(&brand));
            if mention.how == How::Short && !is_said {
                continue;
            }
            let mut score = match mention.how {
                How::Code => CODE,
                _ if is_mixed(text) => NAME_OF_LETTERS_AND_DIGITS,
                _ if to - from > 1 => NAME_OF_WORDS,
                _ => NAME_PLAIN,
            };
            if mention.how != How::Code {
                score += NAME_WORD * i32::try_from(to - from - 1).unwrap_or(0);
            }
            if mention.how == How::Short {
                score += WITHOUT_FAMILY;
            }
            if is_said {
                score += BRAND;
            } else if is_other_said {
                score += OTHER_BRAND;
            }
            if said
                .iter()
                .any(|(_, end, said)| *said == brand && *end == from)
            {
                score += BRAND_RIGHT_BEFORE;
            }
            if is_one_brand && mention.how != How::Short {
                score += ONE_BRAND_ONLY;
            }
            let mut device = mention.device;
            let mut is_neighbour = false;
            if mention.how != How::Code {
                if let Some(with_year) = self.with_year(words, text, (from, to), brand) {
                    device = with_year;
                } else if is_variant(text, words.at(to)) && !features::is_measure(words, to) {
                    is_neighbour = true;
                }
            }
            hits.push(Hit {
                from,
                to,
                device,
                score,
                is_neighbour,
            });
        }
    }

    /// A brand and what reads like a model of it: a word of letters and digits, or a figure (of at least
    /// three digits, unless it follows the brand), with the short word before a figure (`sd 510`) and the words after it that tell variants apart.
    fn unlisted(&self, words: &Words, said: &[(usize, usize, u32)]) -> Option<String> {
        let (from, to, _) = said
            .iter()
            .filter(|(_, _, brand)| self.names_count(*brand) >= BRAND_NAMES_MIN)
            .max_by_key(|(from, _, brand)| (self.names_count(*brand), usize::MAX - from))?;
        let is_brand = |n: usize| said.iter().any(|(from, to, _)| (*from..*to).contains(&n));
        let nearby = from.saturating_sub(UNLISTED_WORDS_APART_MAX)
            ..(to + UNLISTED_WORDS_APART_MAX).min(words.len());
        let at = nearby.into_iter().find(|n| {
            let word = words.at(*n);
            let is_model = if is_figure(word) {
                (word.len() >= 3 || n == to) && !is_year(word)
            } else {
                is_mixed(word) && !GENERATIONS.contains(&word)
            };
            is_model
                && word.len() <= UNLISTED_CHARS_MAX
                && !is_brand(*n)
                && !features::is_measure(words, *n)
        })?;
        let is_prefixed = at > 0
            && is_figure(words.at(at))
            && !is_brand(at - 1)
            && words.at(at - 1).len() <= 3
            && words.at(at - 1).bytes().all(|b| b.is_ascii_alphabetic());
        let model = with_variants(words, at - usize::from(is_prefixed), at + 1);
        Some(format!("{} {model}", words.joined(*from, *to)))
    }

    fn names_count(&self, brand: u32) -> usize {
        self.brand_names.get(brand as usize).copied().unwrap_or(0)
    }

    fn with_year(
        &self,
        words: &Words,
        text: &str,
        (from, to): (usize, usize),
        brand: u32,
    ) -> Option<u32> {
        let year = (0..words.len()).find(|n| (*n < from || *n >= to) && is_year(words.at(*n)))?;
        let dated = self.mentions.get(&format!("{text}{}", words.at(year)))?;
        let mut of_brand = dated
            .iter()
            .filter(|m| self.brand_of[m.device as usize] == brand);
        of_brand.next().map(|m| m.device)
    }
}

/// The words of a model, and those after it that tell variants apart.
fn with_variants(words: &Words, from: usize, to: usize) -> String {
    let mut model = words.joined(from, to).to_owned();
    for n in to..words.len() {
        if !is_variant(&model, words.at(n)) || features::is_measure(words, n) {
            break;
        }
        model.push(' ');
        model.push_str(words.at(n));
    }
    model
}

/// The best mention of each device; a code and a name of the same device add up.
fn candidates(words: &Words, hits: Vec<Hit>) -> Vec<Candidate> {
    let mut by_device: BTreeMap<u32, Vec<Hit>> = BTreeMap::new();
    for hit in hits.into_iter().filter(|hit| !hit.is_neighbour) {
        by_device.entry(hit.device).or_default().push(hit);
    }
    let mut candidates: Vec<Candidate> = by_device
        .into_iter()
        .map(|(device, hits)| {
            let best = hits.iter().map(|hit| hit.score).max().unwrap_or(0);
            let spans: HashSet<(usize, usize)> =
                hits.iter().map(|hit| (hit.from, hit.to)).collect();
            let more = i32::try_from(spans.len() - 1).unwrap_or(0).min(1) * 20;
            let mut at: Vec<usize> = spans.iter().flat_map(|(from, to)| *from..*to).collect();
            at.sort_unstable();
            at.dedup();
            Candidate {
                device: device as usize,
                score: best + more,
                words: at.into_iter().map(|n| words.at(n).to_owned()).collect(),
            }
        })
        .filter(|candidate| candidate.score >= SCORE_MIN)
        .collect();
    candidates.sort_by(|a, b| b.score.cmp(&a.score).then(a.device.cmp(&b.device)));
    candidates.truncate(CANDIDATES_MAX);
    candidates
}

/// `Mi A1 (Mi 5X)` is one device under two names; `Galaxy A8 (2018)` and `moto g(6)` are under one.
fn other_names(name: &str) -> impl Iterator<Item = &str> {
    let pair = name
        .split_once('(')
        .and_then(|(before, rest)| Some((before, rest.split_once(')')?.0)))
        .filter(|(_, inner)| inner.starts_with(char::is_alphabetic) && is_mixed(inner));
    pair.into_iter().flat_map(|(before, inner)| [before, inner])
}

fn only<T: Copy + Ord>(known: &BTreeSet<T>) -> Option<T> {
    known.first().filter(|_| known.len() == 1).copied()
}

fn place(at: usize) -> u32 {
    u32::try_from(at).expect("fewer names than four thousand million")
}

/// Whether a word right after a name makes it another name. A bare digit after a name that has one is the
/// screen's size in inches, as shops write it.
fn is_variant(name: &str, word: &str) -> bool {
    let is_digit = word.len() == 1 && is_figure(word) && !name.bytes().any(|b| b.is_ascii_digit());
    let is_numbered = word.len() == 2 && word.starts_with('0') && is_figure(word);
    is_year(word) || is_numbered || VARIANTS.contains(&word) || is_digit
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && word
            .parse()
            .is_ok_and(|year: u16| (2005..2040).contains(&year))
}

fn is_figure(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether it has both letters and digits.
fn is_mixed(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
