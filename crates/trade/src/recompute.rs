//! The snapshot held against the record: all of it worked out anew and compared, listing by listing.
//!
//! What a node remembers of answers, and what it followed piece by piece, must come to what the record says from its
//! beginning. A node that was found to differ takes the recomputed snapshot, and shows nothing as buyable until it is
//! started again: whoever was wrong once is looked at by somebody.

use std::sync::Arc;
use std::time::Duration;

use domain::listing::Listing;
use gate::snapshot::Moment;
use gate::{Question, Snapshot};
use store::db::{Job, Tx};
use store::record_log;

use crate::error::Error;
use crate::house::House;
use crate::node;
use crate::offers::judging;

/// How often a server holds its snapshot against the record.
pub const RECOMPUTE_EVERY: Duration = Duration::from_secs(15 * 60);
/// Entries, or listings, read at a time.
const AT_ONCE: u32 = 1_000;
/// Most differences that are told one by one.
const TOLD_MAX: usize = 20;

/// What a recompute came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recomputed {
    /// The position that comes next in what was compared.
    pub next_position: u64,
    /// Listings whose verdicts were compared.
    pub listings: u64,
    /// How many differed.
    pub differences: u64,
    /// The first of them, in words.
    pub told: Vec<String>,
}

impl Recomputed {
    /// Whether nothing differs.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.differences == 0
    }
}

impl House {
    /// Works the snapshot out anew from the record and compares what both say of every listing. If anything differs,
    /// this node takes the new one and is not ready from then on.
    ///
    /// # Errors
    /// The database, or a damaged entry.
    pub async fn recompute(&self) -> Result<Recomputed, Error> {
        let ours = self.snapshot();
        let anew = Arc::new(self.worked_out_anew(ours.next_position()).await?);
        let moment = Moment::at(self.present().max(ours.last_at()));
        let mut found = Recomputed {
            next_position: ours.next_position(),
            listings: 0,
            differences: 0,
            told: Vec::new(),
        };
        if anew.next_position() != ours.next_position() || anew.last_at() != ours.last_at() {
            found.differences += 1;
            found.told.push(format!(
                "the record has {} entries, the last of {}, and the snapshot {}, the last of {}",
                anew.next_position(),
                anew.last_at(),
                ours.next_position(),
                ours.last_at()
            ));
        }
        for market in &self.directory().markets {
            let mut last = String::new();
            loop {
                let some = self.unjudged(&market.id, &last, AT_ONCE, false).await?;
                let Some(end) = some.last() else { break };
                last = end.id.to_string();
                found.listings += u64::try_from(some.len()).unwrap_or(0);
                let (ours, anew) = (Arc::clone(&ours), Arc::clone(&anew));
                let differing = judging(move || differing(&some, &ours, &anew, moment)).await?;
                found.differences += u64::try_from(differing.len()).unwrap_or(0);
                let room = TOLD_MAX.saturating_sub(found.told.len());
                found.told.extend(differing.into_iter().take(room));
            }
        }
        if !found.is_right() {
            self.node.doubt(Snapshot::clone(&anew)).await;
            self.node.follow(&self.db).await?;
        }
        Ok(found)
    }

    /// Holds the snapshot against the record again and again; never ends by itself.
    pub(crate) async fn recompute_for_ever(&self) {
        loop {
            tokio::time::sleep(RECOMPUTE_EVERY).await;
            // What it finds is kept by the node; a database that fails is told by following it.
            let _found = self.recompute().await;
        }
    }

    async fn worked_out_anew(&self, until: u64) -> Result<Snapshot, Error> {
        let mut snapshot = Snapshot::new();
        while snapshot.next_position() < until {
            let before = snapshot.next_position();
            snapshot = self.db.read(GrowOn { snapshot, until }).await?;
            if snapshot.next_position() == before {
                break;
            }
        }
        Ok(snapshot)
    }
}

/// The listings of which the two say different things.
fn differing(
    listings: &[Listing],
    ours: &Snapshot,
    anew: &Snapshot,
    moment: Moment,
) -> Vec<String> {
    let difference = |listing: &Listing| {
        let question = Question {
            offer: &listing.offer,
            moment,
        };
        let is_sellable = ours.is_sellable(&ours.seat(&listing.offer), moment.at);
        let (own, true_one) = (ours.verdict(&question), anew.verdict_anew(&question));
        let differs = own != true_one || is_sellable != true_one.is_sellable();
        differs.then(|| {
            format!(
                "{} is {} by the snapshot and {} by the record",
                listing.id,
                own.outcome.name(),
                true_one.outcome.name()
            )
        })
    };
    listings.iter().filter_map(difference).collect()
}

/// Takes in the entries that follow, before one.
struct GrowOn {
    snapshot: Snapshot,
    until: u64,
}

impl Job for GrowOn {
    type Out = Snapshot;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Snapshot, Error> {
        let from = self.snapshot.next_position();
        let left = u32::try_from(self.until - from).unwrap_or(u32::MAX);
        let mut next = self.snapshot.clone();
        for entry in record_log::entries_from(tx, from, left.min(AT_ONCE)).await? {
            let recorded = node::decode(&entry)?;
            node::know_data_set(tx, &mut next, &recorded.evidence.claim).await?;
            next.apply(recorded)
                .map_err(|gap| Error::broken(gap.to_string()))?;
        }
        Ok(next)
    }
}
