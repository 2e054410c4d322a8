//! How evidence and facts are written as JSON: the wire form of the record's bodies and of data sets' rows.
//!
//! The domain's types are not serialisable; each edge owns its form. A body is hashed as the text that was
//! stored, so a change here never changes an old entry, but an old entry must stay readable.

pub mod entry;
pub mod fact;

pub(crate) mod approval;
pub mod claim;
pub mod draft;
pub mod policy;
pub mod posted;
mod seen;
mod tested;

use domain::evidence::{Authority, Reach};
use domain::radio::{AccessTechnology, BandClaim, BandList, Radio};
use domain::{Instant, Period};
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::str::FromStr;
use utoipa::ToSchema;

/// A body or row that does not read: damaged, or written by a newer program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not readable: {0}")]
pub struct CodecError(pub String);

impl From<domain::ParseError> for CodecError {
    fn from(error: domain::ParseError) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for CodecError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct PeriodJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl PeriodJson {
    pub(crate) fn write(period: &Period) -> Self {
        Self {
            from: period.from.as_ref().map(Instant::to_string),
            until: period.until.as_ref().map(Instant::to_string),
        }
    }

    pub(crate) fn read(&self) -> Result<Period, CodecError> {
        let instant = |text: &Option<String>| text.as_deref().map(str::parse).transpose();
        Ok(Period {
            from: instant(&self.from)?,
            until: instant(&self.until)?,
        })
    }
}

/// `"all"`, or the ones that are meant. An empty list means none.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Reach)]
#[serde(untagged)]
pub enum ReachJson {
    All(AllWord),
    Only(Vec<String>),
}

/// The word for every one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = All)]
pub enum AllWord {
    #[serde(rename = "all")]
    All,
}

/// All, where an old entry does not say.
impl Default for ReachJson {
    fn default() -> Self {
        Self::All(AllWord::All)
    }
}

impl ReachJson {
    pub(crate) fn write<T: Display>(reach: &Reach<T>) -> Self {
        match reach {
            Reach::All => Self::All(AllWord::All),
            Reach::Only(named) => Self::Only(named.iter().map(T::to_string).collect()),
        }
    }

    pub(crate) fn read<T: FromStr<Err = domain::ParseError>>(
        &self,
    ) -> Result<Reach<T>, CodecError> {
        match self {
            Self::All(_) => Ok(Reach::All),
            Self::Only(named) => Ok(Reach::Only(
                named
                    .iter()
                    .map(|one| one.parse())
                    .collect::<Result<_, _>>()?,
            )),
        }
    }
}

/// Bands per technology, as somebody declares them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Radio)]
pub struct RadioJson {
    lists: Vec<BandListJson>,
    /// Voice over LTE; left out: not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    volte: Option<bool>,
}

/// The bands of one technology.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = DeclaredBands)]
struct BandListJson {
    /// `GSM`, `UMTS`, `LTE`, `NR` …
    technology: String,
    /// `LTE B41`, or a frequency that several bands may be: `LTE 1900 MHz`.
    claims: Vec<String>,
    /// Whether the list is the whole set.
    exhaustive: bool,
}

impl RadioJson {
    pub(crate) fn write(radio: &Radio) -> Self {
        let lists = radio.lists.iter().map(|list| BandListJson {
            technology: list.technology.name().to_owned(),
            claims: list.claims.iter().map(BandClaim::to_string).collect(),
            exhaustive: list.exhaustive,
        });
        Self {
            lists: lists.collect(),
            volte: radio.volte,
        }
    }

    pub(crate) fn read(&self) -> Result<Radio, CodecError> {
        let mut lists = Vec::with_capacity(self.lists.len());
        for list in &self.lists {
            let technology: AccessTechnology = list.technology.parse()?;
            let claims = list
                .claims
                .iter()
                .map(|claim| claim.parse())
                .collect::<Result<Vec<BandClaim>, _>>()?;
            lists.push(BandList::new(technology, claims, list.exhaustive));
        }
        Ok(Radio::new(lists, self.volte))
    }
}

pub(crate) const fn authority_name(authority: Authority) -> &'static str {
    match authority {
        Authority::BuiltIn => "built_in",
        Authority::PublicList => "public_list",
        Authority::Own => "own",
    }
}

pub(crate) fn authority(name: &str) -> Result<Authority, CodecError> {
    match name {
        "built_in" => Ok(Authority::BuiltIn),
        "public_list" => Ok(Authority::PublicList),
        "own" => Ok(Authority::Own),
        other => Err(CodecError(format!("{other:?} is no authority"))),
    }
}
