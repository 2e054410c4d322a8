//! An entry of the record: what the tree hashes (the body) and what the body only commits to (the opening).
//!
//! The body is public: kind, scope, issuer, claim, period. The title of the document and the words of a
//! statement may name people; they stand in the opening, salted, and the body holds its SHA-256. Erasing
//! an opening leaves every proof valid.

use std::sync::Arc;

use domain::evidence::{Evidence, Recorded, Source, Vouching};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::record_log::{Entry, RawEntry};

use super::claim::ClaimJson;
use super::{CodecError, PeriodJson, authority, authority_name};
use crate::signing;
use domain::{Instant, ParseError};

/// What is shown for a title that was erased.
pub const ERASED: &str = "(erased)";

#[derive(Serialize, Deserialize)]
struct Body {
    v: u32,
    position: u64,
    recorded_at: String,
    id: String,
    scope: String,
    scope_version: u64,
    issuer: String,
    /// In which roles the issuer speaks of this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    vouching: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// What the issuer signed, word for word: C2SP signed-note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    valid: PeriodJson,
    claim: ClaimJson,
    dated: String,
    authority: String,
    /// SHA-256 of the opening, lower hex.
    sealed: String,
}

/// What a body commits to.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Opening {
    /// 32 random bytes, hex: without it the commitment could be guessed.
    pub salt: String,
    /// The document's title.
    pub title: String,
    /// The words of a statement, or a remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// SHA-256 of the document, lower hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// Writes a piece of evidence as the entry at its place; `note` is what its issuer signed.
pub fn write(
    recorded: &Recorded,
    opening: &Opening,
    note: Option<&str>,
) -> Result<Entry, CodecError> {
    let evidence = &recorded.evidence;
    let opening = serde_json::to_string(opening)?;
    let key = match &evidence.vouching {
        Vouching::Operator | Vouching::Issuer => None,
        Vouching::Signed { key } => Some(key.clone()),
    };
    let body = Body {
        v: 1,
        position: recorded.position,
        recorded_at: recorded.at.to_string(),
        id: evidence.id.to_string(),
        scope: evidence.scope.to_string(),
        scope_version: recorded.scope_version,
        issuer: evidence.issuer.to_string(),
        vouching: evidence.vouching.name().to_owned(),
        roles: evidence
            .roles
            .iter()
            .map(|role| role.name().to_owned())
            .collect(),
        key,
        note: note.map(str::to_owned),
        valid: PeriodJson::write(&evidence.valid),
        claim: ClaimJson::write(&evidence.claim),
        dated: evidence.source.dated.to_string(),
        authority: authority_name(evidence.source.authority).to_owned(),
        sealed: hex(&Sha256::digest(opening.as_bytes())),
    };
    let body = serde_json::to_string(&body)?;
    Ok(Entry {
        position: recorded.position,
        recorded_at: recorded.at,
        evidence_id: evidence.id.clone(),
        kind: evidence.claim.kind().to_owned(),
        scope: evidence.scope.clone(),
        scope_version: recorded.scope_version,
        leaf_hash: record::tree::leaf_hash(body.as_bytes()).to_string(),
        body,
        opening: Some(opening),
    })
}

/// Reads an entry back.
pub fn read(entry: &Entry) -> Result<Recorded, CodecError> {
    let body: Body = serde_json::from_str(&entry.body)?;
    let title = match &entry.opening {
        Some(text) => serde_json::from_str::<Opening>(text)?.title,
        None => ERASED.to_owned(),
    };
    let vouching = match (body.vouching.as_str(), body.key) {
        ("operator", None) => Vouching::Operator,
        ("issuer", None) => Vouching::Issuer,
        ("signed", Some(key)) => Vouching::Signed { key },
        (other, _) => return Err(CodecError(format!("{other:?} is no vouching"))),
    };
    Ok(Recorded {
        position: body.position,
        at: body.recorded_at.parse::<Instant>()?,
        scope_version: body.scope_version,
        evidence: Evidence {
            id: body.id.parse()?,
            scope: body.scope.parse()?,
            issuer: body.issuer.parse()?,
            roles: body
                .roles
                .iter()
                .map(|role| role.parse())
                .collect::<Result<_, ParseError>>()?,
            vouching,
            claim: body.claim.read()?,
            valid: body.valid.read()?,
            source: Source {
                title: Arc::from(title),
                dated: Arc::from(body.dated),
                authority: authority(&body.authority)?,
                licence: None,
            },
        },
    })
}

/// What is wrong between an entry's columns, its body and its opening; none if they agree.
///
/// The tree covers the body alone, so everything that is read from elsewhere is held against it.
pub fn disagreement(entry: &RawEntry) -> Option<String> {
    let body: Body = match serde_json::from_str(&entry.body) {
        Ok(body) => body,
        Err(error) => return Some(format!("the body does not read: {error}")),
    };
    let kind = match body.claim.read() {
        Ok(claim) => claim.kind(),
        Err(error) => return Some(error.to_string()),
    };
    if let Some(fault) = unsigned(&body) {
        return Some(fault);
    }
    let recorded_at = match entry.recorded_at.parse() {
        Ok(ms) => Instant::from_epoch_ms(ms).to_string(),
        Err(_) => entry.recorded_at.clone(),
    };
    let columns = [
        (
            "position",
            body.position.to_string(),
            entry.position.to_string(),
        ),
        ("recorded_at", body.recorded_at, recorded_at),
        ("evidence_id", body.id, entry.evidence_id.clone()),
        ("kind", kind.to_owned(), entry.kind.clone()),
        ("scope", body.scope, entry.scope.clone()),
        (
            "scope_version",
            body.scope_version.to_string(),
            entry.scope_version.clone(),
        ),
    ];
    for (column, said, stored) in columns {
        if said != stored {
            return Some(format!("{column} is {stored:?}, the body says {said:?}"));
        }
    }
    let opening = entry.opening.as_deref()?;
    let sealed = hex(&Sha256::digest(opening.as_bytes()));
    (sealed != body.sealed).then(|| "the opening is not what the body commits to".to_owned())
}

/// What is wrong between what a body says and what its issuer signed; none if nothing was signed.
fn unsigned(body: &Body) -> Option<String> {
    let (note, key) = match (&body.note, &body.key) {
        (None, None) => return None,
        (Some(note), Some(key)) => (note, key),
        _ => {
            return Some("it has a key without what was signed, or the other way round".to_owned());
        }
    };
    let said = match signing::opened(note, key) {
        Ok(said) => said,
        Err(error) => return Some(error),
    };
    let is_same = said.id.as_str() == body.id
        && said.scope.to_string() == body.scope
        && said.issuer.as_str() == body.issuer
        && said.dated == body.dated
        && PeriodJson::write(&said.valid) == body.valid
        && ClaimJson::write(&said.claim) == body.claim;
    (!is_same).then(|| "it is not what its issuer signed".to_owned())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
