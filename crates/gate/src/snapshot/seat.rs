//! Which number stands for which id, and an offer as numbers.
//!
//! One register for a snapshot and all that grow from it: an id gets the next number of its kind when it is first
//! met and keeps it, so that an offer turned into a [`Seat`] once can be judged by any of them. Numbers say nothing
//! of evidence, and where there is none there is nothing to find.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{PoisonError, RwLock};

use domain::id::{ID_LENGTH_MAX, Id};
use domain::listing::{Condition, Offer};
use domain::scope::Scope;
use domain::software::BUILD_CHARS_MAX;

/// The number of what has none: no evidence can stand under it.
pub(crate) const NOBODY: u32 = u32::MAX;

/// What an id names; the scopes, the categories and the software builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Market,
    Brand,
    Seller,
    HostNetwork,
    Model,
    Variant,
    Listing,
    Category,
    Build,
}

impl Kind {
    pub const COUNT: usize = 9;

    pub fn of(scope: &Scope) -> (Self, &str) {
        match scope {
            Scope::Market(id) => (Self::Market, id.as_str()),
            Scope::Brand(id) => (Self::Brand, id.as_str()),
            Scope::Seller(id) => (Self::Seller, id.as_str()),
            Scope::HostNetwork(id) => (Self::HostNetwork, id.as_str()),
            Scope::Model(id) => (Self::Model, id.as_str()),
            Scope::Variant(id) => (Self::Variant, id.as_str()),
            Scope::Listing(id) => (Self::Listing, id.as_str()),
        }
    }
}

/// An offer, prepared to be judged. Get it from [`crate::Snapshot::seat`]; it stays true for every snapshot that
/// grows from that one, and another's sells nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub(crate) register: u32,
    pub(crate) market: u32,
    pub(crate) category: u32,
    pub(crate) condition: Condition,
    /// The software build; [`NOBODY`] where the seller does not say.
    pub(crate) build: u32,
    pub(crate) brand: u32,
    pub(crate) seller: u32,
    /// The seller with the condition, counted among those of the brand.
    pub(crate) deal: u32,
    pub(crate) model: u32,
    pub(crate) variant: u32,
    pub(crate) listing: u32,
}

/// So many names share a place from which their ends are counted.
const NAMES_A_BLOCK: usize = 65_536;
const _: () = assert!(
    NAMES_A_BLOCK * ID_LENGTH_MAX <= u32::MAX as usize && BUILD_CHARS_MAX <= ID_LENGTH_MAX,
    "an end is counted in 32 bits"
);

/// Texts in one piece, and their numbers by hash.
#[derive(Debug, Default)]
struct Names {
    text: String,
    /// Where the text of each block begins.
    blocks: Vec<usize>,
    /// Where each text ends, counted from the beginning of its block.
    ends: Vec<u32>,
    /// Numbers at the places that their texts' hashes point to, or behind; a power of two, at most 3/4 full.
    slots: Vec<u32>,
}

impl Names {
    fn name(&self, number: u32) -> Option<&str> {
        let at = number as usize;
        let end = *self.ends.get(at)? as usize;
        let start = match at % NAMES_A_BLOCK {
            0 => 0,
            _ => self.ends[at - 1] as usize,
        };
        let block = self.blocks[at / NAMES_A_BLOCK];
        self.text.get(block + start..block + end)
    }

    /// The number of a text, or the slot that it would take.
    fn find(&self, name: &str, hasher: &RandomState) -> Result<u32, usize> {
        let last = self.slots.len().wrapping_sub(1);
        let mut slot = low_bits(hasher.hash_one(name)) & last;
        for _ in 0..self.slots.len() {
            match self.slots[slot] {
                NOBODY => break,
                number if self.name(number) == Some(name) => return Ok(number),
                _ => slot = (slot + 1) & last,
            }
        }
        Err(slot)
    }

    fn number(&mut self, name: &str, hasher: &RandomState) -> u32 {
        if (self.ends.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow(hasher);
        }
        match self.find(name, hasher) {
            Ok(number) => number,
            Err(slot) => {
                let number = next_number(self.ends.len());
                if self.ends.len().is_multiple_of(NAMES_A_BLOCK) {
                    self.blocks.push(self.text.len());
                }
                let block = self.blocks.last().map_or(0, |block| *block);
                self.text.push_str(name);
                self.ends.push(next_number(self.text.len() - block));
                self.slots[slot] = number;
                number
            }
        }
    }

    fn grow(&mut self, hasher: &RandomState) {
        let mut slots = vec![NOBODY; (self.slots.len() * 2).max(16)];
        let last = slots.len() - 1;
        for number in 0..next_number(self.ends.len()) {
            let name = self.name(number).unwrap_or_default();
            let mut slot = low_bits(hasher.hash_one(name)) & last;
            // No two are the same, so the first that is free is its own.
            while slots[slot] != NOBODY {
                slot = (slot + 1) & last;
            }
            slots[slot] = number;
        }
        self.slots = slots;
    }
}

/// Memory ends long before numbers do.
fn next_number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(NOBODY)
}

fn low_bits(hash: u64) -> usize {
    usize::try_from(hash & u64::from(u32::MAX)).unwrap_or(0)
}

#[derive(Debug, Default)]
struct Entries {
    names: [Names; Kind::COUNT],
    /// What each seller sells of each brand in each condition, counted from 0 by brand.
    deals: HashMap<(u32, u32, Condition), u32>,
    deal_counts: HashMap<u32, u32>,
}

/// Numbers for ids.
#[derive(Debug)]
pub(crate) struct Register {
    /// Tells its seats from another register's.
    mark: u32,
    hasher: RandomState,
    entries: RwLock<Entries>,
}

impl Register {
    pub fn new() -> Self {
        let hasher = RandomState::new();
        Self {
            mark: next_number(low_bits(hasher.hash_one(()))),
            hasher,
            entries: RwLock::default(),
        }
    }

    pub const fn mark(&self) -> u32 {
        self.mark
    }

    /// The number of an id; [`NOBODY`] if it was never met.
    pub fn find(&self, kind: Kind, id: &str) -> u32 {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        self.find_in(&entries, kind, id)
    }

    fn find_in(&self, entries: &Entries, kind: Kind, id: &str) -> u32 {
        let names = &entries.names[kind as usize];
        names.find(id, &self.hasher).unwrap_or(NOBODY)
    }

    /// The number of an id; the next one of its kind if it has none yet.
    pub fn number(&self, kind: Kind, id: &str) -> u32 {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.names[kind as usize].number(id, &self.hasher)
    }

    /// The seat of an offer as far as its ids were met before. Evidence may give the others numbers later, so it is
    /// good for the snapshot that is asked now and no longer.
    pub fn find_seat(&self, offer: &Offer) -> Seat {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        self.seat_by(offer, |kind, id| self.find_in(&entries, kind, id))
            .with_deal(|deal| entries.deals.get(&deal).copied().unwrap_or(NOBODY))
    }

    /// The seat of an offer, for good.
    pub fn seat(&self, offer: &Offer) -> Seat {
        let known = self.find_seat(offer);
        let is_whole = known.deal != NOBODY
            && known.category != NOBODY
            && known.market != NOBODY
            && known.model != NOBODY
            && known.variant != NOBODY
            && (known.build != NOBODY || offer.build.is_none())
            && (known.listing != NOBODY || offer.listing.is_none());
        if is_whole {
            return known;
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let entries = &mut *entries;
        let names = &mut entries.names;
        self.seat_by(offer, |kind, id| {
            names[kind as usize].number(id, &self.hasher)
        })
        .with_deal(|deal| {
            let next = entries.deal_counts.entry(deal.0).or_default();
            *entries.deals.entry(deal).or_insert_with(|| {
                *next += 1;
                *next - 1
            })
        })
    }

    fn seat_by(&self, offer: &Offer, mut number: impl FnMut(Kind, &str) -> u32) -> Seat {
        Seat {
            register: self.mark,
            market: number(Kind::Market, offer.market.as_str()),
            category: number(Kind::Category, offer.category.as_str()),
            condition: offer.condition,
            build: offer
                .build
                .as_ref()
                .map_or(NOBODY, |build| number(Kind::Build, build.as_str())),
            brand: number(Kind::Brand, offer.brand.as_str()),
            seller: number(Kind::Seller, offer.seller.as_str()),
            deal: NOBODY,
            model: number(Kind::Model, offer.model.as_str()),
            variant: number(Kind::Variant, offer.variant.as_str()),
            listing: offer
                .listing
                .as_ref()
                .map_or(NOBODY, |id| number(Kind::Listing, id.as_str())),
        }
    }

    /// The offer of a seat; none if it is another register's.
    pub fn offer(&self, seat: &Seat) -> Option<Offer> {
        fn id<K>(names: &Names, number: u32) -> Option<Id<K>> {
            names.name(number)?.parse().ok()
        }
        if seat.register != self.mark {
            return None;
        }
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let of = |kind: Kind| &entries.names[kind as usize];
        Some(Offer {
            market: id(of(Kind::Market), seat.market)?,
            seller: id(of(Kind::Seller), seat.seller)?,
            brand: id(of(Kind::Brand), seat.brand)?,
            model: id(of(Kind::Model), seat.model)?,
            variant: id(of(Kind::Variant), seat.variant)?,
            category: id(of(Kind::Category), seat.category)?,
            condition: seat.condition,
            build: of(Kind::Build)
                .name(seat.build)
                .and_then(|build| build.parse().ok()),
            listing: id(of(Kind::Listing), seat.listing),
        })
    }
}

impl Seat {
    /// Brand, seller and condition together; a deal that was never met has no number, nor has one with a stranger.
    fn with_deal(self, number: impl FnOnce((u32, u32, Condition)) -> u32) -> Self {
        let deal = if self.brand == NOBODY || self.seller == NOBODY {
            NOBODY
        } else {
            number((self.brand, self.seller, self.condition))
        };
        Self { deal, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(n: usize) -> Offer {
        let id = |kind: &str, of: usize| format!("{kind}{}", n % of);
        Offer {
            market: id("m", 2).parse().expect("an id"),
            seller: id("s", 7).parse().expect("an id"),
            brand: id("b", 5).parse().expect("an id"),
            model: id("f", 11).parse().expect("an id"),
            variant: id("v", 100).parse().expect("an id"),
            category: id("c", 3).parse().expect("an id"),
            condition: Condition::ALL[n % 3],
            build: (!n.is_multiple_of(3)).then(|| id("V8.", 4).parse().expect("a build")),
            listing: (!n.is_multiple_of(4)).then(|| id("l", 1_000).parse().expect("an id")),
        }
    }

    #[test]
    fn an_offer_is_had_again_from_its_seat_and_its_numbers_stay() {
        let register = Register::new();
        let seats: Vec<Seat> = (0..1_000).map(|n| register.seat(&offer(n))).collect();
        for (n, seat) in seats.iter().enumerate() {
            assert_eq!(register.offer(seat), Some(offer(n)));
            assert_eq!(register.seat(&offer(n)), *seat);
            assert_eq!(register.find_seat(&offer(n)), *seat);
        }
        let largest = seats.iter().map(|seat| seat.deal).max();
        assert_eq!(
            largest,
            Some(20),
            "a brand has seven sellers, each with three conditions"
        );
    }

    #[test]
    fn a_stranger_is_nobody_until_it_is_met() {
        let register = Register::new();
        let before = register.find_seat(&offer(1));
        assert_eq!((before.variant, before.deal), (NOBODY, NOBODY));
        assert_eq!(register.number(Kind::Variant, "v1"), 0);
        assert_eq!(register.find_seat(&offer(1)).variant, 0);
        assert_eq!(Register::new().offer(&register.seat(&offer(1))), None);
    }
}
