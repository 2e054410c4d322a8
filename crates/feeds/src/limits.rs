//! How much is read of one file. What is larger is refused, with a fault or a [`crate::FileError`].

/// Bytes of a file when unpacked.
pub const FILE_BYTES: u64 = 256 * 1024 * 1024;
/// How many times its packed size a file may unpack to, past the first [`PACKED_FREE_BYTES`]. Lists pack some ten
/// to thirty times; what packs hundreds of times is a bomb.
pub const PACKED_RATIO: u64 = 200;
/// Bytes that any packed file may unpack to.
pub const PACKED_FREE_BYTES: u64 = 4 * 1024 * 1024;
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
/// Nesting of a message in protobuf's text format.
pub const TEXTPB_DEPTH: usize = 32;
/// Members of an archive.
pub const TAR_MEMBERS: u64 = 10_000;
/// Bytes of one member of an archive.
pub const TAR_MEMBER_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of an archive's extended header.
pub const TAR_HEADER_BYTES: u64 = 64 * 1024;
/// Characters of a member's name that are shown.
pub const MEMBER_NAME_CHARS: usize = 100;
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
/// Rows of a list of approved devices that the user of this machine names; they are held until its end.
pub const APPROVED_ROWS: usize = 1_000_000;
/// Rows of one from anybody: some 30 MiB.
pub const APPROVED_ROWS_OF_STRANGERS: usize = 50_000;
/// Characters of a name or a condition in a list of approved devices.
pub const APPROVED_TEXT_CHARS: usize = 200;
