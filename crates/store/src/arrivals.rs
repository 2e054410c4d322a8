//! How documents came to the desk, what was taken out of them, and which evidence is from them.
//!
//! May name people; none of it is in the record. Knows nothing of what is in a document.

use domain::Instant;
use domain::id::EvidenceId;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::parsed;

/// How a document came to the desk first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// SHA-256 of the document.
    pub document: String,
    /// Who sent it, as it claims itself.
    pub sender: String,
    /// To whom, as it claims itself.
    pub recipients: String,
    /// When, as it claims itself.
    pub sent_at: String,
    /// When it came here.
    pub arrived_at: Instant,
    /// Who brought it: a user's id; empty: it was taken out of another document.
    pub brought_by: String,
}

/// A document that came to the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// How it came.
    pub arrival: Arrival,
    /// What it is called.
    pub title: String,
    /// What kind of file it is.
    pub media_type: String,
    /// The address of who brought it.
    pub brought_by_email: Option<String>,
    /// Since when it is settled that nothing is entered from it.
    pub set_aside_at: Option<Instant>,
    /// Whether evidence from it is on the record.
    pub has_evidence: bool,
    /// Whether a draft from it is open or waits.
    pub has_draft: bool,
}

const PUT: Sql = Sql::new(
    "INSERT INTO arrivals (document, sender, recipients, sent_at, arrived_at, brought_by)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (document) DO NOTHING",
);
const PUT_PART: Sql = Sql::new(
    "INSERT INTO document_parts (document, part_no, part) VALUES ($1, $2, $3)
     ON CONFLICT (document, part_no) DO NOTHING",
);
const PUT_EVIDENCE: Sql = Sql::new(
    "INSERT INTO document_evidence (document, evidence_id) VALUES ($1, $2)
     ON CONFLICT (document, evidence_id) DO NOTHING",
);
const GET: Sql = Sql::new(
    "SELECT a.document, a.sender, a.recipients, a.sent_at, a.arrived_at, a.brought_by, d.title, d.media_type,
        u.email, a.set_aside_at,
        EXISTS (SELECT 1 FROM document_evidence e WHERE e.document = a.document),
        EXISTS (SELECT 1 FROM drafts r WHERE r.document = a.document AND r.state IN ('open', 'waiting'))
     FROM arrivals a JOIN documents d ON d.sha256 = a.document LEFT JOIN users u ON u.id = a.brought_by
     WHERE a.document = $1",
);
/// What is to be done first; of that the newest first.
const LIST: Sql = Sql::new(
    "SELECT a.document, a.sender, a.recipients, a.sent_at, a.arrived_at, a.brought_by, d.title, d.media_type,
        u.email, a.set_aside_at,
        EXISTS (SELECT 1 FROM document_evidence e WHERE e.document = a.document),
        EXISTS (SELECT 1 FROM drafts r WHERE r.document = a.document AND r.state IN ('open', 'waiting'))
     FROM arrivals a JOIN documents d ON d.sha256 = a.document LEFT JOIN users u ON u.id = a.brought_by
     ORDER BY CASE WHEN a.set_aside_at IS NOT NULL
            OR EXISTS (SELECT 1 FROM document_evidence e WHERE e.document = a.document) THEN 1 ELSE 0 END,
        a.arrived_at DESC, a.document
     LIMIT $1",
);
const PARTS: Sql =
    Sql::new("SELECT part FROM document_parts WHERE document = $1 ORDER BY part_no LIMIT $2");
const WHOLES: Sql = Sql::new(
    "SELECT DISTINCT document FROM document_parts WHERE part = $1 ORDER BY document LIMIT $2",
);
const EVIDENCE: Sql = Sql::new(
    "SELECT evidence_id FROM document_evidence WHERE document = $1 ORDER BY evidence_id LIMIT $2",
);
const SET_ASIDE: Sql = Sql::new(
    "UPDATE arrivals SET set_aside_at = $2, set_aside_by = $3 WHERE document = $1 AND set_aside_at IS NULL",
);

fn arrived(row: &Row) -> Result<Arrived, DbError> {
    Ok(Arrived {
        arrival: Arrival {
            document: row.text(0)?.to_owned(),
            sender: row.text(1)?.to_owned(),
            recipients: row.text(2)?.to_owned(),
            sent_at: row.text(3)?.to_owned(),
            arrived_at: Instant::from_epoch_ms(row.int(4)?),
            brought_by: row.text(5)?.to_owned(),
        },
        title: row.text(6)?.to_owned(),
        media_type: row.text(7)?.to_owned(),
        brought_by_email: row.opt_text(8)?.map(str::to_owned),
        set_aside_at: row.opt_int(9)?.map(Instant::from_epoch_ms),
        has_evidence: row.bool(10)?,
        has_draft: row.bool(11)?,
    })
}

fn texts(rows: &[Row]) -> Result<Vec<String>, DbError> {
    rows.iter()
        .map(|row| row.text(0).map(str::to_owned))
        .collect()
}

/// Writes down how a document came; the first time counts.
pub async fn put(tx: &mut Tx<'_>, arrival: &Arrival) -> Result<(), DbError> {
    let params = [
        Val::from(&arrival.document),
        Val::from(&arrival.sender),
        Val::from(&arrival.recipients),
        Val::from(&arrival.sent_at),
        arrival.arrived_at.epoch_ms().into(),
        Val::from(&arrival.brought_by),
    ];
    tx.execute(&PUT, &params).await.map(drop)
}

/// Writes down that a document was taken out of another, as its part number `number`.
pub async fn put_part(
    tx: &mut Tx<'_>,
    document: &str,
    number: i64,
    part: &str,
) -> Result<(), DbError> {
    let params = [document.into(), number.into(), part.into()];
    tx.execute(&PUT_PART, &params).await.map(drop)
}

/// Writes down that evidence is from a document.
pub async fn put_evidence(
    tx: &mut Tx<'_>,
    document: &str,
    evidence: &EvidenceId,
) -> Result<(), DbError> {
    let params = [document.into(), evidence.as_str().into()];
    tx.execute(&PUT_EVIDENCE, &params).await.map(drop)
}

/// A document that came to the desk.
pub async fn get(tx: &mut Tx<'_>, document: &str) -> Result<Option<Arrived>, DbError> {
    let row = tx.query_opt(&GET, &[document.into()]).await?;
    row.as_ref().map(arrived).transpose()
}

/// Documents: first those from which nothing is entered yet, the newest first; then the others.
pub async fn list(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Arrived>, DbError> {
    let rows = tx.query(&LIST, &[i64::from(limit).into()]).await?;
    rows.iter().map(arrived).collect()
}

/// What was taken out of a document, in its order.
pub async fn parts(tx: &mut Tx<'_>, document: &str, limit: u32) -> Result<Vec<String>, DbError> {
    let params = [document.into(), i64::from(limit).into()];
    let rows = tx.query(&PARTS, &params);
    texts(&rows.await?)
}

/// The documents that this one was taken out of.
pub async fn wholes(tx: &mut Tx<'_>, part: &str, limit: u32) -> Result<Vec<String>, DbError> {
    let params = [part.into(), i64::from(limit).into()];
    let rows = tx.query(&WHOLES, &params);
    texts(&rows.await?)
}

/// The evidence that is from a document.
pub async fn evidence(
    tx: &mut Tx<'_>,
    document: &str,
    limit: u32,
) -> Result<Vec<EvidenceId>, DbError> {
    let params = [document.into(), i64::from(limit).into()];
    let rows = tx.query(&EVIDENCE, &params);
    rows.await?.iter().map(|row| parsed(row.text(0)?)).collect()
}

/// Settles that nothing is entered from a document; whether it was not settled before.
pub async fn set_aside(
    tx: &mut Tx<'_>,
    document: &str,
    by: &str,
    now: Instant,
) -> Result<bool, DbError> {
    let params = [document.into(), now.epoch_ms().into(), by.into()];
    Ok(tx.execute(&SET_ASIDE, &params).await? > 0)
}
