//! Data sets: one file of one source, its facts by the names they go by, its faults.

use domain::Instant;
use domain::id::DataSetId;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::{count, parsed};

/// One file of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSet {
    /// Its id.
    pub id: DataSetId,
    /// The kind of file.
    pub kind: String,
    /// How it was read, where the same file can be read as more than one thing; empty for all other kinds.
    pub reading: String,
    /// SHA-256 of the file, lower hex.
    pub sha256: String,
    /// As it was named.
    pub file_name: String,
    /// Title, date, licence, period, what claims to be exhaustive: JSON.
    pub origin: String,
    /// Rows in the file.
    pub rows: u64,
    /// Of those, the ones that gave facts.
    pub rows_with_facts: u64,
    /// Of those, the ones that had faults.
    pub rows_with_faults: u64,
    /// Facts in all.
    pub facts: u64,
    /// When it was imported.
    pub imported_at: Instant,
    /// Since when it is no longer asked where no market is named; none: it is asked.
    pub retired_at: Option<Instant>,
}

/// One fact of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFact {
    /// Which data set.
    pub data_set: DataSetId,
    /// Within the data set, from 0.
    pub fact_no: u64,
    /// The row it comes from, from 1.
    pub row_no: u64,
    /// `device`, `network`, `band`, `rides_on`, `offer`, `reported`, `updates`, `sales_code`, `category`,
    /// `approval`.
    pub kind: String,
    /// JSON.
    pub body: String,
}

/// One fault or note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFault {
    /// Whether the row was kept all the same.
    pub is_note: bool,
    /// Line in the file, from 1.
    pub line: u64,
    /// Column, or empty.
    pub column: String,
    /// The rule.
    pub rule: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub help: String,
}

/// How many faults and notes a data set has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultCounts {
    /// Faults, for which a row was not kept.
    pub faults: u64,
    /// Notes on rows that were kept.
    pub notes: u64,
}

const LIST: Sql = Sql::new(
    "SELECT id, kind, sha256, file_name, origin, row_count, rows_with_facts, rows_with_faults, fact_count, imported_at, retired_at
     FROM data_sets ORDER BY imported_at, id",
);
const ASKED: Sql =
    Sql::new("SELECT id FROM data_sets WHERE retired_at IS NULL ORDER BY imported_at, id");
const BY_FILE: Sql = Sql::new(
    "SELECT id, kind, sha256, file_name, origin, row_count, rows_with_facts, rows_with_faults, fact_count, imported_at, retired_at
     FROM data_sets WHERE sha256 = $1 AND kind = $2",
);
const BY_ID: Sql = Sql::new(
    "SELECT id, kind, sha256, file_name, origin, row_count, rows_with_facts, rows_with_faults, fact_count, imported_at, retired_at
     FROM data_sets WHERE id = $1",
);
const INSERT: Sql = Sql::new(
    "INSERT INTO data_sets (id, kind, sha256, file_name, origin, row_count, rows_with_facts,
        rows_with_faults, fact_count, imported_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);
const BY_KEY: Sql = Sql::new(
    "SELECT f.data_set_id, f.fact_no, f.row_no, f.kind, f.body
     FROM fact_keys k JOIN facts f ON f.data_set_id = k.data_set_id AND f.fact_no = k.fact_no
     JOIN data_sets d ON d.id = k.data_set_id AND d.retired_at IS NULL
     WHERE k.fact_key = $1 ORDER BY f.data_set_id, f.fact_no LIMIT $2",
);
const BY_KEY_IN_SET: Sql = Sql::new(
    "SELECT f.data_set_id, f.fact_no, f.row_no, f.kind, f.body
     FROM fact_keys k JOIN facts f ON f.data_set_id = k.data_set_id AND f.fact_no = k.fact_no
     WHERE k.fact_key = $1 AND k.data_set_id = $2 ORDER BY f.fact_no",
);
const OF_KIND: Sql = Sql::new(
    "SELECT data_set_id, fact_no, row_no, kind, body FROM facts
     WHERE data_set_id = $1 AND kind = $2 ORDER BY fact_no",
);
const OF_SET: Sql = Sql::new(
    "SELECT data_set_id, fact_no, row_no, kind, body FROM facts
     WHERE data_set_id = $1 ORDER BY fact_no",
);
const SET_RETIRED: Sql = Sql::new("UPDATE data_sets SET retired_at = $2 WHERE id = $1");
const KEYS_FROM: Sql = Sql::new(
    "SELECT DISTINCT fact_key FROM fact_keys
     WHERE fact_key LIKE $1 AND data_set_id NOT IN (SELECT id FROM data_sets WHERE retired_at IS NOT NULL)
     ORDER BY fact_key LIMIT $2",
);
const FAULTS: Sql = Sql::new(
    "SELECT is_note, line, column_name, rule, found, help FROM faults
     WHERE data_set_id = $1 ORDER BY fault_no LIMIT $2",
);
const FAULT_COUNTS: Sql =
    Sql::new("SELECT is_note, COUNT(*) FROM faults WHERE data_set_id = $1 GROUP BY is_note");

/// What stands between the kind and the reading in the column `kind`: a file is once there as each of them.
const READING: char = ';';

fn kind_column(kind: &str, reading: &str) -> String {
    match reading {
        "" => kind.to_owned(),
        _ => format!("{kind}{READING}{reading}"),
    }
}

fn data_set(row: &Row) -> Result<DataSet, DbError> {
    let (kind, reading) = row
        .text(1)?
        .split_once(READING)
        .unwrap_or((row.text(1)?, ""));
    Ok(DataSet {
        id: parsed(row.text(0)?)?,
        kind: kind.to_owned(),
        reading: reading.to_owned(),
        sha256: row.text(2)?.to_owned(),
        file_name: row.text(3)?.to_owned(),
        origin: row.text(4)?.to_owned(),
        rows: count(row.int(5)?)?,
        rows_with_facts: count(row.int(6)?)?,
        rows_with_faults: count(row.int(7)?)?,
        facts: count(row.int(8)?)?,
        imported_at: Instant::from_epoch_ms(row.int(9)?),
        retired_at: row.opt_int(10)?.map(Instant::from_epoch_ms),
    })
}

fn fact(row: &Row) -> Result<StoredFact, DbError> {
    Ok(StoredFact {
        data_set: parsed(row.text(0)?)?,
        fact_no: count(row.int(1)?)?,
        row_no: count(row.int(2)?)?,
        kind: row.text(3)?.to_owned(),
        body: row.text(4)?.to_owned(),
    })
}

fn number(value: u64) -> Val {
    Val::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

/// All data sets, oldest import first.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<DataSet>, DbError> {
    tx.query(&LIST, &[]).await?.iter().map(data_set).collect()
}

/// The data sets that are asked where no market is named, oldest import first.
pub async fn asked(tx: &mut Tx<'_>) -> Result<Vec<DataSetId>, DbError> {
    let rows = tx.query(&ASKED, &[]).await?;
    rows.iter().map(|row| parsed(row.text(0)?)).collect()
}

/// The data set that this very file was imported as, read in this way.
pub async fn find_by_file(
    tx: &mut Tx<'_>,
    sha256: &str,
    kind: &str,
    reading: &str,
) -> Result<Option<DataSet>, DbError> {
    let kind = kind_column(kind, reading);
    tx.query_opt(&BY_FILE, &[sha256.into(), Val::from(&kind)])
        .await?
        .as_ref()
        .map(data_set)
        .transpose()
}

/// A data set.
pub async fn find(tx: &mut Tx<'_>, id: &DataSetId) -> Result<Option<DataSet>, DbError> {
    tx.query_opt(&BY_ID, &[id.as_str().into()])
        .await?
        .as_ref()
        .map(data_set)
        .transpose()
}

/// Stores a data set with its facts, each with the keys that it is found by, and its faults.
pub async fn insert(
    tx: &mut Tx<'_>,
    set: &DataSet,
    facts: &[(StoredFact, Vec<String>)],
    faults: &[StoredFault],
) -> Result<(), DbError> {
    let params = [
        set.id.as_str().into(),
        Val::from(&kind_column(&set.kind, &set.reading)),
        Val::from(&set.sha256),
        Val::from(&set.file_name),
        Val::from(&set.origin),
        number(set.rows),
        number(set.rows_with_facts),
        number(set.rows_with_faults),
        number(set.facts),
        set.imported_at.epoch_ms().into(),
    ];
    tx.execute(&INSERT, &params).await?;
    let columns = &["data_set_id", "fact_no", "row_no", "kind", "body"];
    tx.bulk_load("facts", columns, &mut fact_rows(facts).into_iter())
        .await?;
    let columns = &["fact_key", "data_set_id", "fact_no"];
    tx.bulk_load("fact_keys", columns, &mut key_rows(facts).into_iter())
        .await?;
    let columns = &[
        "data_set_id",
        "fault_no",
        "is_note",
        "line",
        "column_name",
        "rule",
        "found",
        "help",
    ];
    let rows = fault_rows(&set.id, faults);
    tx.bulk_load("faults", columns, &mut rows.into_iter())
        .await
        .map(drop)
}

fn fact_rows(facts: &[(StoredFact, Vec<String>)]) -> Vec<Vec<Val>> {
    let row = |(fact, _): &(StoredFact, Vec<String>)| {
        vec![
            Val::from(fact.data_set.as_str()),
            number(fact.fact_no),
            number(fact.row_no),
            Val::from(&fact.kind),
            Val::from(&fact.body),
        ]
    };
    facts.iter().map(row).collect()
}

fn key_rows(facts: &[(StoredFact, Vec<String>)]) -> Vec<Vec<Val>> {
    let mut rows = Vec::with_capacity(facts.len() * 3);
    for (fact, keys) in facts {
        for key in keys {
            rows.push(vec![
                Val::from(key),
                Val::from(fact.data_set.as_str()),
                number(fact.fact_no),
            ]);
        }
    }
    rows
}

fn fault_rows(set: &DataSetId, faults: &[StoredFault]) -> Vec<Vec<Val>> {
    let row = |(fault, no): (&StoredFault, i64)| {
        vec![
            Val::from(set.as_str()),
            no.into(),
            fault.is_note.into(),
            number(fault.line),
            Val::from(&fault.column),
            Val::from(&fault.rule),
            Val::from(&fault.found),
            Val::from(&fault.help),
        ]
    };
    faults.iter().zip(0_i64..).map(row).collect()
}

/// At most `limit` facts of any data set that is asked and that go by a key.
pub async fn facts_by_key(
    tx: &mut Tx<'_>,
    key: &str,
    limit: u32,
) -> Result<Vec<StoredFact>, DbError> {
    tx.query(&BY_KEY, &[key.into(), i64::from(limit).into()])
        .await?
        .iter()
        .map(fact)
        .collect()
}

/// The facts of one data set that go by any of `keys`, per key.
pub async fn facts_by_keys_in(
    tx: &mut Tx<'_>,
    set: &DataSetId,
    keys: &[String],
) -> Result<Vec<Vec<StoredFact>>, DbError> {
    let stmts: Vec<_> = keys
        .iter()
        .map(|key| (&BY_KEY_IN_SET, vec![Val::from(key), set.as_str().into()]))
        .collect();
    tx.batch(&stmts)
        .await?
        .iter()
        .map(|rows| rows.iter().map(fact).collect())
        .collect()
}

/// All facts of one kind of a data set.
pub async fn facts_of_kind(
    tx: &mut Tx<'_>,
    set: &DataSetId,
    kind: &str,
) -> Result<Vec<StoredFact>, DbError> {
    tx.query(&OF_KIND, &[set.as_str().into(), kind.into()])
        .await?
        .iter()
        .map(fact)
        .collect()
}

/// All facts of a data set, in order of the file.
pub async fn facts_of(tx: &mut Tx<'_>, set: &DataSetId) -> Result<Vec<StoredFact>, DbError> {
    tx.query(&OF_SET, &[set.as_str().into()])
        .await?
        .iter()
        .map(fact)
        .collect()
}

/// Since when (epoch milliseconds) a data set is no longer asked; none: it is asked again.
pub async fn set_retired(tx: &mut Tx<'_>, set: &DataSetId, at: Option<i64>) -> Result<(), DbError> {
    let at = at.map_or(Val::Null, Val::Int);
    tx.execute(&SET_RETIRED, &[set.as_str().into(), at])
        .await
        .map(drop)
}

/// At most `limit` keys of sets that are asked which begin with `prefix`, in order.
pub async fn keys_with_prefix(
    tx: &mut Tx<'_>,
    prefix: &str,
    limit: u32,
) -> Result<Vec<String>, DbError> {
    // Prefixes are our own words and hold no wildcard.
    let pattern = format!("{prefix}%");
    tx.query(&KEYS_FROM, &[pattern.into(), i64::from(limit).into()])
        .await?
        .iter()
        .map(|row| row.text(0).map(str::to_owned))
        .collect()
}

/// At most `limit` faults and notes of a data set, in order.
pub async fn faults(
    tx: &mut Tx<'_>,
    set: &DataSetId,
    limit: u32,
) -> Result<Vec<StoredFault>, DbError> {
    tx.query(&FAULTS, &[set.as_str().into(), i64::from(limit).into()])
        .await?
        .iter()
        .map(|row| {
            Ok(StoredFault {
                is_note: row.bool(0)?,
                line: count(row.int(1)?)?,
                column: row.text(2)?.to_owned(),
                rule: row.text(3)?.to_owned(),
                found: row.text(4)?.to_owned(),
                help: row.text(5)?.to_owned(),
            })
        })
        .collect()
}

/// How many faults and notes a data set has.
pub async fn count_faults(tx: &mut Tx<'_>, set: &DataSetId) -> Result<FaultCounts, DbError> {
    let mut counts = FaultCounts::default();
    for row in tx.query(&FAULT_COUNTS, &[set.as_str().into()]).await? {
        let of_kind = if row.bool(0)? {
            &mut counts.notes
        } else {
            &mut counts.faults
        };
        *of_kind = count(row.int(1)?)?;
    }
    Ok(counts)
}
