//! Which known device does a shop's free title mean?
//!
//! [`Matcher::new`] takes the names of lists, [`Matcher::best`] answers one title, [`Matcher::settle`] the titles
//! of a whole feed, which complete each other. The rules, in order:
//!
//! 1. A title falls into [`Words`]; figures with a unit (`5.5`, `64gb`) are features, never parts of a name.
//! 2. A run of neighbouring words that reads, blanks left out, like a known name or model code is a mention.
//!    A mention inside a longer one does not count. A name may leave out a word with which many names of its
//!    brand begin (`samsung s8`), if the brand stands in the title. A code may be followed by letters that a
//!    shop adds (`a530fzvabtu`), and may leave out the letters before its first hyphen (`sm`).
//! 3. Points: see the constants in `reading.rs`. A code says most; then a name, by how unlike a plain word it
//!    is; then the brand, said, or implied by a word that is one brand's alone (`galaxy`).
//! 4. A year or a generation (`5g`) anywhere in the title completes a name that is known with it. The year in
//!    which a device came out speaks for it, another year against it.
//! 5. A word that tells variants apart (`plus`, `lite`, a year) right after a name and not part of it means
//!    another device than the one named; so does a model's word after a name that has no figure yet.
//! 6. Colour, condition, seller's words: no rule reads them, but for Apple's red, which is an edition.
//! 7. Below [`SCORE_MIN`] there is no match, and no match is better than a wrong one. Without a match, a brand
//!    and the words near it that read like a model are given as they are, as an unlisted model.
//! 8. What a title leaves out (storage, SIM cards) is completed where the device is made in one way only, or
//!    where the other titles of its feed say it, and left open otherwise.
//!
//! Storage, SIM cards, bundle or accessory are in [`features`]. Knows no device of its own: names come in.

pub mod features;
pub mod feed;
mod names;
mod noise;
mod reading;
mod unlisted;

use std::collections::{BTreeSet, HashMap};

use crate::words::Words;
use features::Thing;

/// Below this a candidate is no match.
pub const SCORE_MIN: i32 = 60;
/// No more candidates are named.
pub const CANDIDATES_MAX: usize = 5;

/// A brand with fewer names does not speak against another.
const OTHER_BRAND_NAMES_MIN: usize = 20;

/// Words that tell one device of a family from another.
const VARIANTS: &[&str] = &[
    "active", "c", "compact", "dtv", "e", "edge", "fe", "fold", "fusion", "go", "ii", "iii", "iv",
    "l", "life", "lite", "max", "mini", "neo", "note", "play", "plus", "power", "premium", "prime",
    "pro", "r", "s", "se", "stylus", "t", "turbo", "ultra", "v", "x", "xl", "xr", "xs", "young",
    "youth", "z",
];

/// A longer word of letters and digits is a shop's own number.
const MODEL_CHARS_MAX: usize = 7;

/// Generations of the radio: part of some names, and no name alone.
const GENERATIONS: &[&str] = &["3g", "4g", "5g"];

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
    /// The year in which it came out, if the list tells.
    pub year: Option<u16>,
}

/// A known device, by the shortest spelling met.
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
    /// The year in which it came out, by the first list that tells.
    pub year: Option<u16>,
}

/// The model that a title names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Model {
    /// A known device: its place in [`Matcher::device`].
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
    /// Whether it is the (PRODUCT)RED edition.
    pub product_red: bool,
}

/// A device that a title may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its place in [`Matcher::device`].
    pub device: usize,
    /// How sure, in points; at least [`SCORE_MIN`].
    pub score: i32,
    /// Whether a model code decided.
    pub by_code: bool,
    /// Storage: said, or the only size that is known; `None`: the title leaves it open.
    pub storage_gb: Option<u32>,
    /// SIM cards: said, or the only number that is known; `None`: the title leaves it open.
    pub sims: Option<u8>,
    /// The words that decided, in the title's order.
    pub words: Vec<String>,
}

/// What to make of a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This device, and nothing with it.
    Match(Candidate),
    /// Something for a phone, or more than one.
    NotThePhone {
        /// What it is: never [`Thing::Phone`].
        thing: Thing,
        /// The phone that is in it, or that it is for.
        phone: Option<Candidate>,
    },
    /// No device, rather than a guess.
    NoMatch(NoMatch),
}

/// Why a title has no single device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoMatch {
    /// It speaks of several devices, as surely of one as of another.
    Ambiguous(Vec<Candidate>),
    /// It speaks of a model that no list has: brand and model as written.
    Unlisted(String),
    /// It speaks of no device.
    Nothing,
}

/// What a title says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The best first; by device where scores are equal. Empty: no match.
    pub candidates: Vec<Candidate>,
    /// Without a candidate: the brand said, and what reads like its model; the likeliest first.
    pub unlisted: Vec<String>,
    /// Storage, where the title tells.
    pub storage_gb: Option<u32>,
    /// SIM cards, where the title tells.
    pub sims: Option<u8>,
    /// Whether the title speaks of the (PRODUCT)RED edition.
    pub product_red: bool,
    /// Phone, bundle or accessory.
    pub thing: Thing,
}

impl Reading {
    /// The one device meant: the best candidate, if no other is as good and the title sells a phone.
    #[must_use]
    pub fn device(&self) -> Option<usize> {
        let best = self.best()?;
        (self.thing != Thing::Accessory).then_some(best.device)
    }

    /// The best candidate, if no other is as good.
    fn best(&self) -> Option<&Candidate> {
        let best = self.candidates.first()?;
        let rival = self.candidates.get(1).map(|other| other.score);
        (rival != Some(best.score)).then_some(best)
    }
}

/// The known names, ready for titles. Made once; a new list makes a new one.
#[derive(Debug, Default)]
pub struct Matcher {
    devices: Vec<Device>,
    /// The brand of each device, as a place in `brands`.
    brand_of: Vec<u32>,
    /// For a device whose name ends in a year, the one of the same name without it.
    undated: Vec<Option<u32>>,
    brands: HashMap<String, u32>,
    /// How many rows list each brand.
    brand_rows: Vec<usize>,
    /// How many different names each brand has.
    brand_names: Vec<usize>,
    mentions: HashMap<String, Vec<Mention>>,
    /// Words with which one brand's names begin, and no other's.
    families: HashMap<String, u32>,
    brand_words_max: usize,
    /// How long the longest name or code is whose first letters fall here, in bytes.
    reaches: Vec<usize>,
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

impl Matcher {
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

    /// The devices that a title may mean, the best first; at most `limit`, and at most [`CANDIDATES_MAX`].
    /// Empty: none reaches [`SCORE_MIN`].
    #[must_use]
    pub fn candidates(&self, title: &str, limit: usize) -> Vec<Candidate> {
        let mut candidates = self.read(title).candidates;
        candidates.truncate(limit);
        candidates
    }

    /// The one device that a title sells, or why there is none.
    #[must_use]
    pub fn best(&self, title: &str) -> Answer {
        let reading = self.read(title);
        let best = reading.best().cloned();
        match (reading.thing, best) {
            (Thing::Phone, Some(best)) => Answer::Match(best),
            (Thing::Phone, None) => Answer::NoMatch(
                match (
                    reading.candidates.is_empty(),
                    reading.unlisted.into_iter().next(),
                ) {
                    (false, _) => NoMatch::Ambiguous(reading.candidates),
                    (true, Some(model)) => NoMatch::Unlisted(model),
                    (true, None) => NoMatch::Nothing,
                },
            ),
            (thing, phone) => Answer::NotThePhone { thing, phone },
        }
    }

    /// The variant that a reading means, completed where only one is known; `None`: no single device.
    #[must_use]
    pub fn variant(&self, reading: &Reading) -> Option<Variant> {
        if reading.thing == Thing::Accessory {
            return None;
        }
        let (model, storage_gb, sims) = if let Some(best) = reading.best() {
            (Model::Known(best.device), best.storage_gb, best.sims)
        } else {
            let model = Model::Unlisted(reading.unlisted.first()?.clone());
            (model, reading.storage_gb, reading.sims)
        };
        Some(Variant {
            model,
            storage_gb,
            sims,
            product_red: reading.product_red,
        })
    }

    /// Bytes that it takes: texts and tables by what was set aside for them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let devices = self.devices.iter().map(|device| {
            let sets = device.storage_gb.len() * size_of::<u32>() + device.sims.len();
            size_of_val(device) + device.brand.capacity() + device.name.capacity() + sets
        });
        let mentions = self
            .mentions
            .iter()
            .map(|(text, mentions)| text.capacity() + mentions.capacity() * size_of::<Mention>());
        let names = self.brands.keys().chain(self.families.keys());
        let slot = size_of::<(String, u32)>();
        devices.sum::<usize>()
            + mentions.sum::<usize>()
            + names.map(|name| name.capacity() + slot).sum::<usize>()
            + self.mentions.capacity() * size_of::<(String, Vec<Mention>)>()
            + size_of_val(&*self.brand_of)
            + size_of_val(&*self.undated)
            + size_of_val(&*self.brand_rows)
            + size_of_val(&*self.brand_names)
            + size_of_val(&*self.reaches)
    }

    fn names_count(&self, brand: u32) -> usize {
        self.brand_names.get(brand as usize).copied().unwrap_or(0)
    }
}

fn only<T: Copy + Ord>(known: &BTreeSet<T>) -> Option<T> {
    known.first().filter(|_| known.len() == 1).copied()
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether a word right after a name makes it another name. A bare digit after a name that has one is the
/// screen's size in inches, as shops write it.
fn is_variant(name: &str, word: &str) -> bool {
    let is_digit = is_digit(word) && !name.bytes().any(|b| b.is_ascii_digit());
    let is_numbered = word.len() == 2 && word.starts_with('0') && is_figure(word);
    is_year(word) || is_numbered || VARIANTS.contains(&word) || is_digit
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && word
            .parse()
            .is_ok_and(|year: u16| (2005..2040).contains(&year))
}

/// Whether a name without a figure goes on with the word after it: `Redmi Note` is not the `Redmi Note 14S`.
fn goes_on(name: &str, words: &Words, at: usize) -> bool {
    let word = words.at(at);
    let is_model = is_mixed(word) && word.len() <= MODEL_CHARS_MAX && !GENERATIONS.contains(&word)
        || (2..=3).contains(&word.len()) && is_figure(word);
    is_model && !name.bytes().any(|b| b.is_ascii_digit()) && !features::is_measure(words, at)
}

fn is_digit(word: &str) -> bool {
    word.len() == 1 && is_figure(word)
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
