//! How rows leave a reader: each with its place, its facts or its faults; and what came of the file.

use std::path::PathBuf;

use domain::fault::Fault;

use crate::Fact;

/// One data row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Counted from 1; headers are not counted.
    pub number: u64,
    /// The line on which the row begins, counted from 1.
    pub line: u64,
    /// Its facts, or why there are none. `Ok` with no facts: the row was read and says nothing by itself;
    /// a note says why, unless it repeats an earlier row ([`Summary::repeats`]).
    pub outcome: Result<Vec<Fact>, Vec<Fault>>,
    /// What was set aside or read with a remark; the row is kept.
    pub notes: Vec<Fault>,
}

/// What came of a file. `rows == rows_with_facts + rows_with_faults`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Data rows.
    pub rows: u64,
    /// Rows whose outcome is `Ok`.
    pub rows_with_facts: u64,
    /// Rows whose outcome is `Err`.
    pub rows_with_faults: u64,
    /// Rows that say again what an earlier one said, and so gave no fact; they count among the rows with
    /// facts.
    pub repeats: u64,
    /// Facts in all.
    pub facts: u64,
    /// Faults in all.
    pub faults: u64,
    /// Notes in all.
    pub notes: u64,
    /// SHA-256 of the file as given (compressed, if it was), in hex.
    pub sha256: String,
    /// Size of the file as given.
    pub bytes: u64,
}

/// Takes rows as they are read.
pub trait Sink {
    /// One row, in the file's order.
    fn row(&mut self, row: Row);

    /// How far the reader is, in bytes of the file as given; called now and then, and at the end.
    fn progress(&mut self, bytes_read: u64, bytes_total: u64);
}

/// Why a file as a whole was not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be opened or read.
    #[error("{path}: cannot be read: {reason}; check the path and its permissions", path = path.display())]
    Unreadable {
        /// As given.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Neither its name nor its head is that of a known file.
    #[error(
        "{file}: not a file that is known here, it begins with {seen:?}; name its kind: {}",
        crate::kind::KINDS_IN_WORDS
    )]
    Unknown {
        /// As given.
        file: String,
        /// The first characters, shortened.
        seen: String,
    },
    /// It is not what it was said to be.
    #[error(
        "{file}: not a {kind} file: expected {expected}, found {seen:?}; {}",
        crate::kind::KINDS_IN_WORDS
    )]
    NotThatKind {
        /// As given.
        file: String,
        /// What it was read as.
        kind: crate::Kind,
        /// What such a file begins with.
        expected: String,
        /// What was found instead, shortened.
        seen: String,
    },
    /// A table has no column that tells what it is about.
    #[error(
        "{file}: none of its columns is of devices, it begins with {seen:?}; name one of them {names}"
    )]
    NoColumn {
        /// As given.
        file: String,
        /// The names that are known.
        names: String,
        /// Its header, shortened.
        seen: String,
    },
    /// A mapping names a column that there is not.
    #[error("{file}: no column is called {named:?}; there are {seen:?}; mend the mapping")]
    NoSuchColumn {
        /// As given.
        file: String,
        /// The head in the mapping.
        named: String,
        /// The heads, shortened.
        seen: String,
    },
    /// A column that could keep a device from being approved is one that the mapping does not name.
    #[error(
        "{file}: its column {head:?} looks like {column}, which the mapping of this list does not name; map it: \
         {column}={head}, or {column}=- to leave it out"
    )]
    ColumnNotMapped {
        /// As given.
        file: String,
        /// Its head, shortened.
        head: String,
        /// What it looks like.
        column: &'static str,
    },
    /// It is a spreadsheet that is not read.
    #[error("{0}")]
    Workbook(Fault),
    /// Larger than is read.
    #[error("{file}: larger than {limit} bytes when unpacked; split it")]
    TooBig {
        /// As given.
        file: String,
        /// [`crate::limits::FILE_BYTES`].
        limit: u64,
    },
    /// The Zstandard stream is damaged.
    #[error("{file}: cannot be unpacked: {reason}; fetch it again")]
    BadCompression {
        /// As given.
        file: String,
        /// The library's words.
        reason: String,
    },
}
