//! Documents that evidence came in: kept as they came, had again by their hash.
//!
//! What is in one is read elsewhere (`desk/intake.rs`). It may name people, so it is for the operator's eyes; the record holds
//! only a salted commitment to its hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use feeds::documents::MediaKind;
use store::db::{Job, Tx};
use store::documents;

use crate::change::sha256;
use crate::error::{Code, Error};
use crate::house::House;

/// Largest document that is kept, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 200;

/// A document that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of its bytes, lower hex.
    pub sha256: String,
    /// What kind of file it is, by its bytes.
    pub kind: MediaKind,
    /// Its file's name.
    pub title: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// When it was brought first.
    pub received_at: domain::Instant,
}

/// A document as it is stored.
pub(crate) fn to_keep(
    title: &str,
    bytes: &[u8],
    received_at: domain::Instant,
) -> Result<documents::Document, Error> {
    if bytes.is_empty() {
        return Err(Error::new(Code::DocumentRefused, "the document is empty"));
    }
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(Error::new(
            Code::DocumentRefused,
            format!(
                "the document has {} bytes; at most {DOCUMENT_BYTES_MAX} are kept",
                bytes.len()
            ),
        ));
    }
    Error::unless_imei(title)?;
    Ok(documents::Document {
        sha256: sha256(bytes),
        media_type: MediaKind::of(bytes).media_type().to_owned(),
        title: title
            .chars()
            .filter(|c| !c.is_control())
            .take(TITLE_CHARS_MAX)
            .collect(),
        content: BASE64.encode(bytes),
        received_at,
    })
}

impl House {
    /// Keeps a document; gives its SHA-256, and whether it is new. The same bytes are kept once, under the name with
    /// which they came first. What kind of file it is, its bytes say.
    ///
    /// # Errors
    /// It is empty or larger than [`DOCUMENT_BYTES_MAX`], its name is the number of a unit, or the database.
    pub async fn keep_document(&self, title: &str, bytes: &[u8]) -> Result<(String, bool), Error> {
        let document = to_keep(title, bytes, self.now())?;
        let sha256 = document.sha256.clone();
        let is_new = self.db.write(Keep(document)).await?;
        Ok((sha256, is_new))
    }

    /// A document by its SHA-256; none: it is not kept.
    ///
    /// # Errors
    /// It is damaged, or the database.
    pub async fn document(&self, sha256: &str) -> Result<Option<Document>, Error> {
        let Some(found) = self.db.read(Get(sha256.to_owned())).await? else {
            return Ok(None);
        };
        let damaged = || Error::broken(format!("document {} is damaged", found.sha256));
        let bytes = BASE64.decode(&found.content).map_err(|_| damaged())?;
        if crate::change::sha256(&bytes) != found.sha256 {
            return Err(damaged());
        }
        Ok(Some(Document {
            sha256: found.sha256,
            kind: MediaKind::of(&bytes),
            title: found.title,
            bytes,
            received_at: found.received_at,
        }))
    }
}

struct Keep(documents::Document);

impl Job for Keep {
    type Out = bool;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        Ok(documents::put(tx, &self.0).await?)
    }
}

struct Get(String);

impl Job for Get {
    type Out = Option<documents::Document>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<documents::Document>, Error> {
        Ok(documents::get(tx, &self.0).await?)
    }
}
