//! Drafts: evidence that is being prepared, and who did what with it.
//!
//! Every step is a conditional update of one row, so that of two people who take a step at once one finds that the
//! draft has moved. Which step is allowed to whom is not known here.

use domain::Instant;
use domain::id::EvidenceId;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::{count, parsed};

/// A draft as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDraft {
    /// `dr-…`.
    pub id: String,
    /// `open`, `waiting`, `recorded` or `discarded`.
    pub state: String,
    /// Moves with every step.
    pub version: u64,
    /// The kind of evidence.
    pub kind: String,
    /// Under which id it is recorded.
    pub evidence_id: EvidenceId,
    /// What it says: JSON.
    pub body: String,
    /// SHA-256 of the document that it is from.
    pub document: Option<String>,
    /// Who wrote what it says: a user's id.
    pub written_by: String,
    /// When it last moved.
    pub changed_at: Instant,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStep {
    /// What was done: `written`, `submitted`, `remarked`, `sent_back`, `recorded`, `discarded`.
    pub step: String,
    /// A user's id.
    pub person: String,
    /// That user's address; none: there is no such user any more.
    pub email: Option<String>,
    /// When.
    pub taken_at: Instant,
    /// What was remarked; may be empty.
    pub words: String,
}

/// A step that moves a draft on.
#[derive(Clone, Debug)]
pub struct Move<'a> {
    /// Which draft.
    pub draft: &'a str,
    /// As it was seen.
    pub version: u64,
    /// In one of these states.
    pub from: [&'a str; 2],
    /// Into this one.
    pub to: &'a str,
    /// Only if this person did not write it; empty: whoever did.
    pub not_by: &'a str,
}

const PUT: Sql = Sql::new(
    "INSERT INTO drafts (id, state, version, kind, evidence_id, body, document, written_by, changed_at)
     VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (evidence_id) DO NOTHING",
);
const REWRITE: Sql = Sql::new(
    "UPDATE drafts SET state = 'open', version = version + 1, body = $3, written_by = $4, changed_at = $5, kind = $6
     WHERE id = $1 AND version = $2 AND state IN ('open', 'waiting')",
);
const MOVE: Sql = Sql::new(
    "UPDATE drafts SET state = $5, version = version + 1, changed_at = $7
     WHERE id = $1 AND version = $2 AND state IN ($3, $4) AND written_by <> $6",
);
const GET: Sql = Sql::new(
    "SELECT id, state, version, kind, evidence_id, body, document, written_by, changed_at
     FROM drafts WHERE id = $1",
);
const BY_EVIDENCE: Sql = Sql::new(
    "SELECT id, state, version, kind, evidence_id, body, document, written_by, changed_at
     FROM drafts WHERE evidence_id = $1",
);
const LIST: Sql = Sql::new(
    "SELECT id, state, version, kind, evidence_id, body, document, written_by, changed_at
     FROM drafts WHERE state = $1 ORDER BY changed_at DESC, id LIMIT $2",
);
const OF_DOCUMENT: Sql = Sql::new(
    "SELECT id, state, version, kind, evidence_id, body, document, written_by, changed_at
     FROM drafts WHERE document = $1 ORDER BY changed_at DESC, id LIMIT $2",
);
const PUT_STEP: Sql = Sql::new(
    "INSERT INTO draft_steps (draft_id, step_no, step, person, taken_at, words)
     VALUES ($1, $2, $3, $4, $5, $6)",
);
const STEPS: Sql = Sql::new(
    "SELECT s.step, s.person, u.email, s.taken_at, s.words
     FROM draft_steps s LEFT JOIN users u ON u.id = s.person
     WHERE s.draft_id = $1 ORDER BY s.step_no LIMIT $2",
);
const COUNT_STEPS: Sql = Sql::new("SELECT COUNT(*) FROM draft_steps WHERE draft_id = $1");
const TOUCH: Sql =
    Sql::new("UPDATE drafts SET changed_at = $2 WHERE id = $1 AND state IN ('open', 'waiting')");

fn draft(row: &Row) -> Result<StoredDraft, DbError> {
    Ok(StoredDraft {
        id: row.text(0)?.to_owned(),
        state: row.text(1)?.to_owned(),
        version: count(row.int(2)?)?,
        kind: row.text(3)?.to_owned(),
        evidence_id: parsed(row.text(4)?)?,
        body: row.text(5)?.to_owned(),
        document: row.opt_text(6)?.map(str::to_owned),
        written_by: row.text(7)?.to_owned(),
        changed_at: Instant::from_epoch_ms(row.int(8)?),
    })
}

fn version(version: u64) -> Result<i64, DbError> {
    i64::try_from(version).map_err(|_| DbError::broken("a draft's version is out of range"))
}

/// Puts a new draft; whether it is new: another may stand for the same evidence.
pub async fn put(tx: &mut Tx<'_>, draft: &StoredDraft) -> Result<bool, DbError> {
    let params = [
        Val::from(&draft.id),
        Val::from(&draft.state),
        Val::from(&draft.kind),
        draft.evidence_id.as_str().into(),
        Val::from(&draft.body),
        draft.document.as_ref().map_or(Val::Null, Val::from),
        Val::from(&draft.written_by),
        draft.changed_at.epoch_ms().into(),
    ];
    Ok(tx.execute(&PUT, &params).await? > 0)
}

/// Writes anew what a draft says; whether it was as it was seen.
pub async fn rewrite(tx: &mut Tx<'_>, draft: &StoredDraft) -> Result<bool, DbError> {
    let params = [
        Val::from(&draft.id),
        version(draft.version)?.into(),
        Val::from(&draft.body),
        Val::from(&draft.written_by),
        draft.changed_at.epoch_ms().into(),
        Val::from(&draft.kind),
    ];
    Ok(tx.execute(&REWRITE, &params).await? > 0)
}

/// Moves a draft on; whether it was as it was seen, and the person may.
pub async fn move_on(tx: &mut Tx<'_>, step: &Move<'_>, now: Instant) -> Result<bool, DbError> {
    let params = [
        Val::from(step.draft),
        version(step.version)?.into(),
        Val::from(step.from[0]),
        Val::from(step.from[1]),
        Val::from(step.to),
        Val::from(step.not_by),
        now.epoch_ms().into(),
    ];
    Ok(tx.execute(&MOVE, &params).await? > 0)
}

/// Marks a draft that is not settled as touched; whether it is one.
pub async fn touch(tx: &mut Tx<'_>, id: &str, now: Instant) -> Result<bool, DbError> {
    let params = [id.into(), now.epoch_ms().into()];
    Ok(tx.execute(&TOUCH, &params).await? > 0)
}

/// A draft.
pub async fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<StoredDraft>, DbError> {
    let row = tx.query_opt(&GET, &[id.into()]).await?;
    row.as_ref().map(draft).transpose()
}

/// The draft that stands for this evidence.
pub async fn by_evidence(tx: &mut Tx<'_>, id: &EvidenceId) -> Result<Option<StoredDraft>, DbError> {
    let row = tx.query_opt(&BY_EVIDENCE, &[id.as_str().into()]).await?;
    row.as_ref().map(draft).transpose()
}

/// The drafts in a state, the last to move first.
pub async fn list(tx: &mut Tx<'_>, state: &str, limit: u32) -> Result<Vec<StoredDraft>, DbError> {
    let params = [state.into(), i64::from(limit).into()];
    let rows = tx.query(&LIST, &params);
    rows.await?.iter().map(draft).collect()
}

/// The drafts from a document, the last to move first.
pub async fn of_document(
    tx: &mut Tx<'_>,
    document: &str,
    limit: u32,
) -> Result<Vec<StoredDraft>, DbError> {
    let params = [document.into(), i64::from(limit).into()];
    let rows = tx.query(&OF_DOCUMENT, &params);
    rows.await?.iter().map(draft).collect()
}

/// Writes down who did what. The draft's row was changed before in the same transaction, so nobody counts beside.
pub async fn put_step(
    tx: &mut Tx<'_>,
    id: &str,
    step: &str,
    person: &str,
    now: Instant,
    words: &str,
) -> Result<(), DbError> {
    let number = version(count_steps(tx, id).await?)?;
    let params = [
        id.into(),
        number.into(),
        step.into(),
        person.into(),
        now.epoch_ms().into(),
        words.into(),
    ];
    tx.execute(&PUT_STEP, &params).await.map(drop)
}

/// How many steps a draft has.
pub async fn count_steps(tx: &mut Tx<'_>, id: &str) -> Result<u64, DbError> {
    let row = tx.query_opt(&COUNT_STEPS, &[id.into()]).await?;
    row.map_or(Ok(0), |row| count(row.int(0)?))
}

/// A draft's steps, the first first.
pub async fn steps(tx: &mut Tx<'_>, id: &str, limit: u32) -> Result<Vec<StoredStep>, DbError> {
    let rows = tx
        .query(&STEPS, &[id.into(), i64::from(limit).into()])
        .await?;
    let read = |row: &Row| {
        Ok(StoredStep {
            step: row.text(0)?.to_owned(),
            person: row.text(1)?.to_owned(),
            email: row.opt_text(2)?.map(str::to_owned),
            taken_at: Instant::from_epoch_ms(row.int(3)?),
            words: row.text(4)?.to_owned(),
        })
    };
    rows.iter().map(read).collect()
}
