//! Documents that evidence came in: kept as they came, had again by their hash.
//!
//! Nothing here looks into a document. It may name people, so it is for the operator's eyes; the record holds
//! only a salted commitment to its hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use store::db::{Job, Tx};
use store::documents;

use crate::change::sha256;
use crate::error::{Code, Error};
use crate::house::House;

/// Largest document that is kept, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Longest media type, in bytes.
const MEDIA_TYPE_BYTES_MAX: usize = 127;
/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 200;
/// What a document of no stated kind is.
pub const MEDIA_TYPE_UNKNOWN: &str = "application/octet-stream";

/// A document that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of its bytes, lower hex.
    pub sha256: String,
    /// What kind of file it is, as whoever brought it says (RFC 6838).
    pub media_type: String,
    /// Its file's name.
    pub title: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// When it was brought first.
    pub received_at: domain::Instant,
}

/// A type and a subtype of RFC 6838 clause 4.2, without parameters.
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    text.len() <= MEDIA_TYPE_BYTES_MAX
        && text
            .split_once('/')
            .is_some_and(|(kind, sub)| is_name(kind) && is_name(sub))
}

impl House {
    /// Keeps a document; gives its SHA-256, and whether it is new. The same bytes are kept once, under the name
    /// and kind with which they came first. A kind that cannot be read is [`MEDIA_TYPE_UNKNOWN`].
    ///
    /// # Errors
    /// It is empty or larger than [`DOCUMENT_BYTES_MAX`], or the database.
    pub async fn keep_document(
        &self,
        title: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<(String, bool), Error> {
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
        let kind = media_type.split(';').next().unwrap_or_default().trim();
        let document = documents::Document {
            sha256: sha256(bytes),
            media_type: if is_media_type(kind) {
                kind.to_ascii_lowercase()
            } else {
                MEDIA_TYPE_UNKNOWN.to_owned()
            },
            title: title
                .chars()
                .filter(|c| !c.is_control())
                .take(TITLE_CHARS_MAX)
                .collect(),
            content: BASE64.encode(bytes),
            received_at: self.now(),
        };
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
            media_type: found.media_type,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_two_names_and_nothing_else() {
        for good in [
            "application/pdf",
            "message/rfc822",
            "image/svg+xml",
            "text/x-signed-note",
        ] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in [
            "",
            "pdf",
            "text/",
            "/html",
            "text/html; charset=utf-8",
            "text/ht ml",
            "a/b/c",
        ] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
