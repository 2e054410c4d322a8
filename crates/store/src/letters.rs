//! Letters (mail) that wait to be sent.
//!
//! A letter is queued in the transaction that it tells of, so neither is there without the other. How it leaves the
//! house is not known here.

use domain::Instant;

use crate::db::{DbError, Sql, Tx, Val};

/// A letter as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its id, `le-…`.
    pub id: String,
    /// One address of mail, as RFC 5321 writes a mailbox.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// Plain text; lines end with LF.
    pub text: String,
}

const QUEUE: Sql = Sql::new(
    "INSERT INTO letters (id, recipient, subject, text_body, queued_at, attempts, next_attempt_at)
     VALUES ($1, $2, $3, $4, $5, 0, $5)",
);

/// Queues a letter.
pub async fn queue(tx: &mut Tx<'_>, letter: &Letter, now: Instant) -> Result<(), DbError> {
    let params = [
        Val::from(&letter.id),
        Val::from(&letter.recipient),
        Val::from(&letter.subject),
        Val::from(&letter.text),
        now.epoch_ms().into(),
    ];
    tx.execute(&QUEUE, &params).await.map(drop)
}
