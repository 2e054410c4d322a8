//! Every row of every list that speaks of a device, compactly, and the keys that each goes by.
//!
//! Texts and keys are kept once; a row is a few numbers. A row that was given in is never changed or judged
//! here. A table may be a part of a larger one: it then knows for which keys it has every row, and a question
//! that needs another key says so ([`Missing`]).

use std::collections::{BTreeSet, HashMap};

use domain::number::Tac;

use super::spell;
use super::texts::Texts;
use crate::key;
use crate::tac::TacTable;

/// A key that more rows go by than this tells nothing apart, and finds nothing.
pub const KEY_ROWS_MAX: usize = 2_000;
/// No more codes, other names or allocation codes of one row are read.
pub const WORDS_MAX: usize = 64;

/// A row of a list, as it is given in. Empty: the list does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row<'a> {
    /// As the list spells it.
    pub brand: &'a str,
    /// The marketing name.
    pub model: &'a str,
    /// Model codes.
    pub codes: &'a [String],
    /// Internal names.
    pub codenames: &'a [String],
    /// Other names that the list gives to the model.
    pub aliases: &'a [String],
    /// The name of the specification sheet that the list points to, with its brand: `samsung m610`.
    pub sheet: &'a str,
    /// Type allocation codes.
    pub tacs: &'a [Tac],
    /// Whether it says something of bands.
    pub has_bands: bool,
    /// Whether it is a free text that anybody wrote, in `model`: it is no name and found by no name.
    pub is_free_text: bool,
    /// Which list it is a row of: rows of one list are one voice.
    pub list: u16,
}

/// In which way a row goes by a key, or points to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Link {
    /// Its name with the brand.
    Name,
    /// Its name without.
    Model,
    /// A code that it gives.
    Code,
    /// A code that stands in its name.
    Inside,
    Codename,
    /// A word of its name that looks like a code, within the brand.
    Part,
    /// An alias, by which it is found.
    Alias,
    /// A name that an alias would be, to which it points.
    Pointer,
    /// What a free text may be: a name, or a peculiar code in it.
    Typed,
}

impl Link {
    /// Whether a row is found by such a key.
    fn finds(self) -> bool {
        !matches!(self, Self::Pointer | Self::Typed)
    }
}

fn links(row: &Row<'_>) -> Vec<(Link, String)> {
    let mut links = Vec::new();
    if row.is_free_text {
        return typed(row.model);
    }
    let real = |text: &&String| !spell::is_placeholder(text);
    if !spell::is_placeholder(row.model) {
        links.push((Link::Name, key::device(row.brand, row.model)));
        links.push((Link::Model, key::model(row.brand, row.model)));
        for code in spell::codes_inside(row.model) {
            links.push((Link::Inside, key::code(code)));
            links.push((Link::Part, key::part(row.brand, code)));
            let rest = spell::without_prefix(code);
            links.extend(rest.map(|rest| (Link::Part, key::part(row.brand, rest))));
        }
    }
    for code in row.codes.iter().take(WORDS_MAX).filter(real) {
        links.push((Link::Code, key::code(code)));
    }
    for codename in row.codenames.iter().take(WORDS_MAX).filter(real) {
        links.push((Link::Codename, key::codename(codename)));
    }
    if !row.sheet.is_empty() {
        let (brand, name) = row.sheet.split_once(' ').unwrap_or(("", row.sheet));
        links.push((Link::Alias, key::alias(brand, name)));
        links.push((Link::Pointer, key::device(brand, name)));
    }
    for alias in row.aliases.iter().take(WORDS_MAX).filter(real) {
        links.push((Link::Alias, key::alias(row.brand, alias)));
        links.push((Link::Pointer, key::device(row.brand, alias)));
    }
    // Signs alone fold to nothing.
    links.retain(|(_, key)| !key.ends_with(':') && !key.ends_with(' '));
    links
}

/// What a free text may be. Nobody knows a phone by its code name, or by a short code.
fn typed(text: &str) -> Vec<(Link, String)> {
    let is_name = |key: &String| !key.starts_with("code");
    let mut keys: Vec<String> = key::of_query(text).into_iter().filter(is_name).collect();
    let codes = std::iter::once(text).chain(spell::codes_inside(text));
    keys.extend(codes.filter(|code| spell::is_peculiar(code)).map(key::code));
    keys.dedup();
    keys.into_iter().map(|key| (Link::Typed, key)).collect()
}

/// The keys that a row is found by, each once and in order.
#[must_use]
pub fn keys(row: &Row<'_>) -> Vec<String> {
    let mut keys: Vec<String> = links(row)
        .into_iter()
        .filter_map(|(link, key)| link.finds().then_some(key))
        .collect();
    keys.extend(row.tacs.iter().take(WORDS_MAX).map(|tac| key::tac(*tac)));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Keys that a question needed and a part does not have all rows of.
pub type Missing = BTreeSet<String>;

const HAS_BANDS: u8 = 1;
const IS_FREE_TEXT: u8 = 2;
const LINK_BITS: u32 = 28;

/// Every row, by number, in the order in which they came.
#[derive(Debug, Default)]
pub struct Claims {
    texts: Texts,
    keys: Texts,
    rows: Vec<Packed>,
    /// Codes of the rows, one row's after another's.
    codes: Vec<u32>,
    /// Links of the rows, one row's after another's: the way above [`LINK_BITS`], the key below.
    links: Vec<u32>,
    /// INVARIANT: one more than keys; the rows of key `n` are `starts[n]..starts[n + 1]` of `found`, rising.
    starts: Vec<u32>,
    found: Vec<u32>,
    tacs: TacTable,
    /// Of a part: for which keys every row is here, by the key's number. None: for all.
    whole: Option<Vec<bool>>,
}

#[derive(Clone, Copy, Debug)]
struct Packed {
    brand: u32,
    model: u32,
    /// The brand as it stands in keys.
    maker: u32,
    /// Where its codes and links end.
    codes_end: u32,
    links_end: u32,
    list: u16,
    flags: u8,
}

/// Takes rows in, for [`Claims`].
#[derive(Debug, Default)]
pub struct ClaimsBuilder {
    claims: Claims,
    tacs: Vec<(Tac, u32)>,
}

impl ClaimsBuilder {
    /// Takes a row in; its number is one more than the last row's.
    pub fn push(&mut self, row: &Row<'_>) {
        let claims = &mut self.claims;
        let number = index(claims.rows.len());
        for code in row.codes.iter().take(WORDS_MAX) {
            claims.codes.push(claims.texts.number(code));
        }
        for (link, key) in links(row) {
            let key = claims.keys.number(&key);
            claims.links.push((link as u32) << LINK_BITS | key);
        }
        let tacs = row.tacs.iter().take(WORDS_MAX);
        self.tacs.extend(tacs.map(|tac| (*tac, number)));
        let bands = if row.has_bands { HAS_BANDS } else { 0 };
        let free_text = if row.is_free_text { IS_FREE_TEXT } else { 0 };
        claims.rows.push(Packed {
            brand: claims.texts.number(row.brand),
            model: claims.texts.number(row.model),
            maker: claims.keys.number(&key::brand(row.brand)),
            codes_end: index(claims.codes.len()),
            links_end: index(claims.links.len()),
            list: row.list,
            flags: bands | free_text,
        });
    }

    /// All rows are in.
    #[must_use]
    pub fn finish(self) -> Claims {
        let mut claims = self.claims;
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(claims.links.len());
        for row in 0..index(claims.rows.len()) {
            for packed in &claims.links[claims.link_range(row)] {
                if way(*packed).finds() {
                    pairs.push((key_of(*packed), row));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        claims.starts = vec![0; claims.keys.count() + 1];
        for (key, _) in &pairs {
            claims.starts[*key as usize + 1] += 1;
        }
        for at in 1..claims.starts.len() {
            claims.starts[at] += claims.starts[at - 1];
        }
        claims.found = pairs.into_iter().map(|(_, row)| row).collect();
        claims.tacs = TacTable::new(self.tacs);
        claims.texts.shrink();
        claims.keys.shrink();
        claims.rows.shrink_to_fit();
        claims.codes.shrink_to_fit();
        claims.links.shrink_to_fit();
        claims
    }

    /// All rows are in that go by any of these keys, and perhaps others.
    #[must_use]
    pub fn finish_part<'a>(mut self, whole: impl IntoIterator<Item = &'a String>) -> Claims {
        let numbers = whole.into_iter().map(|key| self.claims.keys.number(key));
        let numbers: Vec<u32> = numbers.collect();
        let mut claims = self.finish();
        let mut is_whole = vec![false; claims.keys.count()];
        for number in numbers {
            is_whole[number as usize] = true;
        }
        claims.whole = Some(is_whole);
        claims
    }
}

impl Claims {
    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The brand of a row, as its list spells it.
    #[must_use]
    pub fn brand(&self, row: u32) -> &str {
        self.texts.text(self.rows[row as usize].brand)
    }

    /// The name of a row, as its list spells it.
    #[must_use]
    pub fn model(&self, row: u32) -> &str {
        self.texts.text(self.rows[row as usize].model)
    }

    /// The codes of a row, as its list spells them.
    pub fn codes(&self, row: u32) -> impl Iterator<Item = &str> {
        let codes = self.codes[self.code_range(row)].iter();
        codes.map(|code| self.texts.text(*code))
    }

    /// Whether a row says something of bands.
    #[must_use]
    pub fn has_bands(&self, row: u32) -> bool {
        self.rows[row as usize].flags & HAS_BANDS != 0
    }

    /// Which list a row is of.
    pub(super) fn list(&self, row: u32) -> u16 {
        self.rows[row as usize].list
    }

    /// Whether a row is a free text.
    #[must_use]
    pub fn is_free_text(&self, row: u32) -> bool {
        self.rows[row as usize].flags & IS_FREE_TEXT != 0
    }

    /// Every type allocation code that some row speaks of, rising.
    #[must_use]
    pub fn tacs(&self) -> &[Tac] {
        self.tacs.codes()
    }

    /// The rows that speak of a type allocation code.
    #[must_use]
    pub fn rows_of_tac(&self, tac: Tac, missing: &mut Missing) -> &[u32] {
        if self.whole.is_some() {
            let key = key::tac(tac);
            if !self.is_whole(self.keys.find(&key)) {
                missing.insert(key);
            }
        }
        few(self.tacs.rows(tac))
    }

    /// The rows that go by a key, rising; none where there are too many to tell anything apart.
    #[must_use]
    pub fn rows_of_text(&self, key: &str, missing: &mut Missing) -> &[u32] {
        match self.keys.find(key) {
            Some(number) => self.rows_of(number, missing),
            None => {
                if self.whole.is_some() {
                    missing.insert(key.to_owned());
                }
                &[]
            }
        }
    }

    pub(super) fn rows_of(&self, key: u32, missing: &mut Missing) -> &[u32] {
        if !self.is_whole(Some(key)) {
            missing.insert(self.keys.text(key).to_owned());
        }
        let range = self.starts[key as usize] as usize..self.starts[key as usize + 1] as usize;
        few(&self.found[range])
    }

    fn is_whole(&self, key: Option<u32>) -> bool {
        let Some(whole) = &self.whole else {
            return true;
        };
        key.is_some_and(|key| whole.get(key as usize) == Some(&true))
    }

    /// Whether the brands of two rows do not contradict each other: they are one, or a list gives none.
    pub(super) fn are_of_one_maker(&self, a: u32, b: u32) -> bool {
        let maker = |row: u32| self.rows[row as usize].maker;
        maker(a) == maker(b) || maker(a) == 0 || maker(b) == 0
    }

    /// Whether a key is nothing but the brand of a row.
    pub(super) fn is_brand_alone(&self, key: u32, row: u32) -> bool {
        let maker = self.keys.text(self.rows[row as usize].maker);
        let said = self.keys.text(key).split_once(':');
        said.is_some_and(|(_, said)| said == maker)
    }

    /// Type allocation codes of which lists say the very same, together; each in one group, rising. What one
    /// means, the others of its group mean too. A row with bands is like no other.
    #[must_use]
    pub fn tacs_alike(&self) -> Vec<Vec<Tac>> {
        let mut groups: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut alike: Vec<Vec<Tac>> = Vec::new();
        for tac in self.tacs() {
            let mut said = Vec::new();
            for row in self.tacs.rows(*tac) {
                let packed = &self.rows[*row as usize];
                let (codes, links) = (self.code_range(*row), self.link_range(*row));
                let own = if self.has_bands(*row) { *row } else { u32::MAX };
                said.extend([own, u32::from(packed.flags), packed.brand, packed.model]);
                said.extend([index(codes.len()), index(links.len())]);
                said.extend(&self.codes[codes]);
                said.extend(&self.links[links]);
            }
            let group = *groups.entry(said).or_insert(alike.len());
            match alike.get_mut(group) {
                Some(tacs) => tacs.push(*tac),
                None => alike.push(vec![*tac]),
            }
        }
        alike
    }

    pub(super) fn key_number(&self, key: &str) -> Option<u32> {
        self.keys.find(key)
    }

    pub(super) fn key_text(&self, key: u32) -> &str {
        self.keys.text(key)
    }

    /// The key of a row's name with its brand; none: it has no name.
    #[must_use]
    pub fn name(&self, row: u32) -> Option<u32> {
        self.links(row, Link::Name).next()
    }

    /// The keys to which a row is linked in one way, in the row's order.
    pub(super) fn links(&self, row: u32, wanted: Link) -> impl Iterator<Item = u32> {
        let links = self.links[self.link_range(row)].iter();
        links
            .filter(move |packed| way(**packed) == wanted)
            .map(|packed| key_of(*packed))
    }

    fn code_range(&self, row: u32) -> std::ops::Range<usize> {
        let start = match row.checked_sub(1) {
            Some(last) => self.rows[last as usize].codes_end,
            None => 0,
        };
        start as usize..self.rows[row as usize].codes_end as usize
    }

    fn link_range(&self, row: u32) -> std::ops::Range<usize> {
        let start = match row.checked_sub(1) {
            Some(last) => self.rows[last as usize].links_end,
            None => 0,
        };
        start as usize..self.rows[row as usize].links_end as usize
    }

    /// Bytes that all of it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.texts.bytes()
            + self.keys.bytes()
            + size_of_val(&*self.rows)
            + 4 * (self.codes.len() + self.links.len() + self.starts.len() + self.found.len())
            + self.tacs.bytes()
    }
}

fn few(rows: &[u32]) -> &[u32] {
    if rows.len() > KEY_ROWS_MAX { &[] } else { rows }
}

fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn key_of(packed: u32) -> u32 {
    packed & ((1 << LINK_BITS) - 1)
}

fn way(packed: u32) -> Link {
    const WAYS: [Link; 9] = [
        Link::Name,
        Link::Model,
        Link::Code,
        Link::Inside,
        Link::Codename,
        Link::Part,
        Link::Alias,
        Link::Pointer,
        Link::Typed,
    ];
    WAYS[(packed >> LINK_BITS) as usize]
}
