//! How much is read of one file. What is larger is refused, with a fault or a [`crate::FileError`].

/// Bytes of a file when unpacked.
pub const FILE_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes of one row of a table, or of one element of a JSON file.
pub const ROW_BYTES: usize = 1024 * 1024;
/// Columns of a table.
pub const COLUMNS: usize = 512;
/// Data rows of a file.
pub const ROWS: u64 = 2_000_000;
/// Nesting of a JSON element.
pub const JSON_DEPTH: usize = 32;
/// Nesting of an XML element.
pub const XML_DEPTH: usize = 32;
/// Attributes of one XML element.
pub const XML_ATTRIBUTES: usize = 64;
/// Elements of one item of a feed.
pub const XML_FIELDS: usize = 1_000;
/// Characters of one text field that is kept.
pub const FIELD_CHARS: usize = 20_000;
/// Characters of a value that a fault repeats.
pub const FOUND_CHARS: usize = 60;
/// Characters of a reason in a list of blocked units.
pub const BLOCKED_TEXT_CHARS: usize = 200;
/// Faults or notes of one row; the rest is counted in the last.
pub const FAULTS_PER_ROW: usize = 32;
/// Bytes of a written-down table, which is read whole.
pub const TOML_BYTES: u64 = 1024 * 1024;
