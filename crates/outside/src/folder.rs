//! Mail as files: one `.eml` for each message, for demonstrations and for a house without a mail server.
//!
//! A file is there whole or not at all, and the same message written again is the same file.

use std::path::Path;

use crate::{MailError, Message};

/// Writes a message into a folder.
///
/// # Errors
/// The folder cannot be written to.
pub async fn put(folder: &Path, message: &Message) -> Result<(), MailError> {
    let name: String = message
        .id
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let (folder, bytes) = (folder.to_owned(), message.bytes());
    let write = move || -> std::io::Result<()> {
        make(&folder)?;
        let unfinished = folder.join(format!("{name}.part"));
        std::fs::write(&unfinished, bytes)?;
        std::fs::rename(unfinished, folder.join(format!("{name}.eml")))
    };
    let written = tokio::task::spawn_blocking(write).await;
    let written = written.map_err(|_| MailError::for_now("writing the file did not end"))?;
    written.map_err(|error| {
        // Its path is the operator's own setting and says nothing new.
        MailError::for_now(format!("the folder for mail cannot be written to: {error}"))
    })
}

/// For its owner alone: letters name people and carry links that open something.
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)
}
