//! Data sets: importing a file, what its rows say of what this house knows, activation.
//!
//! A data set's rows are inert until it is activated in a market, and activation is one change. The same
//! file twice changes nothing.
//!
//! Cost: 105 files of 670,000 rows take 26 s of processor time and 224 MiB in an unoptimised build, 57 s by
//! the clock on two virtual cores under other load; the budget is 60 s and 1 GiB. A file's facts are
//! collected before they are stored: at that size streaming them would save nothing that is missed.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use catalogue::key;
use domain::evidence::{Authority, FactRef, Source, Sourced};
use domain::fault::Fault;
use domain::id::{DataSetId, HostNetworkId, VariantId};
use domain::radio::Radio;
use domain::{Instant, Period};
use feeds::{BlockedFact, Fact, ItemFact, Row, Sink, Summary};
use gate::snapshot::DataSetFacts;
use store::data_sets::{DataSet, StoredFact, StoredFault};
use store::db::{Job, Tx};
use store::directory::{Directory, HostNetwork};

use crate::codec::fact::{self, DeviceJson, NetworkJson, OriginJson, OwnJson};
use crate::codec::{self, RadioJson};
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub read: u64,
    /// Bytes in all.
    pub total: u64,
}

/// What came of importing a file. `rows == rows_with_facts + rows_with_faults`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The data set; for a feed of offers and for a list of blocked units none is kept.
    pub data_set: Option<DataSet>,
    /// Whether this very file had been imported before; nothing was changed then.
    pub was_known: bool,
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
}

struct Collect<'a> {
    facts: Vec<(StoredFact, Vec<String>)>,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
    items: Vec<(u64, ItemFact)>,
    blocked: Vec<BlockedFact>,
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

/// Reads a file; stores nothing.
pub(crate) fn read(
    input: &Input,
    kind: Option<feeds::Kind>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ReadFile, Error> {
    let mut sink = Collect {
        facts: Vec::new(),
        faults: Vec::new(),
        notes: Vec::new(),
        items: Vec::new(),
        blocked: Vec::new(),
        failed: None,
        progress,
    };
    let (file_name, read) = match input {
        Input::Path(path) => (
            path.file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            feeds::read_file(path, kind, &mut sink),
        ),
        Input::Bytes(name, bytes) => (
            name.clone(),
            feeds::read_bytes(name, bytes, kind, &mut sink),
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
        authority: Authority,
        id: DataSetId,
    ) -> Result<Self, Error> {
        let origin = OriginJson::new(&read.origin, authority);
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
                origin: serde_json::to_string(&origin)
                    .map_err(|error| Error::broken(error.to_string()))?,
                rows: read.summary.rows,
                rows_with_facts: read.summary.rows_with_facts,
                rows_with_faults: read.summary.rows_with_faults,
                facts: read.summary.facts,
                imported_at: Instant::MIN,
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

impl Job for Keep {
    type Out = (DataSet, bool);
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(DataSet, bool), Error> {
        let known = store::data_sets::find_by_file(tx, &self.set.sha256, &self.set.kind).await?;
        if let Some(known) = known {
            return Ok((known, true));
        }
        let mut set = self.set.clone();
        set.imported_at = Instant::from_epoch_ms(tx.now().await?);
        store::data_sets::insert(tx, &set, &self.facts, &self.faults).await?;
        Ok((set, false))
    }
}

/// A data set's source, and the period for which it is read.
pub(crate) struct SetSource {
    pub source: Source,
    pub valid: Period,
    pub licence: String,
}

pub(crate) fn set_source(set: &DataSet) -> Result<SetSource, Error> {
    let broken = |error: String| Error::broken(format!("data set {}: {error}", set.id));
    let origin: OriginJson =
        serde_json::from_str(&set.origin).map_err(|error| broken(error.to_string()))?;
    Ok(SetSource {
        source: Source {
            title: origin.title.as_str().into(),
            dated: origin.dated.as_str().into(),
            authority: codec::authority(&origin.authority).map_err(|e| broken(e.to_string()))?,
        },
        valid: origin.valid().map_err(|e| broken(e.to_string()))?,
        licence: origin.licence.clone(),
    })
}

/// A value of a row with the source and period of the row, or else of its data set.
pub(crate) fn sourced<T>(
    value: T,
    own: &OwnJson,
    set: &SetSource,
    fact: &StoredFact,
) -> Result<Sourced<T>, Error> {
    let valid = fact::valid(own, set.valid).map_err(|error| Error::broken(error.to_string()))?;
    let source = match &own.source_title {
        Some(title) => Source {
            title: title.as_str().into(),
            dated: own.source_dated.as_deref().unwrap_or_default().into(),
            authority: set.source.authority,
        },
        None => set.source.clone(),
    };
    Ok(Sourced {
        value,
        source,
        valid,
        fact: FactRef::Row {
            data_set: fact.data_set.clone(),
            row: fact.row_no,
        },
    })
}

pub(crate) fn device_of(fact: &StoredFact) -> Result<DeviceJson, Error> {
    serde_json::from_str(&fact.body)
        .map_err(|error| Error::broken(format!("{} does not read: {error}", place(fact))))
}

pub(crate) fn network_of(fact: &StoredFact) -> Result<NetworkJson, Error> {
    serde_json::from_str(&fact.body)
        .map_err(|error| Error::broken(format!("{} does not read: {error}", place(fact))))
}

fn place(fact: &StoredFact) -> String {
    format!("fact {} of data set {}", fact.fact_no, fact.data_set)
}

/// What a data set's rows say of the variants and networks in the directory.
///
/// A variant goes by its code; a row found by the model's name alone counts for its radio only if the row
/// names no code, since another code is another variant. A network goes by its codes, else by its name.
pub(crate) async fn resolve(
    tx: &mut Tx<'_>,
    id: &DataSetId,
    directory: &Directory,
) -> Result<DataSetFacts, Error> {
    let Some(set) = store::data_sets::find(tx, id).await? else {
        return Err(Error::not_found("data set", id));
    };
    let set = set_source(&set)?;
    let mut facts = DataSetFacts::default();
    for (variant, by_code, by_name) in variant_keys(directory) {
        let found = store::data_sets::facts_by_keys_in(tx, id, &[by_code, by_name]).await?;
        put_variant(&mut facts, &variant, &found, &set)?;
    }
    for network in &directory.networks {
        let found = store::data_sets::facts_by_keys_in(tx, id, &network_keys(network)).await?;
        let radios = network_radios(network, &found, &set)?;
        if !radios.is_empty() {
            facts.networks.insert(network.id.clone(), radios);
        }
    }
    Ok(facts)
}

fn variant_keys(directory: &Directory) -> Vec<(VariantId, String, String)> {
    let models: HashMap<_, _> = directory.models.iter().map(|m| (&m.id, m)).collect();
    let brands: HashMap<_, _> = directory.brands.iter().map(|b| (&b.id, b)).collect();
    directory
        .variants
        .iter()
        .filter_map(|variant| {
            let model = models.get(&variant.model)?;
            let brand = brands.get(&model.brand)?;
            Some((
                variant.id.clone(),
                key::code(&variant.code),
                key::device(&brand.name, &model.name),
            ))
        })
        .collect()
}

fn put_variant(
    facts: &mut DataSetFacts,
    variant: &VariantId,
    found: &[Vec<StoredFact>],
    set: &SetSource,
) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for (by_name, fact) in found
        .iter()
        .enumerate()
        .flat_map(|(index, found)| found.iter().map(move |fact| (index == 1, fact)))
    {
        if fact.kind != "device" || !seen.insert(fact.fact_no) {
            continue;
        }
        let device = device_of(fact)?;
        if let Some(platform) = &device.platform {
            let row = sourced(platform.clone(), &device.own, set, fact)?;
            facts.platform.entry(variant.clone()).or_default().push(row);
        }
        let radio = fact::device_radio(&device).map_err(|e| Error::broken(e.to_string()))?;
        if let Some(radio) = radio
            && (!by_name || device.codes.is_empty())
        {
            let row = sourced(radio, &device.own, set, fact)?;
            facts.devices.entry(variant.clone()).or_default().push(row);
        }
    }
    Ok(())
}

fn network_keys(network: &HostNetwork) -> Vec<String> {
    let mut keys = vec![key::network_id(network.id.as_str())];
    keys.extend(network.plmns.iter().map(|plmn| key::plmn(*plmn)));
    keys.push(key::network(Some(network.country), &network.name));
    keys
}

fn network_radios(
    network: &HostNetwork,
    found: &[Vec<StoredFact>],
    set: &SetSource,
) -> Result<Vec<Sourced<Radio>>, Error> {
    let (by_name, by_code) = match found.split_last() {
        Some((by_name, by_code)) => (by_name.as_slice(), by_code.concat()),
        None => (&[][..], Vec::new()),
    };
    let facts = if by_code.is_empty() {
        by_name
    } else {
        &by_code
    };
    let country = network.country.to_string();
    join_radios(
        facts.iter().filter(|fact| fact.kind == "network"),
        set,
        |row: &NetworkJson| row.country.as_ref().is_none_or(|named| *named == country),
    )
}

/// The radios of several rows; rows of one source for one period are one statement.
pub(crate) fn join_radios<'a>(
    facts: impl Iterator<Item = &'a StoredFact>,
    set: &SetSource,
    is_meant: impl Fn(&NetworkJson) -> bool,
) -> Result<Vec<Sourced<Radio>>, Error> {
    let mut joined: Vec<Sourced<Radio>> = Vec::new();
    let mut seen = HashSet::new();
    for fact in facts {
        if !seen.insert(fact.fact_no) {
            continue;
        }
        let row = network_of(fact)?;
        if !is_meant(&row) {
            continue;
        }
        let radio = RadioJson::read(&row.radio).map_err(|e| Error::broken(e.to_string()))?;
        // A list of codes and names says nothing of the radio.
        if radio.lists.is_empty() && radio.volte.is_none() {
            continue;
        }
        let one = sourced(radio, &row.own, set, fact)?;
        let same = joined
            .iter_mut()
            .find(|known| known.source == one.source && known.valid == one.valid);
        match same {
            Some(known) => {
                let lists = std::mem::take(&mut known.value.lists);
                known.value = Radio::new(lists.into_iter().chain(one.value.lists), None);
            }
            None => joined.push(one),
        }
    }
    Ok(joined)
}

/// The id of a host network, for callers that have only its facts.
pub(crate) fn network_facts_id(row: &NetworkJson) -> Option<HostNetworkId> {
    row.id.as_deref().and_then(|id| id.parse().ok())
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
        let mut read = tokio::task::spawn_blocking(move || read(&input, kind, &mut progress))
            .await
            .map_err(|_| Error::broken("reading the file did not end"))??;
        let mut imported = Imported {
            data_set: None,
            was_known: false,
            kind: read.origin.kind,
            origin: OriginJson::new(&read.origin, authority),
            summary: read.summary.clone(),
            faults: Vec::new(),
            notes: Vec::new(),
            items: std::mem::take(&mut read.items),
            blocked: std::mem::take(&mut read.blocked),
        };
        let is_kept_elsewhere = matches!(
            imported.kind,
            feeds::Kind::MerchantFeed | feeds::Kind::BlockedDevices
        );
        if !is_kept_elsewhere {
            let keep = Keep::new(&mut read, authority, fresh::id("ds")?)?;
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
