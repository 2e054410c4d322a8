//! Outside files to checked facts and located faults.
//!
//! The front door is [`read_file`] (or [`read_bytes`]): a file as its publisher ships it goes in, rows
//! come out one by one, each with its facts or its faults. A faulty row never stops the good ones, and
//! `rows == rows_with_facts + rows_with_faults` always. Nothing here connects out, stores anything or
//! knows whether a source is trusted.

mod fact;
mod kind;
pub mod limits;
mod row;

use std::path::Path;

pub use fact::{Availability, BandFact, DeviceFact, Fact, ItemFact, NetworkFact, SourceNote};
pub use kind::{Kind, Origin};
pub use row::{FileError, Row, Sink, Summary};

/// Which kind a file is: by its name first, else by its head (the first 64 KiB, unpacked, any encoding).
#[must_use]
pub fn detect(file_name: &str, head: &[u8]) -> Option<Kind> {
    let _ = (file_name, head);
    None
}

/// Reads a file, packed (`.zst`) or plain, row by row.
///
/// # Errors
/// Only when the file as a whole cannot be read; what is wrong in its rows reaches the sink.
pub fn read_file(
    path: &Path,
    kind: Option<Kind>,
    sink: &mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    let bytes = std::fs::read(path).map_err(|error| FileError::Unreadable {
        path: path.to_path_buf(),
        reason: error.to_string(),
    })?;
    read_bytes(&path.display().to_string(), &bytes, kind, sink)
}

/// Reads a file that is already in memory; see [`read_file`].
///
/// # Errors
/// As [`read_file`].
pub fn read_bytes(
    file_name: &str,
    bytes: &[u8],
    kind: Option<Kind>,
    sink: &mut dyn Sink,
) -> Result<(Origin, Summary), FileError> {
    let _ = (bytes, kind, sink);
    Err(FileError::Unknown {
        file: file_name.to_owned(),
        seen: String::new(),
    })
}
