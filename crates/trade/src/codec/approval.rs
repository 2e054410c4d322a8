//! Rows of host networks' lists of approved devices, as they are stored.

use catalogue::key;
use domain::Period;
use domain::certification::{Builds, CertificationResult};
use feeds::ApprovalFact;
use serde::{Deserialize, Serialize};

use super::fact::OwnJson;
use super::tested::{BuildsJson, read_builds};
use super::{CodecError, PeriodJson};

/// The kind of such a fact in the store.
pub(crate) const KIND: &str = "approval";

/// What a row found, in one word.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FoundJson {
    Certified,
    Conditional,
    NotCertified,
    Withdrawn,
}

/// A device as lists of type allocation codes name it, when the list was imported.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct ByTacJson {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
}

/// What a row says of a device.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct ApprovalJson {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tacs: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_tac: Option<ByTacJson>,
    pub result: FoundJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub builds: Option<BuildsJson>,
    #[serde(flatten)]
    pub own: OwnJson,
}

impl ApprovalJson {
    pub(crate) fn write(fact: &ApprovalFact, by_tac: Option<ByTacJson>) -> Self {
        let (result, condition) = match &fact.result {
            CertificationResult::Certified => (FoundJson::Certified, None),
            CertificationResult::Conditional(on) => (FoundJson::Conditional, Some(on.clone())),
            CertificationResult::NotCertified if fact.is_withdrawn => (FoundJson::Withdrawn, None),
            CertificationResult::NotCertified => (FoundJson::NotCertified, None),
        };
        Self {
            brand: fact.brand.clone(),
            model: fact.model.clone(),
            codes: fact.codes.clone(),
            tacs: fact.tacs.iter().map(ToString::to_string).collect(),
            by_tac,
            result,
            condition,
            builds: BuildsJson::write(&fact.builds),
            own: OwnJson::of_period(&fact.valid),
        }
    }

    pub(crate) fn result(&self) -> CertificationResult {
        match self.result {
            FoundJson::Certified => CertificationResult::Certified,
            FoundJson::Conditional => {
                CertificationResult::Conditional(self.condition.clone().unwrap_or_default())
            }
            FoundJson::NotCertified | FoundJson::Withdrawn => CertificationResult::NotCertified,
        }
    }

    /// Whether it says no of its device.
    pub(crate) fn is_refusal(&self) -> bool {
        self.result() == CertificationResult::NotCertified
    }

    /// Whether its device goes by codes, its own or those of its type allocation codes.
    pub(crate) fn names_codes(&self) -> bool {
        !self.codes.is_empty()
            || self
                .by_tac
                .as_ref()
                .is_some_and(|one| !one.codes.is_empty())
    }

    /// Brand and model, as its type allocation codes have them if it goes by those.
    pub(crate) fn name_parts(&self) -> (&str, &str) {
        match &self.by_tac {
            Some(by_tac) => (&by_tac.brand, &by_tac.model),
            None => (&self.brand, &self.model),
        }
    }

    pub(crate) fn builds(&self) -> Result<Builds, CodecError> {
        read_builds(self.builds.as_ref())
    }

    pub(crate) fn valid(&self) -> Result<Period, CodecError> {
        self.own
            .valid
            .as_ref()
            .map_or(Ok(Period::ALWAYS), PeriodJson::read)
    }

    /// The same for what another delivery says of the same device and builds.
    pub(crate) fn identity(&self) -> String {
        let mut names: Vec<String> = self.codes.iter().map(|code| key::code(code)).collect();
        names.extend(self.tacs.iter().map(|tac| format!("tac:{tac}")));
        if names.is_empty() {
            names.push(key::device(&self.brand, &self.model));
        }
        names.sort_unstable();
        if let Some(builds) = &self.builds {
            names.push(format!("{builds:?}"));
        }
        names.join("|")
    }

    /// `Xiaomi Mi 4i (2015015)`.
    pub(crate) fn name(&self) -> String {
        let name = format!("{} {}", self.brand, self.model);
        let codes = if self.codes.is_empty() {
            &self.tacs
        } else {
            &self.codes
        };
        super::fact::with_codes(name.trim(), codes)
    }
}
