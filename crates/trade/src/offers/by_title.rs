//! Which variant of the directory does the title of a feed's item mean, where the item gives no model code?
//!
//! Exactly one or none. A title that names a code of another variant, or may mean several, means none: what is
//! sold by it would rest on evidence for another device. Drafts nothing itself.

use std::collections::HashMap;

use catalogue::identity::full_name;
use catalogue::key::join;
use catalogue::title::features::{self, Thing};
use catalogue::title::{Model, Reading, Variant};
use catalogue::words::Words;
use domain::device::{DeviceModel, DeviceVariant};
use store::directory::Brand;

use crate::titles::{Titles, runs};

/// A shorter run of letters and digits in a title is taken for no code.
const CODE_CHARS_MIN: usize = 5;

/// A variant of the directory with its family and brand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub brand: &'a Brand,
    pub model: &'a DeviceModel,
    pub variant: &'a DeviceVariant,
}

impl Known<'_> {
    /// Brand, name and code: `Xiaomi Mi 4i, 2015015`.
    pub fn name(&self) -> String {
        let name = full_name(&self.brand.name, &self.model.name);
        format!("{name}, {}", self.variant.code)
    }
}

/// A title's one variant.
pub(crate) struct ByTitle<'a> {
    pub known: Known<'a>,
    /// The words that decided.
    pub because: String,
}

/// Why a title has not one variant.
pub(crate) struct NotByTitle {
    pub rule: &'static str,
    /// What the title says, and what to do.
    pub help: String,
}

impl Titles {
    /// What each title of one feed means, in their order; they complete each other.
    pub fn variants(&self, titles: &[&str]) -> Vec<Result<ByTitle<'_>, NotByTitle>> {
        let readings: Vec<Reading> = titles.iter().map(|t| self.matcher.read(t)).collect();
        let settled = self.matcher.settle(&readings);
        let sold = self.sold();
        let all = titles.iter().zip(&readings).zip(&settled);
        all.map(|((title, reading), variant)| self.variant(title, reading, variant.as_ref(), &sold))
            .collect()
    }

    /// The directory's variants by the device that their names mean.
    fn sold(&self) -> HashMap<usize, Vec<Known<'_>>> {
        let mut sold: HashMap<usize, Vec<Known<'_>>> = HashMap::new();
        for known in self.directory_variants() {
            let name = full_name(&known.brand.name, &known.model.name);
            if let Some(device) = self.matcher.read(&name).device() {
                sold.entry(device).or_default().push(known);
            }
        }
        sold
    }

    fn variant<'a>(
        &self,
        title: &str,
        reading: &Reading,
        settled: Option<&Variant>,
        sold: &HashMap<usize, Vec<Known<'a>>>,
    ) -> Result<ByTitle<'a>, NotByTitle> {
        let no = |rule, what: &str| {
            let help = format!("{what}; give the model code printed on the device (mpn)");
            Err(NotByTitle { rule, help })
        };
        if reading.thing != Thing::Phone {
            let help = match reading.thing {
                Thing::Bundle => "its title sells a phone with something else",
                _ => "its title sells something for a phone, and not the phone",
            };
            return no("offer.not_the_phone", help);
        }
        let Some((settled, device)) = settled.and_then(|variant| match variant.model {
            Model::Known(device) => Some((variant, device)),
            Model::Unlisted(_) => None,
        }) else {
            let maybe = reading
                .candidates
                .iter()
                .filter_map(|c| sold.get(&c.device));
            return no("offer.not_identified", &may_mean(maybe.flatten().copied()));
        };
        let words = Words::new(title);
        let all = sold.get(&device).map_or(&[][..], Vec::as_slice);
        let stands = |known: &&Known<'_>| {
            let code = join(&known.variant.code);
            code.len() >= CODE_CHARS_MIN && runs(&words).any(|run| run == code)
        };
        let mut fitting: Vec<Known<'a>> = all.iter().filter(stands).copied().collect();
        if fitting.is_empty() {
            if let Some(code) = all.first().and_then(|known| self.other_code(&words, known)) {
                let what = format!("no variant in the catalogue has the code {code} of its title");
                return no("offer.not_identified", &what);
            }
            fitting = all
                .iter()
                .filter(|known| fits(settled, known))
                .copied()
                .collect();
        }
        match fitting.as_slice() {
            [known] => Ok(ByTitle {
                known: *known,
                because: because(reading, device),
            }),
            [] if all.is_empty() => no(
                "offer.not_identified",
                "its title means no phone of the catalogue",
            ),
            [] => no("offer.not_identified", &may_mean(all.iter().copied())),
            several => no("offer.not_identified", &may_mean(several.iter().copied())),
        }
    }

    /// A code in the title that a list of the brand has, and that is not the device's name itself.
    fn other_code(&self, words: &Words, of: &Known<'_>) -> Option<String> {
        let name = join(&full_name(&of.brand.name, &of.model.name));
        let mut codes = runs(words).filter(|run| {
            run.len() >= CODE_CHARS_MIN
                && run.bytes().any(|b| b.is_ascii_digit())
                && !name.contains(run)
        });
        codes.find_map(|run| self.atlas.code_of(&of.brand.name, run).map(str::to_owned))
    }
}

/// Whether what a title says of storage and SIM cards is not against a variant's description.
fn fits(settled: &Variant, known: &Known<'_>) -> bool {
    let described = Words::new(&known.variant.description);
    let agree = |a: Option<u32>, b: Option<u32>| a.zip(b).is_none_or(|(a, b)| a == b);
    agree(settled.storage_gb, features::storage_gb(&described))
        && agree(
            settled.sims.map(u32::from),
            features::sims(&described).map(u32::from),
        )
}

fn because(reading: &Reading, device: usize) -> String {
    let deciding = reading.candidates.iter().find(|c| c.device == device);
    let words = deciding.or(reading.candidates.first());
    words.map_or_else(String::new, |candidate| candidate.words.join(" "))
}

fn may_mean<'a>(known: impl Iterator<Item = Known<'a>>) -> String {
    let names: Vec<String> = known.map(|known| known.name()).collect();
    if names.is_empty() {
        return "its title means no phone of the catalogue".to_owned();
    }
    format!("its title may mean {}", names.join(", or "))
}

#[cfg(test)]
mod tests;
