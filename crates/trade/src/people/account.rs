//! What somebody does about their own account: their sessions, their password.

use domain::Instant;
use store::db::{Job, Tx};
use store::password_resets;
use store::people::{self, Session};

use super::members::lock;
use super::{FindUser, SignedIn, hash_password, password_holds};
use crate::change::sha256;
use crate::error::{Code, Error};
use crate::house::House;

/// Most sessions that are shown.
const SESSIONS_SHOWN_MAX: u32 = 100;
/// Hexadecimal digits of a session's id: the first of its token's hash.
const ID_DIGITS: usize = 24;

/// A session of somebody's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Its id, `se-…`; worth nothing as a token.
    pub id: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it ends by itself.
    pub expires_at: Instant,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

fn id(session: &Session) -> String {
    format!("se-{}", &session.token_hash[..ID_DIGITS])
}

struct Sessions(String);

impl Job for Sessions {
    type Out = Vec<Session>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Session>, Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let mut found = people::sessions(tx, &self.0, SESSIONS_SHOWN_MAX).await?;
        found.retain(|one| one.expires_at > now);
        Ok(found)
    }
}

/// Ends one session of a user, or all; whether there was one.
struct End {
    user: String,
    session: Option<String>,
}

impl Job for End {
    type Out = bool;
    type Err = Error;
    /// Taking away goes before orders.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let Some(wanted) = &self.session else {
            lock(tx, &self.user).await?;
            people::end_sessions(tx, &self.user, None).await?;
            return Ok(true);
        };
        let all = people::sessions(tx, &self.user, SESSIONS_SHOWN_MAX).await?;
        match all.iter().find(|one| id(one) == *wanted) {
            Some(found) => people::end_session(tx, &found.token_hash).await?,
            None => return Ok(false),
        }
        Ok(true)
    }
}

struct ChangePassword {
    user: String,
    before: String,
    after: String,
    kept: String,
}

impl Job for ChangePassword {
    type Out = bool;
    type Err = Error;
    /// It ends sessions, which goes before orders.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        lock(tx, &self.user).await?;
        if people::password(tx, &self.user).await?.as_ref() != Some(&self.before) {
            return Ok(false);
        }
        let now = Instant::from_epoch_ms(tx.now().await?);
        people::put_password(tx, &self.user, &self.after, now).await?;
        people::end_sessions(tx, &self.user, Some(&self.kept)).await?;
        password_resets::end_all(tx, &self.user).await?;
        Ok(true)
    }
}

impl House {
    /// Somebody's own sessions, the newest first; `token` is of the one that asks.
    ///
    /// # Errors
    /// The database.
    pub async fn own_sessions(
        &self,
        person: &SignedIn,
        token: &str,
    ) -> Result<Vec<OwnSession>, Error> {
        let current = sha256(token.as_bytes());
        let found = self.db.read(Sessions(person.id.clone())).await?;
        let own = found.iter().map(|one| OwnSession {
            id: id(one),
            opened_at: one.opened_at,
            expires_at: one.expires_at,
            is_current: one.token_hash == current,
        });
        Ok(own.collect())
    }

    /// Ends one of somebody's own sessions.
    ///
    /// # Errors
    /// They have no such session, or the database.
    pub async fn end_own_session(&self, person: &SignedIn, session: &str) -> Result<(), Error> {
        let end = End {
            user: person.id.clone(),
            session: Some(session.to_owned()),
        };
        match self.db.write(end).await? {
            true => Ok(()),
            false => Err(Error::not_found("session", session)),
        }
    }

    /// Ends all of somebody's own sessions, the one that asks among them.
    ///
    /// # Errors
    /// The database.
    pub async fn end_own_sessions(&self, person: &SignedIn) -> Result<(), Error> {
        let end = End {
            user: person.id.clone(),
            session: None,
        };
        self.db.write(end).await.map(drop)
    }

    /// Changes somebody's own password, and ends every session but the one that asks, whose token is given.
    ///
    /// # Errors
    /// [`Code::SignInFailed`]: the password before is wrong; the new one is too short or too long; or the database.
    pub async fn change_password(
        &self,
        person: &SignedIn,
        token: &str,
        before: String,
        after: String,
    ) -> Result<(), Error> {
        let wrong = || Error::new(Code::SignInFailed, "the password before is wrong");
        let found = self.db.read(FindUser(person.email.clone())).await?;
        let hash = found.and_then(|(_, hash)| hash);
        if !password_holds(before, hash.clone()).await? {
            return Err(wrong());
        }
        let change = ChangePassword {
            user: person.id.clone(),
            before: hash.unwrap_or_default(),
            after: hash_password(after).await?,
            kept: sha256(token.as_bytes()),
        };
        match self.db.write(change).await? {
            true => Ok(()),
            false => Err(wrong()),
        }
    }
}
