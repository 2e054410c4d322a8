//! What was worked out for one market, kept until evidence changes under it.
//!
//! A verdict falls into parts, and each part rests on few scopes. So a part is worked out once for all listings
//! that share it, and a change of evidence leaves behind the parts that stand under its scope and no others. Knows
//! nothing of the rules.

use domain::scope::Scope;

use super::memo::Memo;
use super::seat::NOBODY;
use super::table::Table;
use crate::parts::Part;

/// A category, and a model or brand where it makes a difference ([`NOBODY`] where it does not).
type Key = (u32, u32);

/// Answers that stand near each other share a chunk of so many, and are left behind together.
type Answers = Table<Memo<Key, Part>, 16>;

/// The parts of a market's verdicts. All rest on the market's scope; when that, a host network or a data set
/// changes, the whole board is left behind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board {
    /// By variant: what rests on the host networks and on the variant.
    builds: Answers,
    /// By brand, then by the seller as counted there: what rests on the brand.
    deals: Table<Answers, 1>,
    /// By seller, then by variant as counted there: what rests on the seller.
    units: Table<Answers, 1>,
    /// By brand: what is said of units of which nobody spoke.
    unspoken: Answers,
}

impl Board {
    pub fn build(&self, variant: u32) -> Option<&Memo<Key, Part>> {
        (variant != NOBODY).then(|| self.builds.slot(variant))
    }

    pub fn deal(&self, brand: u32, deal: u32) -> Option<&Memo<Key, Part>> {
        (deal != NOBODY).then(|| self.deals.slot(brand).slot(deal))
    }

    pub fn units(&self, seller: u32, named: u32) -> Option<&Memo<Key, Part>> {
        (seller != NOBODY).then(|| self.units.slot(seller).slot(named))
    }

    pub fn unspoken(&self, brand: u32) -> Option<&Memo<Key, Part>> {
        (brand != NOBODY).then(|| self.unspoken.slot(brand))
    }

    /// Leaves behind what rests on a scope, of which this is the number.
    pub fn leave_behind(&mut self, scope: &Scope, number: u32) {
        match scope {
            Scope::Market(_) | Scope::HostNetwork(_) => *self = Self::default(),
            Scope::Variant(_) => self.builds.clear(number),
            Scope::Brand(_) => self.deals.clear(number),
            Scope::Seller(_) => self.units.clear(number),
            // What rests on these alone is kept beside their facts.
            Scope::Model(_) | Scope::Listing(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_fits_into_one_line_of_the_cache() {
        assert_eq!(size_of::<Memo<Key, Part>>(), 64);
        assert_eq!(align_of::<Memo<Key, Part>>(), 64);
    }
}
