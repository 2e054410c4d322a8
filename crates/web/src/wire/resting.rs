//! What rests on a piece of evidence, as JSON.

use serde::Serialize;
use trade::resting::{Around, Related, RestingListing, RestingOrder};
use utoipa::ToSchema;

use super::RecordEntryJson;

/// A piece of evidence, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Related)]
pub struct RelatedJson {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its place in the record.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: String,
}

impl From<&Related> for RelatedJson {
    fn from(one: &Related) -> Self {
        Self {
            id: one.id.to_string(),
            kind: one.kind.clone(),
            position: one.position,
            recorded_at: one.recorded_at.to_string(),
        }
    }
}

/// The evidence around a piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Around)]
pub struct AroundJson {
    /// The piece itself.
    pub entry: RecordEntryJson,
    /// Whether it is in force now.
    pub is_in_force: bool,
    /// What it names: what it ends, what it rests on.
    pub names: Vec<RelatedJson>,
    /// What names it, and what names that: its withdrawals, what rests on it.
    pub named_by: Vec<RelatedJson>,
    /// What the same issuer said in the same document.
    pub same_document: Vec<RelatedJson>,
}

impl From<&Around> for AroundJson {
    fn from(around: &Around) -> Self {
        let all = |related: &[Related]| related.iter().map(RelatedJson::from).collect();
        Self {
            entry: (&around.entry).into(),
            is_in_force: around.is_in_force,
            names: all(&around.names),
            named_by: all(&around.named_by),
            same_document: all(&around.same_document),
        }
    }
}

/// An offered listing whose verdict cites the evidence now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RestingListing)]
pub struct RestingListingJson {
    /// Which one.
    pub listing: String,
    /// As the seller titles it.
    pub title: String,
    /// Its verdict: `sellable`, `unknown`, `disputed` or `refused`.
    pub outcome: &'static str,
    /// Codes of the reasons that cite it; `policy`: the verdict was made by it.
    pub codes: Vec<&'static str>,
}

impl From<&RestingListing> for RestingListingJson {
    fn from(one: &RestingListing) -> Self {
        Self {
            listing: one.listing.to_string(),
            title: one.title.clone(),
            outcome: one.outcome.name(),
            codes: one.codes.clone(),
        }
    }
}

/// A line of an order that rests on the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RestingLine)]
pub struct RestingLineJson {
    /// Which listing.
    pub listing: String,
    /// Codes of the reasons that cited it; `policy`: the verdict was made by it.
    pub codes: Vec<&'static str>,
}

/// An order that was accepted on the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RestingOrder)]
pub struct RestingOrderJson {
    /// Which one.
    pub order: String,
    /// When it was accepted.
    pub accepted_at: String,
    /// Its lines that rest on it.
    pub lines: Vec<RestingLineJson>,
}

impl From<&RestingOrder> for RestingOrderJson {
    fn from(one: &RestingOrder) -> Self {
        let lines = one.lines.iter().map(|(listing, codes)| RestingLineJson {
            listing: listing.to_string(),
            codes: codes.clone(),
        });
        Self {
            order: one.order.to_string(),
            accepted_at: one.accepted_at.to_string(),
            lines: lines.collect(),
        }
    }
}
