//! A forgotten password: a letter with a link that is used once.
//!
//! Whether an address is known shows in the letter alone. Once the link is used, it, every other such link and all
//! sessions of before are ended.

use domain::Instant;
use store::db::{Job, Tx};
use store::{password_resets, people};

use super::members::lock;
use super::{address, hash_password};
use crate::change::sha256;
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;
use crate::letters;

/// How long a link stands, in minutes.
pub const RESET_MINUTES: i64 = 60;
const MINUTE_MS: i64 = 60 * 1000;

struct AskReset {
    email: String,
    token: String,
    site: String,
}

impl Job for AskReset {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let Some(user) = people::find_by_email(tx, &self.email).await? else {
            return Ok(());
        };
        let now = Instant::from_epoch_ms(tx.now().await?);
        let expires = now.plus_ms(RESET_MINUTES * MINUTE_MS);
        let hash = sha256(self.token.as_bytes());
        password_resets::put(tx, &hash, &user.id, now, expires).await?;
        let Self { site, token, .. } = self;
        let text = format!(
            "Somebody asked for a new password for this address.\n\n\
             Choose one here, within {RESET_MINUTES} minutes:\n\n{site}/password-resets/{token}\n\n\
             The link works once, and using it ends your sessions. If it was not you, do nothing.\n"
        );
        letters::queue(tx, &user.email, "A new password", text).await
    }
}

struct IsOpen(String);

impl Job for IsOpen {
    type Out = bool;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        Ok(password_resets::user(tx, &self.0, now).await?.is_some())
    }
}

struct UseReset {
    link_hash: String,
    password_hash: String,
}

impl Job for UseReset {
    type Out = bool;
    type Err = Error;
    /// It ends sessions, which goes before orders.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let Some(user) = password_resets::user(tx, &self.link_hash, now).await? else {
            return Ok(false);
        };
        lock(tx, &user).await?;
        // Whoever comes second finds that it is used up.
        if !password_resets::take(tx, &self.link_hash).await? {
            return Ok(false);
        }
        password_resets::end_all(tx, &user).await?;
        people::put_password(tx, &user, &self.password_hash, now).await?;
        people::end_sessions(tx, &user, None).await?;
        Ok(true)
    }
}

impl House {
    /// Sends a letter with a link to an address, if somebody signs in with it.
    ///
    /// `site` is where this house is found, `https://shop.example`.
    ///
    /// # Errors
    /// The address is none, or the database; never that it is not known.
    pub async fn ask_password_reset(&self, email: &str, site: &str) -> Result<(), Error> {
        let ask = AskReset {
            email: address(email)?,
            token: fresh::letters()?,
            site: site.trim_end_matches('/').to_owned(),
        };
        self.db.write(ask).await
    }

    /// Whether a link is open.
    ///
    /// # Errors
    /// The database.
    pub async fn password_reset_is_open(&self, link: &str) -> Result<bool, Error> {
        self.db.read(IsOpen(sha256(link.as_bytes()))).await
    }

    /// Replaces a password by a link.
    ///
    /// # Errors
    /// The link is not open, the password is too short or too long, or the database.
    pub async fn reset_password(&self, link: &str, password: String) -> Result<(), Error> {
        let used = || Error::new(Code::LinkUsed, "the link was used, or its time is over");
        // Nobody makes this house hash without a link.
        if !self.password_reset_is_open(link).await? {
            return Err(used());
        }
        let reset = UseReset {
            link_hash: sha256(link.as_bytes()),
            password_hash: hash_password(password).await?,
        };
        match self.db.write(reset).await? {
            true => Ok(()),
            false => Err(used()),
        }
    }
}
