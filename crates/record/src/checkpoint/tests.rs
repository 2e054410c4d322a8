//! The published checkpoint of C2SP, its one spelling, and who can open it.

use proptest::prelude::*;

use super::*;
use crate::note::SEED_BYTES;
use crate::tree::leaf_hash;

// C2SP tlog-checkpoint, the example at its head.
const PUBLISHED: &str =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed("shop.example/log".parse().unwrap(), [seed; SEED_BYTES])
}

#[test]
fn the_published_checkpoint_is_read() {
    let checkpoint: Checkpoint = PUBLISHED.parse().unwrap();
    assert_eq!(checkpoint.origin.as_str(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.size, 20_852_163);
    assert_eq!(checkpoint.to_string(), PUBLISHED);
}

#[test]
fn a_checkpoint_has_one_spelling() {
    let cases = [
        (PUBLISHED.replace("2085", "02085"), BodyError::Size),
        (PUBLISHED.replace("2085", "+2085"), BodyError::Size),
        (PUBLISHED.replace("2085", "-2085"), BodyError::Size),
        (
            PUBLISHED.replace("20852163", "18446744073709551616"),
            BodyError::Size,
        ),
        (PUBLISHED.replace("20852163", ""), BodyError::Size),
        (format!("{PUBLISHED}an extension\n"), BodyError::Lines),
        (format!("{PUBLISHED}\n"), BodyError::Lines),
        (PUBLISHED.trim_end().to_owned(), BodyError::Lines),
        (String::new(), BodyError::Lines),
    ];
    for (text, error) in cases {
        assert_eq!(text.parse::<Checkpoint>(), Err(error), "{text:?}");
    }
    let no_origin = PUBLISHED.replace("example.com/behind-the-sofa", "");
    assert!(matches!(
        no_origin.parse::<Checkpoint>(),
        Err(BodyError::Origin(_))
    ));
    let no_root = PUBLISHED.replace("CsUY", "");
    assert!(matches!(
        no_root.parse::<Checkpoint>(),
        Err(BodyError::Root(_))
    ));
}

#[test]
fn what_the_key_signed_must_be_a_checkpoint() {
    let note = note::sign("hello\n", &key(1));
    assert_eq!(
        open(&note, &key(1).verifier()),
        Err(BodyError::Lines.into())
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_opens_and_only_with_its_key(
        origin in "[a-z0-9./-]{1,30}", size in any::<u64>(), entry in any::<u64>(), seed in 0u8..255,
    ) {
        let root = leaf_hash(&entry.to_be_bytes());
        let checkpoint = Checkpoint { origin: origin.parse().unwrap(), size, root };
        prop_assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint.clone()));
        let note = sign(&key(seed), &checkpoint);
        prop_assert_eq!(open(&note, &key(seed).verifier()), Ok(checkpoint));
        prop_assert!(open(&note, &key(seed + 1).verifier()).is_err());
    }
}
