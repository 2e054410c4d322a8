//! Verdict changes as JSON.

use serde::Serialize;
use trade::verdict_changes::{Cause, Said, VerdictChange};
use utoipa::ToSchema;

/// What a verdict comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = VerdictInShort)]
pub struct SaidJson {
    /// `sellable`, `unknown`, `disputed` or `refused`.
    pub outcome: &'static str,
    /// Host networks for which it may be sold; empty where nothing asked depends on one.
    pub networks: Vec<String>,
    /// Codes of its reasons, sorted.
    pub codes: Vec<&'static str>,
}

impl From<&Said> for SaidJson {
    fn from(said: &Said) -> Self {
        let sellable = |outcome| outcome == trade::gate::Outcome::Sellable;
        let networks = said.networks.iter();
        Self {
            outcome: said.outcome.name(),
            networks: networks
                .filter(|(_, outcome)| sellable(*outcome))
                .map(|(network, _)| network.to_string())
                .collect(),
            codes: said.codes.clone(),
        }
    }
}

/// One verdict that became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = VerdictChange)]
pub struct VerdictChangeJson {
    /// Of the last entry of the record by then.
    pub position: u64,
    /// When: the entry's instant, or that at which a fact began or ended.
    pub at: String,
    /// Of which listing.
    pub listing: String,
    /// `entry`: what was recorded at the position; `time`: a fact began or ended by itself.
    pub cause: &'static str,
    /// The evidence recorded at the position, where it is the cause.
    pub evidence: Option<String>,
    /// What it was; `null`: it was offered for the first time.
    pub before: Option<SaidJson>,
    /// What it is; `null`: the listing is over.
    pub after: Option<SaidJson>,
}

impl From<&VerdictChange> for VerdictChangeJson {
    fn from(change: &VerdictChange) -> Self {
        let (cause, evidence) = match &change.cause {
            Cause::Entry(id) => ("entry", Some(id.to_string())),
            Cause::Time => ("time", None),
        };
        Self {
            position: change.position,
            at: change.at.to_string(),
            listing: change.listing.to_string(),
            cause,
            evidence,
            before: change.before.as_ref().map(SaidJson::from),
            after: change.after.as_ref().map(SaidJson::from),
        }
    }
}
