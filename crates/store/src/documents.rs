//! Documents that evidence came in, kept as they came.
//!
//! Knows nothing of what is in them. A document is had by the SHA-256 of its bytes and never changes.

use domain::Instant;

use crate::db::{DbError, Sql, Tx, Val};

/// One document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of its bytes, lower hex.
    pub sha256: String,
    /// What kind of file it was taken for when it came (RFC 6838): `application/pdf`.
    pub media_type: String,
    /// What it is called: its file's name.
    pub title: String,
    /// Base64 of its bytes (RFC 4648 clause 4).
    pub content: String,
    /// When it was brought first.
    pub received_at: Instant,
}

const PUT: Sql = Sql::new(
    "INSERT INTO documents (sha256, media_type, title, content, received_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (sha256) DO NOTHING",
);
const IS_KEPT: Sql = Sql::new("SELECT COUNT(*) FROM documents WHERE sha256 = $1");
const GET: Sql = Sql::new(
    "SELECT sha256, media_type, title, content, received_at FROM documents WHERE sha256 = $1",
);

const GET_HEAD: Sql =
    Sql::new("SELECT sha256, media_type, title, '', received_at FROM documents WHERE sha256 = $1");

/// Keeps a document; the first to bring it says what it is called. Whether it is new.
pub async fn put(tx: &mut Tx<'_>, document: &Document) -> Result<bool, DbError> {
    let params = [
        Val::from(&document.sha256),
        Val::from(&document.media_type),
        Val::from(&document.title),
        Val::from(&document.content),
        document.received_at.epoch_ms().into(),
    ];
    Ok(tx.execute(&PUT, &params).await? > 0)
}

/// Whether a document is kept.
pub async fn is_kept(tx: &mut Tx<'_>, sha256: &str) -> Result<bool, DbError> {
    let rows = tx.query(&IS_KEPT, &[sha256.into()]).await?;
    Ok(match rows.first() {
        Some(row) => row.int(0)? > 0,
        None => false,
    })
}

/// A document; none: it is not kept.
pub async fn get(tx: &mut Tx<'_>, sha256: &str) -> Result<Option<Document>, DbError> {
    read(tx, &GET, sha256).await
}

/// A document without its content; none: it is not kept.
pub async fn get_head(tx: &mut Tx<'_>, sha256: &str) -> Result<Option<Document>, DbError> {
    read(tx, &GET_HEAD, sha256).await
}

async fn read(tx: &mut Tx<'_>, sql: &Sql, sha256: &str) -> Result<Option<Document>, DbError> {
    let Some(mut row) = tx.query_opt(sql, &[sha256.into()]).await? else {
        return Ok(None);
    };
    Ok(Some(Document {
        sha256: row.take_text(0)?,
        media_type: row.take_text(1)?,
        title: row.take_text(2)?,
        content: row.take_text(3)?,
        received_at: Instant::from_epoch_ms(row.int(4)?),
    }))
}
