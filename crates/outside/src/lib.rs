//! The only crate that connects out: mail, by SMTP or into a folder of files.
//!
//! [`Mail`] says which way a [`Message`] leaves. Knows nothing of who writes and why, keeps nothing, tries once:
//! whether and when it is tried again is for whoever keeps the letters.

mod folder;
mod message;
mod smtp;

use std::path::PathBuf;

pub use message::{MAILBOX_BYTES_MAX, Mailbox, Message};
pub use smtp::{Smtp, Trust};

/// Which way mail leaves.
#[derive(Clone, Debug)]
pub enum Mail {
    /// As one file for each message (`.eml`) in this folder, which is made if it is not there.
    Folder(PathBuf),
    /// By a mail server.
    Smtp(Smtp),
}

impl Mail {
    /// Hands a message over, once.
    ///
    /// # Errors
    /// It was not taken; what was taken may be handed over again only if it may arrive twice.
    pub async fn send(&self, message: &Message) -> Result<(), MailError> {
        match self {
            Self::Folder(path) => folder::put(path, message).await,
            Self::Smtp(smtp) => smtp.send(message).await,
        }
    }
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct MailError {
    /// The mail server will not take it for this recipient, however often it is asked.
    pub is_final: bool,
    /// What happened, in a sentence; never a password.
    pub detail: String,
}

impl MailError {
    pub(crate) fn for_now(detail: impl Into<String>) -> Self {
        Self {
            is_final: false,
            detail: detail.into(),
        }
    }
}
