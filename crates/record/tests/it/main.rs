//! The crate as others use it: published vectors, and logs tampered with.
#![expect(
    clippy::unwrap_used,
    reason = "a test may fail by panic, in its helpers too"
)]

mod tampered_export;
mod tampered_log;
mod vectors;

use record::checkpoint::{Checkpoint, sign};
use record::note::{Name, SEED_BYTES, SigningKey};
use record::tree::{Hash, leaf_hash, root};

/// Numbers that a seed fixes (SplitMix64).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Two different numbers below `end`, the smaller first.
    fn pair_below(&mut self, end: usize) -> (usize, usize) {
        let one = self.below(end);
        let other = (one + 1 + self.below(end - 1)) % end;
        (one.min(other), one.max(other))
    }

    /// Flips one of the low seven bits of one byte, so that ASCII stays ASCII.
    fn flip(&mut self, bytes: &mut [u8]) -> usize {
        let at = self.below(bytes.len());
        bytes[at] ^= 1 << self.below(7);
        at
    }
}

fn name() -> Name {
    "shop.example/log".parse().unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(name(), [42; SEED_BYTES])
}

/// Entries of 1 to 80 bytes, no two alike.
fn bodies(size: usize) -> Vec<Vec<u8>> {
    let mut seeded = Seeded(1);
    let body = |at: usize| {
        let padding = ".".repeat(seeded.below(70));
        format!("{at}{padding}").into_bytes()
    };
    (0..size).map(body).collect()
}

/// The signed checkpoint of these entries.
fn checkpoint_of(bodies: &[Vec<u8>]) -> String {
    let leaves: Vec<Hash> = bodies.iter().map(|body| leaf_hash(body)).collect();
    let checkpoint = Checkpoint {
        origin: name(),
        size: leaves.len() as u64,
        root: root(&leaves),
    };
    sign(&key(), &checkpoint)
}
