//! Passwords: hashed with Argon2id on a blocking thread, a few at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::{Code, Error};
use crate::fresh;

/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 8;
/// Most bytes of a password.
pub const PASSWORD_MAX: usize = 256;

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
