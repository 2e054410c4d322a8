//! Scopes: what an order locks shared and a change of evidence locks alone.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;
use crate::id::{BrandId, HostNetworkId, ListingId, MarketId, ModelId, SellerId, VariantId};
use crate::listing::Offer;

/// What a piece of evidence is written under. Every change of evidence has exactly one scope and moves its version.
///
/// Shape: kind, colon, id: `brand:xiaomi`, `host:tmobile-us`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Trust, keys, policy and data sets.
    Market(MarketId),
    /// Authorisations, denials, delegation; recalls of all a brand makes.
    Brand(BrandId),
    /// What bears on one seller.
    Seller(SellerId),
    /// What bears on one host network.
    HostNetwork(HostNetworkId),
    /// Recalls of a family.
    Model(ModelId),
    /// Certifications, radio facts, approvals of one variant.
    Variant(VariantId),
    /// What bears on one listing.
    Listing(ListingId),
}

impl Scope {
    /// The scopes of an offer: a fixed function of the offer and the market's host networks, never of
    /// a verdict. Sorted, each once.
    #[must_use]
    pub fn of(offer: &Offer, hosts: &[HostNetworkId]) -> Vec<Self> {
        let mut scopes = vec![
            Self::Market(offer.market.clone()),
            Self::Brand(offer.brand.clone()),
            Self::Seller(offer.seller.clone()),
            Self::Model(offer.model.clone()),
            Self::Variant(offer.variant.clone()),
        ];
        scopes.extend(offer.listing.clone().map(Self::Listing));
        scopes.extend(hosts.iter().cloned().map(Self::HostNetwork));
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Market(id) => write!(f, "market:{id}"),
            Self::Brand(id) => write!(f, "brand:{id}"),
            Self::Seller(id) => write!(f, "seller:{id}"),
            Self::HostNetwork(id) => write!(f, "host:{id}"),
            Self::Model(id) => write!(f, "model:{id}"),
            Self::Variant(id) => write!(f, "variant:{id}"),
            Self::Listing(id) => write!(f, "listing:{id}"),
        }
    }
}

impl FromStr for Scope {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fault = || {
            ParseError::new(
                text,
                "a scope",
                "write market, brand, seller, host, model, variant or listing, a colon and an id",
            )
        };
        let (kind, id) = text.split_once(':').ok_or_else(fault)?;
        Ok(match kind {
            "market" => Self::Market(id.parse()?),
            "brand" => Self::Brand(id.parse()?),
            "seller" => Self::Seller(id.parse()?),
            "host" => Self::HostNetwork(id.parse()?),
            "model" => Self::Model(id.parse()?),
            "variant" => Self::Variant(id.parse()?),
            "listing" => Self::Listing(id.parse()?),
            _ => return Err(fault()),
        })
    }
}
