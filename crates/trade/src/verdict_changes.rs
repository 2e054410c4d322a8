//! Verdict changes: what the record and the passing of time made of each listing, in one order, from any position.
//!
//! Nothing of it is stored. The record is replayed: each entry changes the verdicts of the listings that have its
//! scope, and between two entries each verdict changes at the instants at which its facts begin or end. A listing is
//! in the stream from the entry that first offers it until the one that ends it, so what a position gave once it
//! gives again, on every node. Knows nothing of how the stream is sent.
//!
//! To begin anywhere costs reading the record up to there and judging every listing once; to go on from where the
//! last page ended costs what is new. An entry under a market or a host network judges every listing.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use domain::evidence::{Claim, Recorded};
use domain::id::{EvidenceId, HostNetworkId, ListingId};
use domain::listing::{ListingState, Offer};
use domain::scope::Scope;
use domain::{Instant, ParseError};
use gate::snapshot::Moment;
use gate::{Outcome, Seat, Snapshot};
use store::db::{Job, Tx};
use store::directory::Directory;
use store::record_log;

use crate::error::Error;
use crate::house::House;
use crate::node;

/// Entries read at a time.
const ENTRIES_AT_ONCE: u32 = 500;
/// Most entries that one page goes through; what it found by then is the page.
const ENTRIES_MAX: usize = 5_000;
/// Time is held to have passed only up to so long ago: whatever is recorded up to then is there to be read.
const SETTLED_MS: i64 = 10_000;

/// What a verdict comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The answer.
    pub outcome: Outcome,
    /// The answer per host network.
    pub networks: Vec<(HostNetworkId, Outcome)>,
    /// Codes of its reasons, sorted.
    pub codes: Vec<&'static str>,
}

/// What changed a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The entry at its position.
    Entry(EvidenceId),
    /// A fact began or ended.
    Time,
}

/// One verdict that became another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictChange {
    /// Of the last entry that was recorded by then.
    pub position: u64,
    /// When: the entry's instant, or that at which a fact began or ended.
    pub at: Instant,
    /// Of which listing.
    pub listing: ListingId,
    /// By what.
    pub cause: Cause,
    /// What it was; none: the listing was offered for the first time.
    pub before: Option<Said>,
    /// What it is; none: the listing is over.
    pub after: Option<Said>,
}

impl VerdictChange {
    /// Its place in the stream.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            position: self.position,
            at: self.at,
            listing: Some(self.listing.clone()),
        }
    }
}

/// A place in the stream: everything before it and at it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Of the last entry.
    pub position: u64,
    /// When.
    pub at: Instant,
    /// The last listing at that instant; none: all of them.
    pub listing: Option<ListingId>,
}

impl Place {
    /// Whether a change comes after it.
    fn is_before(&self, change: &VerdictChange) -> bool {
        let here = (self.position, self.at);
        let there = (change.position, change.at);
        match &self.listing {
            _ if there != here => there > here,
            Some(listing) => change.listing > *listing,
            None => false,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/", self.position, self.at.epoch_ms())?;
        self.listing.iter().try_for_each(|listing| listing.fmt(f))
    }
}

impl FromStr for Place {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fault = || ParseError::new(text, "a place in the changes", "send it as it came");
        let mut parts = text.split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(position), Some(at), Some(listing), None) => Ok(Self {
                position: position.parse().map_err(|_| fault())?,
                at: Instant::from_epoch_ms(at.parse().map_err(|_| fault())?),
                listing: match listing {
                    "" => None,
                    id => Some(id.parse()?),
                },
            }),
            _ => Err(fault()),
        }
    }
}

/// From where on the stream is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// From the beginning.
    Beginning,
    /// What came after this entry, its own changes not included.
    Entry(u64),
    /// What came after a place.
    Place(Place),
}

/// A page of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    /// In order.
    pub items: Vec<VerdictChange>,
    /// Where the next page begins; none: nothing is recorded yet.
    pub next: Option<Place>,
    /// Whether all is told that there was up to now.
    pub is_end: bool,
}

/// A listing in the stream.
struct Known {
    seat: Seat,
    offer: Arc<Offer>,
    said: Said,
    until: Option<Instant>,
}

/// The stream, as far as it was replayed.
pub(crate) struct Replay {
    directory: Arc<Directory>,
    snapshot: Snapshot,
    /// Up to when time has passed.
    at: Instant,
    listings: BTreeMap<ListingId, Known>,
    by_scope: HashMap<Scope, BTreeSet<ListingId>>,
    /// When a verdict may be another, earliest first.
    edges: BTreeSet<(Instant, ListingId)>,
    /// Found and not yet told.
    found: VecDeque<VerdictChange>,
    /// Up to where it was told.
    told: Option<Place>,
}

/// The last replay, to go on from.
pub(crate) type LastReplay = tokio::sync::Mutex<Option<Replay>>;

fn judged(snapshot: &Snapshot, seat: &Seat, at: Instant) -> (Said, Option<Instant>) {
    let judgement = snapshot.judge(seat, Moment::at(at));
    let mut codes: Vec<&'static str> = judgement.briefs().map(|one| one.code.name()).collect();
    codes.sort_unstable();
    let said = Said {
        outcome: judgement.outcome,
        networks: judgement.because().networks().to_vec(),
        codes,
    };
    (said, judgement.holds_until())
}

/// Whether what stands under a scope bears on every listing of a market, or of all.
const fn is_wide(scope: &Scope) -> bool {
    matches!(scope, Scope::Market(_) | Scope::HostNetwork(_))
}

impl Replay {
    fn new(directory: Arc<Directory>) -> Self {
        Self {
            directory,
            snapshot: Snapshot::new(),
            at: Instant::MIN,
            listings: BTreeMap::new(),
            by_scope: HashMap::new(),
            edges: BTreeSet::new(),
            found: VecDeque::new(),
            told: None,
        }
    }

    /// Takes a listing into the stream, or out of it.
    fn decide(&mut self, listing: &ListingId, state: ListingState, offer: Option<Arc<Offer>>) {
        let is_in = self.listings.contains_key(listing);
        match (state, offer) {
            (ListingState::Offered, Some(offer)) if !is_in => {
                let seat = self.snapshot.seat(&offer);
                let (said, until) = judged(&self.snapshot, &seat, self.at);
                for scope in Scope::of(&offer, &[]) {
                    self.by_scope
                        .entry(scope)
                        .or_default()
                        .insert(listing.clone());
                }
                self.edges
                    .extend(until.map(|until| (until, listing.clone())));
                let known = Known {
                    seat,
                    offer,
                    said,
                    until,
                };
                self.listings.insert(listing.clone(), known);
            }
            (ListingState::Ended, _) => {
                let Some(known) = self.listings.remove(listing) else {
                    return;
                };
                for scope in Scope::of(&known.offer, &[]) {
                    if let Some(of_scope) = self.by_scope.get_mut(&scope) {
                        of_scope.remove(listing);
                    }
                }
                if let Some(until) = known.until {
                    self.edges.remove(&(until, listing.clone()));
                }
            }
            _ => {}
        }
    }

    /// Judges a listing anew at the instant reached; gives what it was if that is another thing.
    fn look(&mut self, listing: &ListingId) -> Option<(Said, Said)> {
        let known = self.listings.get_mut(listing)?;
        let (said, until) = judged(&self.snapshot, &known.seat, self.at);
        if until != known.until {
            if let Some(until) = known.until {
                self.edges.remove(&(until, listing.clone()));
            }
            self.edges
                .extend(until.map(|until| (until, listing.clone())));
            known.until = until;
        }
        if said == known.said {
            return None;
        }
        let before = std::mem::replace(&mut known.said, said.clone());
        Some((before, said))
    }

    /// Lets time pass.
    fn pass(&mut self, until: Instant) {
        // The first entry has nothing before it.
        let position = self.snapshot.next_position().checked_sub(1);
        while let (Some(position), Some((at, listing))) = (position, self.edges.first().cloned()) {
            if at > until {
                break;
            }
            self.edges.pop_first();
            self.at = at;
            if let Some((before, after)) = self.look(&listing) {
                self.found.push_back(VerdictChange {
                    position,
                    at,
                    listing,
                    cause: Cause::Time,
                    before: Some(before),
                    after: Some(after),
                });
            }
        }
        self.at = self.at.max(until);
    }

    /// Takes in an entry without looking at what it changes. What it decides on comes with its offer.
    fn apply(&mut self, recorded: Recorded) -> Result<(), Error> {
        self.at = self.at.max(recorded.at);
        self.snapshot
            .apply(recorded)
            .map_err(|gap| Error::broken(gap.to_string()))
    }

    /// Takes in an entry, and finds what it changes.
    fn go_on(&mut self, recorded: Recorded, offer: Option<Arc<Offer>>) -> Result<(), Error> {
        self.pass(recorded.at);
        let (position, at) = (recorded.position, recorded.at);
        let scope = recorded.evidence.scope.clone();
        let id = recorded.evidence.id.clone();
        let decision = decision(&recorded);
        self.apply(recorded)?;
        let mut changes: Vec<(ListingId, Option<Said>, Option<Said>)> = Vec::new();
        if let Some((listing, state)) = &decision {
            let before = self.listings.get(listing).map(|known| known.said.clone());
            self.decide(listing, *state, offer);
            let after = self.listings.get(listing).map(|known| known.said.clone());
            if before.is_some() != after.is_some() {
                changes.push((listing.clone(), before, after));
            }
        }
        let bears_on: Vec<ListingId> = if is_wide(&scope) {
            self.listings.keys().cloned().collect()
        } else {
            self.by_scope
                .get(&scope)
                .into_iter()
                .flatten()
                .cloned()
                .collect()
        };
        for listing in bears_on {
            if let Some((before, after)) = self.look(&listing) {
                changes.push((listing, Some(before), Some(after)));
            }
        }
        changes.sort_by(|one, other| one.0.cmp(&other.0));
        let changes = changes
            .into_iter()
            .map(|(listing, before, after)| VerdictChange {
                position,
                at,
                listing,
                cause: Cause::Entry(id.clone()),
                before,
                after,
            });
        self.found.extend(changes);
        Ok(())
    }
}

fn decision(recorded: &Recorded) -> Option<(ListingId, ListingState)> {
    match &recorded.evidence.claim {
        Claim::ListingDecision { listing, state } => Some((listing.clone(), *state)),
        _ => None,
    }
}

impl House {
    /// A page of at most `limit` verdict changes.
    ///
    /// # Errors
    /// There is no such entry to begin after, the database, or a damaged entry.
    pub async fn verdict_changes(&self, from: &From, limit: usize) -> Result<ChangePage, Error> {
        let mut last = self.last_replay.lock().await;
        let goes_on = last.take().filter(|replay| {
            let is_same = Arc::ptr_eq(&replay.directory, &self.directory());
            is_same
                && matches!((from, &replay.told), (From::Place(place), Some(told)) if place == told)
        });
        let mut replay = match goes_on {
            Some(replay) => replay,
            None => Box::pin(self.replay_from(from)).await?,
        };
        let mut read = 0;
        let mut is_end = false;
        while replay.found.len() < limit && read < ENTRIES_MAX && !is_end {
            let count = Box::pin(self.replay_on(&mut replay, None)).await?;
            read += count;
            is_end = count == 0;
        }
        let settled = self.db.read(Now).await?.plus_ms(-SETTLED_MS);
        if is_end {
            replay.pass(settled);
        }
        let items: Vec<VerdictChange> = replay
            .found
            .drain(..limit.min(replay.found.len()))
            .collect();
        let is_all = replay.found.is_empty();
        if !is_all {
            replay.told = items.last().map(VerdictChange::place);
        } else if let Some(position) = replay.snapshot.next_position().checked_sub(1) {
            replay.told = Some(Place {
                position,
                at: replay.at,
                listing: None,
            });
        }
        let page = ChangePage {
            items,
            next: replay.told.clone(),
            is_end: is_end && is_all,
        };
        *last = Some(replay);
        Ok(page)
    }

    /// A replay that has told nothing yet of what comes after.
    async fn replay_from(&self, from: &From) -> Result<Replay, Error> {
        let mut replay = Replay::new(self.directory());
        let place = match from {
            From::Beginning => return Ok(replay),
            From::Place(place) => place.clone(),
            From::Entry(position) => Place {
                position: *position,
                // Its own changes are at its instant, which is not known before it is read.
                at: Instant::MIN,
                listing: None,
            },
        };
        while replay.snapshot.next_position() < place.position {
            if self.replay_on(&mut replay, Some(place.position)).await? == 0 {
                break;
            }
        }
        // What each came to was not looked at on the way.
        let all: Vec<ListingId> = replay.listings.keys().cloned().collect();
        for listing in all {
            replay.look(&listing);
        }
        // The entry itself is gone through, with all that was told.
        let entry = self
            .record_page(place.position, 1)
            .await?
            .into_iter()
            .next();
        let Some(entry) = entry else {
            return Err(Error::not_found("entry", place.position));
        };
        let recorded = entry.recorded;
        let place = match from {
            From::Entry(_) => Place {
                at: recorded.at,
                ..place
            },
            _ => place,
        };
        let offer = self.offer_of(&recorded).await?;
        let claim = recorded.evidence.claim.clone();
        replay.snapshot = self.know(replay.snapshot, claim).await?;
        replay.go_on(recorded, offer)?;
        replay.pass(place.at);
        replay.found.retain(|change| place.is_before(change));
        replay.told = Some(place);
        Ok(replay)
    }

    /// Reads on: up to `before` without looking at what each entry changes, else with it. Gives how many it read.
    async fn replay_on(&self, replay: &mut Replay, before: Option<u64>) -> Result<usize, Error> {
        let from = replay.snapshot.next_position();
        let left = before.map_or(u64::MAX, |before| before.saturating_sub(from));
        let at_once = ENTRIES_AT_ONCE.min(u32::try_from(left).unwrap_or(u32::MAX));
        let entries = self.db.read(ReadOn(from, at_once)).await?;
        let count = entries.len();
        for recorded in entries {
            let offer = self.offer_of(&recorded).await?;
            if matches!(recorded.evidence.claim, Claim::DataSetActivation { .. }) {
                let known = std::mem::take(&mut replay.snapshot);
                replay.snapshot = self.know(known, recorded.evidence.claim.clone()).await?;
            }
            if before.is_none() {
                replay.go_on(recorded, offer)?;
                continue;
            }
            let decision = decision(&recorded);
            replay.apply(recorded)?;
            if let Some((listing, state)) = decision {
                replay.decide(&listing, state, offer);
            }
        }
        Ok(count)
    }

    /// The offer of what an entry offers.
    async fn offer_of(&self, recorded: &Recorded) -> Result<Option<Arc<Offer>>, Error> {
        match decision(recorded) {
            Some((listing, ListingState::Offered)) => Ok(Some(self.offer(&listing).await?)),
            _ => Ok(None),
        }
    }

    /// The snapshot with the rows of the data set that a claim activates.
    async fn know(&self, snapshot: Snapshot, claim: Claim) -> Result<Snapshot, Error> {
        self.db.read(Know(snapshot, claim)).await
    }
}

struct ReadOn(u64, u32);

impl Job for ReadOn {
    type Out = Vec<Recorded>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Recorded>, Error> {
        let entries = record_log::entries_from(tx, self.0, self.1).await?;
        entries.iter().map(node::decode).collect()
    }
}

struct Know(Snapshot, Claim);

impl Job for Know {
    type Out = Snapshot;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Snapshot, Error> {
        let mut next = self.0.clone();
        node::know_data_set(tx, &mut next, &self.1).await?;
        Ok(next)
    }
}

/// The database's own time, by which entries are dated.
struct Now;

impl Job for Now {
    type Out = Instant;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Instant, Error> {
        Ok(Instant::from_epoch_ms(tx.now().await?))
    }
}
