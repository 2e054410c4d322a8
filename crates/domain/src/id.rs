//! Identifiers: one generic newtype with a marker, and every kind in one list.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use crate::ParseError;

/// The identifier of a `K`.
///
/// Shape: 1 to 64 characters of `a-z`, `0-9`, `-`, `_`, `.`; the first a letter or digit.
/// An id of one kind cannot stand where another is due.
///
/// ```
/// use domain::id::BrandId;
/// let brand: BrandId = "xiaomi".parse()?;
/// assert_eq!(brand.as_str(), "xiaomi");
/// assert!("Xiaomi Inc.".parse::<BrandId>().is_err());
/// # Ok::<(), domain::ParseError>(())
/// ```
pub struct Id<K> {
    text: Arc<str>,
    kind: PhantomData<fn() -> K>,
}

/// The most characters an id may have.
pub const ID_LENGTH_MAX: usize = 64;

impl<K> Id<K> {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<K> FromStr for Id<K> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let well_formed = text.len() <= ID_LENGTH_MAX
            && text.bytes().next().is_some_and(allowed)
            && text
                .bytes()
                .all(|b| allowed(b) || matches!(b, b'-' | b'_' | b'.'));
        if well_formed {
            Ok(Self {
                text: text.into(),
                kind: PhantomData,
            })
        } else {
            Err(ParseError::new(
                text,
                "an identifier",
                "use 1 to 64 of a-z, 0-9, - _ . and begin with a letter or digit",
            ))
        }
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self {
            text: Arc::clone(&self.text),
            kind: PhantomData,
        }
    }
}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $alias:ident;)*) => {
        $(
            #[doc = concat!("Marker of [`", stringify!($alias), "`].")]
            pub enum $kind {}
            $(#[$doc])*
            pub type $alias = Id<$kind>;
        )*
    };
}

kinds! {
    /// Operator, seller, brand, host network or shopper, as a party.
    Party => PartyId;
    /// A market: one virtual carrier in one country.
    Market => MarketId;
    /// A brand.
    Brand => BrandId;
    /// A seller.
    Seller => SellerId;
    /// A host network.
    HostNetwork => HostNetworkId;
    /// A device model: the family.
    Model => ModelId;
    /// A device variant: the exact hardware.
    Variant => VariantId;
    /// A listing.
    Listing => ListingId;
    /// An order.
    Order => OrderId;
    /// A cart.
    Cart => CartId;
    /// A piece of evidence.
    EvidenceMark => EvidenceId;
    /// A data set.
    DataSet => DataSetId;
    /// A product category: `smartphone`, `headphones`.
    CategoryMark => Category;
}
