//! The snapshot: all recorded evidence, by scope, and the data sets that speak.
//!
//! Immutable once made, but for what it remembers of answers, which no answer shows. A clone shares everything
//! with its origin, and a change copies one chunk of a table, so that following the record costs the same however
//! much is in it.

mod approvals;
mod board;
mod glances;
mod memo;
mod scope_facts;
mod seat;
mod supposed;
mod table;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::evidence::{Claim, Recorded, Source, Sourced};
use domain::id::{DataSetId, EvidenceId, HostNetworkId, MarketId, VariantId};
use domain::policy::Policy;
use domain::radio::Radio;
use domain::scope::Scope;
use domain::{Instant, Period};

pub use approvals::{Approvals, ListedCertification};
pub(crate) use approvals::{Dropped, ListChain, ListRow};
pub(crate) use board::{Board, Key, Place};
pub(crate) use glances::Seen;
pub(crate) use memo::{Held, Memo, Stretch};
pub(crate) use scope_facts::{About, ScopeFacts, Stands, names_builds, period};
pub use seat::Seat;
pub(crate) use seat::{Kind, NOBODY};

use domain::evidence::Reach;
use domain::listing::Offer;
use seat::Register;
use table::Table;

/// What stands under the scopes of one kind, by their numbers.
type Facts = Table<Option<Arc<ScopeFacts>>, 256>;

/// Which delivery of which source a data set is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The source in words, the same for each of its deliveries.
    pub series: Arc<str>,
    /// For which time it is read.
    pub valid: Period,
    /// Who speaks, with the licence.
    pub source: Source,
}

/// That a platform's owner lists a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformListing {
    /// Whose services: "Google Mobile Services".
    pub platform: String,
    /// The software builds that the row names (Google's `Device`); none: it names no build.
    pub builds: Vec<String>,
}

/// The rows of one data set that name something known, by what they name.
#[derive(Clone, Debug, Default)]
pub struct DataSetFacts {
    /// Which delivery it is; none: it stands alone.
    pub delivery: Option<Delivery>,
    /// What its rows say of devices' radios.
    pub devices: HashMap<VariantId, Vec<Sourced<Radio>>>,
    /// What its rows say of networks' radios.
    pub networks: HashMap<HostNetworkId, Vec<Sourced<Radio>>>,
    /// Which variants it lists as certified by a platform's owner.
    pub platform: HashMap<VariantId, Vec<Sourced<PlatformListing>>>,
    /// What it says as a host network's own list of approved devices; none: it is no such list.
    pub approvals: Option<Approvals>,
}

/// The data sets that speak in a market at a moment, and those that its policy does not hear.
#[derive(Debug, Default)]
pub(crate) struct Deliveries<'a> {
    pub heard: Vec<&'a DataSetFacts>,
    /// Under licences that the policy refuses.
    pub set_aside: Vec<&'a DataSetFacts>,
    /// The host networks' lists of approved devices, each with its deliveries.
    pub lists: Vec<ListChain<'a>>,
    /// The first instant at which another delivery of one source may take over.
    pub next_change: Option<Instant>,
}

/// Why a piece of evidence could not follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the record goes on at position {expected}, but {found} came; read it again from {expected}"
)]
pub struct Gap {
    /// The next position.
    pub expected: u64,
    /// The one that came.
    pub found: u64,
}

/// All that the gate knows. Ask it with [`Snapshot::verdict`].
#[derive(Clone, Debug)]
pub struct Snapshot {
    next_position: u64,
    last_at: Instant,
    register: Arc<Register>,
    facts: [Facts; Kind::COUNT],
    /// By the market's number; none where nothing stands under the market.
    pub(crate) boards: Vec<Option<Arc<Board>>>,
    /// Whether an authorisation of any brand ever named models one by one.
    names_models: bool,
    /// Whether a certification of any variant, in evidence or in a list, was ever for some software builds only.
    names_builds: bool,
    /// The variants of which a list of approved devices names software builds.
    listed_builds: HashSet<u32>,
    data_sets: HashMap<DataSetId, Arc<DataSetFacts>>,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self::new()
    }
}

impl Snapshot {
    /// Knows nothing, and so sells nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            next_position: 0,
            last_at: Instant::MIN,
            register: Arc::new(Register::new()),
            facts: std::array::from_fn(|_| Table::default()),
            boards: Vec::new(),
            names_models: false,
            names_builds: false,
            listed_builds: HashSet::new(),
            data_sets: HashMap::new(),
        }
    }

    /// The position in the record that comes next.
    #[must_use]
    pub const fn next_position(&self) -> u64 {
        self.next_position
    }

    /// When the last piece of evidence was recorded.
    #[must_use]
    pub const fn last_at(&self) -> Instant {
        self.last_at
    }

    /// The version of a scope: how many pieces of evidence were written under it.
    #[must_use]
    pub fn version(&self, scope: &Scope) -> u64 {
        self.facts(scope).map_or(0, |facts| facts.version)
    }

    /// Takes in the next piece of evidence.
    ///
    /// # Errors
    /// [`Gap`] unless it is the next one; the snapshot is then unchanged.
    pub fn apply(&mut self, recorded: Recorded) -> Result<(), Gap> {
        if recorded.position != self.next_position {
            return Err(Gap {
                expected: self.next_position,
                found: recorded.position,
            });
        }
        self.next_position += 1;
        self.last_at = self.last_at.max(recorded.at);
        self.insert(recorded);
        Ok(())
    }

    /// This snapshot with what was recorded under some scopes since, whatever else was.
    ///
    /// For the one door: it has the scopes of an order locked, so nothing more can come under them, and
    /// what came under others does not bear on the order.
    #[must_use]
    pub fn with_later(&self, later: impl IntoIterator<Item = Recorded>) -> Self {
        let mut next = self.clone();
        for recorded in later {
            if recorded.position >= self.next_position {
                next.last_at = next.last_at.max(recorded.at);
                next.insert(recorded);
            }
        }
        next
    }

    fn insert(&mut self, recorded: Recorded) {
        let scope = recorded.evidence.scope.clone();
        let named = self.named(&recorded.evidence.claim);
        let (kind, id) = Kind::of(&scope);
        let number = self.register.number(kind, id);
        self.names_models |= kind == Kind::Brand && !named.is_empty();
        self.names_builds |= names_builds(&recorded.evidence.claim);
        self.facts[kind as usize].change(number, |facts| {
            Arc::make_mut(facts.get_or_insert_default()).push(recorded, &named);
        });
        self.leave_behind(&scope, number);
    }

    /// The numbers of what a claim names one by one and a part of the verdict turns on.
    fn named(&self, claim: &Claim) -> Vec<u32> {
        match claim {
            Claim::SalesAuthorization(says) => match &says.models {
                Reach::All => Vec::new(),
                Reach::Only(models) => models
                    .iter()
                    .map(|model| self.register.number(Kind::Model, model.as_str()))
                    .collect(),
            },
            Claim::CustodyEvent { variant, .. } => {
                vec![self.register.number(Kind::Variant, variant.as_str())]
            }
            _ => Vec::new(),
        }
    }

    /// Leaves behind the answers that rest on a scope.
    fn leave_behind(&mut self, scope: &Scope, number: u32) {
        match scope {
            Scope::Market(_) => {
                let at = number as usize;
                self.boards.resize(self.boards.len().max(at + 1), None);
                self.boards[at] = Some(Arc::default());
            }
            Scope::Model(_) | Scope::Listing(_) => {}
            _ => {
                for board in self.boards.iter_mut().flatten() {
                    Arc::make_mut(board).leave_behind(scope, number);
                }
            }
        }
    }

    /// Makes the rows of a data set known. They speak only where it is activated.
    pub fn put_data_set(&mut self, id: DataSetId, facts: Arc<DataSetFacts>) {
        for variant in facts.approvals.iter().flat_map(Approvals::naming_builds) {
            let number = self.register.number(Kind::Variant, variant.as_str());
            self.listed_builds.insert(number);
            self.names_builds = true;
        }
        self.data_sets.insert(id, facts);
        for board in self.boards.iter_mut().flatten() {
            *board = Arc::default();
        }
    }

    /// An offer, prepared to be judged by this snapshot and all that grow from it.
    #[must_use]
    pub fn seat(&self, offer: &Offer) -> Seat {
        self.register.seat(offer)
    }

    /// The offer of a seat; none if the seat is another snapshot's.
    #[must_use]
    pub fn offer(&self, seat: &Seat) -> Option<Offer> {
        self.register.offer(seat)
    }

    /// The seat of an offer that may never have been met, for one question.
    pub(crate) fn find_seat(&self, offer: &Offer) -> Seat {
        self.register.find_seat(offer)
    }

    pub(crate) fn is_own(&self, seat: &Seat) -> bool {
        seat.register == self.register.mark()
    }

    /// Whether an authorisation of the brand names the model.
    #[inline]
    pub(crate) fn is_named(&self, brand: u32, model: u32) -> bool {
        let facts = || self.facts_at(Kind::Brand, brand);
        self.names_models && facts().is_some_and(|facts| facts.place_of_named(model).is_some())
    }

    /// Whether a certification of the variant is for some software builds only.
    #[inline]
    pub(crate) fn turns_on_builds(&self, variant: u32) -> bool {
        let facts = || self.facts_at(Kind::Variant, variant);
        let is_listed = || self.listed_builds.contains(&variant);
        self.names_builds && (is_listed() || facts().is_some_and(ScopeFacts::names_builds))
    }

    pub(crate) fn board(&self, market: u32) -> Option<&Board> {
        self.boards.get(market as usize)?.as_deref()
    }

    /// What is recorded under the scope of a kind and a number.
    #[inline]
    pub(crate) fn facts_at(&self, kind: Kind, number: u32) -> Option<&ScopeFacts> {
        if number == NOBODY {
            return None;
        }
        self.facts[kind as usize].get(number)?.as_deref()
    }

    /// The data sets whose rows are known.
    pub fn data_sets(&self) -> impl Iterator<Item = &DataSetId> {
        self.data_sets.keys()
    }

    /// What the rows of a data set say that name something known; none: they are not known.
    #[must_use]
    pub fn data_set(&self, id: &DataSetId) -> Option<&Arc<DataSetFacts>> {
        self.data_sets.get(id)
    }

    pub(crate) fn facts(&self, scope: &Scope) -> Option<&ScopeFacts> {
        let (kind, id) = Kind::of(scope);
        self.facts_of(kind, id)
    }

    /// What is recorded under the scope of a kind and an id.
    pub(crate) fn facts_of(&self, kind: Kind, id: &str) -> Option<&ScopeFacts> {
        self.facts_at(kind, self.register.find(kind, id))
    }

    /// What was recorded under a scope, in the record's order.
    pub fn under(&self, scope: &Scope) -> impl Iterator<Item = &Recorded> {
        self.facts(scope).into_iter().flat_map(ScopeFacts::all)
    }

    /// The policy in force in a market.
    #[must_use]
    pub fn policy(&self, market: &MarketId, moment: Moment) -> Option<(&Policy, &Recorded)> {
        self.facts_of(Kind::Market, market.as_str())?.policy(moment)
    }

    /// What is in force under a scope.
    pub fn in_force<'a>(
        &'a self,
        scope: &Scope,
        moment: Moment,
    ) -> impl Iterator<Item = &'a Recorded> + use<'a> {
        self.facts(scope)
            .into_iter()
            .flat_map(move |facts| facts.in_force(moment))
    }

    /// The data sets that speak in a market.
    ///
    /// Of several deliveries of one source the one that was activated last speaks, of those that are read
    /// for the instant asked; if none is, the last. So an activation that is withdrawn lets the one before
    /// speak again.
    pub(crate) fn deliveries(&self, policy: &Policy, moment: Moment) -> Deliveries<'_> {
        let mut found = Deliveries::default();
        let is_read = |facts: &DataSetFacts| {
            let delivery = facts.delivery.as_ref();
            delivery.is_none_or(|delivery| delivery.valid.contains(moment.at))
        };
        let next_change = |facts: &DataSetFacts| {
            let delivery = facts.delivery.as_ref()?;
            delivery.valid.next_change(moment.at)
        };
        let is_refused = |facts: &&DataSetFacts| {
            let licence = facts
                .delivery
                .as_ref()
                .and_then(|d| d.source.licence.as_ref());
            licence.is_some_and(|licence| policy.refused_licences.contains(&licence.commercial_use))
        };
        let market = self.facts_of(Kind::Market, policy.market.as_str());
        let activations = market
            .into_iter()
            .flat_map(|facts| facts.in_force_about(&About::DataSet, moment));
        let known = activations.filter_map(|recorded| match &recorded.evidence.claim {
            Claim::DataSetActivation { data_set, .. } => {
                Some((recorded, self.data_sets.get(data_set)?))
            }
            _ => None,
        });
        for (activation, facts) in known {
            let facts: &DataSetFacts = facts;
            if !is_refused(&facts) {
                found.take_list(facts, activation, moment.at);
            }
            let series = |facts: &DataSetFacts| facts.delivery.as_ref().map(|d| d.series.clone());
            let before = series(facts).and_then(|own| {
                let mut heard = found.heard.iter_mut();
                heard.find(|known| series(known).as_ref() == Some(&own))
            });
            match before {
                Some(before) => {
                    let edges = [next_change(before), next_change(facts)];
                    let edges = edges.into_iter().chain([found.next_change]);
                    found.next_change = edges.flatten().min();
                    if is_read(facts) || !is_read(before) {
                        *before = facts;
                    }
                }
                None => found.heard.push(facts),
            }
        }
        if !policy.refused_licences.is_empty() {
            (found.set_aside, found.heard) = found.heard.into_iter().partition(is_refused);
        }
        found
    }
}

/// For when a question is asked, and with what knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// As of this instant.
    pub at: Instant,
    /// As known at this instant: what was recorded later is left out.
    pub known_at: Instant,
}

impl Moment {
    /// As of an instant, with all that is known.
    #[must_use]
    pub const fn at(at: Instant) -> Self {
        Self {
            at,
            known_at: Instant::MAX,
        }
    }
}

/// The id of a piece of evidence under a scope, if it is there.
#[must_use]
pub fn find<'a>(snapshot: &'a Snapshot, scope: &Scope, id: &EvidenceId) -> Option<&'a Recorded> {
    snapshot
        .under(scope)
        .find(|recorded| recorded.evidence.id == *id)
}

/// What a radio declaration in evidence says, with its source.
pub(crate) fn sourced<T>(recorded: &Recorded, value: T) -> Sourced<T> {
    Sourced {
        value,
        source: Source::clone(&recorded.evidence.source),
        valid: recorded.evidence.valid,
        fact: domain::evidence::FactRef::Evidence(recorded.evidence.id.clone()),
    }
}
