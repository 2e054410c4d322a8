//! What the record holds under one scope: in its order, by subject, and what ends what.
//!
//! A brand may have tens of thousands of authorisations and a question is about one seller, so nothing here
//! looks at all of it to answer one question.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use domain::certification::Builds;
use domain::evidence::{Claim, Reach, Recorded};
use domain::id::{EvidenceId, SellerId, VariantId};
use domain::{Instant, Period};

use super::Moment;
use super::memo::Memo;
use crate::parts::Part;

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
    /// A key of an issuer.
    Keys,
    /// What a host network asks of devices.
    RequirementSet,
    /// What was found in a test.
    TestReport,
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
            Claim::IssuerKey { .. } => vec![Self::Keys],
            Claim::DeviceCertification(_) => vec![Self::Certification],
            Claim::RequirementSet(_) => vec![Self::RequirementSet],
            Claim::TestReport(_) => vec![Self::TestReport],
            _ => vec![Self::Else],
        }
    }
}

/// Whether a piece of evidence that another names is in force.
pub(crate) enum Stands<'a> {
    InForce(&'a Recorded),
    /// It would be, had this not withdrawn it.
    Withdrawn(&'a Recorded, &'a Recorded),
    /// It is not there, or not for the moment asked.
    Not,
}

/// What the record holds under one scope, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScopeFacts {
    pub version: u64,
    recorded: Vec<Arc<Recorded>>,
    /// The places in `recorded` of what is about a subject.
    about: HashMap<About, Vec<usize>>,
    /// The places in `recorded` of the authorisations that may be passed on.
    passable: HashMap<EvidenceId, usize>,
    /// The places in `recorded` of the withdrawals of a piece of evidence.
    ended_by: HashMap<EvidenceId, Vec<usize>>,
    /// The instants at which something begins or ends.
    edges: BTreeSet<Instant>,
    /// The numbers of what the evidence names one by one and a part of the verdict turns on: under a brand the
    /// models, under a seller the variants. Sorted, each once.
    named: Vec<u32>,
    has_stops: bool,
    has_quantities: bool,
    names_builds: bool,
    /// The stop-sales that stand under this scope, worked out before.
    pub stops: Memo<(), Part>,
}

impl ScopeFacts {
    /// `named` are the numbers of what the evidence names one by one.
    pub fn push(&mut self, recorded: Recorded, named: &[u32]) {
        self.named.extend(named);
        self.named.sort_unstable();
        self.named.dedup();
        self.stops = Memo::default();
        self.has_stops |= matches!(recorded.evidence.claim, Claim::StopSale { .. });
        self.has_quantities |= has_quantity(&recorded.evidence.claim);
        self.names_builds |= names_builds(&recorded.evidence.claim);
        let place = self.recorded.len();
        let evidence = &recorded.evidence;
        if let Claim::Withdrawal { ends, .. } = &evidence.claim {
            self.ended_by.entry(ends.clone()).or_default().push(place);
        }
        if let Claim::SalesAuthorization(says) = &evidence.claim
            && says.may_be_passed_on
        {
            self.passable.insert(evidence.id.clone(), place);
        }
        for about in About::of(&evidence.claim) {
            let places = self.about.entry(about).or_default();
            // A claim may name a seller twice.
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
        let said = period(&recorded);
        self.edges.extend(said.from.into_iter().chain(said.until));
        self.version = recorded.scope_version;
        self.recorded.push(Arc::new(recorded));
    }

    pub fn all(&self) -> impl Iterator<Item = &Recorded> {
        self.recorded.iter().map(Arc::as_ref)
    }

    /// What is in force.
    pub fn in_force(&self, moment: Moment) -> impl Iterator<Item = &Recorded> + use<'_> {
        self.all().filter(move |one| self.is_in_force(one, moment))
    }

    /// What of one subject is in force.
    pub fn in_force_about(
        &self,
        about: &About,
        moment: Moment,
    ) -> impl Iterator<Item = &Recorded> + use<'_> {
        self.about(about)
            .filter(move |one| self.is_in_force(one, moment))
    }

    /// What of one subject would be in force, had it not been withdrawn; each with what withdrew it.
    pub fn withdrawn_about(
        &self,
        about: &About,
        moment: Moment,
    ) -> impl Iterator<Item = (&Recorded, &Recorded)> + use<'_> {
        self.about(about)
            .filter(move |one| one.at <= moment.known_at)
            .filter(move |one| one.evidence.valid.contains(moment.at))
            .filter_map(move |one| Some((one, self.withdrawal_of(one, moment)?)))
    }

    /// Whether a piece of evidence of one subject is in force.
    pub fn stands_as(&self, about: &About, id: &EvidenceId, moment: Moment) -> Stands<'_> {
        let mut in_force = self.in_force_about(about, moment);
        if let Some(one) = in_force.find(|one| one.evidence.id == *id) {
            return Stands::InForce(one);
        }
        let mut withdrawn = self.withdrawn_about(about, moment);
        match withdrawn.find(|(one, _)| one.evidence.id == *id) {
            Some((one, withdrawal)) => Stands::Withdrawn(one, withdrawal),
            None => Stands::Not,
        }
    }

    /// An authorisation that may be passed on, in force or not.
    pub fn passable(&self, id: &EvidenceId) -> Option<&Recorded> {
        let place = self.passable.get(id)?;
        self.recorded.get(*place).map(Arc::as_ref)
    }

    /// What was ever recorded about one subject.
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
    fn withdrawal_of(&self, one: &Recorded, moment: Moment) -> Option<&Recorded> {
        let places = self.ended_by.get(&one.evidence.id)?;
        places
            .iter()
            .map(|place| self.recorded[*place].as_ref())
            .find(|other| {
                other.position > one.position
                    && period(other).contains(moment.at)
                    && self.stands(other, moment)
            })
    }

    fn stands(&self, one: &Recorded, moment: Moment) -> bool {
        one.at <= moment.known_at && self.withdrawal_of(one, moment).is_none()
    }

    /// The place among what is named one by one.
    pub fn place_of_named(&self, number: u32) -> Option<u32> {
        let place = self.named.binary_search(&number).ok()?;
        u32::try_from(place).ok()
    }

    /// Whether a stop-sale was ever recorded.
    pub const fn has_stops(&self) -> bool {
        self.has_stops
    }

    /// Whether an authorisation that is for so many units was ever recorded.
    pub const fn has_quantities(&self) -> bool {
        self.has_quantities
    }

    /// Whether a certification that is for some software builds only was ever recorded.
    pub const fn names_builds(&self) -> bool {
        self.names_builds
    }

    /// The first instant after `at` at which what stands of some subjects may be another.
    pub fn next_change_about(&self, about: &[About], at: Instant) -> Option<Instant> {
        self.next_change(at)?;
        let about = about.iter().flat_map(|about| self.about(about));
        about.filter_map(|one| self.next_change_of(one, at)).min()
    }

    /// The first instant after `at` at which `one`, or what ends it, begins or ends.
    fn next_change_of(&self, one: &Recorded, at: Instant) -> Option<Instant> {
        let ended_by = self.ended_by.get(&one.evidence.id);
        let later = ended_by
            .into_iter()
            .flatten()
            .map(|place| self.recorded[*place].as_ref())
            .filter(|other| other.position > one.position)
            .filter_map(|other| self.next_change_of(other, at));
        later.chain(period(one).next_change(at)).min()
    }

    /// The first instant after `at` at which something begins or ends.
    pub fn next_change(&self, at: Instant) -> Option<Instant> {
        if self.edges.last().is_none_or(|last| *last <= at) {
            return None;
        }
        let later = (Bound::Excluded(at), Bound::Unbounded);
        self.edges.range(later).next().copied()
    }
}

/// Whether it is for so many units only.
fn has_quantity(claim: &Claim) -> bool {
    matches!(claim, Claim::SalesAuthorization(says) if says.quantity.is_some())
}

/// Whether it holds for some software builds only.
pub(crate) fn names_builds(claim: &Claim) -> bool {
    matches!(claim, Claim::DeviceCertification(says) if says.builds != Builds::ANY)
}

/// For which time a piece of evidence says something. A withdrawal takes effect when it says so, and if it
/// does not say, when it was recorded.
pub(crate) fn period(recorded: &Recorded) -> Period {
    let valid = recorded.evidence.valid;
    match recorded.evidence.claim {
        Claim::Withdrawal { .. } => Period {
            from: valid.from.or(Some(recorded.at)),
            until: valid.until,
        },
        _ => valid,
    }
}
