//! How long what people write may be, and how much of what is wrong is shown.

/// Most characters of a document's title.
pub const TITLE_CHARS_MAX: usize = 300;
/// Most characters of a document's own date.
pub const DATED_CHARS_MAX: usize = 40;
/// Most characters of a statement's words.
pub const WORDS_CHARS_MAX: usize = 20_000;
/// Most characters of a file's name.
pub const FILE_NAME_CHARS_MAX: usize = 200;
/// Most faults of a file that an answer shows; what counts them counts all.
pub const FAULTS_SHOWN_MAX: usize = 1_000;
