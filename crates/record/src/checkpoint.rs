//! What did the log say of itself, and did it sign it?
//!
//! C2SP tlog-checkpoint: the log's origin, size and root as three lines of a signed note. It
//! refuses to know whether the root is that of any entries: `verify.rs` compares.

use std::fmt;
use std::str::FromStr;

use crate::note::{self, Name, NameError, NoteError, SigningKey, VerifyingKey};
use crate::tree::{Hash, ParseHash};

/// The head of a log at one size.
///
/// Shape: prints and parses as the note text of tlog-checkpoint, "Note text": three lines, each
/// ended by a newline.
/// Limits: an extension line is refused, since no reader of the log could check what it says; an
/// origin is a [`Name`], which tlog-checkpoint recommends and does not demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name for itself.
    pub origin: Name,
    /// How many entries it has.
    pub size: u64,
    /// The root of these entries (RFC 6962, 2.1).
    pub root: Hash,
}

/// Why a text is not that of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It has not three lines.
    #[error(
        "not a checkpoint: it must be three lines, each ended by a newline: origin, size, root"
    )]
    Lines,
    /// Line 1 names no log.
    #[error("line 1, the origin, is wrong")]
    Origin(#[from] NameError),
    /// Line 2 is no size.
    #[error("line 2, the size, is not a decimal number below 2^64 without leading zeroes")]
    Size,
    /// Line 3 is no hash.
    #[error("line 3, the root, is wrong")]
    Root(#[from] ParseHash),
}

/// Why a note is not a checkpoint of this key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The note is malformed, or not signed by the key.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The key signed something else.
    #[error("the key signed it, and it is no checkpoint")]
    Body(#[from] BodyError),
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, size, root } = self;
        write!(f, "{origin}\n{size}\n{}\n", root.to_base64())
    }
}

impl FromStr for Checkpoint {
    type Err = BodyError;

    fn from_str(text: &str) -> Result<Self, BodyError> {
        let lines: Vec<&str> = text.splitn(4, '\n').collect();
        let &[origin, size, root, ""] = lines.as_slice() else {
            return Err(BodyError::Lines);
        };
        Ok(Self {
            origin: origin.parse()?,
            size: parse_size(size).ok_or(BodyError::Size)?,
            root: Hash::from_base64(root)?,
        })
    }
}

/// Signs a checkpoint: the note as it is published and kept.
///
/// A log must never sign two checkpoints of which neither extends the other (tlog-checkpoint,
/// "Signatures"); whoever holds the key sees to that before asking.
pub fn sign(key: &SigningKey, checkpoint: &Checkpoint) -> String {
    note::sign(&checkpoint.to_string(), key)
}

/// Reads a signed checkpoint; only a good signature of this key lets one see what it says.
///
/// Errors: [`OpenError`].
pub fn open(note: &str, key: &VerifyingKey) -> Result<Checkpoint, OpenError> {
    Ok(note::open(note, key)?.parse::<Checkpoint>()?)
}

/// A decimal number in its one spelling.
fn parse_size(text: &str) -> Option<u64> {
    let size = text.parse::<u64>().ok()?;
    (size.to_string() == text).then_some(size)
}

#[cfg(test)]
mod tests;
