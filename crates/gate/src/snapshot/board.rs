//! What was worked out for one market, kept until evidence changes under it.
//!
//! A verdict falls into parts, and each part rests on few scopes. So a part is worked out once for all listings
//! that share it, and a change of evidence leaves behind the parts that stand under its scope and no others. Knows
//! nothing of the rules.

use std::sync::Arc;

use domain::Instant;
use domain::scope::Scope;

use super::glances::{Glances, Mark, Seen};
use super::memo::{Held, Memo};
use super::seat::NOBODY;
use super::table::Table;
use crate::parts::Part;

/// A category, and a model or brand where it makes a difference ([`NOBODY`] where it does not).
pub(crate) type Key = (u32, u32);

/// Answers by number. Those that stand near each other share a chunk, and are left behind together.
#[derive(Clone, Debug, Default)]
struct Answers {
    marks: Table<Mark, 64>,
    memos: Table<Memo<Key, Part>, 16>,
}

impl Answers {
    /// Marks last: what they stand for is then to be had again from answers that were not left behind.
    fn leave_behind(&mut self, number: u32) {
        self.memos.clear(number);
        self.marks.clear(number);
    }
}

/// Where the answer to one kind of question stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    glances: &'a Glances<Key>,
    answers: &'a Answers,
    number: u32,
    pub key: Key,
}

impl<'a> Place<'a> {
    /// The answer at a glance, if it was looked at before.
    #[inline]
    pub fn glance(&self, at: Instant) -> Option<&'a Seen<Key>> {
        let mark = self.answers.marks.get(self.number)?;
        self.glances.get(mark, self.key, at)
    }

    pub fn memo(&self) -> &'a Memo<Key, Part> {
        self.answers.memos.slot(self.number)
    }

    /// Remembers what an answer is at a glance.
    pub fn mark(&self, held: &Held<Part>) {
        let mark = self.answers.marks.slot(self.number);
        self.glances
            .mark(mark, self.key, held.stretch, &held.value.glance);
    }
}

/// The parts of a market's verdicts. All rest on the market's scope; when that, a host network or a data set
/// changes, the whole board is left behind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board {
    glances: Arc<Glances<Key>>,
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
    fn place<'a>(&'a self, answers: &'a Answers, number: u32, key: Key) -> Place<'a> {
        Place {
            glances: &self.glances,
            answers,
            number,
            key,
        }
    }

    pub fn build(&self, variant: u32, key: Key) -> Option<Place<'_>> {
        (variant != NOBODY).then(|| self.place(&self.builds, variant, key))
    }

    pub fn deal(&self, brand: u32, deal: u32, key: Key) -> Option<Place<'_>> {
        (deal != NOBODY).then(|| self.place(self.deals.slot(brand), deal, key))
    }

    pub fn units(&self, seller: u32, named: u32, key: Key) -> Option<Place<'_>> {
        (seller != NOBODY).then(|| self.place(self.units.slot(seller), named, key))
    }

    pub fn unspoken(&self, brand: u32, key: Key) -> Option<Place<'_>> {
        (brand != NOBODY).then(|| self.place(&self.unspoken, brand, key))
    }

    /// Leaves behind what rests on a scope, of which this is the number.
    pub fn leave_behind(&mut self, scope: &Scope, number: u32) {
        match scope {
            Scope::Market(_) | Scope::HostNetwork(_) => *self = Self::default(),
            Scope::Variant(_) => self.builds.leave_behind(number),
            Scope::Brand(_) => self.deals.clear(number),
            Scope::Seller(_) => self.units.clear(number),
            // What rests on these alone is kept beside their facts.
            Scope::Model(_) | Scope::Listing(_) => {}
        }
    }
}
