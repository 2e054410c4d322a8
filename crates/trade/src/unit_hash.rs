//! What stands for a unit in the database: a hash of its number under a key of this house.
//!
//! A unit has 14 digits, and most of them are known from its model: a hash without a key is undone by trying
//! a million serials a model. The key follows from the record's, which is a file and never in the database, so
//! a copy of the database alone tells no number. Whoever has both files can try them all.

use domain::number::UnitNumber;
use sha2::{Digest as _, Sha256};

use crate::codec::entry::hex;

/// Bytes that SHA-256 takes in at once.
const BLOCK_BYTES: usize = 64;
/// Bytes of a hash that are kept: among two million units two collide with a chance of 1 in 10^26.
const KEPT_BYTES: usize = 16;
/// Bytes of a key's mark.
const MARK_BYTES: usize = 8;

/// The key of a house for units.
#[derive(Clone)]
pub(crate) struct UnitKey([u8; 32]);

impl UnitKey {
    /// From a secret of the house that is used for other things too.
    pub(crate) fn of_secret(secret: &[u8]) -> Self {
        let secret: [u8; 32] = Sha256::digest(secret).into();
        Self(hmac_sha256(&secret, b"passband blocked units 1"))
    }

    /// What stands for a unit.
    pub(crate) fn hash(&self, unit: UnitNumber) -> String {
        let whole = hmac_sha256(&self.0, &unit.secret_digits());
        hex(&whole[..KEPT_BYTES])
    }

    /// Tells keys apart, and nothing of the key.
    pub(crate) fn mark(&self) -> String {
        hex(&hmac_sha256(&self.0, b"mark")[..MARK_BYTES])
    }
}

/// Source: RFC 2104, with SHA-256; a key of at most one block is filled up with zeros.
fn hmac_sha256(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let padded = |with: u8| {
        let mut block = [with; BLOCK_BYTES];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        block
    };
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(message);
    let outer = Sha256::new().chain_update(padded(0x5c));
    outer.chain_update(inner.finalize()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padded(key: &[u8]) -> [u8; 32] {
        let mut whole = [0; 32];
        whole[..key.len()].copy_from_slice(key);
        whole
    }

    #[test]
    fn the_hash_is_that_of_rfc_4231() {
        // Test cases 1 to 3 and 4 of its clause 4.
        let counted: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], &str); 4] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &counted,
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
        ];
        for (key, message, expected) in cases {
            assert_eq!(hex(&hmac_sha256(&padded(key), message)), expected);
        }
    }

    #[test]
    fn another_key_makes_another_hash_and_another_mark() {
        let unit = UnitNumber::of_list("490154203237518").expect("the standard's example");
        let (one, other) = (UnitKey::of_secret(b"one"), UnitKey::of_secret(b"other"));
        assert_eq!(one.hash(unit), UnitKey::of_secret(b"one").hash(unit));
        assert_ne!(one.hash(unit), other.hash(unit));
        assert_ne!(one.mark(), other.mark());
        assert_eq!(one.hash(unit).len(), 2 * KEPT_BYTES);
    }
}
