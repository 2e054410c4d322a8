//! What is the root of a list of entries, and how is it proved from few hashes?
//!
//! RFC 6962, section 2.1, with SHA-256. It refuses to know what an entry says, who signed a root,
//! and where hashes are kept.
//! Proofs are worked out and checked by the recursion that the RFC writes down, so that each
//! function can be read beside its clause; a proof is at most 64 hashes long, and so no recursion
//! is deeper. Next: `note.rs`, for who signed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

/// Length of a [`struct@Hash`] in bytes.
pub const HASH_BYTES: usize = 32;

/// Set before an entry's bytes, so that an entry can never pass for two hashes (RFC 6962, 2.1).
const LEAF_PREFIX: [u8; 1] = [0x00];
/// Set before two hashes, so that two hashes can never pass for an entry (RFC 6962, 2.1).
const NODE_PREFIX: [u8; 1] = [0x01];

/// A SHA-256 hash: of a leaf, of a node or of a whole tree.
///
/// Shape: 32 bytes. It prints as 64 lower-case hexadecimal digits, and only these parse back, so
/// that a hash kept as text has one spelling; [`Hash::to_base64`] is the spelling of a checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

/// A text that is not a hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a hash: found {found} characters; write {form}")]
pub struct ParseHash {
    found: usize,
    form: &'static str,
}

impl Hash {
    /// The hash of these 32 bytes.
    pub const fn from_bytes(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads standard base64 with padding (RFC 4648, section 4), its one canonical spelling only.
    ///
    /// Errors: [`ParseHash`] for any other text.
    pub fn from_base64(text: &str) -> Result<Self, ParseHash> {
        BASE64
            .decode(text)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| ParseHash {
                found: text.chars().count(),
                form: "standard base64 of 32 bytes, 44 characters",
            })
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// Standard base64 with padding, 44 characters.
    pub fn to_base64(&self) -> String {
        BASE64.encode(self.0)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = ParseHash;

    fn from_str(text: &str) -> Result<Self, ParseHash> {
        parse_hex(text.as_bytes())
            .map(Self)
            .ok_or_else(|| ParseHash {
                found: text.chars().count(),
                form: "64 lower-case hexadecimal digits",
            })
    }
}

/// The hash of one entry: `SHA-256(0x00 || entry)` (RFC 6962, 2.1).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    sha256(&[&LEAF_PREFIX, entry])
}

/// The hash of two subtrees: `SHA-256(0x01 || left || right)` (RFC 6962, 2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&NODE_PREFIX, &left.0, &right.0])
}

/// The root of no entries: SHA-256 of nothing (RFC 6962, 2.1).
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The Merkle tree hash of these leaf hashes, `MTH(D[n])` of RFC 6962, 2.1.
///
/// It hashes every leaf; [`Frontier`] appends to a known tree at a cost that grows with its height.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split_len(leaves));
            node_hash(&root(left), &root(right))
        }
    }
}

/// What must be kept of a tree to append to it: the roots of its complete subtrees, largest first.
///
/// A tree of `size` leaves has one complete subtree for each bit set in `size`, so at most 64.
/// Collect leaf hashes in order to build one anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    // INVARIANT: as many as `size` has bits set; the subtree of the highest bit stands first.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of no entries.
    pub const fn new() -> Self {
        Self {
            size: 0,
            peaks: Vec::new(),
        }
    }

    /// Appends one leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        // Adding one to `size` carries over its trailing ones; each carry joins two equal subtrees.
        let kept = self.peaks.len() - self.size.trailing_ones() as usize;
        let carried = self.peaks.drain(kept..).rev();
        let joined = carried.fold(leaf, |right, left| node_hash(&left, &right));
        self.peaks.push(joined);
        self.size += 1;
    }

    /// How many leaves were appended.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of all leaves appended so far; equal to [`root`] of them.
    pub fn root(&self) -> Hash {
        let peaks = self.peaks.iter().copied().rev();
        peaks
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or_else(empty_root)
    }
}

impl Extend<Hash> for Frontier {
    fn extend<T: IntoIterator<Item = Hash>>(&mut self, leaves: T) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<T: IntoIterator<Item = Hash>>(leaves: T) -> Self {
        let mut frontier = Self::new();
        frontier.extend(leaves);
        frontier
    }
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The entry asked for lies outside the tree.
    #[error("index {index} is outside a tree of {size} entries; the last index is one less")]
    IndexOutside {
        /// The index asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The later tree is the smaller one.
    #[error("a log of {new} entries cannot extend one of {old}; a log only grows")]
    Shrunk {
        /// The size said to be the earlier.
        old: u64,
        /// The size said to be the later.
        new: u64,
    },
    /// The proof has more or fewer hashes than its sizes demand.
    #[error(
        "the proof has {found} hashes, which is not the number that its index and sizes demand"
    )]
    Length {
        /// How many hashes it has.
        found: usize,
    },
    /// The hashes lead to another root than the one given.
    #[error(
        "the proof leads to another root; hash, index, size, proof and root must be of one log"
    )]
    OtherRoot,
}

/// The audit path of an entry in the tree of the first `size` leaves, `PATH(m, D[n])` of RFC 6962,
/// 2.1.1: the siblings from the leaf up. `None` if `index` is not below `size`, or leaves lack.
pub fn inclusion_proof(leaves: &[Hash], index: u64, size: u64) -> Option<Vec<Hash>> {
    let leaves = leaves.get(..usize::try_from(size).ok()?)?;
    let index = usize::try_from(index).ok()?;
    if index >= leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    path(leaves, index, &mut proof);
    Some(proof)
}

/// Checks that `leaf` is entry `index` of the log of `size` entries with this `root`.
///
/// Errors: [`ProofError`], never `Shrunk`.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutside { index, size });
    }
    let led_to = root_of_path(leaf, index, size, proof);
    match led_to {
        None => Err(ProofError::Length { found: proof.len() }),
        Some(led_to) if led_to == *root => Ok(()),
        Some(_) => Err(ProofError::OtherRoot),
    }
}

/// The proof that the first `new` leaves begin with the first `old`, `PROOF(m, D[n])` of RFC 6962,
/// 2.1.2. `None` if `old` exceeds `new`, or leaves lack.
///
/// The RFC leaves `old = 0` open; here its proof is empty, for every log extends the empty one.
pub fn consistency_proof(leaves: &[Hash], old: u64, new: u64) -> Option<Vec<Hash>> {
    let leaves = leaves.get(..usize::try_from(new).ok()?)?;
    let old = usize::try_from(old).ok()?;
    if old > leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    if old > 0 {
        subproof(leaves, old, OldRoot::Known, &mut proof);
    }
    Some(proof)
}

/// Checks that the log of `new` entries with `new_root` begins with the one of `old` entries with
/// `old_root`.
///
/// Errors: [`ProofError`], never `IndexOutside`.
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    let wrong_length = ProofError::Length { found: proof.len() };
    let led_to = match old {
        _ if old > new => return Err(ProofError::Shrunk { old, new }),
        // No proof ties the empty log to a root; there is nothing in it that could change.
        0 if new > 0 => proof.is_empty().then(|| (empty_root(), *new_root)),
        0 => proof.is_empty().then(|| (empty_root(), empty_root())),
        _ => roots_of_subproof(old, new, Some(old_root), proof),
    };
    match led_to {
        None => Err(wrong_length),
        Some(led_to) if led_to == (*old_root, *new_root) => Ok(()),
        Some(_) => Err(ProofError::OtherRoot),
    }
}

/// Whether a verifier already has the old tree's root, and so needs no hash for it: the flag `b` of
/// RFC 6962, 2.1.2.
#[derive(Clone, Copy)]
enum OldRoot {
    Known,
    Needed,
}

/// `PATH(m, D[n])`, for `index` below the number of leaves.
fn path(leaves: &[Hash], index: usize, proof: &mut Vec<Hash>) {
    if leaves.len() < 2 {
        return;
    }
    let (left, right) = leaves.split_at(split_len(leaves));
    if index < left.len() {
        path(left, index, proof);
        proof.push(root(right));
    } else {
        path(right, index - left.len(), proof);
        proof.push(root(left));
    }
}

/// The root that a path leads to; the steps of [`path`] in the same order. `None` if the path has
/// not the length that index and size demand.
fn root_of_path(leaf: &Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    if size == 1 {
        return proof.is_empty().then_some(*leaf);
    }
    let (sibling, below) = proof.split_last()?;
    let left_size = split(size);
    if index < left_size {
        let left = root_of_path(leaf, index, left_size, below)?;
        Some(node_hash(&left, sibling))
    } else {
        let right = root_of_path(leaf, index - left_size, size - left_size, below)?;
        Some(node_hash(sibling, &right))
    }
}

/// `SUBPROOF(m, D[n], b)`, for `old` from 1 to the number of leaves.
fn subproof(leaves: &[Hash], old: usize, old_root: OldRoot, proof: &mut Vec<Hash>) {
    if old == leaves.len() {
        if let OldRoot::Needed = old_root {
            proof.push(root(leaves));
        }
        return;
    }
    let (left, right) = leaves.split_at(split_len(leaves));
    if old <= left.len() {
        subproof(left, old, old_root, proof);
        proof.push(root(right));
    } else {
        subproof(right, old - left.len(), OldRoot::Needed, proof);
        proof.push(root(left));
    }
}

/// The old root and the new root that a proof leads to; the steps of [`subproof`] in the same order.
/// `known` is the old root where the proof leaves it out. `None` if the length is not the one demanded.
fn roots_of_subproof(
    old: u64,
    new: u64,
    known: Option<&Hash>,
    proof: &[Hash],
) -> Option<(Hash, Hash)> {
    if old == new {
        return match (known, proof) {
            (Some(root), []) | (None, [root]) => Some((*root, *root)),
            _ => None,
        };
    }
    let (sibling, below) = proof.split_last()?;
    let left_size = split(new);
    if old <= left_size {
        let (left_old, left_new) = roots_of_subproof(old, left_size, known, below)?;
        Some((left_old, node_hash(&left_new, sibling)))
    } else {
        let (right_old, right_new) =
            roots_of_subproof(old - left_size, new - left_size, None, below)?;
        Some((
            node_hash(sibling, &right_old),
            node_hash(sibling, &right_new),
        ))
    }
}

/// `k` of RFC 6962, 2.1: the largest power of two below `size`, which is at least 2.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// [`split`] for leaves at hand.
const fn split_len(leaves: &[Hash]) -> usize {
    1 << (leaves.len() - 1).ilog2()
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Hash(hasher.finalize().into())
}

fn parse_hex(digits: &[u8]) -> Option<[u8; HASH_BYTES]> {
    let mut bytes = [0; HASH_BYTES];
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    if pairs.len() != HASH_BYTES {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
    }
    Some(bytes)
}

const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
