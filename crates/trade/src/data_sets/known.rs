//! A file that was imported before, recognised by its hash before it is read.
//!
//! What was wrong in it is counted, not repeated: that takes reading it again.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use domain::id::DataSetId;
use feeds::{Kind, Summary};
use sha2::{Digest, Sha256};
use store::data_sets::{self as sets, DataSet, FaultCounts};
use store::db::{Job, Tx};

use super::{Imported, is_kept_elsewhere, kind_of_file};
use crate::codec::fact::OriginJson;
use crate::error::{Code, Error};
use crate::house::House;

/// How much of a file is read at once.
const PART_BYTES: usize = 64 * 1024;

struct FindFile {
    sha256: String,
    kind: Kind,
}

impl Job for FindFile {
    type Out = Option<(DataSet, FaultCounts)>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let Some(set) = sets::find_by_file(tx, &self.sha256, self.kind.name(), "").await? else {
            return Ok(None);
        };
        let counts = sets::count_faults(tx, &set.id).await?;
        Ok(Some((set, counts)))
    }
}

impl House {
    /// What a file was imported as before, with the counts of then but for the rows that repeat others; none: it is
    /// new, or no data set is made of such a file.
    ///
    /// # Errors
    /// It cannot be read, or the database.
    pub async fn known_file(
        &self,
        path: PathBuf,
        kind: Option<Kind>,
    ) -> Result<Option<Imported>, Error> {
        let look = move || look_at(&path, kind);
        let looked = tokio::task::spawn_blocking(look).await;
        let looked = looked.map_err(|_| Error::broken("looking at the file did not end"))??;
        let Some((kind, sha256, bytes)) = looked else {
            return Ok(None);
        };
        let file = FindFile { sha256, kind };
        let Some((set, counts)) = self.db.read(file).await? else {
            return Ok(None);
        };
        let origin: OriginJson = serde_json::from_str(&set.origin).map_err(|error| {
            Error::broken(format!("{} does not read: {error}", origin(&set.id)))
        })?;
        let summary = Summary {
            rows: set.rows,
            rows_with_facts: set.rows_with_facts,
            rows_with_faults: set.rows_with_faults,
            repeats: 0,
            facts: set.facts,
            faults: counts.faults,
            notes: counts.notes,
            sha256: set.sha256.clone(),
            bytes,
        };
        Ok(Some(Imported {
            data_set: Some(set),
            was_known: true,
            was_read: false,
            kind,
            origin,
            summary,
            faults: Vec::new(),
            notes: Vec::new(),
            items: Vec::new(),
            blocked: Vec::new(),
        }))
    }
}

fn origin(id: &DataSetId) -> String {
    format!("the origin of data set {id}")
}

/// Its kind, its hash and its size; none: no data set is made of it.
fn look_at(path: &Path, kind: Option<Kind>) -> Result<Option<(Kind, String, u64)>, Error> {
    let kind = match kind {
        None => kind_of_file(path)?,
        kind => kind,
    };
    // What a list of approved devices is known by is seen only when it is read.
    let is_looked_for = |kind: &Kind| !is_kept_elsewhere(*kind) && *kind != Kind::ApprovedDevices;
    let Some(kind) = kind.filter(is_looked_for) else {
        return Ok(None);
    };
    let (sha256, bytes) = hash(path).map_err(|error| {
        let detail = format!("{} cannot be read: {error}", path.display());
        Error::new(Code::FileNotUnderstood, detail)
    })?;
    Ok(Some((kind, sha256, bytes)))
}

fn hash(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut part = vec![0; PART_BYTES];
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            let hex = hash
                .finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            return Ok((hex, bytes));
        }
        hash.update(part.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}
