//! What a change would do, as JSON.

use serde::Serialize;
use trade::gate::sentence::Names;
use trade::impact::{Affected, Held, Impact};
use utoipa::ToSchema;

/// Who holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Held)]
pub struct HeldJson {
    /// Carts or orders.
    pub count: u64,
    /// Units in them.
    pub units: u64,
}

impl From<Held> for HeldJson {
    fn from(held: Held) -> Self {
        Self {
            count: held.count,
            units: held.units,
        }
    }
}

/// A listing that would stop or start being sellable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Affected)]
pub struct AffectedJson {
    /// Which one.
    pub listing: String,
    /// In which market.
    pub market: String,
    /// Whose.
    pub seller: String,
    /// The seller's name.
    pub seller_name: String,
    /// As the seller titles it.
    pub title: String,
    /// `stops` or `starts`.
    pub way: &'static str,
    /// When.
    pub at: String,
    /// What its verdict was.
    pub before: &'static str,
    /// What it would be.
    pub after: &'static str,
    /// Codes of what would keep it off sale, or of what does before it starts.
    pub codes: Vec<&'static str>,
    /// Carts that hold it.
    pub carts: HeldJson,
    /// Accepted orders that hold it.
    pub orders: HeldJson,
}

impl AffectedJson {
    /// With names from a directory.
    #[must_use]
    pub fn new(one: &Affected, names: &dyn Names) -> Self {
        Self {
            listing: one.listing.to_string(),
            market: one.market.to_string(),
            seller: one.seller.to_string(),
            seller_name: names.seller(&one.seller),
            title: one.title.clone(),
            way: one.way.name(),
            at: one.at.to_string(),
            before: one.before.name(),
            after: one.after.name(),
            codes: one.codes.clone(),
            carts: one.carts.into(),
            orders: one.orders.into(),
        }
    }
}

/// What a change would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Impact)]
pub struct ImpactJson {
    /// For when it was judged; where only time passes, from when on.
    pub at: String,
    /// Listings that are offered, all of which were judged.
    pub judged: u64,
    /// Times that one would stop being sellable.
    pub stops: u64,
    /// Times that one would start.
    pub starts: u64,
    /// Carts that hold what would stop, added up listing by listing.
    pub carts: HeldJson,
    /// Accepted orders that hold what would stop, added up listing by listing.
    pub orders: HeldJson,
    /// A page of those listings, by market and id.
    pub items: Vec<AffectedJson>,
    /// The `cursor` of the next page; `null`: this is the last.
    pub next: Option<String>,
}

impl ImpactJson {
    /// With names from a directory. The page is the impact's own unless `items` and `next` say otherwise.
    #[must_use]
    pub fn new(
        impact: &Impact,
        items: &[Affected],
        next: Option<String>,
        names: &dyn Names,
    ) -> Self {
        Self {
            at: impact.at.to_string(),
            judged: impact.judged,
            stops: impact.stops,
            starts: impact.starts,
            carts: impact.carts.into(),
            orders: impact.orders.into(),
            items: items
                .iter()
                .map(|one| AffectedJson::new(one, names))
                .collect(),
            next,
        }
    }
}
