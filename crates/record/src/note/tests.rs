//! The published keys and note of golang.org/x/mod, and what is refused.

use proptest::prelude::*;

use super::*;

// Keys, text and signature: golang.org/x/mod, `sumdb/note/note.go`, "Example".
const PUBLISHED_PRIVATE: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PUBLISHED_PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PUBLISHED_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                              then you don't know what your problem is.\n";
const PUBLISHED_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn public() -> VerifyingKey {
    PUBLISHED_PUBLIC.parse().unwrap()
}

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name.parse().unwrap(), [seed; SEED_BYTES])
}

#[test]
fn keys_and_signature_are_the_published_ones() {
    let private = SigningKey::from_text(PUBLISHED_PRIVATE).unwrap();
    assert_eq!(private.to_text(), PUBLISHED_PRIVATE);
    assert_eq!(private.verifier().to_string(), PUBLISHED_PUBLIC);
    assert_eq!(private.verifier(), public());
    assert_eq!(sign(PUBLISHED_TEXT, &private), PUBLISHED_NOTE);
    assert_eq!(open(PUBLISHED_NOTE, &public()), Ok(PUBLISHED_TEXT));
}

#[test]
fn a_signature_by_another_key_is_passed_over() {
    let ours = key("shop.example/log", 1);
    let (_, theirs) = PUBLISHED_NOTE.split_once("\n\n").unwrap();
    let both = format!("{}{theirs}", sign("text\n", &ours));
    assert_eq!(open(&both, &ours.verifier()), Ok("text\n"));
    // The same name with another key is another signer.
    let other = key("shop.example/log", 2);
    assert!(matches!(
        open(&sign("text\n", &other), &ours.verifier()),
        Err(NoteError::NotSigned { .. })
    ));
    // A line that names the key, and was made for another text.
    assert!(matches!(
        open(&both, &public()),
        Err(NoteError::BadSignature { .. })
    ));
}

#[test]
fn any_altered_byte_of_a_note_is_found() {
    let note = PUBLISHED_NOTE.as_bytes();
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut bytes = note.to_vec();
            bytes[at] ^= 1 << bit;
            let opened =
                String::from_utf8(bytes).is_ok_and(|altered| open(&altered, &public()).is_ok());
            assert!(!opened, "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn malformed_notes_are_refused() {
    let signature = PUBLISHED_NOTE.split_once("\n\n").unwrap().1;
    let cases = [
        "",
        "\n",
        "text\n",
        "text\n\n",
        PUBLISHED_NOTE.trim_end(),
        &format!("text\r\n\n{signature}"),
        &format!("text\n\n{signature}\n"),
        "text\n\n— PeterNeumann\n",
        "text\n\n— PeterNeumann x08g\n",
        "text\n\n- PeterNeumann x08go/ZJ\n",
        "text\n\n— Peter+Neumann x08go/ZJ\n",
    ];
    for case in cases {
        assert!(
            matches!(
                open(case, &public()),
                Err(NoteError::Form { .. } | NoteError::SignatureLine { .. })
            ),
            "{case:?}"
        );
    }
    let long = "x".repeat(NOTE_BYTES_MAX + 1);
    let found = long.len();
    assert_eq!(open(&long, &public()), Err(NoteError::TooLong { found }));
}

#[test]
fn malformed_keys_are_refused() {
    type Is = fn(&KeyError) -> bool;
    let cases: [(&str, Is); 6] = [
        ("PeterNeumann", |e| matches!(e, KeyError::Form { .. })),
        ("PeterNeumann+c74f20a3+ARpc", |e| {
            matches!(e, KeyError::Form { .. })
        }),
        (&PUBLISHED_PUBLIC.replace("c74f", "C74F"), |e| {
            matches!(e, KeyError::Id { .. })
        }),
        (&PUBLISHED_PUBLIC.replace("Peter", "Petra"), |e| {
            matches!(e, KeyError::Id { .. })
        }),
        (&PUBLISHED_PUBLIC.replace("+AR", "+AS"), |e| {
            matches!(e, KeyError::Id { .. } | KeyError::Point)
        }),
        (&PUBLISHED_PUBLIC.replace("+AR", "+BR"), |e| {
            matches!(e, KeyError::Type { found: 5 })
        }),
    ];
    for (text, is_expected) in cases {
        let error = text.parse::<VerifyingKey>().unwrap_err();
        assert!(is_expected(&error), "{text}: {error:?}");
    }
    assert!(SigningKey::from_text(PUBLISHED_PUBLIC).is_err());
    assert!(PUBLISHED_PRIVATE.parse::<VerifyingKey>().is_err());
}

#[test]
fn a_private_key_does_not_show_itself() {
    let private = SigningKey::from_text(PUBLISHED_PRIVATE).unwrap();
    let shown = format!("{private:?}");
    assert!(
        shown.contains(PUBLISHED_PUBLIC) && !shown.contains("AYEK"),
        "{shown}"
    );
}

#[test]
fn names_keep_to_their_rule() {
    for name in ["a", "shop.example/log", "é", &"n".repeat(NAME_BYTES_MAX)] {
        assert_eq!(name.parse::<Name>().unwrap().to_string(), name);
    }
    let long = "n".repeat(NAME_BYTES_MAX + 1);
    for name in ["", " ", "a b", "a\u{a0}b", "a+b", "a\n", "a\u{7f}", &long] {
        assert!(name.parse::<Name>().is_err(), "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_prints_parses_back(name in "[a-z0-9./-]{1,30}", seed in any::<[u8; SEED_BYTES]>()) {
        let key = SigningKey::from_seed(name.parse().unwrap(), seed);
        let public = key.verifier();
        let text = key.to_text();
        let again = SigningKey::from_text(&text).unwrap();
        prop_assert_eq!(again.to_text(), text);
        prop_assert_eq!(public.to_string().parse(), Ok(public));
    }
}
