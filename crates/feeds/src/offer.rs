//! What a row says of an offer that somebody else made elsewhere, in the words of schema.org's `Offer`.
//!
//! Such an offer is nobody's listing here: it is seen, not sold. [`crate::ItemFact`] is the other one.

use domain::listing::Condition;
use domain::money::Money;

use crate::Availability;

/// An offer seen elsewhere. Texts are as the source prints them; empty: not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferFact {
    /// The publisher's own key for it.
    pub sku: String,
    /// Never empty.
    pub title: String,
    /// What tells it from others of one title: `256 GB, 8 GB RAM`.
    pub variant: String,
    /// Whose product it is.
    pub brand: String,
    /// The shop, or the publisher's key for it.
    pub seller: String,
    /// The publisher's category.
    pub category: String,
    /// The publisher's own word for the product that several offers share (`cluster_label`).
    pub product: String,
    /// What it costs, or the lowest that it costs (`lowPrice`). None: not said, or without a currency.
    pub price: Option<Money>,
    /// The highest that it costs, where the price is a range.
    pub high_price: Option<Money>,
    /// What it is said to cost otherwise: a struck-out or recommended price.
    pub list_price: Option<Money>,
    /// What delivery costs; zero: it is free.
    pub shipping: Option<Money>,
    /// None: not said, or by a word that is neither new, refurbished nor used.
    pub condition: Option<Condition>,
    /// The word for the condition.
    pub condition_label: String,
    /// None: not said, or not known to the source.
    pub availability: Option<Availability>,
    /// The words for the availability: `En stock sous 7 jours (21/05/2026)`.
    pub availability_label: String,
    /// From where it is sent.
    pub location: String,
    /// Where it was seen.
    pub link: String,
    /// When it was seen, `2026-02` or `2026-02-15 21:14:22`, in the source's own time.
    pub observed: String,
    /// Whether something else is sold with it for one price.
    pub is_bundle: bool,
    /// Whether a program made it up: no such offer was ever made.
    pub is_synthetic: bool,
}
