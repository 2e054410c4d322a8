//! Data sets: importing a file, what its rows say of what this house knows, activation.
//!
//! A data set's rows are inert until it is activated in a market, and activation is one change. The same
//! file twice changes nothing.
//!
//! Cost: 105 files of 670,000 rows take 26 s of processor time and 224 MiB in an unoptimised build, 57 s by
//! the clock on two virtual cores under other load; the budget is 60 s and 1 GiB. A file's facts are
//! collected before they are stored: at that size streaming them would save nothing that is missed.

use domain::evidence::Authority;
use domain::fault::Fault;
use domain::id::DataSetId;
use feeds::{BlockedFact, ItemFact, Summary};
use store::data_sets::{DataSet, StoredFault};
use store::db::{Job, Tx};

use crate::codec::fact::OriginJson;
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;

pub mod activate;
pub mod approved;
pub mod compare;
mod known;
pub(crate) mod meant;
mod read;
pub(crate) mod resolve;

pub use read::{Input, Progress, kind_of_file};
pub(crate) use read::{Keep, read};
pub(crate) use resolve::{SetSource, device_of, place, resolve, set_source, sourced};
pub use resolve::{origin_of, series};

/// What came of importing a file. `rows == rows_with_facts + rows_with_faults`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The data set; for a feed of offers and for a list of blocked units none is kept.
    pub data_set: Option<DataSet>,
    /// Whether this very file had been imported before; nothing was changed then.
    pub was_known: bool,
    /// Whether it was read. If not, faults and notes are counted and not given, and repeats are not counted.
    pub was_read: bool,
    /// What kind it was read as.
    pub kind: feeds::Kind,
    /// Where it comes from.
    pub origin: OriginJson,
    /// The counts.
    pub summary: Summary,
    /// Rows that were not read, located.
    pub faults: Vec<Fault>,
    /// Rows that were read, with something set aside.
    pub notes: Vec<Fault>,
    /// Offers, if it is a feed; each with its line.
    pub items: Vec<(u64, ItemFact)>,
    /// Units, if it is a list of blocked ones.
    pub blocked: Vec<BlockedFact>,
}

impl House {
    /// Imports a file as a data set. A feed of offers and a list of blocked units become none; their rows
    /// come back, for [`House::take_feed`] and [`House::deliver_blocked_list`].
    ///
    /// # Errors
    /// The file as a whole cannot be read, or the database. Faults of rows are in the answer.
    pub async fn import(
        &self,
        input: Input,
        kind: Option<feeds::Kind>,
        authority: Authority,
        mut progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Imported, Error> {
        if kind == Some(feeds::Kind::ApprovedDevices) {
            let detail = "a list of approved devices is some host network's; say which one";
            return Err(Error::new(Code::InvalidInput, detail));
        }
        let mut read = tokio::task::spawn_blocking(move || read(&input, kind, None, &mut progress))
            .await
            .map_err(|_| Error::broken("reading the file did not end"))??;
        let mut imported = Imported {
            data_set: None,
            was_known: false,
            was_read: true,
            kind: read.origin.kind,
            origin: OriginJson::new(&read.origin, authority),
            summary: read.summary.clone(),
            faults: Vec::new(),
            notes: Vec::new(),
            items: std::mem::take(&mut read.items),
            blocked: std::mem::take(&mut read.blocked),
        };
        if !is_kept_elsewhere(imported.kind) {
            let keep = Keep::new(&mut read, &imported.origin, fresh::id("ds")?)?;
            let (set, was_known) = self.db.write(keep).await?;
            imported.data_set = Some(set);
            imported.was_known = was_known;
        }
        imported.faults = read.faults;
        imported.notes = read.notes;
        Ok(imported)
    }

    /// A data set.
    ///
    /// # Errors
    /// The database.
    pub async fn data_set(&self, id: &DataSetId) -> Result<Option<DataSet>, Error> {
        Ok(self
            .data_sets()
            .await?
            .into_iter()
            .find(|set| set.id == *id))
    }

    /// At most `limit` faults and notes of a data set, in order of the file.
    ///
    /// # Errors
    /// The database.
    pub async fn data_set_faults(
        &self,
        id: &DataSetId,
        limit: u32,
    ) -> Result<Vec<StoredFault>, Error> {
        self.db.read(ListFaults(id.clone(), limit)).await
    }

    /// All data sets, oldest import first.
    ///
    /// # Errors
    /// The database.
    pub async fn data_sets(&self) -> Result<Vec<DataSet>, Error> {
        self.db.read(ListSets).await
    }

    /// The data sets that come with the program.
    ///
    /// # Errors
    /// The database.
    pub async fn built_in(&self, kind: feeds::Kind) -> Result<Option<DataSet>, Error> {
        let sets = self.data_sets().await?;
        // The newest of its kind: a newer program brings newer tables.
        Ok(sets.into_iter().rfind(|set| set.kind == kind.name()))
    }
}

/// Whether no data set is made of such a file: its rows are somebody's offers or units.
fn is_kept_elsewhere(kind: feeds::Kind) -> bool {
    matches!(
        kind,
        feeds::Kind::MerchantFeed | feeds::Kind::BlockedDevices
    )
}

struct ListFaults(DataSetId, u32);

impl Job for ListFaults {
    type Out = Vec<StoredFault>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<StoredFault>, Error> {
        Ok(store::data_sets::faults(tx, &self.0, self.1).await?)
    }
}

struct ListSets;

impl Job for ListSets {
    type Out = Vec<DataSet>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<DataSet>, Error> {
        Ok(store::data_sets::list(tx).await?)
    }
}
