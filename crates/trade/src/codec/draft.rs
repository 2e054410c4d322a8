//! What a draft says, as JSON in its row. It never reaches the record in this form.

use domain::evidence::Authority;
use serde::{Deserialize, Serialize};

use super::claim::ClaimJson;
use super::{CodecError, PeriodJson};
use crate::change::Draft;

/// A draft without its id and document, which stand in columns of their own.
#[derive(Debug, Serialize, Deserialize)]
pub struct DraftJson {
    scope: String,
    issuer: String,
    claim: ClaimJson,
    valid: PeriodJson,
    title: String,
    dated: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// Writes what a draft says.
pub fn write(draft: &Draft) -> Result<String, CodecError> {
    Ok(serde_json::to_string(&DraftJson {
        scope: draft.scope.to_string(),
        issuer: draft.issuer.to_string(),
        claim: ClaimJson::write(&draft.claim),
        valid: PeriodJson::write(&draft.valid),
        title: draft.title.clone(),
        dated: draft.dated.clone(),
        words: draft.words.clone(),
    })?)
}

/// Reads it back. Whatever is drafted is the party's own word.
pub fn read(body: &str) -> Result<Draft, CodecError> {
    let read: DraftJson = serde_json::from_str(body)?;
    Ok(Draft {
        id: None,
        scope: read.scope.parse()?,
        issuer: read.issuer.parse()?,
        claim: read.claim.read()?,
        valid: read.valid.read()?,
        title: read.title,
        dated: read.dated,
        authority: Authority::Own,
        words: read.words,
        document: None,
    })
}
