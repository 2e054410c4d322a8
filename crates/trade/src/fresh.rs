//! Fresh ids, salts and tokens. The only place that draws randomness.

use domain::Instant;
use domain::id::Id;

use crate::codec::entry::hex;
use crate::error::Error;

/// `N` random bytes.
///
/// # Errors
/// The system's source of randomness failed; nothing that needs it may go on.
pub fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::broken("the system gives no random numbers"))?;
    Ok(bytes)
}

/// A new id, `prefix` and 24 hex digits.
///
/// # Errors
/// As [`bytes`].
pub fn id<K>(prefix: &str) -> Result<Id<K>, Error> {
    Ok(name(prefix)?.parse()?)
}

/// A new id that sorts after those made before it, `prefix`, 12 hex digits of milliseconds since the epoch and 24 of
/// randomness (as UUID version 7 orders them, RFC 9562 section 5.7): many rows then stand in few pages of an index.
///
/// # Errors
/// As [`bytes`].
pub fn timed_id<K>(prefix: &str, about: Instant) -> Result<Id<K>, Error> {
    let ms = about.epoch_ms().max(0);
    Ok(format!("{prefix}-{ms:012x}{}", hex(&bytes::<12>()?)).parse()?)
}

/// The same for what is no part of the record.
///
/// # Errors
/// As [`bytes`].
pub fn name(prefix: &str) -> Result<String, Error> {
    Ok(format!("{prefix}-{}", hex(&bytes::<12>()?)))
}

/// 32 random bytes as hex: salts and session tokens.
///
/// # Errors
/// As [`bytes`].
pub fn token() -> Result<String, Error> {
    Ok(hex(&bytes::<32>()?))
}

/// 32 random bytes as 64 letters from `a` to `p`: for links, in whose address no digits may be taken for a unit's
/// number.
///
/// # Errors
/// As [`bytes`].
pub fn letters() -> Result<String, Error> {
    let letter = |half: u8| char::from(b'a' + half);
    let bytes = bytes::<32>()?;
    let letters = bytes
        .iter()
        .flat_map(|byte| [letter(byte >> 4), letter(byte & 0xF)]);
    Ok(letters.collect())
}
