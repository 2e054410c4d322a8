//! What the record holds under one scope: in its order, by subject, and what ends what.
//!
//! A brand may have tens of thousands of authorisations and a question is about one seller, so nothing here
//! looks at all of it to answer one question.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use domain::Instant;
use domain::evidence::{Claim, Reach, Recorded};
use domain::id::{EvidenceId, SellerId, VariantId};

use super::Moment;

/// What a piece of evidence is about, as far as a question can name it beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum About {
    /// A stop-sale.
    StopSale,
    /// An authorisation that names this seller.
    Seller(SellerId),
    /// An authorisation of whoever sells.
    EverySeller,
    /// The custody of units of this variant.
    Units(VariantId),
    /// A device certification.
    Certification,
    /// All else.
    Else,
}

impl About {
    fn of(claim: &Claim) -> Vec<Self> {
        match claim {
            Claim::StopSale { .. } => vec![Self::StopSale],
            Claim::SalesAuthorization(says) => match &says.sellers {
                Reach::All => vec![Self::EverySeller],
                Reach::Only(sellers) => sellers.iter().cloned().map(Self::Seller).collect(),
            },
            Claim::CustodyEvent { variant, .. } => vec![Self::Units(variant.clone())],
            Claim::DeviceCertification { .. } => vec![Self::Certification],
            _ => vec![Self::Else],
        }
    }
}

/// What the record holds under one scope, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct ScopeFacts {
    pub version: u64,
    recorded: Vec<Arc<Recorded>>,
    /// The places in `recorded` of what is about a subject.
    about: HashMap<About, Vec<usize>>,
    /// The places in `recorded` of the withdrawals of a piece of evidence.
    ended_by: HashMap<EvidenceId, Vec<usize>>,
    /// The instants at which something begins or ends.
    edges: BTreeSet<Instant>,
}

impl ScopeFacts {
    pub fn push(&mut self, recorded: Recorded) {
        let place = self.recorded.len();
        let evidence = &recorded.evidence;
        if let Claim::Withdrawal { ends, .. } = &evidence.claim {
            self.ended_by.entry(ends.clone()).or_default().push(place);
        }
        for about in About::of(&evidence.claim) {
            let places = self.about.entry(about).or_default();
            // A claim may name a seller twice.
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
        self.edges.extend(
            [evidence.valid.from, evidence.valid.until]
                .into_iter()
                .flatten(),
        );
        self.version = recorded.scope_version;
        self.recorded.push(Arc::new(recorded));
    }

    pub fn all(&self) -> impl Iterator<Item = &Recorded> {
        self.recorded.iter().map(Arc::as_ref)
    }

    pub fn about(&self, about: &About) -> impl Iterator<Item = &Recorded> + use<'_> {
        let places = self.about.get(about).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| self.recorded[*place].as_ref())
    }

    /// Whether `one` speaks of the instant asked, was known, and no withdrawal of it is in force.
    pub fn is_in_force(&self, one: &Recorded, moment: Moment) -> bool {
        one.evidence.valid.contains(moment.at) && self.stands(one, moment)
    }

    /// The withdrawal of `one` that is in force. Withdrawals stand under the scope of what they end, and one
    /// can itself be withdrawn: that is how a suspension is lifted.
    pub fn withdrawal_of(&self, one: &Recorded, moment: Moment) -> Option<&Recorded> {
        let places = self.ended_by.get(&one.evidence.id)?;
        places
            .iter()
            .map(|place| self.recorded[*place].as_ref())
            .find(|other| {
                let until = other.evidence.valid.until;
                other.position > one.position
                    && takes_effect(other) <= moment.at
                    && until.is_none_or(|until| moment.at < until)
                    && self.stands(other, moment)
            })
    }

    fn stands(&self, one: &Recorded, moment: Moment) -> bool {
        one.at <= moment.known_at && self.withdrawal_of(one, moment).is_none()
    }

    /// The first instant after `at` at which something begins or ends.
    pub fn next_change(&self, at: Instant) -> Option<Instant> {
        let later = (Bound::Excluded(at), Bound::Unbounded);
        self.edges.range(later).next().copied()
    }
}

/// A withdrawal takes effect when it says so, and if it does not say, when it was recorded.
fn takes_effect(withdrawal: &Recorded) -> Instant {
    withdrawal.evidence.valid.from.unwrap_or(withdrawal.at)
}
