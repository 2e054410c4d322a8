//! The published vectors of Certificate Transparency, and properties of random trees.
//!
//! Vectors: google/certificate-transparency, `python/ct/crypto/merkle_test.py`, and
//! transparency-dev/merkle, `testonly/constants.go`: the same eight entries in both.

use proptest::prelude::*;

use super::*;

const ENTRIES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// The root of the first `i` entries.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hash(text: &str) -> Hash {
    text.parse().unwrap()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| hash(text)).collect()
}

fn published_leaves() -> Vec<Hash> {
    ENTRIES.iter().map(|entry| leaf_hash(entry)).collect()
}

/// As many different leaves as asked for.
fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

#[test]
fn leaf_and_node_hashes_are_the_published_ones() {
    let leaf = leaf_hash(&(0x10..=0x1f).collect::<Vec<u8>>());
    let published = "3bfb960453ebaebf33727da7a1f4db38acc051d381b6da20d6d4e88f0eabfd7a";
    assert_eq!(leaf, hash(published));

    let bytes = |from: u8| Hash::from_bytes(std::array::from_fn(|i| from + i as u8));
    let published = "1a378704c17da31e2d05b6d121c2bb2c7d76f6ee6fa8f983e596c2d034963c57";
    assert_eq!(node_hash(&bytes(0x00), &bytes(0x20)), hash(published));
}

#[test]
fn an_entry_of_two_hashes_is_not_their_node() {
    let [left, right] = [leaf_hash(b"a"), leaf_hash(b"b")];
    let forged = [*left.as_bytes(), *right.as_bytes()].concat();
    assert_ne!(leaf_hash(&forged), node_hash(&left, &right));
}

#[test]
fn roots_are_the_published_ones() {
    let leaves = published_leaves();
    for (size, published) in ROOTS.iter().enumerate() {
        assert_eq!(root(&leaves[..size]), hash(published), "root of {size}");
        let frontier: Frontier = leaves[..size].iter().copied().collect();
        assert_eq!(frontier.root(), hash(published), "frontier of {size}");
        assert_eq!(frontier.size(), size as u64);
    }
}

#[test]
fn inclusion_proofs_are_the_published_ones() {
    let leaves = published_leaves();
    // (index, size, proof), from transparency-dev/merkle, `proof/verify_test.go`.
    let published: [(u64, u64, &[&str]); 4] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            3,
            &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
        ),
    ];
    for (index, size, proof) in published {
        let proof = hashes(proof);
        assert_eq!(
            inclusion_proof(&leaves, index, size).as_ref(),
            Some(&proof),
            "path of {index} in {size}"
        );
        let root = hash(ROOTS[size as usize]);
        verify_inclusion(&leaves[index as usize], index, size, &proof, &root).unwrap();
    }
}

#[test]
fn consistency_proofs_are_the_published_ones() {
    let leaves = published_leaves();
    let published: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (old, new, proof) in published {
        let proof = hashes(proof);
        assert_eq!(
            consistency_proof(&leaves, old, new).as_ref(),
            Some(&proof),
            "proof from {old} to {new}"
        );
        let [old_root, new_root] = [old, new].map(|size| hash(ROOTS[size as usize]));
        verify_consistency(old, new, &proof, &old_root, &new_root).unwrap();
    }
}

#[test]
fn proofs_outside_the_tree_are_refused() {
    let leaves = leaves(5);
    assert_eq!(inclusion_proof(&leaves, 5, 5), None);
    assert_eq!(inclusion_proof(&leaves, 0, 6), None);
    assert_eq!(consistency_proof(&leaves, 4, 3), None);
    assert_eq!(consistency_proof(&leaves, 1, 6), None);
    let root = root(&leaves);
    assert_eq!(
        verify_inclusion(&leaves[0], 5, 5, &[], &root),
        Err(ProofError::IndexOutside { index: 5, size: 5 })
    );
    assert_eq!(
        verify_consistency(5, 4, &[], &root, &root),
        Err(ProofError::Shrunk { old: 5, new: 4 })
    );
    // The largest size there is ends in a refusal like any other.
    assert_eq!(
        verify_inclusion(&leaves[0], u64::MAX - 1, u64::MAX, &[root; 3], &root),
        Err(ProofError::Length { found: 3 })
    );
}

#[test]
fn every_log_extends_the_empty_one() {
    let root = root(&leaves(3));
    verify_consistency(0, 3, &[], &empty_root(), &root).unwrap();
    verify_consistency(0, 0, &[], &empty_root(), &empty_root()).unwrap();
    assert_eq!(
        verify_consistency(0, 3, &[], &root, &root),
        Err(ProofError::OtherRoot)
    );
    assert_eq!(
        verify_consistency(0, 3, &[root], &empty_root(), &root),
        Err(ProofError::Length { found: 1 })
    );
}

#[test]
fn a_hash_has_one_spelling() {
    let hash = leaf_hash(b"entry");
    let hex = hash.to_string();
    assert!(hex.parse::<Hash>().is_ok());
    for other in [&hex.to_uppercase(), &hex[1..], &format!("{hex}0"), "", "é"] {
        assert!(other.parse::<Hash>().is_err(), "{other}");
    }
    let base64 = hash.to_base64();
    assert!(Hash::from_base64(&base64).is_ok());
    // The last digit before the padding carries two bits that must be zero.
    let slack = format!("{}B=", &base64[..42]);
    for other in [&slack, base64.trim_end_matches('='), &hex] {
        assert!(Hash::from_base64(other).is_err(), "{other}");
    }
}

fn any_hash() -> impl Strategy<Value = Hash> {
    any::<[u8; HASH_BYTES]>().prop_map(Hash::from_bytes)
}

/// Each way to alter a proof by one hash: flip a bit of it, leave it out, set another before it.
fn altered(proof: &[Hash], bit: usize) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for at in 0..proof.len() {
        let mut flipped = proof.to_vec();
        flipped[at].0[bit / 8] ^= 1 << (bit % 8);
        let mut shorter = proof.to_vec();
        shorter.remove(at);
        all.extend([flipped, shorter]);
    }
    for at in 0..=proof.len() {
        let mut longer = proof.to_vec();
        longer.insert(at, leaf_hash(b"one too many"));
        all.push(longer);
    }
    all
}

fn flip(hash: &Hash, bit: usize) -> Hash {
    let mut flipped = *hash;
    flipped.0[bit / 8] ^= 1 << (bit % 8);
    flipped
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_prints_parses_back(hash in any_hash()) {
        prop_assert_eq!(hash.to_string().parse(), Ok(hash));
        prop_assert_eq!(Hash::from_base64(&hash.to_base64()), Ok(hash));
    }

    #[test]
    fn frontier_and_tree_have_one_root(leaves in prop::collection::vec(any_hash(), 0..300)) {
        let mut frontier = Frontier::new();
        for (i, leaf) in leaves.iter().enumerate() {
            prop_assert_eq!(frontier.root(), root(&leaves[..i]));
            frontier.push(*leaf);
        }
        prop_assert_eq!(frontier.root(), root(&leaves));
    }

    #[test]
    fn inclusion_is_proved_and_nothing_else(
        (size, index) in (1u64..200).prop_flat_map(|size| (Just(size), 0..size)),
        bit in 0usize..256,
    ) {
        let leaves = leaves(size);
        let (leaf, top) = (leaves[index as usize], root(&leaves));
        let proof = inclusion_proof(&leaves, index, size).unwrap();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &proof, &top), Ok(()));

        for bad in altered(&proof, bit) {
            prop_assert!(verify_inclusion(&leaf, index, size, &bad, &top).is_err());
        }
        prop_assert!(verify_inclusion(&flip(&leaf, bit), index, size, &proof, &top).is_err());
        prop_assert!(verify_inclusion(&leaf, index, size, &proof, &flip(&top, bit)).is_err());
        for other in (0..size).filter(|other| *other != index) {
            prop_assert!(verify_inclusion(&leaf, other, size, &proof, &top).is_err());
        }
    }

    #[test]
    fn growth_is_proved_and_nothing_else(
        (old, new) in (1u64..200).prop_flat_map(|new| (1..=new, Just(new))),
        bit in 0usize..256,
    ) {
        let leaves = leaves(new);
        let (old_root, new_root) = (root(&leaves[..old as usize]), root(&leaves));
        let proof = consistency_proof(&leaves, old, new).unwrap();
        prop_assert_eq!(verify_consistency(old, new, &proof, &old_root, &new_root), Ok(()));

        for bad in altered(&proof, bit) {
            prop_assert!(verify_consistency(old, new, &bad, &old_root, &new_root).is_err());
        }
        for (one, other) in [(flip(&old_root, bit), new_root), (old_root, flip(&new_root, bit))] {
            prop_assert!(verify_consistency(old, new, &proof, &one, &other).is_err());
        }
        if old < new {
            prop_assert!(verify_consistency(old, new, &proof, &new_root, &old_root).is_err());
        }
    }
}
