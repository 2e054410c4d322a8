//! One thing that an issuer is asked for, and how it is kept.
//!
//! Its sentence is kept as it was written, so that who answers sees what was asked and nothing else.

use domain::evidence::Claim;
use domain::id::{EvidenceId, PartyId};
use gate::remedy::{IDENTIFIER_TO_COME, Step};
use serde::{Deserialize, Serialize};
use store::directory::Directory;

use super::Words;
use crate::codec::claim::ClaimJson;
use crate::error::Error;

/// One thing that an issuer is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// To say something, or to take back what was said.
    pub step: Step,
    /// The evidence that is to be said again; none: it is new.
    pub renews: Option<EvidenceId>,
    /// For people.
    pub sentence: String,
    /// How many offers wait for it.
    pub offers: u32,
    key: String,
}

/// An item as it is stored.
#[derive(Serialize, Deserialize)]
struct ItemJson {
    asked: AskedJson,
    #[serde(default)]
    renews: Option<String>,
    sentence: String,
    #[serde(default)]
    offers: u32,
}

/// What tells one item from another.
#[derive(Serialize, Deserialize)]
struct AskedJson {
    issuer: String,
    scope: String,
    claim: ClaimJson,
    /// What is to be taken back; then the claim is what it says.
    #[serde(default)]
    ends: Option<String>,
}

impl Item {
    /// From a step, and what it is to say again.
    pub(crate) fn new(
        step: Step,
        renews: Option<EvidenceId>,
        directory: &Directory,
        words: Words,
    ) -> Self {
        let sentence = sentence(&step, renews.as_ref(), directory, words);
        Self {
            key: key(&asked(&step)),
            step,
            renews,
            sentence,
            offers: 1,
        }
    }

    /// Who is asked.
    #[must_use]
    pub const fn issuer(&self) -> &PartyId {
        match &self.step {
            Step::Record { issuer, .. } | Step::Withdraw { issuer, .. } => issuer,
        }
    }

    /// The same for what asks the same.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Whether its answer must give an approval's identifier.
    #[must_use]
    pub fn asks_identifier(&self) -> bool {
        matches!(
            &self.step,
            Step::Record { claim: Claim::RegulatoryApproval { identifier, .. }, .. }
                if identifier == IDENTIFIER_TO_COME
        )
    }

    pub(crate) fn write(&self) -> String {
        let json = ItemJson {
            asked: asked(&self.step),
            renews: self.renews.as_ref().map(ToString::to_string),
            sentence: self.sentence.clone(),
            offers: self.offers,
        };
        serde_json::to_string(&json).unwrap_or_default()
    }

    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let damaged = || Error::broken("an item of a request is damaged");
        let json: ItemJson = serde_json::from_str(text).map_err(|_| damaged())?;
        let claim = json.asked.claim.read().map_err(|_| damaged())?;
        let (issuer, scope) = (json.asked.issuer.parse()?, json.asked.scope.parse()?);
        let step = match &json.asked.ends {
            None => Step::Record {
                issuer,
                scope,
                claim,
            },
            Some(ends) => Step::Withdraw {
                issuer,
                scope,
                ends: ends.parse()?,
                claim,
            },
        };
        Ok(Self {
            key: key(&json.asked),
            step,
            renews: json.renews.map(|id| id.parse()).transpose()?,
            sentence: json.sentence,
            offers: json.offers,
        })
    }
}

fn asked(step: &Step) -> AskedJson {
    let (issuer, scope, claim, ends) = match step {
        Step::Record {
            issuer,
            scope,
            claim,
        } => (issuer, scope, claim, None),
        Step::Withdraw {
            issuer,
            scope,
            ends,
            claim,
        } => (issuer, scope, claim, Some(ends.to_string())),
    };
    AskedJson {
        issuer: issuer.to_string(),
        scope: scope.to_string(),
        claim: ClaimJson::write(claim),
        ends,
    }
}

fn key(asked: &AskedJson) -> String {
    serde_json::to_string(asked).unwrap_or_default()
}

fn sentence(
    step: &Step,
    renews: Option<&EvidenceId>,
    directory: &Directory,
    words: Words,
) -> String {
    match (step, renews) {
        (Step::Record { claim, .. }, None) => {
            words(claim, directory).replace(IDENTIFIER_TO_COME, "(please give its identifier)")
        }
        (Step::Record { claim, .. }, Some(known)) => {
            format!(
                "{} This is on file as {known}; does it still hold?",
                words(claim, directory)
            )
        }
        (Step::Withdraw { ends, claim, .. }, _) => {
            format!(
                "Take back what is on file as {ends}: {}",
                words(claim, directory)
            )
        }
    }
}
