//! Tokens of programs: made by a member, shown once, and worth no more than the member is at that moment.
//!
//! A token is `pb_` and 64 letters, so that it is known for what it is wherever it was left by mistake.

use domain::Instant;
use domain::member::TokenScope;
use store::api_tokens::{self, ApiToken};
use store::db::{Job, Tx};

use super::SignedIn;
use super::members::lock;
use crate::change::sha256;
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;

/// How every token begins.
const PREFIX: &str = "pb_";
/// Longest life of a token, in days.
pub const TOKEN_DAYS_MAX: u32 = 366;
/// Most tokens of one member.
pub const TOKENS_MAX: u32 = 50;
/// Most characters of a token's name.
pub const TOKEN_NAME_CHARS_MAX: usize = 60;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A token that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<TokenScope>,
    /// For how many days.
    pub days: u32,
}

struct Put {
    user: String,
    asked: NewToken,
    id: String,
    token_hash: String,
}

impl Job for Put {
    type Out = ApiToken;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<ApiToken, Error> {
        lock(tx, &self.user).await?;
        if store::people::find(tx, &self.user).await?.is_none() {
            return Err(Error::new(Code::SignInNeeded, "you are no longer a member"));
        }
        let known = api_tokens::of_user(tx, &self.user, TOKENS_MAX).await?;
        if known.len() >= TOKENS_MAX as usize {
            let detail = format!("there are {TOKENS_MAX} tokens already; revoke one first");
            return Err(Error::new(Code::TooMany, detail));
        }
        let now = Instant::from_epoch_ms(tx.now().await?);
        let token = ApiToken {
            id: self.id.clone(),
            name: self.asked.name.clone(),
            scopes: self.asked.scopes.clone(),
            created_at: now,
            expires_at: now.plus_ms(i64::from(self.asked.days) * DAY_MS),
            used_at: None,
        };
        api_tokens::put(tx, &token, &self.token_hash, &self.user).await?;
        Ok(token)
    }
}

struct OfUser(String);

impl Job for OfUser {
    type Out = Vec<ApiToken>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<ApiToken>, Error> {
        Ok(api_tokens::of_user(tx, &self.0, TOKENS_MAX).await?)
    }
}

struct Revoke {
    user: String,
    id: String,
}

impl Job for Revoke {
    type Out = bool;
    type Err = Error;
    /// Taking away goes before orders.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        Ok(api_tokens::end(tx, &self.user, &self.id).await?)
    }
}

struct Find(String);

impl Job for Find {
    type Out = Option<(SignedIn, ApiToken, Instant)>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let found = api_tokens::find_by_hash(tx, &self.0, now).await?;
        Ok(found.map(|(user, token)| (user.into(), token, now)))
    }
}

struct NoteUse(String, Instant);

impl Job for NoteUse {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Ok(api_tokens::note_use(tx, &self.0, self.1).await?)
    }
}

impl House {
    /// Makes a token for a member; it is given here and kept nowhere.
    ///
    /// # Errors
    /// It has no name, no scope or no days, there are too many, or the database.
    pub async fn new_token(
        &self,
        person: &SignedIn,
        mut asked: NewToken,
    ) -> Result<(ApiToken, String), Error> {
        asked.name = asked.name.trim().to_owned();
        asked.scopes.sort_unstable();
        asked.scopes.dedup();
        let chars = asked.name.chars().count();
        let fault = if chars == 0 || chars > TOKEN_NAME_CHARS_MAX {
            Some(format!("a name has 1 to {TOKEN_NAME_CHARS_MAX} characters"))
        } else if asked.scopes.is_empty() {
            Some("a token opens something: choose a scope".to_owned())
        } else if !(1..=TOKEN_DAYS_MAX).contains(&asked.days) {
            Some(format!("a token lives 1 to {TOKEN_DAYS_MAX} days"))
        } else {
            None
        };
        if let Some(fault) = fault {
            return Err(Error::new(Code::InvalidInput, fault));
        }
        let token = format!("{PREFIX}{}", fresh::letters()?);
        let put = Put {
            user: person.id.clone(),
            asked,
            id: fresh::name("to")?,
            token_hash: sha256(token.as_bytes()),
        };
        let made = self.db.write(put).await?;
        Ok((made, token))
    }

    /// A member's own tokens; those that have expired are among them.
    ///
    /// # Errors
    /// The database.
    pub async fn own_tokens(&self, person: &SignedIn) -> Result<Vec<ApiToken>, Error> {
        self.db.read(OfUser(person.id.clone())).await
    }

    /// Revokes a member's own token: it is worth nothing from the answer on.
    ///
    /// # Errors
    /// They have no such token, or the database.
    pub async fn revoke_token(&self, person: &SignedIn, id: &str) -> Result<(), Error> {
        let revoke = Revoke {
            user: person.id.clone(),
            id: id.to_owned(),
        };
        match self.db.write(revoke).await? {
            true => Ok(()),
            false => Err(Error::not_found("token", id)),
        }
    }

    /// Whether a text is a program's token by its form, and so no session's.
    #[must_use]
    pub fn is_api_token(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// For whom a program's token acts, and what it opens. Its use is noted once a day.
    ///
    /// # Errors
    /// The database.
    pub async fn program(&self, token: &str) -> Result<Option<(SignedIn, Vec<TokenScope>)>, Error> {
        let Some((person, token, now)) = self.db.read(Find(sha256(token.as_bytes()))).await? else {
            return Ok(None);
        };
        let day = Instant::from_epoch_ms(now.epoch_ms().div_euclid(DAY_MS) * DAY_MS);
        if token.used_at.is_none_or(|used| used < day) {
            // For the eye alone: that it cannot be noted keeps nobody out.
            let _noted_or_not = self.db.write(NoteUse(token.id, day)).await;
        }
        Ok(Some((person, token.scopes)))
    }
}
