//! Letters (mail) that wait to be sent.
//!
//! A letter is queued in the transaction that it tells of, so neither is there without the other. How it leaves the
//! house is not known here. Its words are erased once it has been sent.

use domain::Instant;

use crate::count;
use crate::db::{DbError, Row, Sql, Tx, Val};

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

/// A letter with what became of it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What was written; its text is empty once it was sent.
    pub letter: Letter,
    /// When.
    pub queued_at: Instant,
    /// How often it was tried.
    pub attempts: u64,
    /// When it is tried next; none: it was sent, or given up.
    pub next_attempt_at: Option<Instant>,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// Why it was not, the last time it was tried.
    pub failure: Option<String>,
}

impl Kept {
    /// `waiting`, `sent` or `given_up`.
    #[must_use]
    pub const fn state(&self) -> &'static str {
        match (self.sent_at, self.next_attempt_at) {
            (Some(_), _) => "sent",
            (None, Some(_)) => "waiting",
            (None, None) => "given_up",
        }
    }
}

/// How many letters are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// They will be tried.
    pub waiting: u64,
    /// Of those, they were tried before.
    pub failing: u64,
    /// They were given up.
    pub given_up: u64,
}

const QUEUE: Sql = Sql::new(
    "INSERT INTO letters (id, recipient, subject, text_body, queued_at, attempts, next_attempt_at)
     VALUES ($1, $2, $3, $4, $5, 0, $5)",
);
const DUE: Sql = Sql::new(
    "SELECT id, recipient, subject, text_body, queued_at, attempts, next_attempt_at, sent_at, failure
     FROM letters WHERE next_attempt_at <= $1 ORDER BY next_attempt_at, id LIMIT $2",
);
const CLAIM: Sql = Sql::new(
    "UPDATE letters SET next_attempt_at = $3, attempts = attempts + 1
     WHERE id = $1 AND next_attempt_at = $2",
);
const SENT: Sql = Sql::new(
    "UPDATE letters SET sent_at = $2, next_attempt_at = NULL, failure = NULL, text_body = '' WHERE id = $1",
);
const FAILED: Sql = Sql::new(
    "UPDATE letters SET next_attempt_at = $2, failure = $3 WHERE id = $1 AND sent_at IS NULL",
);
const LATEST: Sql = Sql::new(
    "SELECT id, recipient, subject, text_body, queued_at, attempts, next_attempt_at, sent_at, failure
     FROM letters ORDER BY queued_at DESC, id DESC LIMIT $1",
);
const AGAIN: Sql = Sql::new(
    "UPDATE letters SET next_attempt_at = $2, queued_at = $2 WHERE id = $1
        AND next_attempt_at IS NULL AND sent_at IS NULL",
);
const TALLY: Sql = Sql::new(
    "SELECT COUNT(next_attempt_at), COUNT(CASE WHEN next_attempt_at IS NOT NULL THEN failure END),
        COUNT(CASE WHEN next_attempt_at IS NULL AND sent_at IS NULL THEN id END)
     FROM letters WHERE sent_at IS NULL",
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

/// At most `limit` letters that are due, the longest due first.
pub async fn due(tx: &mut Tx<'_>, now: Instant, limit: u32) -> Result<Vec<Kept>, DbError> {
    let params = [now.epoch_ms().into(), i64::from(limit).into()];
    let rows = tx.query(&DUE, &params).await?;
    rows.iter().map(kept).collect()
}

/// Takes a due letter for whoever asks, until an instant; whether nobody else took it meanwhile.
pub async fn claim(tx: &mut Tx<'_>, due: &Kept, until: Instant) -> Result<bool, DbError> {
    let Some(at) = due.next_attempt_at else {
        return Ok(false);
    };
    let params = [
        Val::from(&due.letter.id),
        at.epoch_ms().into(),
        until.epoch_ms().into(),
    ];
    Ok(tx.execute(&CLAIM, &params).await? == 1)
}

/// Notes that a letter was sent, and erases its words.
pub async fn sent(tx: &mut Tx<'_>, id: &str, now: Instant) -> Result<(), DbError> {
    let params = [id.into(), now.epoch_ms().into()];
    tx.execute(&SENT, &params).await.map(drop)
}

/// Notes why a letter was not sent, and when it is tried next; none: it is given up.
pub async fn failed(
    tx: &mut Tx<'_>,
    id: &str,
    next: Option<Instant>,
    why: &str,
) -> Result<(), DbError> {
    let next = next.map_or(Val::Null, |at| at.epoch_ms().into());
    tx.execute(&FAILED, &[id.into(), next, why.into()])
        .await
        .map(drop)
}

/// The latest letters, the latest first.
pub async fn latest(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Kept>, DbError> {
    let rows = tx.query(&LATEST, &[i64::from(limit).into()]).await?;
    rows.iter().map(kept).collect()
}

/// Lets a letter that was given up be tried at once, and as long as a new one. Whether there is such a letter.
pub async fn again(tx: &mut Tx<'_>, id: &str, now: Instant) -> Result<bool, DbError> {
    let params = [id.into(), now.epoch_ms().into()];
    Ok(tx.execute(&AGAIN, &params).await? == 1)
}

/// How many are in which state.
pub async fn tally(tx: &mut Tx<'_>) -> Result<Tally, DbError> {
    let row = tx.query_opt(&TALLY, &[]).await?;
    row.map_or(Ok(Tally::default()), |row| {
        Ok(Tally {
            waiting: count(row.int(0)?)?,
            failing: count(row.int(1)?)?,
            given_up: count(row.int(2)?)?,
        })
    })
}

fn kept(row: &Row) -> Result<Kept, DbError> {
    let instant = |at: Option<i64>| at.map(Instant::from_epoch_ms);
    Ok(Kept {
        letter: Letter {
            id: row.text(0)?.to_owned(),
            recipient: row.text(1)?.to_owned(),
            subject: row.text(2)?.to_owned(),
            text: row.text(3)?.to_owned(),
        },
        queued_at: Instant::from_epoch_ms(row.int(4)?),
        attempts: count(row.int(5)?)?,
        next_attempt_at: instant(row.opt_int(6)?),
        sent_at: instant(row.opt_int(7)?),
        failure: row.opt_text(8)?.map(str::to_owned),
    })
}
