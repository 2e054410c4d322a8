//! "Which phone does this shop's title mean?", over all devices of the atlas and of the directory.
//!
//! How a title is read is `catalogue::title`'s; here its answer gets names that a check understands. What is sold
//! by a match, it does not know (`offers.rs`).

use std::sync::Arc;

use catalogue::identity::full_name;
use catalogue::title::{Answer, Candidate, Matcher, Named, NoMatch};
use catalogue::words::Words;
use store::directory::Directory;

use crate::atlas::Atlas;
use crate::error::Error;
use crate::house::House;
use crate::offers::Known;

pub use catalogue::title::features::Thing;
pub use catalogue::words::TEXT_CHARS_MAX as TITLE_CHARS_MAX;

/// A code in a title is written in at most so many words: `SM G930 F`.
const CODE_WORDS_MAX: usize = 3;

/// A phone that a title speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleMatch {
    /// Brand and name.
    pub name: String,
    /// What a check understands: the code in the title, else the name; none: no list that was imported has it.
    pub ask: Option<String>,
    /// How sure, in points.
    pub score: i32,
    /// Whether a model code decided.
    pub by_code: bool,
    /// In GB, said, or the only size that is known.
    pub storage_gb: Option<u32>,
    /// SIM cards: said, or the only number that is known.
    pub sims: Option<u8>,
    /// The words that decided, in the title's order.
    pub words: Vec<String>,
}

/// What a title means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TitleAnswer {
    /// This phone, and nothing with it.
    Match(TitleMatch),
    /// Something for a phone, or more than one.
    NotThePhone {
        /// A bundle or an accessory.
        thing: Thing,
        /// The phone that is in it, or that it is for.
        phone: Option<TitleMatch>,
    },
    /// Several phones, of one as surely as of another.
    Ambiguous(Vec<TitleMatch>),
    /// A model that no list has: brand and model as written.
    Unlisted(String),
    /// No phone.
    Nothing,
}

impl TitleAnswer {
    /// As written in answers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Match(_) => "match",
            Self::NotThePhone {
                thing: Thing::Bundle,
                ..
            } => "bundle",
            Self::NotThePhone { .. } => "accessory",
            Self::Ambiguous(_) => "ambiguous",
            Self::Unlisted(_) => "unlisted",
            Self::Nothing => "nothing",
        }
    }

    /// The phone that is meant, that is in a bundle, or that an accessory is for.
    #[must_use]
    pub const fn phone(&self) -> Option<&TitleMatch> {
        match self {
            Self::Match(phone)
            | Self::NotThePhone {
                phone: Some(phone), ..
            } => Some(phone),
            _ => None,
        }
    }

    /// What was found, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let names = |several: &[TitleMatch]| -> String {
            let names: Vec<&str> = several.iter().map(|one| one.name.as_str()).collect();
            names.join(", or ")
        };
        match self {
            Self::Match(phone) => {
                format!("{}, by its words {}", phone.name, phone.words.join(" "))
            }
            Self::NotThePhone { thing, phone } => {
                let phone = phone.as_ref().map(|phone| phone.name.as_str());
                match (thing, phone) {
                    (Thing::Accessory, Some(phone)) => format!("something for the {phone}"),
                    (Thing::Accessory, None) => "something for a phone".to_owned(),
                    (_, Some(phone)) => format!("the {phone} with something else"),
                    (_, None) => "a phone with something else".to_owned(),
                }
            }
            Self::Ambiguous(several) => format!("it may be {}", names(several)),
            Self::Unlisted(model) => format!("{model:?} is a model that no list has"),
            Self::Nothing => "it names no phone that a list has".to_owned(),
        }
    }
}

/// The names of an atlas and a directory, ready for titles.
pub(crate) struct Titles {
    pub(crate) atlas: Arc<Atlas>,
    directory: Arc<Directory>,
    pub(crate) matcher: Matcher,
}

impl Titles {
    /// Reads every name once.
    pub fn new(atlas: Arc<Atlas>, directory: Arc<Directory>) -> Self {
        let ours = known(&directory).map(|known| Named {
            brand: &known.brand.name,
            name: &known.model.name,
            code: &known.variant.code,
            storage_gb: &[],
            sims: &[],
            year: None,
        });
        let matcher = Matcher::new(atlas.named().chain(ours));
        Self {
            atlas,
            directory,
            matcher,
        }
    }

    /// Whether it is of these two, and of no others that say the same.
    pub fn is_of(&self, atlas: &Arc<Atlas>, directory: &Arc<Directory>) -> bool {
        Arc::ptr_eq(&self.atlas, atlas) && Arc::ptr_eq(&self.directory, directory)
    }

    /// The variants of the directory.
    pub fn directory_variants(&self) -> impl Iterator<Item = Known<'_>> {
        known(&self.directory)
    }

    /// What one title means.
    pub fn answer(&self, title: &str) -> TitleAnswer {
        let named = |candidate: &Candidate| self.named(candidate);
        match self.matcher.best(title) {
            Answer::Match(phone) => TitleAnswer::Match(self.named(&phone)),
            Answer::NotThePhone { thing, phone } => TitleAnswer::NotThePhone {
                thing,
                phone: phone.as_ref().map(named),
            },
            Answer::NoMatch(NoMatch::Ambiguous(several)) => {
                TitleAnswer::Ambiguous(several.iter().map(named).collect())
            }
            Answer::NoMatch(NoMatch::Unlisted(model)) => TitleAnswer::Unlisted(model),
            Answer::NoMatch(NoMatch::Nothing) => TitleAnswer::Nothing,
        }
    }

    fn named(&self, candidate: &Candidate) -> TitleMatch {
        let device = self.matcher.device(candidate.device);
        let (brand, name) = device.map_or(("", ""), |device| (&device.brand, &device.name));
        let full = full_name(brand, name);
        let words = Words::new(&candidate.words.join(" "));
        let code = runs(&words)
            .filter(|_| candidate.by_code)
            .find_map(|run| self.atlas.code_of(brand, run));
        let texts = [code, Some(full.as_str()), Some(name)];
        let ask = texts
            .into_iter()
            .flatten()
            .find(|text| self.atlas.understands(text));
        TitleMatch {
            ask: ask.map(str::to_owned),
            name: full,
            score: candidate.score,
            by_code: candidate.by_code,
            storage_gb: candidate.storage_gb,
            sims: candidate.sims,
            words: candidate.words.clone(),
        }
    }
}

/// The variants of a directory, each with its family and brand.
fn known(directory: &Directory) -> impl Iterator<Item = Known<'_>> {
    directory.variants.iter().filter_map(|variant| {
        let model = directory.models.iter().find(|m| m.id == variant.model)?;
        let brand = directory.brands.iter().find(|b| b.id == model.brand)?;
        Some(Known {
            brand,
            model,
            variant,
        })
    })
}

/// Neighbouring words written as one: a code may stand in them.
pub(crate) fn runs(words: &Words) -> impl Iterator<Item = &str> {
    (0..words.len()).flat_map(move |from| {
        let ends = from + 1..=(from + CODE_WORDS_MAX).min(words.len());
        ends.map(move |to| words.joined(from, to))
    })
}

impl House {
    /// Which phone each title means, in their order. Each is read alone; those of a feed, which complete each
    /// other, are read by [`House::take_feed`].
    ///
    /// # Errors
    /// A title holds the number of a unit; the database.
    pub async fn match_titles(&self, titles: &[String]) -> Result<Vec<TitleAnswer>, Error> {
        for title in titles {
            Error::unless_imei(title)?;
        }
        let ready = self.titles().await?;
        Ok(titles.iter().map(|title| ready.answer(title)).collect())
    }

    /// Bytes that the names for titles take.
    ///
    /// # Errors
    /// The database.
    pub async fn titles_bytes(&self) -> Result<usize, Error> {
        Ok(self.titles().await?.matcher.bytes())
    }
}

#[cfg(test)]
mod tests;
