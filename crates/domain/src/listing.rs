//! Listings: a seller's offer of one variant in one market.
//!
//! What is stored is what people decided. Whether a listing is on sale is the gate's answer at an instant.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;
use crate::id::{BrandId, Category, ListingId, MarketId, ModelId, SellerId, VariantId};
use crate::money::Money;
use crate::software::SoftwareBuild;

/// The life cycle of a listing, as people decide it.
///
/// Draft → Offered; Offered ⇄ TakenDown; any of them → Ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListingState {
    /// Being written; nobody sees it but its seller.
    Draft,
    /// Offered by its seller. On sale when the gate says so.
    Offered,
    /// Taken down by a decision; can be offered again.
    TakenDown,
    /// Over for good.
    Ended,
}

impl ListingState {
    /// All, in order of life.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Offered, Self::TakenDown, Self::Ended];

    /// The word that is stored and shown in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Offered => "offered",
            Self::TakenDown => "taken_down",
            Self::Ended => "ended",
        }
    }

    /// Whether a step to `next` is allowed.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft | Self::TakenDown, Self::Offered | Self::Ended)
                | (Self::Offered, Self::TakenDown | Self::Ended)
        )
    }
}

impl fmt::Display for ListingState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ListingState {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| {
                ParseError::new(
                    text,
                    "a listing's state",
                    "write draft, offered, taken_down or ended",
                )
            })
    }
}

/// The condition of the goods. Source: schema.org `OfferItemCondition`; Google product data `condition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// Never used, in its original packing.
    New,
    /// Brought back to working order.
    Refurbished,
    /// Used.
    Used,
}

impl Condition {
    /// All, the best first.
    pub const ALL: [Self; 3] = [Self::New, Self::Refurbished, Self::Used];

    /// The word that is stored and shown in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Refurbished => "refurbished",
            Self::Used => "used",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Condition {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.trim().to_ascii_lowercase().as_str() {
            "new" => Ok(Self::New),
            "refurbished" => Ok(Self::Refurbished),
            "used" => Ok(Self::Used),
            _ => Err(ParseError::new(
                text,
                "a condition",
                "write new, refurbished or used",
            )),
        }
    }
}

/// What the gate needs to know of a listing. Its seller may change the condition and the build; all else, and so
/// its scopes, stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Offer {
    /// The market.
    pub market: MarketId,
    /// Who sells.
    pub seller: SellerId,
    /// Whose product it is.
    pub brand: BrandId,
    /// The family.
    pub model: ModelId,
    /// The exact hardware.
    pub variant: VariantId,
    /// The kind of product.
    pub category: Category,
    /// Condition of the goods.
    pub condition: Condition,
    /// The software build that the seller says the units carry; none: it does not say.
    pub build: Option<SoftwareBuild>,
    /// The listing itself; none for a what-if.
    pub listing: Option<ListingId>,
}

/// A seller's offer of one variant in one market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Its id.
    pub id: ListingId,
    /// The seller's own key for it.
    pub sku: String,
    /// As the seller titles it.
    pub title: String,
    /// Market, seller, product.
    pub offer: Offer,
    /// Price of one, tax basis of the market.
    pub price: Money,
    /// What people decided.
    pub state: ListingState,
    /// Units that may still be sold.
    pub stock: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_a_listing_are_these() {
        use ListingState::{Draft, Ended, Offered, TakenDown};
        let allowed = [
            (Draft, Offered),
            (Draft, Ended),
            (Offered, TakenDown),
            (Offered, Ended),
            (TakenDown, Offered),
            (TakenDown, Ended),
        ];
        for from in ListingState::ALL {
            for to in ListingState::ALL {
                assert_eq!(
                    from.may_become(to),
                    allowed.contains(&(from, to)),
                    "{from} → {to}"
                );
            }
            assert_eq!(from.name().parse(), Ok(from));
        }
    }
}
