//! What every handler is given.

use std::sync::Arc;

use trade::House;

/// One house, served. Clones are the same one.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub house: House,
    /// Set when the house is a demonstration: the race may be run by anyone who sees the page.
    pub demo: Option<Arc<Demo>>,
}

/// What the demonstration's pages need to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demo {
    /// The market of the story.
    pub market: domain::id::MarketId,
    /// The listing whose verdict follows the date slider: a phone of 2016.
    pub slider_listing: domain::id::ListingId,
    /// The listing that the crowd buys in the race.
    pub race_listing: domain::id::ListingId,
    /// The certification that the race withdraws and returns.
    pub race_certification: domain::id::EvidenceId,
    /// Who issued it.
    pub race_issuer: domain::id::PartyId,
    /// Who signs in, for the sign-in page's hint.
    pub operator_email: String,
}
