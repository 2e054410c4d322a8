//! Letters: what the house writes to people by mail, and how it is sent.
//!
//! A letter is queued in the transaction that it tells of and leaves once that has committed, at least once: a node
//! that dies between sending and noting it has it sent again. Two nodes that live never send one twice, since each
//! takes a letter before it sends it. What is in a letter is its writer's to know.

use std::str::FromStr;
use std::time::Duration;

use domain::{Instant, ParseError};
use outside::{Mail, Mailbox, Message};
use store::db::{Job, Tx};
use store::letters::{self, Letter};

use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;

pub use outside;
pub use store::letters::{Kept, Tally};

/// How often the server looks for letters that are due.
pub const DELIVER_EVERY: Duration = Duration::from_secs(5);
/// How often it looks for what its people are to be reminded of, counted in looks for letters: every ten minutes.
const REMIND_EVERY_LOOKS: u32 = 120;
/// How long a node has a letter for itself; longer than sending one may take.
const TAKEN_MS: i64 = 5 * MINUTE_MS;
/// When a letter is tried again for the first time; each further time waits twice as long.
const AGAIN_AFTER_MS: i64 = MINUTE_MS;
/// The longest that it waits.
const AGAIN_AFTER_MS_MAX: i64 = 6 * 60 * MINUTE_MS;
/// How long it is tried before it is given up.
pub const GIVEN_UP_AFTER_MS: i64 = 3 * 24 * 60 * MINUTE_MS;
const MINUTE_MS: i64 = 60 * 1000;
/// Due letters that are looked at to find one that nobody has taken.
const LOOKED_AT: u32 = 20;
/// Most letters that are sent in one go.
const SENT_AT_ONCE_MAX: usize = 200;
/// Most characters of a subject.
pub const SUBJECT_CHARS_MAX: usize = 200;
/// Most bytes of a letter.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;
/// Letters that are shown.
pub const SHOWN_MAX: u32 = 200;
/// Most characters of why a letter was not sent.
const FAILURE_CHARS_MAX: usize = 400;

/// Where a house is reached from outside: `https://shop.example`, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The address of a page; `path` begins with a slash.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let help = "write https:// and the name under which visitors reach the house, https://shop.example";
        let fault = || ParseError::new(text, "the address of a house", help);
        let bare = text.trim().trim_end_matches('/');
        let (scheme, place) = bare.split_once("://").ok_or_else(fault)?;
        let is_place = !place.is_empty()
            && place
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._:[]/".contains(&b));
        if matches!(scheme, "https" | "http") && is_place {
            Ok(Self(bare.to_owned()))
        } else {
            Err(fault())
        }
    }
}

/// How this house writes to people.
#[derive(Clone, Debug)]
pub struct Post {
    /// Which way mail leaves.
    pub mail: Mail,
    /// Who sends it, and to whom people answer.
    pub from: Mailbox,
    /// Where the links in letters lead.
    pub url: PublicUrl,
}

/// Queues a letter to one address; it leaves once the transaction has committed.
///
/// # Errors
/// The address is none, the letter is too long, or the database.
pub(crate) async fn queue(
    tx: &mut Tx<'_>,
    recipient: &str,
    subject: &str,
    text: String,
) -> Result<(), Error> {
    let recipient: Mailbox = recipient.parse()?;
    if text.len() > TEXT_BYTES_MAX {
        let detail = format!("a letter has at most {TEXT_BYTES_MAX} bytes");
        return Err(Error::new(Code::InvalidInput, detail));
    }
    let now = Instant::from_epoch_ms(tx.now().await?);
    let letter = Letter {
        id: fresh::name("le")?,
        recipient: recipient.to_string(),
        subject: one_line(subject, SUBJECT_CHARS_MAX),
        text,
    };
    Ok(letters::queue(tx, &letter, now).await?)
}

/// A text as one line of so many characters at most.
pub(crate) fn one_line(text: &str, chars_max: usize) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(chars_max).collect::<String>().trim().to_owned()
}

/// What came of the letters that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// They left.
    pub sent: u64,
    /// They will be tried again.
    pub failed: u64,
    /// They will not.
    pub given_up: u64,
}

/// When a letter is tried again that has failed so often; none: it is given up.
fn next_attempt(queued_at: Instant, attempts: u64, now: Instant) -> Option<Instant> {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    let factor = 1_i64.checked_shl(doublings.min(32)).unwrap_or(i64::MAX);
    let wait = AGAIN_AFTER_MS
        .saturating_mul(factor)
        .min(AGAIN_AFTER_MS_MAX);
    let next = now.plus_ms(wait);
    (next < queued_at.plus_ms(GIVEN_UP_AFTER_MS)).then_some(next)
}

impl House {
    /// Says how this house writes to people. Once: what is said later is not heard.
    pub fn set_post(&self, post: Post) {
        let _said_before = self.post.set(post);
    }

    /// How this house writes to people.
    ///
    /// # Errors
    /// Nobody said.
    pub fn post(&self) -> Result<&Post, Error> {
        let detail = "no way to send mail is set";
        let post = self.post.get();
        post.ok_or_else(|| Error::new(Code::MailNotSet, detail))
    }

    /// Sends what is due, and reminds. Does nothing in a house that sends no mail.
    pub(crate) async fn deliver_for_ever(&self) {
        let mut looks: u32 = 0;
        loop {
            if self.post.get().is_some() {
                let now = self.now();
                // A database that fails is told by following it; the next look tries again.
                if looks.is_multiple_of(REMIND_EVERY_LOOKS) {
                    let _reminded = self.remind(now).await;
                }
                let _delivered = self.deliver_due(now).await;
            }
            looks = looks.wrapping_add(1);
            tokio::time::sleep(DELIVER_EVERY).await;
        }
    }

    /// Sends the letters that are due at an instant and that no other node has taken.
    ///
    /// # Errors
    /// No way to send mail is set, or the database. A letter that did not leave is counted, and tried again.
    pub async fn deliver_due(&self, now: Instant) -> Result<Delivered, Error> {
        let post = self.post()?;
        let mut done = Delivered::default();
        for _ in 0..SENT_AT_ONCE_MAX {
            let Some(taken) = self.db.write(Take(now)).await? else {
                break;
            };
            let outcome = send(post, &taken).await;
            let (id, attempts) = (taken.letter.id, taken.attempts + 1);
            let note = match outcome {
                Ok(()) => {
                    done.sent += 1;
                    Note::Sent(id, now)
                }
                Err((is_final, why)) => {
                    let next = next_attempt(taken.queued_at, attempts, now);
                    let next = next.filter(|_| !is_final);
                    *(if next.is_some() {
                        &mut done.failed
                    } else {
                        &mut done.given_up
                    }) += 1;
                    Note::Failed(id, next, one_line(&why, FAILURE_CHARS_MAX))
                }
            };
            self.db.write(note).await?;
        }
        Ok(done)
    }

    /// The latest letters, the latest first; their words only until they are sent.
    ///
    /// # Errors
    /// The database.
    pub async fn letters(&self) -> Result<Vec<Kept>, Error> {
        self.db.read(Latest).await
    }

    /// How many letters are in which state.
    ///
    /// # Errors
    /// The database.
    pub async fn letter_tally(&self) -> Result<Tally, Error> {
        self.db.read(CountThem).await
    }

    /// Lets a letter that was given up be tried again.
    ///
    /// # Errors
    /// There is none of that id that was given up, or the database.
    pub async fn try_letter_again(&self, id: &str) -> Result<(), Error> {
        self.db.write(Again(id.to_owned())).await
    }
}

/// Hands one letter over.
///
/// # Errors
/// Whether it is of no use to try again, and why it did not leave.
async fn send(post: &Post, kept: &Kept) -> Result<(), (bool, String)> {
    let to: Mailbox = match kept.letter.recipient.parse() {
        Ok(to) => to,
        Err(error) => return Err((true, error.to_string())),
    };
    let message = Message {
        id: kept.letter.id.clone(),
        from: post.from.clone(),
        to,
        subject: kept.letter.subject.clone(),
        text: kept.letter.text.clone(),
        at: kept.queued_at,
    };
    let sent = post.mail.send(&message).await;
    sent.map_err(|error| (error.is_final, error.detail))
}

/// Takes the letter that has been due longest and that nobody else took.
struct Take(Instant);

impl Job for Take {
    type Out = Option<Kept>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Kept>, Error> {
        for due in letters::due(tx, self.0, LOOKED_AT).await? {
            if letters::claim(tx, &due, self.0.plus_ms(TAKEN_MS)).await? {
                return Ok(Some(due));
            }
        }
        Ok(None)
    }
}

enum Note {
    Sent(String, Instant),
    Failed(String, Option<Instant>, String),
}

impl Job for Note {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        match self {
            Self::Sent(id, now) => letters::sent(tx, id, *now).await?,
            Self::Failed(id, next, why) => letters::failed(tx, id, *next, why).await?,
        }
        Ok(())
    }
}

struct Latest;

impl Job for Latest {
    type Out = Vec<Kept>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Kept>, Error> {
        Ok(letters::latest(tx, SHOWN_MAX).await?)
    }
}

struct CountThem;

impl Job for CountThem {
    type Out = Tally;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Tally, Error> {
        Ok(letters::tally(tx).await?)
    }
}

struct Again(String);

impl Job for Again {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        if letters::again(tx, &self.0, now).await? {
            Ok(())
        } else {
            Err(Error::not_found("letter that was given up,", &self.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_waits_twice_as_long_each_time_and_is_given_up_after_three_days() {
        let queued = Instant::from_epoch_ms(0);
        let mut now = queued;
        let mut waits = Vec::new();
        let mut attempts = 1;
        while let Some(next) = next_attempt(queued, attempts, now) {
            waits.push((next.epoch_ms() - now.epoch_ms()) / MINUTE_MS);
            now = next;
            attempts += 1;
        }
        assert_eq!(&waits[..10], &[1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
        assert!(waits[9..].iter().all(|wait| *wait == 360));
        assert!(
            now.epoch_ms() > GIVEN_UP_AFTER_MS - AGAIN_AFTER_MS_MAX,
            "{now}"
        );
        assert_eq!(
            next_attempt(queued, u64::MAX, queued),
            Some(queued.plus_ms(AGAIN_AFTER_MS_MAX))
        );
    }

    #[test]
    fn the_address_of_a_house_ends_without_a_slash() {
        let url: PublicUrl = "https://shop.example/".parse().expect("an address");
        assert_eq!(url.link("/answer/x"), "https://shop.example/answer/x");
        for bad in [
            "",
            "shop.example",
            "ftp://shop.example",
            "https://",
            "https://a b",
            "https://a\r\nx",
        ] {
            assert!(bad.parse::<PublicUrl>().is_err(), "{bad}");
        }
    }
}
