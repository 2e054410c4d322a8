//! Signing in: passwords and sessions.
//!
//! A session's token is 256 random bits and only its hash is stored. Passwords are hashed with Argon2id on
//! a blocking thread. What a person may do beyond being signed in comes with parties and roles.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::Instant;
use domain::id::PartyId;
use domain::member::MemberRole;
use store::db::{Job, Tx};
use store::people::{self, User};
use tokio::sync::Semaphore;

use crate::change::sha256;
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;

/// How long a session lasts, in milliseconds: twelve hours.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 8;
/// Most bytes of a password.
pub const PASSWORD_MAX: usize = 256;

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

/// A password that nobody chose: 100 random bits, in letters and digits that are not mistaken for others.
///
/// # Errors
/// The system gives no random numbers.
pub fn fresh_password() -> Result<String, Error> {
    /// Without 0 and o, 1 and l: 32 characters, five bits each.
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    const GROUP: usize = 5;
    let random = fresh::bytes::<20>()?;
    let groups: Vec<String> = random
        .chunks(GROUP)
        .map(|group| {
            let letters = group.iter().map(|byte| LETTERS[usize::from(byte % 32)]);
            letters.map(char::from).collect()
        })
        .collect();
    Ok(groups.join("-"))
}

/// Hashes a password; slow by design.
pub(crate) async fn hash_password(password: String) -> Result<String, Error> {
    let length = password.chars().count();
    if length < PASSWORD_MIN || password.len() > PASSWORD_MAX {
        return Err(Error::new(
            Code::InvalidInput,
            format!("a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters"),
        ));
    }
    blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|_| Error::broken("a password cannot be hashed"))
    })
    .await
}

/// Whether a password is the one. Takes as long for an account that is not there.
pub(crate) async fn password_holds(password: String, hash: Option<String>) -> Result<bool, Error> {
    /// Argon2id of a password that nobody has, so that an unknown address takes as long as a known one.
    const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > PASSWORD_MAX {
        return Ok(false);
    }
    blocking(move || {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
        let hash = PasswordHash::new(&hash)
            .map_err(|_| Error::broken("a stored password hash does not read"))?;
        let holds = Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok();
        Ok(holds && is_known)
    })
    .await
}

/// Hashing takes 19 MiB and a core each; a crowd at the sign-in waits its turn.
const HASHES_AT_ONCE: usize = 4;
static HASHING: Semaphore = Semaphore::const_new(HASHES_AT_ONCE);

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let _turn = HASHING
        .acquire()
        .await
        .map_err(|_| Error::broken("nobody closes the queue of those who sign in"))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::broken("hashing a password did not end"))?
}

pub(crate) struct PutUser {
    pub party: PartyId,
    pub email: String,
    pub password_hash: String,
}

impl Job for PutUser {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let known = people::find_by_email(tx, &self.email).await?;
        let user = User {
            id: match known {
                Some(known) => known.id,
                None => format!("us-{}", &sha256(self.email.as_bytes())[..24]),
            },
            party: self.party.clone(),
            role: MemberRole::Owner,
            email: self.email.clone(),
            password_hash: self.password_hash.clone(),
        };
        Ok(people::put_user(tx, &user, now).await?)
    }
}

pub(crate) struct FindUser(pub String);

impl Job for FindUser {
    type Out = Option<User>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<User>, Error> {
        Ok(people::find_by_email(tx, &self.0).await?)
    }
}

/// Opens a session; its token goes into a cookie and nowhere else.
pub(crate) struct OpenSession {
    pub token_hash: String,
    pub user: String,
}

impl Job for OpenSession {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let expires = now.plus_ms(SESSION_MS);
        Ok(people::put_session(tx, &self.token_hash, &self.user, now, expires).await?)
    }
}

pub(crate) struct FindSession(pub String);

impl Job for FindSession {
    type Out = Option<SignedIn>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<SignedIn>, Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let user = people::find_by_session(tx, &self.0, now).await?;
        Ok(user.map(|user| SignedIn {
            id: user.id,
            email: user.email,
            party: user.party,
            role: user.role,
        }))
    }
}

pub(crate) struct EndSession(pub String);

impl Job for EndSession {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Ok(people::end_session(tx, &self.0).await?)
    }
}

/// A new token and its hash.
pub(crate) fn token() -> Result<(String, String), Error> {
    let token = fresh::token()?;
    let hash = sha256(token.as_bytes());
    Ok((token, hash))
}

impl House {
    /// Adds somebody who signs in, or gives them a new password.
    ///
    /// # Errors
    /// The password is too short or too long, or the database.
    pub async fn put_user(
        &self,
        party: PartyId,
        email: &str,
        password: String,
    ) -> Result<(), Error> {
        let email = email.trim().to_lowercase();
        if email.len() > 254 || !email.contains('@') {
            return Err(Error::new(
                Code::InvalidInput,
                "an address looks like name@example.com",
            ));
        }
        let password_hash = hash_password(password).await?;
        self.db
            .write(PutUser {
                party,
                email,
                password_hash,
            })
            .await
    }

    /// Signs in; gives the session's token, which is shown once and never stored.
    ///
    /// # Errors
    /// [`Code::SignInFailed`] for a wrong address and a wrong password alike, or the database.
    pub async fn sign_in(&self, email: &str, password: String) -> Result<String, Error> {
        let user = self.db.read(FindUser(email.trim().to_lowercase())).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let holds = password_holds(password, hash).await?;
        match user {
            Some(user) if holds => {
                let (token, token_hash) = token()?;
                self.db
                    .write(OpenSession {
                        token_hash,
                        user: user.id,
                    })
                    .await?;
                Ok(token)
            }
            _ => Err(Error::new(
                Code::SignInFailed,
                "address or password is wrong",
            )),
        }
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
