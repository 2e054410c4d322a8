//! Reading the record: pages, single entries, the checkpoint, and the check of it all.

use domain::Instant;
use domain::evidence::{Claim, Recorded};
use domain::id::{EvidenceId, ListingId};
use domain::listing::ListingState;
use domain::scope::Scope;
use record::tiles::TileFile;
use store::db::{Job, Tx};
use store::record_log::{self, Entry, SignedCheckpoint};

use crate::codec::entry::Opening;
use crate::error::Error;
use crate::house::House;
use crate::keeper::Verified;
use crate::node;

/// An entry of the record, with what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordEntry {
    /// As stored.
    pub entry: Entry,
    /// What it says.
    pub recorded: Recorded,
    /// The words of a statement, or a remark; none: there are none, or they were erased.
    pub words: Option<String>,
    /// SHA-256 of the document that it came in, lower hex; none: it is not kept, or this was erased.
    pub document: Option<String>,
}

/// The article's open question, answered from the record and the orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Stretches of time for which it was offered: from, until (none: still).
    pub offered: Vec<(Instant, Option<Instant>)>,
    /// Orders accepted that hold it.
    pub orders: u64,
    /// Units in them.
    pub units: u64,
}

fn with_words(entry: Entry) -> Result<RecordEntry, Error> {
    let opening = entry.opening.as_deref();
    let opening = opening.and_then(|text| serde_json::from_str::<Opening>(text).ok());
    let (words, document) = opening.map_or((None, None), |read| (read.words, read.document));
    Ok(RecordEntry {
        recorded: node::decode(&entry)?,
        entry,
        words,
        document,
    })
}

impl House {
    /// At most `limit` entries from a position on.
    ///
    /// # Errors
    /// The database, or a damaged entry.
    pub async fn record_page(&self, from: u64, limit: u32) -> Result<Vec<RecordEntry>, Error> {
        let entries = self.db.read(ReadPage(from, limit)).await?;
        entries.into_iter().map(with_words).collect()
    }

    /// A piece of evidence by its id.
    ///
    /// # Errors
    /// The database, or a damaged entry.
    pub async fn evidence(&self, id: &EvidenceId) -> Result<Option<RecordEntry>, Error> {
        let entry = self.db.read(ReadEntry(id.clone())).await?;
        entry.map(with_words).transpose()
    }

    /// Everything that was recorded under the scopes of a listing, in order: its time line.
    ///
    /// # Errors
    /// The listing is not there, the database, or a damaged entry.
    pub async fn time_line(&self, listing: &ListingId) -> Result<Vec<RecordEntry>, Error> {
        let Some(found) = self.listing(listing).await? else {
            return Err(Error::not_found("listing", listing));
        };
        let snapshot = self.snapshot();
        let policy = snapshot.policy(&found.offer.market, gate::snapshot::Moment::at(self.now()));
        let hosts = policy.map_or(&[][..], |(policy, _)| &policy.hosts);
        let scopes = Scope::of(&found.offer, hosts);
        let entries = self.db.read(ReadUnder(scopes)).await?;
        entries.into_iter().map(with_words).collect()
    }

    /// From when until when a listing was offered, and how many orders were accepted.
    ///
    /// # Errors
    /// The database, or a damaged entry.
    pub async fn offered(&self, listing: &ListingId) -> Result<Offered, Error> {
        let scope = Scope::Listing(listing.clone());
        let entries = self.db.read(ReadUnder(vec![scope])).await?;
        let mut answer = Offered::default();
        for entry in &entries {
            let recorded = node::decode(entry)?;
            let Claim::ListingDecision { state, .. } = recorded.evidence.claim else {
                continue;
            };
            if state == ListingState::Offered {
                answer.offered.push((recorded.at, None));
            } else if let Some((_, until @ None)) = answer.offered.last_mut() {
                *until = Some(recorded.at);
            }
        }
        (answer.orders, answer.units) = self.order_count(listing).await?;
        Ok(answer)
    }

    /// Signs the record if it grew; gives the newest checkpoint, none for an empty record.
    ///
    /// # Errors
    /// The record is not the one that was signed, or the database.
    pub async fn sign_record(&self) -> Result<Option<SignedCheckpoint>, Error> {
        self.keeper.sign(&self.db).await
    }

    /// The newest checkpoint that was signed; none yet: the record is empty or just begun.
    ///
    /// # Errors
    /// The database.
    pub async fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, Error> {
        self.keeper.last(&self.db).await
    }

    /// Checks the whole record.
    ///
    /// # Errors
    /// The database; what is wrong with the record is in the answer.
    pub async fn verify_record(&self) -> Result<Verified, Error> {
        self.keeper.verify(&self.db).await
    }

    /// The whole record as the files of C2SP tlog-tiles, for anyone to check and to keep. Empty for an empty
    /// record. What is not yet signed is signed first.
    ///
    /// # Errors
    /// The record is not the one that was signed, an entry is too long for the form, or the database.
    pub async fn export_record(&self) -> Result<Vec<TileFile>, Error> {
        self.keeper.export(&self.db).await
    }

    /// The key that checkpoints are checked with, C2SP vkey.
    #[must_use]
    pub fn record_key(&self) -> String {
        self.keeper.verifier()
    }
}

struct ReadPage(u64, u32);

impl Job for ReadPage {
    type Out = Vec<Entry>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, Error> {
        Ok(record_log::entries_from(tx, self.0, self.1).await?)
    }
}

struct ReadEntry(EvidenceId);

impl Job for ReadEntry {
    type Out = Option<Entry>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Entry>, Error> {
        Ok(record_log::entry_of(tx, &self.0).await?)
    }
}

struct ReadUnder(Vec<Scope>);

impl Job for ReadUnder {
    type Out = Vec<Entry>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, Error> {
        Ok(record_log::entries_under(tx, &self.0, 0).await?)
    }
}
