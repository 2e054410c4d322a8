//! What can be wrong with a log, and where?
//!
//! The faults that `verify.rs` and `tiles.rs` find, collected and bounded. It refuses to know how
//! they are found.

use std::fmt;

use crate::checkpoint::{self, OpenError};
use crate::note::{Name, VerifyingKey};
use crate::tree::Hash;

/// Most faults listed in a [`Report`]; those beyond are counted.
pub const FAULTS_MAX: usize = 1_000;

/// Most characters of a kept leaf hash that a fault repeats.
pub(crate) const SHOWN_CHARS_MAX: usize = 64;

/// Which checkpoint is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The one at this place, from 0, of those the store kept.
    Stored(usize),
    /// The one that a witness saw.
    Witnessed,
    /// The one of an export.
    Exported,
}

/// One thing that is not as it was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// Entries are missing, `position` the first of them.
    #[error(
        "entries from {position} up to {found} are missing; restore them from a backup or an export"
    )]
    Gap {
        /// The first missing index.
        position: u64,
        /// The index found instead.
        found: u64,
    },
    /// An entry comes again, or late.
    #[error("entry {position} comes twice, or out of order; each index must come once, ascending")]
    Repeated {
        /// The index that came again.
        position: u64,
    },
    /// An entry's bytes and its kept leaf hash differ.
    #[error(
        "entry {position} hashes to {computed}, but its kept leaf hash is `{kept}`; one of them was \
         altered"
    )]
    LeafHash {
        /// The entry's index.
        position: u64,
        /// The start of the kept text.
        kept: String,
        /// The leaf hash of the bytes.
        computed: Hash,
    },
    /// A checkpoint cannot be read, or is not signed by the log's key.
    #[error("{checkpoint} is not one of this log's key")]
    Checkpoint {
        /// Which one.
        checkpoint: Source,
        /// Why.
        #[source]
        error: OpenError,
    },
    /// A checkpoint is of another log.
    #[error("{checkpoint} is of the log `{found}`; check each log with its own checkpoints")]
    OtherLog {
        /// Which one.
        checkpoint: Source,
        /// The origin it states.
        found: Name,
    },
    /// The entries are not those that a checkpoint signed.
    #[error(
        "{checkpoint} signed the root {signed} for {size} entries, but they have {computed}; at \
         least one entry from {since} up to {size} was altered"
    )]
    OtherRoot {
        /// Which checkpoint.
        checkpoint: Source,
        /// How many entries it signed.
        size: u64,
        /// How many entries the last checkpoint before it that fits has signed.
        since: u64,
        /// The root signed.
        signed: Hash,
        /// The root of the entries.
        computed: Hash,
    },
    /// A checkpoint signed more entries than there are.
    #[error(
        "{checkpoint} signed {size} entries, but the log ends after {end}; its tail was cut off, or \
         entries from {since} on were removed; restore them from a backup or an export"
    )]
    Truncated {
        /// Which checkpoint.
        checkpoint: Source,
        /// How many entries it signed.
        size: u64,
        /// How many entries the last checkpoint that fits has signed. Those from here up to the end
        /// have only their kept leaf hashes to vouch for them.
        since: u64,
        /// How many there are.
        end: u64,
    },
    /// The key signed two histories.
    #[error(
        "{one} and {other} differ on the first {size} entries, and the key signed both; the log was \
         forked: keep both as proof"
    )]
    Fork {
        /// The smaller of the two sizes.
        size: u64,
        /// The checkpoint of that size.
        one: Source,
        /// The checkpoint it cannot stand beside.
        other: Source,
    },
    /// An export has no checkpoint.
    #[error("the file `checkpoint` is missing; nothing can be checked without it")]
    NoCheckpoint,
    /// A file of an export is missing.
    #[error("the file `{path}` is missing; it begins with entry {position}")]
    Missing {
        /// Its path.
        path: String,
        /// The first entry it tells of.
        position: u64,
    },
    /// A file of an export is malformed.
    #[error("the file `{path}` is malformed at entry {position}: {rule}")]
    Malformed {
        /// Its path.
        path: String,
        /// The first entry that cannot be read or differs.
        position: u64,
        /// The rule broken.
        rule: &'static str,
    },
    /// A hash in an upper tile of an export is not that of the entries below it.
    #[error(
        "the file `{path}` has another hash for the entries from {position} up to {until} than the \
         tile below it; one of them was altered"
    )]
    TileHash {
        /// The tile's path.
        path: String,
        /// The first entry below the hash.
        position: u64,
        /// The first entry after them.
        until: u64,
    },
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many entries stand unbroken from index 0.
    pub size: u64,
    /// The root of these entries, computed from their bytes.
    pub root: Hash,
    /// How many entries the largest checkpoint that fits has signed. Those beyond it are not signed
    /// yet, and what was done to them cannot show.
    pub signed_size: u64,
    /// How many checkpoints were well signed and compared with the entries.
    pub checkpoints_checked: u64,
    /// The smallest index that a fault names. [`LogFault::OtherRoot`] and [`LogFault::TileHash`]
    /// name a range: the index is the start of it. [`LogFault::Truncated`] names the end of the log.
    /// Faults of a checkpoint alone name none.
    pub first_bad_index: Option<u64>,
    /// What is wrong, at most [`FAULTS_MAX`].
    pub faults: Vec<LogFault>,
    /// How many faults more there are.
    pub faults_omitted: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub const fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stored(at) => write!(f, "the kept checkpoint at place {at}"),
            Self::Witnessed => f.write_str("the witnessed checkpoint"),
            Self::Exported => f.write_str("the exported checkpoint"),
        }
    }
}

impl LogFault {
    /// The first index that the fault names.
    const fn first_bad_index(&self) -> Option<u64> {
        match self {
            Self::Gap { position, .. }
            | Self::Repeated { position }
            | Self::LeafHash { position, .. }
            | Self::Missing { position, .. }
            | Self::Malformed { position, .. }
            | Self::TileHash { position, .. } => Some(*position),
            Self::OtherRoot { since, .. } => Some(*since),
            Self::Truncated { end, .. } => Some(*end),
            Self::Checkpoint { .. }
            | Self::OtherLog { .. }
            | Self::Fork { .. }
            | Self::NoCheckpoint => None,
        }
    }

    pub(crate) fn leaf_hash(position: u64, kept: &str, computed: Hash) -> Self {
        let kept = kept.chars().take(SHOWN_CHARS_MAX).collect();
        Self::LeafHash {
            position,
            kept,
            computed,
        }
    }
}

/// A checkpoint that the key signed.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) source: Source,
    pub(crate) size: u64,
    pub(crate) root: Hash,
}

/// The faults found so far, bounded.
#[derive(Default)]
pub(crate) struct Faults {
    listed: Vec<LogFault>,
    omitted: u64,
    first_bad_index: Option<u64>,
}

impl Faults {
    pub(crate) fn push(&mut self, fault: LogFault) {
        let known = [self.first_bad_index, fault.first_bad_index()];
        self.first_bad_index = known.into_iter().flatten().min();
        if self.listed.len() < FAULTS_MAX {
            self.listed.push(fault);
        } else {
            self.omitted += 1;
        }
    }

    /// Opens a checkpoint; what is wrong with it is a fault.
    pub(crate) fn head(
        &mut self,
        source: Source,
        note: &str,
        key: &VerifyingKey,
        origin: &Name,
    ) -> Option<Head> {
        let checkpoint = source;
        match checkpoint::open(note, key) {
            Err(error) => self.push(LogFault::Checkpoint { checkpoint, error }),
            Ok(opened) if opened.origin != *origin => {
                let found = opened.origin;
                self.push(LogFault::OtherLog { checkpoint, found });
            }
            Ok(opened) => {
                let (size, root) = (opened.size, opened.root);
                return Some(Head { source, size, root });
            }
        }
        None
    }

    /// Finds neighbours of one size with two roots, in heads sorted by size.
    pub(crate) fn forks(&mut self, heads: &[Head]) {
        for pair in heads.windows(2) {
            if let [one, other] = pair
                && one.size == other.size
                && one.root != other.root
            {
                let (size, one, other) = (one.size, one.source, other.source);
                self.push(LogFault::Fork { size, one, other });
            }
        }
    }

    pub(crate) fn into_report(
        self,
        size: u64,
        root: Hash,
        signed_size: u64,
        checked: u64,
    ) -> Report {
        Report {
            size,
            root,
            signed_size,
            checkpoints_checked: checked,
            first_bad_index: self.first_bad_index,
            faults: self.listed,
            faults_omitted: self.omitted,
        }
    }
}
