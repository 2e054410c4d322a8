//! Reading a file of outside facts and storing it as a data set: once, however often it comes.
//!
//! What its rows say of anything is not known here.

use std::path::{Path, PathBuf};

use domain::Instant;
use domain::fault::Fault;
use domain::id::DataSetId;
use feeds::{ApprovalFact, ApprovedMapping, BlockedFact, Fact, ItemFact, Row, Sink, Summary};
use store::data_sets::{DataSet, StoredFact, StoredFault};
use store::db::{Job, Tx};

use crate::codec::fact::{self, OriginJson};
use crate::error::{Code, Error};

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub read: u64,
    /// Bytes in all.
    pub total: u64,
}

/// A file that was read, not yet stored.
pub(crate) struct ReadFile {
    pub file_name: String,
    pub origin: feeds::Origin,
    pub summary: Summary,
    pub facts: Vec<(StoredFact, Vec<String>)>,
    pub faults: Vec<Fault>,
    pub notes: Vec<Fault>,
    pub items: Vec<(u64, ItemFact)>,
    pub blocked: Vec<BlockedFact>,
    pub approvals: Vec<ReadApproval>,
}

/// A row of a list of approved devices, with its place.
pub(crate) struct ReadApproval {
    pub row_no: u64,
    pub line: u64,
    pub fact: ApprovalFact,
}

struct Collect<'a> {
    facts: Vec<(StoredFact, Vec<String>)>,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
    items: Vec<(u64, ItemFact)>,
    blocked: Vec<BlockedFact>,
    approvals: Vec<ReadApproval>,
    failed: Option<Error>,
    progress: &'a mut (dyn FnMut(Progress) + Send),
}

impl Collect<'_> {
    fn keep(&mut self, row_no: u64, line: u64, fact: Fact) -> Result<(), Error> {
        let fact = match fact {
            Fact::Item(item) => {
                self.items.push((line, *item));
                return Ok(());
            }
            Fact::Blocked(unit) => {
                self.blocked.push(unit);
                return Ok(());
            }
            Fact::Approval(fact) => {
                let fact = *fact;
                self.approvals.push(ReadApproval { row_no, line, fact });
                return Ok(());
            }
            fact => fact,
        };
        let written = fact::write(&fact).map_err(|error| Error::broken(error.to_string()))?;
        if let Some((kind, body, keys)) = written {
            let fact = StoredFact {
                data_set: "unset".parse()?,
                fact_no: u64::try_from(self.facts.len()).unwrap_or(u64::MAX),
                row_no,
                kind: kind.to_owned(),
                body,
            };
            self.facts.push((fact, keys));
        }
        Ok(())
    }
}

impl Sink for Collect<'_> {
    fn row(&mut self, row: Row) {
        self.notes.extend(row.notes);
        match row.outcome {
            Ok(facts) => {
                for fact in facts {
                    if let Err(error) = self.keep(row.number, row.line, fact) {
                        self.failed.get_or_insert(error);
                    }
                }
            }
            Err(faults) => self.faults.extend(faults),
        }
    }

    fn progress(&mut self, read: u64, total: u64) {
        (self.progress)(Progress { read, total });
    }
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
pub enum Input {
    /// On disk.
    Path(PathBuf),
    /// In memory, with a name.
    Bytes(String, Vec<u8>),
}

/// Which kind a file is, by its name or its head; none: it is none that is known here.
///
/// # Errors
/// It cannot be opened or unpacked.
pub fn kind_of_file(path: &Path) -> Result<Option<feeds::Kind>, Error> {
    feeds::detect_file(path).map_err(|error| Error::new(Code::FileNotUnderstood, error.to_string()))
}

/// Reads a file; stores nothing. A `mapping` is for lists of approved devices.
pub(crate) fn read(
    input: &Input,
    kind: Option<feeds::Kind>,
    mapping: Option<&ApprovedMapping>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ReadFile, Error> {
    let mut sink = Collect {
        facts: Vec::new(),
        faults: Vec::new(),
        notes: Vec::new(),
        items: Vec::new(),
        blocked: Vec::new(),
        approvals: Vec::new(),
        failed: None,
        progress,
    };
    let (file_name, read) = match input {
        Input::Path(path) => (
            path.file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            match mapping {
                Some(mapping) => feeds::read_approved_file(path, mapping, &mut sink),
                None => feeds::read_file(path, kind, &mut sink),
            },
        ),
        Input::Bytes(name, bytes) => (
            name.clone(),
            match mapping {
                Some(mapping) => feeds::read_approved(name, bytes, mapping, &mut sink),
                None => feeds::read_bytes(name, bytes, kind, &mut sink),
            },
        ),
    };
    let (origin, summary) =
        read.map_err(|error| Error::new(Code::FileNotUnderstood, error.to_string()))?;
    if let Some(error) = sink.failed {
        return Err(error);
    }
    Ok(ReadFile {
        file_name,
        origin,
        summary,
        facts: sink.facts,
        faults: sink.faults,
        notes: sink.notes,
        items: sink.items,
        blocked: sink.blocked,
        approvals: sink.approvals,
    })
}

/// Stores a data set that was read, unless this very file is there.
pub(crate) struct Keep {
    pub set: DataSet,
    pub facts: Vec<(StoredFact, Vec<String>)>,
    pub faults: Vec<StoredFault>,
}

impl Keep {
    pub(crate) fn new(
        read: &mut ReadFile,
        origin: &OriginJson,
        id: DataSetId,
    ) -> Result<Self, Error> {
        let mut facts = std::mem::take(&mut read.facts);
        for (fact, _) in &mut facts {
            fact.data_set = id.clone();
        }
        let stored = |fault: &Fault, is_note| StoredFault {
            is_note,
            line: fault.line,
            column: fault.column.clone(),
            rule: fault.rule.to_owned(),
            found: fault.found.clone(),
            help: fault.help.clone(),
        };
        Ok(Self {
            set: DataSet {
                id,
                kind: read.origin.kind.name().to_owned(),
                sha256: read.summary.sha256.clone(),
                file_name: read.file_name.clone(),
                reading: reading(origin),
                origin: serde_json::to_string(origin)
                    .map_err(|error| Error::broken(error.to_string()))?,
                rows: read.summary.rows,
                rows_with_facts: read.summary.rows_with_facts,
                rows_with_faults: read.summary.rows_with_faults,
                facts: read.summary.facts,
                imported_at: Instant::MIN,
                retired_at: None,
            },
            faults: read
                .faults
                .iter()
                .map(|fault| stored(fault, false))
                .chain(read.notes.iter().map(|note| stored(note, true)))
                .collect(),
            facts,
        })
    }
}

/// As what a list of approved devices was read: the same file may come from two networks, or be read by other columns.
fn reading(origin: &OriginJson) -> String {
    let Some(list) = &origin.list else {
        return String::new();
    };
    let parts = [
        &list.network,
        list.carrier.as_deref().unwrap_or_default(),
        list.name.as_deref().unwrap_or_default(),
        &origin.dated,
        &list.columns,
    ];
    parts.join(";")
}

impl Job for Keep {
    type Out = (DataSet, bool);
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(DataSet, bool), Error> {
        let known =
            store::data_sets::find_by_file(tx, &self.set.sha256, &self.set.kind, &self.set.reading)
                .await?;
        if let Some(known) = known {
            return Ok((known, true));
        }
        let mut set = self.set.clone();
        set.imported_at = Instant::from_epoch_ms(tx.now().await?);
        store::data_sets::insert(tx, &set, &self.facts, &self.faults).await?;
        Ok((set, false))
    }
}
