//! What a text or a type allocation code means, by the rules of [`super`].
//!
//! Reads rows by their keys and nothing else, so that a part of a table answers as the whole does, once it has
//! the rows of every key that was asked for.

use domain::number::Tac;

use super::claims::{Claims, Link, Missing};
use super::spell;
use crate::key;

/// A code that stands for more names than this stands for none.
pub const CODE_NAMES_MAX: usize = 12;
/// No more candidates are named.
pub const CANDIDATES_MAX: usize = 12;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One device.
    Device(Device),
    /// Several that the rules do not choose between.
    Several(Several),
    /// No row goes by it.
    Nothing,
}

/// How it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// By a name or a code that a list gives it.
    Listed,
    /// By following codes and other names to a name with bands.
    Followed,
    /// By nothing but free texts that anybody wrote.
    FreeText,
}

/// One device, as far as the question goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Every row that speaks of it, rising; rows of other variants' bands are left out.
    pub rows: Vec<u32>,
    /// The row by whose brand and name it is called.
    pub title: u32,
    /// How it was found.
    pub basis: Basis,
    /// Whether its name is known, and not its codes alone.
    pub is_named: bool,
    /// How many codes the question means; none: it means a name, so any of its codes.
    pub codes_meant: Option<usize>,
    /// Of each other name that fewer lists give to the code that was asked for, a row.
    pub others: Vec<u32>,
}

/// Several devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    /// What is not settled.
    pub why: Why,
    /// At most [`CANDIDATES_MAX`], those with bands first.
    pub candidates: Vec<Candidate>,
}

/// What is not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It may be one name or another.
    Names,
    /// It is one name, with variants of different bands.
    Variants,
    /// Lists contradict each other.
    Contradiction,
}

/// A device that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The row by whose brand and name it is called.
    pub title: u32,
    /// A word that finds it: a code where there are variants, else its name.
    pub ask: String,
    /// Whether bands of it are known.
    pub has_bands: bool,
}

/// What a text that somebody typed means.
///
/// `missing` gets the keys of which a part does not have all rows; the answer holds only if there are none.
pub fn find(claims: &Claims, text: &str, missing: &mut Missing) -> Answer {
    if let Ok(tac) = text.trim().parse() {
        match find_tac(claims, tac, missing) {
            Answer::Nothing => {}
            answer => return answer,
        }
    }
    let mut asked = Asked { claims, missing };
    for key in key::of_query(text) {
        let seeds = claims.rows_of_text(&key, asked.missing).to_vec();
        if !seeds.is_empty() {
            return asked.by_key(&key, text, seeds);
        }
    }
    Answer::Nothing
}

/// What a type allocation code means; `missing` as in [`find`].
pub fn find_tac(claims: &Claims, tac: Tac, missing: &mut Missing) -> Answer {
    let seeds = claims.rows_of_tac(tac, missing);
    if seeds.is_empty() {
        return Answer::Nothing;
    }
    Asked { claims, missing }.by_tac(seeds)
}

struct Asked<'a, 'b> {
    claims: &'a Claims,
    missing: &'b mut Missing,
}

impl<'a> Asked<'a, '_> {
    fn rows(&mut self, key: u32) -> &'a [u32] {
        self.claims.rows_of(key, self.missing)
    }

    fn name_has_bands(&mut self, name: u32) -> bool {
        let claims = self.claims;
        self.rows(name).iter().any(|row| claims.has_bands(*row))
    }

    /// Rule 6.
    fn by_key(&mut self, key: &str, text: &str, seeds: Vec<u32>) -> Answer {
        let claims = self.claims;
        let is_code = key.starts_with("code:");
        let named = |rows: &[u32]| {
            let names = rows.iter().filter_map(|row| claims.name(*row));
            each_once(names.collect())
        };
        let with_bands: Vec<u32> = filtered(&seeds, |row| claims.has_bands(row));
        let decisive = if with_bands.is_empty() {
            &seeds
        } else {
            &with_bands
        };
        let mut names = named(decisive);
        let is_peculiar = is_code && spell::is_peculiar(text);
        if !is_peculiar && !key.starts_with("device:") {
            names = self.of_other_makers(names, &seeds);
        }
        let mut aside = Vec::new();
        let (name, basis) = match names.as_slice() {
            [name] => match self.followed(*name, &seeds) {
                Some(followed) => (Some(followed), Basis::Followed),
                None => (Some(*name), Basis::Listed),
            },
            [] => (self.only_followed(&seeds), Basis::Followed),
            _ if is_peculiar && with_bands.is_empty() => {
                (self.only_with_bands(&names), Basis::Listed)
            }
            _ if is_peculiar => match self.most_listed(&names, &with_bands) {
                Some(name) => {
                    aside = filtered(&names, |other| other != name);
                    (Some(name), Basis::Listed)
                }
                None => return self.several(Why::Names, &names),
            },
            _ => return self.several(Why::Names, &names),
        };
        // A list may give the marketing name where others give the code: that means every variant.
        let meant = match claims.key_number(key).filter(|_| is_code) {
            Some(code) if !self.is_named_like(name, key) => Some(vec![code]),
            _ => None,
        };
        self.device(seeds, name, basis, meant, &aside)
    }

    /// Of the names of rows, the one that more than half of their lists give, and more than give any other.
    fn most_listed(&self, names: &[u32], rows: &[u32]) -> Option<u32> {
        let claims = self.claims;
        let lists = |is_meant: &dyn Fn(u32) -> bool| {
            let rows = rows.iter().filter(|row| is_meant(**row));
            each_once(rows.map(|row| u32::from(claims.list(*row))).collect()).len()
        };
        let of = |name: u32| lists(&|row| claims.name(row) == Some(name));
        let all = lists(&|_| true);
        let first = names.iter().copied().max_by_key(|name| of(*name))?;
        let most = of(first);
        let mut others = names.iter().filter(|name| **name != first);
        (most * 2 > all && !others.any(|other| of(*other) == most)).then_some(first)
    }

    /// Whether a device's name, with its brand or without, is what stands in a code's key.
    fn is_named_like(&mut self, name: Option<u32>, key: &str) -> bool {
        let claims = self.claims;
        let code = key.trim_start_matches("code:");
        let Some(name) = name else { return false };
        let is_it = |row: &u32| {
            let mut bare = claims.links(*row, Link::Model);
            bare.any(|bare| claims.key_text(bare).strip_prefix("model:") == Some(code))
        };
        claims.key_text(name).strip_prefix("device:") == Some(code)
            || self.rows(name).iter().any(is_it)
    }

    /// The names, with those of rows by other makers if the first do not speak for them: a short code or a name
    /// without its brand may be anybody's.
    fn of_other_makers(&mut self, mut names: Vec<u32>, seeds: &[u32]) -> Vec<u32> {
        let claims = self.claims;
        let is_meant = |row: u32| claims.name(row).is_some_and(|name| names.contains(&name));
        let Some(first) = seeds.iter().copied().find(|row| is_meant(*row)) else {
            return names;
        };
        let others = seeds
            .iter()
            .filter(|row| !claims.are_of_one_maker(first, **row));
        names.extend(others.filter_map(|row| claims.name(*row)));
        each_once(names)
    }

    /// Rule 8.
    fn by_tac(&mut self, seeds: &[u32]) -> Answer {
        let claims = self.claims;
        let listed = filtered(seeds, |row| !claims.is_free_text(row));
        let basis = if listed.is_empty() {
            Basis::FreeText
        } else {
            Basis::Listed
        };
        let telling;
        let speaking = if listed.is_empty() {
            telling = telling_most(claims, seeds);
            &telling
        } else {
            &listed
        };
        let may_mean: Vec<Vec<u32>> = speaking.iter().map(|row| self.may_mean(*row)).collect();
        let mut common: Option<Vec<u32>> = None;
        for names in may_mean.iter().filter(|names| !names.is_empty()) {
            common = Some(match common {
                Some(common) => filtered(&common, |name| names.contains(&name)),
                None => names.clone(),
            });
        }
        let nameless = || {
            speaking
                .iter()
                .zip(&may_mean)
                .filter(|(_, names)| names.is_empty())
        };
        let are_strangers = nameless().any(|(row, _)| {
            let mut others = speaking.iter();
            others.any(|other| !claims.are_of_one_maker(*row, *other))
        });
        if common.as_ref().is_some_and(Vec::is_empty) || are_strangers {
            return self.contradiction(speaking, &may_mean);
        }
        let (name, basis) = match common {
            None => (None, basis),
            Some(common) => match self.chosen(&common, speaking) {
                Some((name, _)) if basis == Basis::FreeText => (Some(name), basis),
                Some((name, chosen)) => (Some(name), chosen),
                None if self.are_one_hardware(speaking, &common) => (None, basis),
                None => return self.several(Why::Names, &common),
            },
        };
        let meant = self.codes_of_rows(&listed);
        self.device(seeds.to_vec(), name, basis, meant, &[])
    }

    /// Of names that all rows have in common, the one that is meant.
    fn chosen(&mut self, common: &[u32], speaking: &[u32]) -> Option<(u32, Basis)> {
        let claims = self.claims;
        let own = speaking.iter().filter_map(|row| claims.name(*row));
        let own = each_once(own.filter(|name| common.contains(name)).collect());
        let mut with_bands = Vec::new();
        for name in common {
            if self.name_has_bands(*name) {
                with_bands.push(*name);
            }
        }
        let own_with_bands = filtered(&own, |name| with_bands.contains(&name));
        match (
            own_with_bands.as_slice(),
            with_bands.as_slice(),
            own.as_slice(),
            common,
        ) {
            ([name], ..) => Some((*name, Basis::Listed)),
            ([], [name], ..) => {
                let is_renamed = |row: &u32| claims.name(*row).is_some_and(|own| own != *name);
                let is_renamed = speaking.iter().any(is_renamed);
                let basis = if is_renamed {
                    Basis::Followed
                } else {
                    Basis::Listed
                };
                Some((*name, basis))
            }
            ([], _, [name], _) | ([], [], [], [name]) => Some((*name, Basis::Listed)),
            _ => None,
        }
    }

    /// The names that a row may mean (rules 5 and 7), each once.
    fn may_mean(&mut self, row: u32) -> Vec<u32> {
        let claims = self.claims;
        if claims.is_free_text(row) {
            return self.text_may_mean(row);
        }
        let mut names: Vec<u32> = claims.name(row).into_iter().collect();
        let (mut of_any, mut of_all) = (Vec::new(), None);
        for way in [Link::Code, Link::Inside] {
            for code in claims.links(row, way) {
                let of_code = self.names_of_code(row, code);
                if of_code.is_empty() {
                    continue;
                }
                of_all = Some(match of_all {
                    Some(of_all) => common_of(of_all, &of_code),
                    None => of_code.clone(),
                });
                of_any.extend(of_code);
            }
        }
        let of_all = of_all.filter(|names| !names.is_empty());
        names.extend(of_all.unwrap_or(of_any));
        for part in claims.links(row, Link::Part) {
            let of_part = filtered(self.rows(part), |other| claims.has_bands(other));
            names.extend(few_names(claims, &of_part));
        }
        // Other names are of the model at large, and lists are careless with them: only where nothing else leads.
        let is_led = match claims.name(row) {
            Some(own) => self.name_has_bands(own),
            None => !names.is_empty(),
        };
        for name in claims.links(row, Link::Pointer).filter(|_| !is_led) {
            if !self.rows(name).is_empty() {
                names.push(name);
            }
        }
        each_once(names)
    }

    /// The names that a code of a row stands for (rule 5).
    fn names_of_code(&mut self, row: u32, code: u32) -> Vec<u32> {
        let claims = self.claims;
        let is_peculiar = is_peculiar(claims, code);
        let of_code = filtered(self.rows(code), |other| {
            is_peculiar || claims.are_of_one_maker(row, other)
        });
        few_names(claims, &of_code)
    }

    /// Whether rows give peculiar codes and nothing else, and each of these goes by all of the names, as far as
    /// it has any: then lists call one hardware by several names (rule 6).
    fn are_one_hardware(&mut self, speaking: &[u32], names: &[u32]) -> bool {
        let claims = self.claims;
        speaking.iter().all(|row| {
            let codes: Vec<u32> = claims.links(*row, Link::Code).collect();
            let goes_by_all = |code: &u32| {
                let of_code = self.names_of_code(*row, *code);
                is_peculiar(claims, *code)
                    && (of_code.is_empty() || names.iter().all(|name| of_code.contains(name)))
            };
            claims.name(*row).is_none() && !codes.is_empty() && codes.iter().all(goes_by_all)
        }) && !names.iter().any(|name| self.name_has_bands(*name))
    }

    /// The names that a free text may mean: those that go by it, or by a peculiar code in it. A text that is
    /// nothing but a brand means none.
    fn text_may_mean(&mut self, row: u32) -> Vec<u32> {
        let claims = self.claims;
        let mut names = Vec::new();
        for key in claims.links(row, Link::Typed) {
            let rows = filtered(self.rows(key), |other| !claims.is_brand_alone(key, other));
            names.extend(few_names(claims, &rows));
        }
        each_once(names)
    }

    /// Where a name without bands leads (rule 7).
    fn followed(&mut self, name: u32, seeds: &[u32]) -> Option<u32> {
        if self.name_has_bands(name) {
            return None;
        }
        self.only_followed(seeds)
    }

    fn only_followed(&mut self, seeds: &[u32]) -> Option<u32> {
        let mut names = Vec::new();
        for row in seeds {
            names.extend(self.may_mean(*row));
        }
        self.only_with_bands(&each_once(names))
    }

    fn only_with_bands(&mut self, names: &[u32]) -> Option<u32> {
        let mut with_bands = None;
        for name in names {
            if self.name_has_bands(*name) && with_bands.replace(*name).is_some() {
                return None;
            }
        }
        with_bands
    }

    /// The codes that rows give, or that stand in their names and that another list gives.
    fn codes_of_rows(&mut self, rows: &[u32]) -> Option<Vec<u32>> {
        let claims = self.claims;
        let mut codes = Vec::new();
        for row in rows {
            codes.extend(claims.links(*row, Link::Code));
            for code in claims.links(*row, Link::Inside) {
                let is_given = |other: &u32| {
                    claims.are_of_one_maker(*row, *other)
                        && claims.links(*other, Link::Code).any(|given| given == code)
                };
                if self.rows(code).iter().any(is_given) {
                    codes.push(code);
                }
            }
        }
        let codes = each_once(codes);
        (!codes.is_empty()).then_some(codes)
    }

    /// All rows of one device (rule 9). `meant`: its codes; `aside`: names of which no bands are its.
    fn device(
        &mut self,
        seeds: Vec<u32>,
        name: Option<u32>,
        basis: Basis,
        meant: Option<Vec<u32>>,
        aside: &[u32],
    ) -> Answer {
        let claims = self.claims;
        let Some(first) = seeds.first().copied() else {
            return Answer::Nothing;
        };
        let own = seeds.clone();
        let mut rows = seeds;
        if let Some(name) = name {
            rows.extend(self.rows(name));
        }
        for code in meant.iter().flatten() {
            let is_peculiar = is_peculiar(claims, *code);
            let of_code = filtered(self.rows(*code), |row| {
                is_peculiar || own.iter().all(|seed| claims.are_of_one_maker(*seed, row))
            });
            if name.is_some() || !few_names(claims, &of_code).is_empty() {
                rows.extend(of_code);
            }
        }
        let rows = each_once(rows);
        let is_aside = |row: u32| {
            let name = claims.name(row).filter(|_| claims.has_bands(row));
            name.filter(|name| aside.contains(name))
        };
        let mut others: Vec<(u32, u32)> = Vec::new();
        for row in &rows {
            if let Some(name) = is_aside(*row)
                && !others.iter().any(|(known, _)| *known == name)
            {
                others.push((name, *row));
            }
        }
        let rows = filtered(&rows, |row| is_aside(row).is_none());
        let codes_meant = meant.as_ref().map(Vec::len);
        let variants = variants(claims, &rows);
        let meant = match (meant, variants.as_slice()) {
            (Some(codes), _) => codes,
            (None, []) => Vec::new(),
            (None, [only]) => only.codes.clone(),
            (None, _) => {
                let candidates = variants.iter().map(|variant| self.of_variant(variant));
                return Answer::Several(Several {
                    why: Why::Variants,
                    candidates: candidates.take(CANDIDATES_MAX).collect(),
                });
            }
        };
        let rows = filtered(&rows, |row| {
            let codes = codes_of(claims, row);
            let is_any = !claims.has_bands(row) || codes.is_empty() || meant.is_empty();
            is_any || codes.iter().any(|code| meant.contains(code))
        });
        let is_titled = |row: &u32| match name {
            Some(name) => claims.name(*row) == Some(name),
            None => claims.name(*row).is_some(),
        };
        let title = rows
            .iter()
            .find(|row| is_titled(row) && claims.has_bands(**row));
        let title = title.or_else(|| rows.iter().find(|row| is_titled(row)));
        Answer::Device(Device {
            title: title.copied().unwrap_or(first),
            is_named: title.is_some(),
            rows,
            basis,
            codes_meant,
            others: others.into_iter().map(|(_, row)| row).collect(),
        })
    }

    fn contradiction(&mut self, speaking: &[u32], may_mean: &[Vec<u32>]) -> Answer {
        let claims = self.claims;
        let mut names = Vec::new();
        let mut nameless = Vec::new();
        for (row, may) in speaking.iter().zip(may_mean) {
            match (claims.name(*row), may.as_slice()) {
                (None, []) => nameless.push(*row),
                (Some(own), _) => names.push(own),
                (None, may) => names.extend(may),
            }
        }
        let mut several = self.candidates(Why::Contradiction, &each_once(names));
        let room = CANDIDATES_MAX.saturating_sub(several.candidates.len());
        for row in nameless.into_iter().take(room) {
            let code = claims.codes(row).next().unwrap_or_default();
            several.candidates.push(Candidate {
                title: row,
                ask: code.to_owned(),
                has_bands: false,
            });
        }
        Answer::Several(several)
    }

    fn several(&mut self, why: Why, names: &[u32]) -> Answer {
        Answer::Several(self.candidates(why, names))
    }

    fn candidates(&mut self, why: Why, names: &[u32]) -> Several {
        let claims = self.claims;
        let mut candidates = Vec::new();
        for name in names {
            let rows = self.rows(*name);
            let variants = variants(claims, rows);
            if variants.len() > 1 {
                candidates.extend(variants.iter().map(|variant| self.of_variant(variant)));
                continue;
            }
            let with_bands = rows.iter().find(|row| claims.has_bands(**row));
            if let Some(title) = with_bands.or(rows.first()) {
                candidates.push(Candidate {
                    title: *title,
                    ask: self.ask(*name, *title),
                    has_bands: with_bands.is_some(),
                });
            }
        }
        candidates.sort_by_key(|candidate| (!candidate.has_bands, candidate.title));
        candidates.truncate(CANDIDATES_MAX);
        Several { why, candidates }
    }

    fn of_variant(&self, variant: &Variant) -> Candidate {
        let code = self.claims.codes(variant.row).next().unwrap_or_default();
        Candidate {
            title: variant.row,
            ask: code.to_owned(),
            has_bands: true,
        }
    }

    /// A name as it is shown, if it is found by that; else as it is found.
    fn ask(&self, name: u32, row: u32) -> String {
        let shown = full_name(self.claims.brand(row), self.claims.model(row));
        let key = self.claims.key_text(name).trim_start_matches("device:");
        if key::join(&shown) == key {
            shown
        } else {
            key.to_owned()
        }
    }
}

/// Brand and name, the brand once: `Xiaomi Mi 4i`.
#[must_use]
pub fn full_name(brand: &str, model: &str) -> String {
    let bare = model.strip_prefix(brand).map_or(model, str::trim_start);
    format!("{brand} {bare}").trim().to_owned()
}

struct Variant {
    codes: Vec<u32>,
    /// The first row that has its bands.
    row: u32,
}

/// The rows with bands that give codes, those with a code in common as one.
fn variants(claims: &Claims, rows: &[u32]) -> Vec<Variant> {
    let mut variants: Vec<Variant> = Vec::new();
    for row in rows.iter().copied().filter(|row| claims.has_bands(*row)) {
        let codes = codes_of(claims, row);
        if codes.is_empty() {
            continue;
        }
        let (mut joined, others): (Vec<Variant>, Vec<Variant>) = variants
            .into_iter()
            .partition(|variant| variant.codes.iter().any(|code| codes.contains(code)));
        let mut one = Variant { codes, row };
        for variant in joined.drain(..) {
            one.row = one.row.min(variant.row);
            one.codes.extend(variant.codes);
        }
        variants = others;
        variants.push(one);
    }
    variants.sort_by_key(|variant| variant.row);
    variants
}

/// The codes that a row gives, and with them those in its name; none, if it gives none.
fn codes_of(claims: &Claims, row: u32) -> Vec<u32> {
    let mut codes: Vec<u32> = claims.links(row, Link::Code).collect();
    if !codes.is_empty() {
        codes.extend(claims.links(row, Link::Inside));
    }
    codes
}

/// Free texts but for those that another one repeats and goes beyond: `IPHONE` beside `IPHONE 6S`.
fn telling_most(claims: &Claims, rows: &[u32]) -> Vec<u32> {
    if rows.len() < 2 {
        return rows.to_vec();
    }
    let said: Vec<String> = rows
        .iter()
        .map(|row| key::join(claims.model(*row)))
        .collect();
    let is_repeated = |text: &String| {
        said.iter()
            .any(|other| other != text && other.contains(text.as_str()))
    };
    let telling = rows
        .iter()
        .zip(&said)
        .filter(|(_, text)| !is_repeated(text));
    telling.map(|(row, _)| *row).collect()
}

fn common_of(mut names: Vec<u32>, others: &[u32]) -> Vec<u32> {
    names.retain(|name| others.contains(name));
    names
}

fn is_peculiar(claims: &Claims, code: u32) -> bool {
    spell::is_peculiar(claims.key_text(code).trim_start_matches("code:"))
}

/// The names of rows; none if there are too many (rule 5).
fn few_names(claims: &Claims, rows: &[u32]) -> Vec<u32> {
    let names = rows.iter().filter_map(|row| claims.name(*row));
    let names = each_once(names.collect());
    if names.len() > CODE_NAMES_MAX {
        Vec::new()
    } else {
        names
    }
}

fn each_once(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn filtered(numbers: &[u32], mut is_wanted: impl FnMut(u32) -> bool) -> Vec<u32> {
    numbers
        .iter()
        .copied()
        .filter(|number| is_wanted(*number))
        .collect()
}
