//! The record's rows, its head, the versions of scopes, and signed checkpoints.
//!
//! Knows what is stored, not what it says: a body is text, and `trade` gives it meaning.

use domain::Instant;
use domain::id::EvidenceId;
use domain::scope::Scope;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::{count, parsed};

/// One entry of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 0, without gaps.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Its evidence's id.
    pub evidence_id: EvidenceId,
    /// Its kind's name.
    pub kind: String,
    /// The scope that it is written under.
    pub scope: Scope,
    /// The version that the scope got.
    pub scope_version: u64,
    /// What the tree hashes: JSON text.
    pub body: String,
    /// SHA-256 of the leaf, lower hex, as it was when it was appended.
    pub leaf_hash: String,
    /// What the body only commits to; none once erased.
    pub opening: Option<String>,
}

/// One entry of the record as its columns are, whatever they hold: for checking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawEntry {
    /// Counted from 0, without gaps.
    pub position: u64,
    /// Milliseconds since the epoch.
    pub recorded_at: String,
    /// Its evidence's id.
    pub evidence_id: String,
    /// Its kind's name.
    pub kind: String,
    /// The scope that it is written under.
    pub scope: String,
    /// The version that the scope got.
    pub scope_version: String,
    /// What the tree hashes.
    pub body: String,
    /// SHA-256 of the leaf, lower hex, as it was when it was appended.
    pub leaf_hash: String,
    /// What the body only commits to; none once erased.
    pub opening: Option<String>,
}

/// Where the record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The position that comes next.
    pub next_position: u64,
    /// When the last entry was recorded.
    pub last_recorded_at: Instant,
}

/// A signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// Entries under it.
    pub size: u64,
    /// The tree's root, lower hex.
    pub root: String,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub signed_at: Instant,
}

const COLUMNS_FROM: Sql = Sql::new(
    "SELECT position, recorded_at, evidence_id, kind, scope, scope_version, body, leaf_hash, opening
     FROM record WHERE position >= $1 ORDER BY position LIMIT $2",
);
const RAW: Sql = Sql::new(
    "SELECT position, CAST(recorded_at AS TEXT), evidence_id, kind, scope, CAST(scope_version AS TEXT), body,
        leaf_hash, opening
     FROM record ORDER BY position",
);
const COLUMNS_UNDER: Sql = Sql::new(
    "SELECT position, recorded_at, evidence_id, kind, scope, scope_version, body, leaf_hash, opening
     FROM record WHERE scope = $1 AND position >= $2 ORDER BY position",
);
const COLUMNS_OF: Sql = Sql::new(
    "SELECT position, recorded_at, evidence_id, kind, scope, scope_version, body, leaf_hash, opening
     FROM record WHERE evidence_id = $1",
);
pub(crate) const HEAD: Sql =
    Sql::new("SELECT next_position, last_recorded_at FROM record_head WHERE id = 1");
const ADVANCE: Sql = Sql::new(
    "UPDATE record_head SET next_position = next_position + 1,
        last_recorded_at = CASE WHEN last_recorded_at > $1 THEN last_recorded_at ELSE $1 END
     WHERE id = 1 RETURNING next_position - 1, last_recorded_at",
);
const BUMP: Sql = Sql::new(
    "INSERT INTO scopes (scope, version) VALUES ($1, 1)
     ON CONFLICT (scope) DO UPDATE SET version = scopes.version + 1 RETURNING version",
);
const APPEND: Sql = Sql::new(
    "INSERT INTO record (position, recorded_at, evidence_id, kind, scope, scope_version, body, leaf_hash, opening)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);
/// How many scopes one statement asks for.
const VERSIONS_AT_ONCE: usize = 16;
const VERSIONS: Sql = Sql::new(
    "SELECT scope, version FROM scopes WHERE scope IN
     ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
);
const PUT_CHECKPOINT: Sql = Sql::new(
    "INSERT INTO checkpoints (size, root, note, signed_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (size) DO NOTHING",
);
const CHECKPOINTS: Sql =
    Sql::new("SELECT size, root, note, signed_at FROM checkpoints ORDER BY size");
const LAST_CHECKPOINT: Sql =
    Sql::new("SELECT size, root, note, signed_at FROM checkpoints ORDER BY size DESC LIMIT 1");
const ERASE: Sql = Sql::new("UPDATE record SET opening = NULL WHERE evidence_id = $1");

fn entry(row: &Row) -> Result<Entry, DbError> {
    Ok(Entry {
        position: count(row.int(0)?)?,
        recorded_at: Instant::from_epoch_ms(row.int(1)?),
        evidence_id: parsed(row.text(2)?)?,
        kind: row.text(3)?.to_owned(),
        scope: parsed(row.text(4)?)?,
        scope_version: count(row.int(5)?)?,
        body: row.text(6)?.to_owned(),
        leaf_hash: row.text(7)?.to_owned(),
        opening: row.opt_text(8)?.map(str::to_owned),
    })
}

fn raw_entry(row: &Row) -> Result<RawEntry, DbError> {
    Ok(RawEntry {
        // What stands before the first position can be no entry; as the last of all it shows.
        position: u64::try_from(row.int(0)?).unwrap_or(u64::MAX),
        recorded_at: row.text(1)?.to_owned(),
        evidence_id: row.text(2)?.to_owned(),
        kind: row.text(3)?.to_owned(),
        scope: row.text(4)?.to_owned(),
        scope_version: row.text(5)?.to_owned(),
        body: row.text(6)?.to_owned(),
        leaf_hash: row.text(7)?.to_owned(),
        opening: row.opt_text(8)?.map(str::to_owned),
    })
}

fn checkpoint(row: &Row) -> Result<SignedCheckpoint, DbError> {
    Ok(SignedCheckpoint {
        size: count(row.int(0)?)?,
        root: row.text(1)?.to_owned(),
        note: row.text(2)?.to_owned(),
        signed_at: Instant::from_epoch_ms(row.int(3)?),
    })
}

fn position(value: u64) -> Val {
    Val::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

/// At most `limit` entries from `from` on, in order.
pub async fn entries_from(tx: &mut Tx<'_>, from: u64, limit: u32) -> Result<Vec<Entry>, DbError> {
    tx.query(&COLUMNS_FROM, &[position(from), i64::from(limit).into()])
        .await?
        .iter()
        .map(entry)
        .collect()
}

/// The whole record in order, its columns as they are.
pub async fn raw_entries(tx: &mut Tx<'_>) -> Result<Vec<RawEntry>, DbError> {
    tx.query(&RAW, &[]).await?.iter().map(raw_entry).collect()
}

/// Every entry under some scopes from `from` on, in order of position.
pub async fn entries_under(
    tx: &mut Tx<'_>,
    scopes: &[Scope],
    from: u64,
) -> Result<Vec<Entry>, DbError> {
    let stmts: Vec<_> = scopes
        .iter()
        .map(|scope| {
            (
                &COLUMNS_UNDER,
                vec![scope.to_string().into(), position(from)],
            )
        })
        .collect();
    let mut entries: Vec<Entry> = tx
        .batch(&stmts)
        .await?
        .iter()
        .flatten()
        .map(entry)
        .collect::<Result<_, _>>()?;
    entries.sort_by_key(|entry| entry.position);
    Ok(entries)
}

/// The entry of a piece of evidence.
pub async fn entry_of(tx: &mut Tx<'_>, id: &EvidenceId) -> Result<Option<Entry>, DbError> {
    tx.query_opt(&COLUMNS_OF, &[id.as_str().into()])
        .await?
        .as_ref()
        .map(entry)
        .transpose()
}

/// Where the record stands.
pub async fn head(tx: &mut Tx<'_>) -> Result<Head, DbError> {
    let rows = tx.query(&HEAD, &[]).await?;
    head_of(&rows)
}

pub(crate) fn head_of(rows: &[Row]) -> Result<Head, DbError> {
    let row = rows.first();
    let row = row.ok_or_else(|| DbError::broken("the record has no head"))?;
    Ok(Head {
        next_position: count(row.int(0)?)?,
        last_recorded_at: Instant::from_epoch_ms(row.int(1)?),
    })
}

/// Takes the next position, and the instant at which what stands there is recorded: `now`, or the last
/// one's instant if that is later. Holds the head until the transaction ends.
pub async fn take_position(tx: &mut Tx<'_>, now: Instant) -> Result<(u64, Instant), DbError> {
    let row = tx.query_opt(&ADVANCE, &[now.epoch_ms().into()]).await?;
    let row = row.ok_or_else(|| DbError::broken("the record has no head"))?;
    Ok((count(row.int(0)?)?, Instant::from_epoch_ms(row.int(1)?)))
}

/// Moves a scope's version; gives the new one.
pub async fn move_version(tx: &mut Tx<'_>, scope: &Scope) -> Result<u64, DbError> {
    let row = tx.query_opt(&BUMP, &[scope.to_string().into()]).await?;
    let row = row.ok_or_else(|| DbError::broken("a scope's version did not move"))?;
    count(row.int(0)?)
}

/// The versions of scopes, in their order; 0 where nothing was written yet.
pub async fn versions(tx: &mut Tx<'_>, scopes: &[Scope]) -> Result<Vec<u64>, DbError> {
    let names: Vec<String> = scopes.iter().map(Scope::to_string).collect();
    let mut versions = vec![0; names.len()];
    for chunk in names.chunks(VERSIONS_AT_ONCE) {
        let mut params: Vec<Val> = chunk.iter().map(Val::from).collect();
        params.resize(VERSIONS_AT_ONCE, Val::from(""));
        for row in tx.query(&VERSIONS, &params).await? {
            let version = count(row.int(1)?)?;
            let name = row.text(0)?;
            for (index, known) in names.iter().enumerate() {
                if known == name {
                    versions[index] = version;
                }
            }
        }
    }
    Ok(versions)
}

/// Appends an entry at the position that [`take_position`] gave.
pub async fn append(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), DbError> {
    let params = [
        position(entry.position),
        entry.recorded_at.epoch_ms().into(),
        entry.evidence_id.as_str().into(),
        Val::from(&entry.kind),
        entry.scope.to_string().into(),
        position(entry.scope_version),
        Val::from(&entry.body),
        Val::from(&entry.leaf_hash),
        Val::from(entry.opening.clone()),
    ];
    tx.execute(&APPEND, &params).await.map(drop)
}

/// Forgets what an entry's body only commits to. The record and its proofs stay as they are.
pub async fn erase_opening(tx: &mut Tx<'_>, id: &EvidenceId) -> Result<(), DbError> {
    tx.execute(&ERASE, &[id.as_str().into()]).await.map(drop)
}

/// Keeps a signed checkpoint; one for the same size is left as it is.
pub async fn put_checkpoint(tx: &mut Tx<'_>, checkpoint: &SignedCheckpoint) -> Result<(), DbError> {
    let params = [
        position(checkpoint.size),
        Val::from(&checkpoint.root),
        Val::from(&checkpoint.note),
        checkpoint.signed_at.epoch_ms().into(),
    ];
    tx.execute(&PUT_CHECKPOINT, &params).await.map(drop)
}

/// All checkpoints, smallest first.
pub async fn checkpoints(tx: &mut Tx<'_>) -> Result<Vec<SignedCheckpoint>, DbError> {
    tx.query(&CHECKPOINTS, &[])
        .await?
        .iter()
        .map(checkpoint)
        .collect()
}

/// The largest checkpoint.
pub async fn last_checkpoint(tx: &mut Tx<'_>) -> Result<Option<SignedCheckpoint>, DbError> {
    tx.query_opt(&LAST_CHECKPOINT, &[])
        .await?
        .as_ref()
        .map(checkpoint)
        .transpose()
}
