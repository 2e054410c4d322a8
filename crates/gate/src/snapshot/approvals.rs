//! Host networks' own lists of approved devices: which delivery of a list speaks, and which ones did before it.
//!
//! A delivery takes the place of the one before, so what it no longer has is withdrawn by it. Which certification
//! counts, and for whom, is not known here.

use std::collections::HashMap;
use std::sync::Arc;

use domain::certification::{Builds, CertificationResult, DeviceCertification};
use domain::evidence::{Recorded, Sourced};
use domain::id::{PartyId, VariantId};
use domain::{Instant, Period};

use super::{DataSetFacts, Deliveries, Delivery};

/// A row of a host network's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCertification {
    /// What it says.
    pub says: DeviceCertification,
    /// The row itself says that the certification was withdrawn; then it says no.
    pub is_withdrawn: bool,
}

/// What one delivery of a host network's list says.
#[derive(Clone, Debug)]
pub struct Approvals {
    /// The party that runs the network: the list is its word.
    pub issuer: PartyId,
    /// The rows by what they name.
    pub rows: HashMap<VariantId, Vec<Sourced<ListedCertification>>>,
}

impl Approvals {
    /// The variants of which a row is for some software builds only.
    pub(super) fn naming_builds(&self) -> impl Iterator<Item = &VariantId> {
        let all = self.rows.iter();
        let named =
            all.filter(|(_, rows)| rows.iter().any(|row| row.value.says.builds != Builds::ANY));
        named.map(|(variant, _)| variant)
    }
}

/// A row of a list, with its delivery and the time for which it speaks.
#[derive(Clone, Copy)]
pub(crate) struct ListRow<'a> {
    pub facts: &'a DataSetFacts,
    pub issuer: &'a PartyId,
    pub row: &'a Sourced<ListedCertification>,
    pub valid: Period,
}

impl ListRow<'_> {
    pub fn is_refusal(&self) -> bool {
        self.row.value.says.result == CertificationResult::NotCertified
    }
}

/// A delivery that is active, and from when it speaks.
#[derive(Clone, Copy, Debug)]
struct Turn<'a> {
    facts: &'a DataSetFacts,
    approvals: &'a Approvals,
    delivery: &'a Delivery,
    activation: &'a Recorded,
    /// The delivery's own date; where it has none, its activation, as a withdrawal that says no date takes effect.
    from: Instant,
}

impl<'a> Turn<'a> {
    fn rows(&self, variant: &VariantId) -> impl Iterator<Item = ListRow<'a>> + use<'a> {
        let Self {
            facts,
            approvals,
            from,
            ..
        } = *self;
        let rows = approvals.rows.get(variant).into_iter().flatten();
        rows.map(move |row| ListRow {
            facts,
            issuer: &approvals.issuer,
            row,
            valid: Period {
                from: row.valid.from.or(Some(from)),
                until: row.valid.until,
            },
        })
    }
}

/// The deliveries of one list that are active, in the order in which they were activated.
#[derive(Debug)]
pub(crate) struct ListChain<'a> {
    series: Arc<str>,
    turns: Vec<Turn<'a>>,
    at: Instant,
}

/// A row that the list no longer has.
pub(crate) struct Dropped<'a> {
    pub row: ListRow<'a>,
    /// The delivery that dropped it.
    pub by: &'a Delivery,
    /// The activation of that delivery.
    pub activation: &'a Recorded,
}

impl<'a> ListChain<'a> {
    /// The delivery that speaks: the one activated last, of those whose date has come; if none has, the first.
    fn speaks(&self) -> Option<&Turn<'a>> {
        self.begun().next().or(self.turns.first())
    }

    /// The deliveries whose date has come, the last first.
    fn begun(&self) -> impl Iterator<Item = &Turn<'a>> {
        self.turns.iter().rev().filter(|turn| turn.from <= self.at)
    }

    /// The rows on a variant of the delivery that speaks, those too that do not hold yet or any more.
    pub fn rows(&self, variant: &VariantId) -> impl Iterator<Item = ListRow<'a>> {
        let turn = self.speaks().into_iter();
        turn.flat_map(|turn| turn.rows(variant))
    }

    /// The row that would hold, had a later delivery not left it out. A later one that speaks of the same in another
    /// way has not left it out.
    pub fn dropped(
        &self,
        variant: &VariantId,
        bears: impl Fn(&ListRow<'a>) -> bool,
    ) -> Option<Dropped<'a>> {
        let mut later: Option<&Turn<'a>> = None;
        // What is activated and whose date has not come leaves nothing out yet.
        for turn in self.begun() {
            let mut bearing = turn.rows(variant).filter(&bears).peekable();
            if bearing.peek().is_some() {
                let held = |row: &ListRow<'_>| row.valid.contains(self.at) && !row.is_refusal();
                let (row, by) = (bearing.find(held)?, later?);
                return Some(Dropped {
                    row,
                    by: by.delivery,
                    activation: by.activation,
                });
            }
            later = Some(turn);
        }
        None
    }
}

impl<'a> Deliveries<'a> {
    /// Takes in one more activation, in the record's order.
    pub(super) fn take_list(
        &mut self,
        facts: &'a DataSetFacts,
        activation: &'a Recorded,
        at: Instant,
    ) {
        let (Some(approvals), Some(delivery)) = (&facts.approvals, &facts.delivery) else {
            return;
        };
        let turn = Turn {
            facts,
            approvals,
            delivery,
            activation,
            from: delivery.valid.from.unwrap_or(activation.at),
        };
        let edge = (turn.from > at).then_some(turn.from);
        self.next_change = self.next_change.into_iter().chain(edge).min();
        let mut chains = self.lists.iter_mut();
        match chains.find(|chain| chain.series == delivery.series) {
            Some(chain) => chain.turns.push(turn),
            None => self.lists.push(ListChain {
                series: Arc::clone(&delivery.series),
                turns: vec![turn],
                at,
            }),
        }
    }
}
