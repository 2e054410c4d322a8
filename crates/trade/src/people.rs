//! Signing in, and who is asking: sessions of people and tokens of programs.
//!
//! A session's token is 256 random bits and only its hash is stored. It is looked up for each request, with the
//! member and their role as they are then: what is taken away is gone from the answer on. What a role or a scope
//! opens is the edge's to say.

mod account;
mod api_tokens;
mod invitations;
mod members;
mod passwords;
mod resets;

use domain::Instant;
use domain::id::PartyId;
use domain::member::MemberRole;
use store::db::{Job, Tx};
use store::people::{self, User};

pub use account::OwnSession;
pub use api_tokens::{NewToken, TOKEN_DAYS_MAX, TOKEN_NAME_CHARS_MAX, TOKENS_MAX};
pub use invitations::{INVITATION_DAYS, Invite};
pub use members::{By, MEMBERS_MAX, Registered};
pub use passwords::{PASSWORD_MAX, PASSWORD_MIN, fresh_password};
pub use resets::RESET_MINUTES;
pub use store::api_tokens::ApiToken;
pub use store::invitations::Invitation;
pub use store::people::User as Member;

use crate::change::sha256;
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;
use passwords::{hash_password, password_holds};

/// How long a session lasts, in milliseconds: twelve hours.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
/// Most bytes of an address of mail (RFC 5321, clause 4.5.3.1.3, less the brackets of a path).
pub const EMAIL_BYTES_MAX: usize = 254;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Their id.
    pub id: String,
    /// Signs in with it.
    pub email: String,
    /// For which party.
    pub party: PartyId,
    /// What they may do for it.
    pub role: MemberRole,
}

impl From<User> for SignedIn {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            party: user.party,
            role: user.role,
        }
    }
}

/// An address of mail as it is kept: lower case, and looking like one.
///
/// # Errors
/// It does not.
pub(crate) fn address(text: &str) -> Result<String, Error> {
    let email = text.trim().to_lowercase();
    let looks_like_one = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    let is_plain = email
        .chars()
        .all(|c| !c.is_whitespace() && !c.is_control() && !"<>,;:\"".contains(c));
    if email.len() > EMAIL_BYTES_MAX || !looks_like_one || !is_plain {
        return Err(Error::new(
            Code::InvalidInput,
            "an address looks like name@example.com",
        ));
    }
    Ok(email)
}

/// The id of whoever signs in with an address.
pub(crate) fn user_id(email: &str) -> String {
    format!("us-{}", &sha256(email.as_bytes())[..24])
}

/// A new token and its hash.
fn token() -> Result<(String, String), Error> {
    let token = fresh::token()?;
    let hash = sha256(token.as_bytes());
    Ok((token, hash))
}

/// Who signs in with an address, and the hash of their password.
struct FindUser(String);

impl Job for FindUser {
    type Out = Option<(User, Option<String>)>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let Some(user) = people::find_by_email(tx, &self.0).await? else {
            return Ok(None);
        };
        let hash = people::password(tx, &user.id).await?;
        Ok(Some((user, hash)))
    }
}

/// Opens a session for whoever still has the password that was compared; its token goes into a cookie and nowhere
/// else.
struct OpenSession {
    token_hash: String,
    user: String,
    password_hash: String,
}

impl Job for OpenSession {
    type Out = bool;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        // Comparing takes its time: meanwhile they may have been removed, or have another password.
        members::lock(tx, &self.user).await?;
        if people::password(tx, &self.user).await?.as_ref() != Some(&self.password_hash) {
            return Ok(false);
        }
        let now = Instant::from_epoch_ms(tx.now().await?);
        let expires = now.plus_ms(SESSION_MS);
        people::put_session(tx, &self.token_hash, &self.user, now, expires).await?;
        Ok(true)
    }
}

struct FindSession(String);

impl Job for FindSession {
    type Out = Option<SignedIn>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<SignedIn>, Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let user = people::find_by_session(tx, &self.0, now).await?;
        Ok(user.map(SignedIn::from))
    }
}

struct EndSession(String);

impl Job for EndSession {
    type Out = ();
    type Err = Error;
    /// Taking away goes before orders.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Ok(people::end_session(tx, &self.0).await?)
    }
}

impl House {
    /// Signs in; gives the session's token, which is shown once and never stored.
    ///
    /// # Errors
    /// [`Code::SignInFailed`] for a wrong address and a wrong password alike, or the database.
    pub async fn sign_in(&self, email: &str, password: String) -> Result<String, Error> {
        let found = self.db.read(FindUser(email.trim().to_lowercase())).await?;
        let hash = found.as_ref().and_then(|(_, hash)| hash.clone());
        let holds = password_holds(password, hash.clone()).await?;
        if let (true, Some((user, _)), Some(password_hash)) = (holds, found, hash) {
            let (token, token_hash) = token()?;
            let open = OpenSession {
                token_hash,
                user: user.id,
                password_hash,
            };
            if self.db.write(open).await? {
                return Ok(token);
            }
        }
        Err(Error::new(
            Code::SignInFailed,
            "address or password is wrong",
        ))
    }

    /// Who a session's token belongs to.
    ///
    /// # Errors
    /// The database.
    pub async fn session(&self, token: &str) -> Result<Option<SignedIn>, Error> {
        self.db.read(FindSession(sha256(token.as_bytes()))).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        self.db.write(EndSession(sha256(token.as_bytes()))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_lower_case_and_what_is_none_is_refused() {
        assert_eq!(
            address(" Desk@Shop.Example "),
            Ok("desk@shop.example".into())
        );
        let long = format!("{}@x.example", "a".repeat(EMAIL_BYTES_MAX));
        for bad in [
            "",
            "desk",
            "@",
            "a@",
            "@b",
            "a@b@c",
            "a b@c",
            "a@b\nBcc: x@y",
            "a@b,c@d",
            "<a@b>",
            &long,
        ] {
            let error = address(bad).expect_err(bad);
            assert_eq!(error.code, Code::InvalidInput, "{bad:?}");
        }
    }
}
