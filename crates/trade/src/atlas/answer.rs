//! What the atlas says of a device, of what somebody types, and of a type allocation code.
//!
//! Decides nothing: which device is meant is decided before.

use catalogue::identity::{self, Basis, Several, Why, full_name};
use catalogue::key;
use catalogue::tac::is_made_up;
use domain::evidence::{Source, Sourced};
use domain::number::{ReportingBody, Tac};
use gate::snapshot::PlatformListing;

use super::{Atlas, Candidate, Device};
use crate::check::{Certified, Checked};

/// A name that somebody may be typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// Brand and name.
    pub name: String,
    /// A word that finds it.
    pub ask: String,
    /// Whether bands of it are known.
    pub has_bands: bool,
}

/// What a list says of a type allocation code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TacClaim {
    /// The brand, as the list spells it.
    pub brand: String,
    /// The name, as the list spells it.
    pub model: String,
    /// Model codes that the list gives.
    pub codes: Vec<String>,
    /// Whether it is a free text that anybody wrote.
    pub is_free_text: bool,
    /// Who says so.
    pub source: Source,
}

/// What a type allocation code means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TacOutcome {
    /// One device.
    Device {
        /// Brand and name.
        name: String,
        /// A word that finds the same.
        ask: String,
        /// Whether a list gives a name, and not codes alone.
        is_named: bool,
        /// How many model codes are meant; none: it means the name, so any of its codes.
        codes_meant: Option<usize>,
        /// How it was found.
        basis: Basis,
        /// Whether bands of it are known.
        has_bands: bool,
    },
    /// One name, and which of its variants is not said.
    Variants(Vec<Candidate>),
    /// One of several names, and nothing settles which.
    Names(Vec<Candidate>),
    /// Lists contradict each other.
    Contradicted(Vec<Candidate>),
    /// Somebody made it up: its digits are a pattern.
    MadeUp,
    /// No list that was imported speaks of it.
    Unknown,
}

/// All that is known of a type allocation code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TacAnswer {
    /// Which one.
    pub tac: Tac,
    /// What it means.
    pub outcome: TacOutcome,
    /// Who allocated it, by its first two digits; none: nobody that is known.
    pub reporting_body: Option<ReportingBody>,
    /// What each list says.
    pub claims: Vec<TacClaim>,
}

impl Atlas {
    /// Brand and name of a row, or its brand and codes where its list gives no name.
    pub(super) fn called(&self, row: u32) -> String {
        let (brand, model) = (self.claims.brand(row), self.claims.model(row));
        if model.is_empty() {
            let codes: Vec<&str> = self.claims.codes(row).collect();
            return full_name(brand, &codes.join(", "));
        }
        full_name(brand, model)
    }

    /// What a device is called.
    pub(crate) fn name_of(&self, device: &Device) -> String {
        self.called(device.title)
    }

    /// The brand and the name that a device is called by, apart.
    pub(crate) fn names_of(&self, device: &Device) -> (String, String) {
        let (brand, model) = (
            self.claims.brand(device.title),
            self.claims.model(device.title),
        );
        (brand.to_owned(), model.to_owned())
    }

    /// The model codes that lists give to a type allocation code, each once.
    pub(crate) fn codes_of_tac(&self, tac: Tac) -> Vec<String> {
        let rows = self.rows_of_tac(tac).iter();
        let codes = rows.flat_map(|row| self.claims.codes(*row));
        let mut codes: Vec<String> = codes.map(str::to_owned).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The brand that a device is called by.
    pub(crate) fn brand_of(&self, device: &Device) -> &str {
        self.claims.brand(device.title)
    }

    /// The code of a device whose rows with bands give one and no other.
    pub(crate) fn only_code_of(&self, device: &Device) -> Option<&str> {
        let rows = device
            .rows
            .iter()
            .filter(|row| self.claims.has_bands(**row));
        let mut codes = rows.flat_map(|row| self.claims.codes(*row));
        let first = codes.next()?;
        codes.all(|code| code == first).then_some(first)
    }

    /// Whether a text is a code that a list gives to a device.
    pub(crate) fn has_code(&self, device: &Device, text: &str) -> bool {
        let asked = key::code(text);
        let mut codes = device.rows.iter().flat_map(|row| self.claims.codes(*row));
        codes.any(|code| key::code(code) == asked)
    }

    /// What lists of platforms' owners say of rows.
    pub(crate) fn platform_of(&self, rows: &[u32]) -> Vec<Sourced<PlatformListing>> {
        let listed = rows.iter().filter_map(|row| {
            let place = self.places[*row as usize];
            let builds = self.texts.text(place.builds).split(", ");
            let listing = PlatformListing {
                platform: self.texts.text(place.platform).to_owned(),
                builds: builds
                    .filter(|one| !one.is_empty())
                    .map(str::to_owned)
                    .collect(),
            };
            (place.platform != 0).then(|| self.sourced(*row, listing))
        });
        listed.collect()
    }

    fn variant(&self, row: u32) -> Option<&str> {
        let text = self.texts.text(self.places[row as usize].variant).trim();
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn candidates(&self, several: &Several) -> Vec<Candidate> {
        let candidates = several.candidates.iter().map(|candidate| {
            let codes = || self.claims.codes(candidate.title);
            let is_variant = codes().any(|code| code == candidate.ask) && candidate.has_bands;
            let variant = is_variant.then(|| match self.variant(candidate.title) {
                Some(variant) => format!("{} ({variant})", candidate.ask),
                None => candidate.ask.clone(),
            });
            Candidate {
                name: self.called(candidate.title),
                variant,
                ask: candidate.ask.clone(),
                year: self.year(candidate.title),
            }
        });
        candidates.collect()
    }

    /// The candidate for a name that is close to what was typed.
    pub(super) fn candidate_of(&self, row: u32) -> Candidate {
        let name = self.called(row);
        Candidate {
            variant: None,
            ask: name.clone(),
            name,
            year: self.year(row),
        }
    }

    pub(super) fn year(&self, row: u32) -> Option<u16> {
        let year = self.places[row as usize].year;
        (year != 0).then_some(year)
    }

    /// Names that somebody may be typing, the best first, at most [`catalogue::suggest::SUGGESTIONS_MAX`].
    #[must_use]
    pub fn suggestions(&self, typed: &str) -> Vec<Suggested> {
        let rows = self.near(typed).into_iter();
        rows.map(|row| {
            let name = self.called(row);
            Suggested {
                ask: name.clone(),
                name,
                has_bands: self.claims.has_bands(row),
            }
        })
        .collect()
    }

    /// Rows whose names somebody may be typing, the best first.
    pub(super) fn near(&self, typed: &str) -> Vec<u32> {
        let found = self.suggest.of(typed).into_iter();
        found
            .map(|suggestion| self.named[suggestion.place])
            .collect()
    }

    /// All that is known of a type allocation code.
    #[must_use]
    pub fn tac(&self, tac: Tac) -> TacAnswer {
        let outcome = match self.find_tac(tac) {
            identity::Answer::Device(device) => TacOutcome::Device {
                name: self.called(device.title),
                ask: tac.to_string(),
                is_named: device.is_named,
                codes_meant: device.codes_meant,
                basis: device.basis,
                has_bands: device.rows.iter().any(|row| self.claims.has_bands(*row)),
            },
            identity::Answer::Several(several) => {
                let candidates = self.candidates(&several);
                match several.why {
                    Why::Names => TacOutcome::Names(candidates),
                    Why::Variants => TacOutcome::Variants(candidates),
                    Why::Contradiction => TacOutcome::Contradicted(candidates),
                }
            }
            identity::Answer::Nothing if is_made_up(tac) => TacOutcome::MadeUp,
            identity::Answer::Nothing => TacOutcome::Unknown,
        };
        let rows = self.rows_of_tac(tac).iter();
        let claims = rows.map(|row| TacClaim {
            brand: self.claims.brand(*row).to_owned(),
            model: self.claims.model(*row).to_owned(),
            codes: self.claims.codes(*row).map(str::to_owned).collect(),
            is_free_text: self.claims.is_free_text(*row),
            source: self.sourced(*row, ()).source,
        });
        TacAnswer {
            tac,
            outcome,
            reporting_body: tac.reporting_body(),
            claims: claims.collect(),
        }
    }

    /// Writes down what is known of a device.
    pub(crate) fn put(&self, device: &Device, checked: &mut Checked) {
        checked.device = self.called(device.title);
        checked.others = device.others.iter().map(|row| self.called(*row)).collect();
        checked.device_facts = self.radios(device);
        for row in &device.rows {
            let place = self.places[*row as usize];
            let has_bands = self.claims.has_bands(*row);
            if has_bands {
                for code in self.claims.codes(*row) {
                    if !checked.codes.iter().any(|known| known == code) {
                        checked.codes.push(code.to_owned());
                    }
                }
                let variant = || self.variant(*row).map(str::to_owned);
                checked.variant = checked.variant.take().or_else(variant);
            }
            let mut is_used = has_bands;
            if place.platform != 0 {
                let certified = Certified {
                    platform: self.texts.text(place.platform).to_owned(),
                    builds: self.texts.text(place.builds).to_owned(),
                };
                checked.platform.push(self.sourced(*row, certified));
                is_used = true;
            } else if !has_bands {
                is_used = put_name(&mut checked.names, self.sourced(*row, self.called(*row)));
            }
            if is_used {
                checked.licences.push(self.licence(*row).clone());
            }
        }
    }
}

/// The name by which a row without bands knows the device, each name of a list once.
fn put_name(names: &mut Vec<Sourced<String>>, name: Sourced<String>) -> bool {
    let is_known =
        |known: &Sourced<String>| known.value == name.value && known.source == name.source;
    let is_new = !names.iter().any(is_known);
    if is_new {
        names.push(name);
    }
    is_new
}
