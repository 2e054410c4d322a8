//! Why an offer may not be sold, and what would make it sellable, as JSON.

use serde::Serialize;
use trade::ClaimJson;
use trade::gate::WhyNot;
use trade::gate::remedy::{Remedy, Step};
use trade::gate::sentence::{self, Names};
use utoipa::ToSchema;

use super::VerdictJson;

/// One thing that somebody could do.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepJson {
    /// `record`: say something new; `withdraw`: take back what was said.
    pub action: &'static str,
    /// Who: a party's id.
    pub issuer: String,
    /// Its name.
    pub issuer_name: String,
    /// Under which scope.
    pub scope: String,
    /// The kind of evidence that is recorded, or of the one that is withdrawn.
    pub kind: &'static str,
    /// What is withdrawn; `null`: something is recorded.
    pub evidence: Option<String>,
    /// What is said, or was said.
    #[schema(value_type = ClaimJson)]
    pub claim: ClaimJson,
    /// For people.
    pub sentence: String,
}

impl StepJson {
    /// With names from a directory.
    #[must_use]
    pub fn new(step: &Step, names: &dyn Names) -> Self {
        let (action, issuer, scope, claim, evidence) = match step {
            Step::Record {
                issuer,
                scope,
                claim,
            } => ("record", issuer, scope, claim, None),
            Step::Withdraw {
                issuer,
                scope,
                claim,
                ends,
            } => ("withdraw", issuer, scope, claim, Some(ends.to_string())),
        };
        Self {
            action,
            issuer: issuer.to_string(),
            issuer_name: names.party(issuer),
            scope: scope.to_string(),
            kind: claim.kind(),
            evidence,
            claim: ClaimJson::write(claim),
            sentence: sentence::step(step, names),
        }
    }
}

/// What would fulfil one requirement that blocks.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Remedy)]
pub struct RemedyJson {
    /// Which one.
    pub requirement: &'static str,
    /// On which host network, where it depends on one.
    pub network: Option<String>,
    /// Codes of its reasons.
    pub codes: Vec<&'static str>,
    /// Ways to fulfil it, the smallest first, each tried; empty: nothing that could be recorded does.
    pub ways: Vec<Vec<StepJson>>,
}

impl RemedyJson {
    /// With names from a directory.
    #[must_use]
    pub fn new(remedy: &Remedy, names: &dyn Names) -> Self {
        let ways = remedy.ways.iter();
        Self {
            requirement: remedy.requirement.name(),
            network: remedy.network.as_ref().map(ToString::to_string),
            codes: remedy.reasons.iter().map(|one| one.code.name()).collect(),
            ways: ways.map(|way| steps(way, names)).collect(),
        }
    }
}

/// Why an offer may not be sold, and what would make it sellable.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WhyNot)]
pub struct WhyNotJson {
    /// The answer as it is.
    pub verdict: VerdictJson,
    /// One for each requirement that blocks, on each host network.
    pub remedies: Vec<RemedyJson>,
    /// The fewest of these steps that make it sellable, tried together; `null`: it is sellable, or no steps do.
    pub together: Option<Vec<StepJson>>,
}

impl WhyNotJson {
    /// With names from a directory.
    #[must_use]
    pub fn new(why_not: &WhyNot, names: &dyn Names) -> Self {
        let remedies = why_not.remedies.iter();
        Self {
            verdict: VerdictJson::new(&why_not.verdict, names),
            remedies: remedies.map(|one| RemedyJson::new(one, names)).collect(),
            together: why_not.together.as_ref().map(|all| steps(all, names)),
        }
    }
}

fn steps(steps: &[Step], names: &dyn Names) -> Vec<StepJson> {
    steps
        .iter()
        .map(|step| StepJson::new(step, names))
        .collect()
}
