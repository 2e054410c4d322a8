//! The atlas: everything that imported lists say of devices, in memory.
//!
//! Answers which device a text or a type allocation code means, what each list says of it, and which names
//! somebody may be typing. Which device is meant is decided by `catalogue::identity` alone; here rows get their
//! sources, bands and licences. Knows no network, and stores nothing: it is read from the store (`build.rs`), as
//! a whole or in the part that a question needs, and replaced when the data sets are others (`keeper.rs`).
//!
//! Cost expected before it was written: 240,000 rows at 28 bytes beside `identity`'s 100, bands shared among rows
//! (6,000 distinct ones of 600 bytes), names for suggestions 15 MiB: 70 MiB in all; read in 2 s.

mod answer;
mod build;
mod keeper;

use std::fmt;

use catalogue::identity::{self, Claims, Missing, Texts, Why, typed};
use catalogue::key;
use catalogue::suggest::Suggest;
use catalogue::tac::is_made_up;
use catalogue::title::Named;
use domain::Period;
use domain::evidence::{FactRef, Source, Sourced};
use domain::licence::Licence;
use domain::number::Tac;
use domain::radio::Radio;

use crate::error::{Code, Error};

pub use answer::{Suggested, TacAnswer, TacClaim, TacOutcome};
pub(crate) use build::Sets;
pub use identity::{Answer, Basis};
pub(crate) use keeper::{AtlasKeeper, sets};

/// A device that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Brand and name.
    pub name: String,
    /// Which variant: its code, and the words of its list.
    pub variant: Option<String>,
    /// A word that finds it.
    pub ask: String,
    /// The year of its release, where its row says so.
    pub year: Option<u16>,
}

/// Its name, with its variant where it has one.
impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variant {
            Some(variant) => write!(f, "{}, {variant}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A device that was found, as rows of the atlas.
pub type Device = identity::Device;

/// No such place.
const NONE: u32 = u32::MAX;

/// What is known of a row beside its names.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Line of its file that it comes from, as the store counts.
    row_no: u32,
    /// Of [`Atlas::origins`].
    origin: u32,
    /// Of [`Atlas::radios`], or [`NONE`].
    radio: u32,
    /// Of [`Atlas::texts`]; 0: none.
    platform: u32,
    variant: u32,
    /// Software builds that a platform's list names, of [`Atlas::texts`]; 0: none.
    builds: u32,
    set: u16,
    /// In which it came out; 0: its list does not say.
    year: u16,
}

/// Everything that imported lists say of devices; or a part of it.
pub struct Atlas {
    sets: Sets,
    claims: Claims,
    places: Vec<Place>,
    texts: Texts,
    /// Who says something and for when: a data set, or a source that a row names itself.
    origins: Vec<(Source, Period)>,
    radios: Vec<Radio>,
    /// A row for each name, in the order of the names as they are shown. Empty in a part.
    named: Vec<u32>,
    suggest: Suggest,
}

impl Atlas {
    /// How many rows it has.
    #[must_use]
    pub fn rows_count(&self) -> usize {
        self.claims.count()
    }

    /// How many names of devices it has.
    #[must_use]
    pub fn names_count(&self) -> usize {
        self.named.len()
    }

    /// A name as it is shown, by its place among all, counted from 0 and on from the first after the last.
    #[must_use]
    pub fn name(&self, place: usize) -> String {
        let row = self.named.get(place % self.named.len().max(1));
        row.map_or_else(String::new, |row| self.called(*row))
    }

    /// What lists say of each device that they name: brand, name and the year in which it came out, and each of
    /// the row's codes. Free texts name none.
    pub(crate) fn named(&self) -> impl Iterator<Item = Named<'_>> {
        let rows = 0..u32::try_from(self.places.len()).unwrap_or(NONE);
        let claims = &self.claims;
        rows.filter(|row| claims.name(*row).is_some())
            .flat_map(move |row| {
                let year = self.year(row);
                let named = move |code| Named {
                    brand: claims.brand(row),
                    name: claims.model(row),
                    code,
                    storage_gb: &[],
                    sims: &[],
                    year,
                };
                let codes = claims.codes(row).map(named);
                // A row of many codes names its device once; one without says so without.
                let bare = claims.codes(row).next().is_none();
                codes.chain(bare.then(|| named("")))
            })
    }

    /// Whether a check understands a text, be it that several variants go by it.
    pub(crate) fn understands(&self, text: &str) -> bool {
        identity::find(&self.claims, text, &mut Missing::new()) != identity::Answer::Nothing
    }

    /// A model code as a list of the brand spells it; none: no list of the brand has it.
    pub(crate) fn code_of(&self, brand: &str, text: &str) -> Option<&str> {
        let code = key::code(text);
        let rows = self.claims.rows_of_text(&code, &mut Missing::new());
        let brand = key::brand(brand);
        let rows = rows
            .iter()
            .filter(|row| key::brand(self.claims.brand(**row)) == brand);
        let mut codes = rows.flat_map(|row| self.claims.codes(*row));
        codes.find(|known| key::code(known) == code)
    }

    /// Every type allocation code that a list speaks of, rising.
    #[must_use]
    pub fn tacs(&self) -> &[Tac] {
        self.claims.tacs()
    }

    /// Type allocation codes of which lists say the very same, together: what one means, all of them mean.
    #[must_use]
    pub fn tacs_alike(&self) -> Vec<Vec<Tac>> {
        self.claims.tacs_alike()
    }

    /// The rows that speak of a type allocation code.
    #[must_use]
    pub fn rows_of_tac(&self, tac: Tac) -> &[u32] {
        self.claims.rows_of_tac(tac, &mut Missing::new())
    }

    /// What a type allocation code means.
    #[must_use]
    pub fn find_tac(&self, tac: Tac) -> identity::Answer {
        identity::find_tac(&self.claims, tac, &mut Missing::new())
    }

    /// The one device that a text means, with what was understood where that is not what was typed.
    ///
    /// # Errors
    /// No device or several go by it; the error has candidates.
    pub fn find(&self, text: &str) -> Result<(Device, Option<String>), Error> {
        let answer = identity::find(&self.claims, text, &mut Missing::new());
        match self.one(answer, text)? {
            Some(device) => Ok((device, None)),
            None => self.understood(text),
        }
    }

    /// The one device; none: no row goes by the text.
    fn one(&self, answer: identity::Answer, text: &str) -> Result<Option<Device>, Error> {
        match answer {
            identity::Answer::Device(device) => Ok(Some(device)),
            identity::Answer::Nothing => Ok(None),
            identity::Answer::Several(several) => {
                let candidates = self.candidates(&several);
                let named: Vec<String> = candidates.iter().map(Candidate::to_string).collect();
                let why = match several.why {
                    Why::Contradiction => "lists contradict each other: ",
                    Why::Names | Why::Variants => "",
                };
                let detail = format!("{why}{text:?} may be {}", named.join(", or "));
                Err(Error {
                    candidates,
                    ..Error::new(Code::DeviceAmbiguous, detail)
                })
            }
        }
    }

    /// A text with typing errors: the one name that is clearly meant, else those that are close.
    fn understood(&self, text: &str) -> Result<(Device, Option<String>), Error> {
        let near = self.near(text);
        let names = near
            .iter()
            .map(|row| (self.claims.brand(*row), self.claims.model(*row)));
        if let Some((brand, model)) = typed::understood(text, names) {
            let name = identity::full_name(brand, model);
            let answer = identity::find(&self.claims, &name, &mut Missing::new());
            if let Some(device) = self.one(answer, &name)? {
                return Ok((device, Some(name)));
            }
        }
        if text.trim().parse().is_ok_and(is_made_up) {
            let detail = format!("{text:?} is no type allocation code: somebody made it up");
            return Err(Error::new(Code::DeviceUnknown, detail));
        }
        let candidates: Vec<Candidate> = near.iter().map(|row| self.candidate_of(*row)).collect();
        let mut detail = format!("no device goes by {text:?}");
        if !candidates.is_empty() {
            let close: Vec<String> = candidates.iter().map(Candidate::to_string).collect();
            detail = format!("{detail}; close to it: {}", close.join(", "));
        }
        Err(Error {
            candidates,
            ..Error::new(Code::DeviceUnknown, detail)
        })
    }

    fn sourced<T>(&self, row: u32, value: T) -> Sourced<T> {
        let place = self.places[row as usize];
        let (source, valid) = &self.origins[place.origin as usize];
        Sourced {
            value,
            source: source.clone(),
            valid: *valid,
            fact: FactRef::Row {
                data_set: self.sets[usize::from(place.set)].0.clone(),
                row: u64::from(place.row_no),
            },
        }
    }

    /// The rows that speak of a device's bands: devices of the same rows have the same bands.
    #[must_use]
    pub fn rows_with_bands(&self, device: &Device) -> Vec<u32> {
        let rows = device.rows.iter().copied();
        rows.filter(|row| self.claims.has_bands(*row)).collect()
    }

    /// What each list says of a device's bands.
    #[must_use]
    pub fn radios(&self, device: &Device) -> Vec<Sourced<Radio>> {
        self.radios_of(&device.rows)
    }

    /// What rows say of bands.
    #[must_use]
    pub fn radios_of(&self, rows: &[u32]) -> Vec<Sourced<Radio>> {
        let rows = rows.iter();
        rows.filter_map(|row| {
            let radio = self.radios.get(self.places[*row as usize].radio as usize)?;
            Some(self.sourced(*row, radio.clone()))
        })
        .collect()
    }

    fn licence(&self, row: u32) -> &Licence {
        &self.sets[usize::from(self.places[row as usize].set)]
            .1
            .licence
    }

    /// Bytes that it takes, but for what suggestions need.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let radios = self.radios.iter().map(|radio| {
            let lists = radio.lists.iter();
            size_of_val(radio)
                + lists
                    .map(|list| size_of_val(list) + size_of_val(&*list.claims))
                    .sum::<usize>()
        });
        self.claims.bytes()
            + self.texts.bytes()
            + size_of_val(&*self.places)
            + size_of_val(&*self.origins)
            + size_of_val(&*self.named)
            + radios.sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
