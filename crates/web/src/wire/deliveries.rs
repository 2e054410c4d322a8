//! A delivery held against the one before, as JSON.

use serde::Serialize;
use trade::data_sets::compare::Comparison;
use utoipa::ToSchema;

/// One fact that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Difference)]
pub struct DifferenceJson {
    /// `gone`, `changed` or `added`.
    pub manner: &'static str,
    /// What it is of.
    pub name: String,
    /// Its row in the delivery before.
    pub row_before: Option<u64>,
    /// Its row in this one.
    pub row: Option<u64>,
}

/// A verdict that would be another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = VerdictChange)]
pub struct VerdictChangeJson {
    /// Of which listing.
    pub listing: String,
    /// As it is called.
    pub title: String,
    /// What is so now.
    pub now: &'static str,
    /// What would be so.
    pub then: &'static str,
}

/// What activating a data set would change in a market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Comparison)]
pub struct ComparisonJson {
    /// The delivery before, of the same source and active there; `null`: there is none.
    pub before: Option<String>,
    /// Facts of the delivery before.
    pub facts_before: u64,
    /// Facts that both have.
    pub same: u64,
    /// Facts that only this one has.
    pub added: u64,
    /// Facts of the same thing that say something else.
    pub changed: u64,
    /// Facts that only the one before has.
    pub gone: u64,
    /// Whether more than a fifth is gone, so that activating it has to be confirmed.
    pub is_fall: bool,
    /// Of each manner at most 100.
    pub differences: Vec<DifferenceJson>,
    /// Offered listings whose verdicts were worked out both ways, at most 20,000.
    pub listings_compared: u64,
    /// Whether there are more, which were not looked at.
    pub has_more_listings: bool,
    /// How many of those verdicts would differ.
    pub verdicts_changed: u64,
    /// At most 100 of them.
    pub verdicts: Vec<VerdictChangeJson>,
}

impl From<&Comparison> for ComparisonJson {
    fn from(found: &Comparison) -> Self {
        let rows = &found.rows;
        let differences = rows.differences.iter().map(|one| DifferenceJson {
            manner: one.manner.name(),
            name: one.name.clone(),
            row_before: one.row_before,
            row: one.row,
        });
        let verdicts = found.verdicts.iter().map(|one| VerdictChangeJson {
            listing: one.listing.to_string(),
            title: one.title.clone(),
            now: one.now.name(),
            then: one.then.name(),
        });
        Self {
            before: rows.before.as_ref().map(ToString::to_string),
            facts_before: rows.before_in_all,
            same: rows.same,
            added: rows.added,
            changed: rows.changed,
            gone: rows.gone,
            is_fall: rows.is_fall(),
            differences: differences.collect(),
            listings_compared: found.listings_compared,
            has_more_listings: found.has_more_listings,
            verdicts_changed: found.verdicts_changed,
            verdicts: verdicts.collect(),
        }
    }
}
