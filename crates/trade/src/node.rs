//! This node's view: the gate's snapshot, kept in step with the record, and the directory of names.
//!
//! The snapshot is replaced, never changed, and follows the record in order. A node that cannot follow is
//! not fresh, and whoever shows things as buyable asks [`Node::is_fresh`] first.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant as Monotonic};

use arc_swap::ArcSwap;
use domain::evidence::Claim;
use domain::id::{BrandId, DataSetId, HostNetworkId, ListingId, PartyId, SellerId};
use domain::listing::Offer;
use gate::Snapshot;
use gate::sentence::Names;
use store::db::{Db, Job, Tx};
use store::directory::Directory;
use store::people;
use store::record_log::{self, Entry};

use crate::codec::entry;
use crate::data_sets;
use crate::error::Error;

/// A node that has not caught up for longer than this shows nothing as buyable.
pub const FRESH_FOR: Duration = Duration::from_secs(1);
/// The setting that is another one after each addition to the directory.
pub(crate) const DIRECTORY_MARK: &str = "directory.mark";
/// How many entries are read at once when following.
const FOLLOW_AT_ONCE: u32 = 2_000;

/// What one process knows of the house.
pub struct Node {
    snapshot: ArcSwap<Snapshot>,
    directory: ArcSwap<Directory>,
    /// Which directory that is: another node may have added to it.
    directory_mark: ArcSwap<Option<String>>,
    /// Offers never change, so they are kept once read.
    offers: RwLock<HashMap<ListingId, Arc<Offer>>>,
    /// One follower at a time; the record is applied in order.
    following: tokio::sync::Mutex<()>,
    started: Monotonic,
    /// Milliseconds after `started` at which the last round of following began that found the end.
    caught_up_ms: AtomicU64,
    /// Whether a recompute found the snapshot to be wrong.
    is_in_doubt: AtomicBool,
}

impl Node {
    pub(crate) fn new() -> Self {
        Self {
            snapshot: ArcSwap::from_pointee(Snapshot::new()),
            directory: ArcSwap::from_pointee(Directory::default()),
            directory_mark: ArcSwap::from_pointee(None),
            offers: RwLock::default(),
            following: tokio::sync::Mutex::new(()),
            started: Monotonic::now(),
            caught_up_ms: AtomicU64::new(u64::MAX),
            is_in_doubt: AtomicBool::new(false),
        }
    }

    /// What the gate knows, as far as this node has followed.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Names of everybody and everything.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// How long ago this node last knew that it had the whole record; none: never.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let caught_up = self.caught_up_ms.load(Ordering::SeqCst);
        (caught_up != u64::MAX).then(|| {
            self.started
                .elapsed()
                .saturating_sub(Duration::from_millis(caught_up))
        })
    }

    /// Whether this node may show things as buyable.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        !self.is_in_doubt() && self.age().is_some_and(|age| age <= FRESH_FOR)
    }

    /// Whether the snapshot was found to differ from what the record says.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.is_in_doubt.load(Ordering::SeqCst)
    }

    /// Goes on from a snapshot that was worked out anew, and is not fresh any more: its own was wrong.
    pub(crate) async fn doubt(&self, anew: Snapshot) {
        let _one_at_a_time = self.following.lock().await;
        self.is_in_doubt.store(true, Ordering::SeqCst);
        self.snapshot.store(Arc::new(anew));
    }

    /// Reads on in the record until its end.
    pub(crate) async fn follow(&self, db: &Db) -> Result<(), Error> {
        let _one_at_a_time = self.following.lock().await;
        loop {
            let began = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
            let current = self.snapshot.load_full();
            let more = db
                .read(ReadOn {
                    snapshot: Arc::clone(&current),
                })
                .await?;
            let is_end = more.entries < u64::from(FOLLOW_AT_ONCE);
            if let Some(snapshot) = more.snapshot {
                self.snapshot.store(Arc::new(snapshot));
            }
            if is_end {
                if more.directory_mark != **self.directory_mark.load() {
                    self.read_directory(db).await?;
                }
                self.caught_up_ms.store(began, Ordering::SeqCst);
                return Ok(());
            }
        }
    }

    /// Reads the directory anew, and with it what the data sets say of what is in it.
    pub(crate) async fn reload(&self, db: &Db) -> Result<(), Error> {
        let _one_at_a_time = self.following.lock().await;
        self.read_directory(db).await
    }

    /// The follower's own part of it: nobody else replaces the snapshot meanwhile.
    async fn read_directory(&self, db: &Db) -> Result<(), Error> {
        let known = self.snapshot.load_full();
        let (mark, directory, sets) = db.read(Reload { known }).await?;
        let mut snapshot = Snapshot::clone(&self.snapshot.load());
        for (id, facts) in sets {
            snapshot.put_data_set(id, Arc::new(facts));
        }
        self.directory.store(Arc::new(directory));
        self.directory_mark.store(Arc::new(mark));
        self.snapshot.store(Arc::new(snapshot));
        Ok(())
    }

    /// The offer of a listing, if it was read before.
    pub(crate) fn offer(&self, id: &ListingId) -> Option<Arc<Offer>> {
        let offers = self.offers.read().unwrap_or_else(PoisonError::into_inner);
        offers.get(id).cloned()
    }

    /// Its seller may have changed it since; the one door finds out, and has it read again.
    pub(crate) fn keep_offer(&self, id: &ListingId, offer: Offer) -> Arc<Offer> {
        // What is worked out for an order is remembered only of offers that were met before.
        let _ = self.snapshot().seat(&offer);
        let kept = Arc::new(offer);
        let mut offers = self.offers.write().unwrap_or_else(PoisonError::into_inner);
        offers.insert(id.clone(), Arc::clone(&kept));
        kept
    }
}

/// Reads the entries after a snapshot, and the data sets that they activate.
struct ReadOn {
    snapshot: Arc<Snapshot>,
}

struct More {
    entries: u64,
    directory_mark: Option<String>,
    snapshot: Option<Snapshot>,
}

impl Job for ReadOn {
    type Out = More;
    type Err = Error;
    /// A change is answered when its node has followed it, and orders must not keep it waiting. There is
    /// one follower at a time, so this takes one place at most.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<More, Error> {
        let from = self.snapshot.next_position();
        let directory_mark = people::setting(tx, DIRECTORY_MARK).await?;
        let entries = record_log::entries_from(tx, from, FOLLOW_AT_ONCE).await?;
        if entries.is_empty() {
            return Ok(More {
                entries: 0,
                directory_mark,
                snapshot: None,
            });
        }
        let mut next = Snapshot::clone(&self.snapshot);
        for one in &entries {
            let recorded = decode(one)?;
            know_data_set(tx, &mut next, &recorded.evidence.claim).await?;
            next.apply(recorded)
                .map_err(|gap| Error::broken(gap.to_string()))?;
        }
        Ok(More {
            entries: u64::try_from(entries.len()).unwrap_or(u64::MAX),
            directory_mark,
            snapshot: Some(next),
        })
    }
}

/// Reads an entry, or says which one is damaged.
pub(crate) fn decode(one: &Entry) -> Result<domain::evidence::Recorded, Error> {
    entry::read(one)
        .map_err(|error| Error::broken(format!("entry {} of the record is {error}", one.position)))
}

/// Makes the rows of a data set known that a claim activates.
pub(crate) async fn know_data_set(
    tx: &mut Tx<'_>,
    snapshot: &mut Snapshot,
    claim: &Claim,
) -> Result<(), Error> {
    if let Claim::DataSetActivation { data_set, .. } = claim
        && snapshot.data_set(data_set).is_none()
    {
        let directory = store::directory::read(tx).await?;
        let facts = data_sets::resolve(tx, data_set, &directory).await?;
        snapshot.put_data_set(data_set.clone(), Arc::new(facts));
    }
    Ok(())
}

struct Reload {
    known: Arc<Snapshot>,
}

impl Job for Reload {
    type Out = (
        Option<String>,
        Directory,
        Vec<(DataSetId, gate::snapshot::DataSetFacts)>,
    );
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let mark = people::setting(tx, DIRECTORY_MARK).await?;
        let directory = store::directory::read(tx).await?;
        let mut sets = Vec::new();
        for id in self.known.data_sets() {
            sets.push((id.clone(), data_sets::resolve(tx, id, &directory).await?));
        }
        Ok((mark, directory, sets))
    }
}

/// Names from the directory; an id stands for what is not in it.
pub struct DirectoryNames<'a>(pub &'a Directory);

impl Names for DirectoryNames<'_> {
    fn brand(&self, id: &BrandId) -> String {
        let found = self.0.brands.iter().find(|brand| brand.id == *id);
        found.map_or_else(|| id.to_string(), |brand| brand.name.clone())
    }

    fn network(&self, id: &HostNetworkId) -> String {
        let found = self.0.networks.iter().find(|network| network.id == *id);
        found.map_or_else(|| id.to_string(), |network| network.name.clone())
    }

    fn seller(&self, id: &SellerId) -> String {
        let found = self.0.sellers.iter().find(|seller| seller.id == *id);
        found.map_or_else(|| id.to_string(), |seller| seller.name.clone())
    }

    fn party(&self, id: &PartyId) -> String {
        let found = self.0.parties.iter().find(|party| party.id == *id);
        found.map_or_else(|| id.to_string(), |party| party.name.clone())
    }
}
