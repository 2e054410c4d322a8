//! An issuer signs where it is; the operator introduces the key, records the note, and the record proves it.

use crate::program::Program;

const LETTER: &str = "
id = \"denial-2016-03-09\"
issuer = \"xiaomi\"
scope = \"brand:xiaomi\"
title = \"Kept at home\"
dated = \"2016-03-09\"
[claim]
kind = \"sales_authorization\"
standing = \"no\"
brand = \"xiaomi\"
sellers = [\"omni-electronics\"]
categories = \"all\"
models = \"all\"
territory = \"all\"
channels = \"all\"
";

#[test]
fn a_note_signed_at_the_issuers_is_recorded_at_the_operators() {
    let program = Program::new();
    program.call(&["demo", "--once", "--quiet"]).ends(0);
    let data = program.home().join(".local/share/passband-demo");
    let data = data.display().to_string();
    let here = |args: &[&str]| program.call(&[args, &["--data", &data]].concat());
    let letter = program.file("letter.toml", LETTER);
    let made = [
        "sign",
        "key",
        "xiaomi.example/sales",
        "--out",
        "xiaomi.key",
        "--json",
    ];
    let key = program.call(&made).json()["key"].take();
    let key = key.as_str().expect("a key").to_owned();
    let again = program.call(&made[..5]);
    again.fails(73, &["xiaomi.key", "is never written over"]);
    let record = here(&["record", "verify", "--json"]).json()["key"].take();
    let record = record.as_str().expect("a key").to_owned();
    let sign = [
        "sign",
        "evidence",
        &letter,
        "--key",
        "xiaomi.key",
        "--record",
        &record,
    ];
    program
        .call(&[&sign[..], &["--out", "letter.note"]].concat())
        .ends(0);
    here(&["evidence", "add-signed", "letter.note"]).fails(65, &["no key"]);
    let listed = here(&["evidence", "keys"]).ends(0);
    assert!(listed.contains("No issuer has a key here."), "{listed}");
    let introduce = [
        "evidence",
        "introduce-key",
        &key,
        "--market",
        "us",
        "--party",
        "xiaomi",
    ];
    here(&introduce).ends(0);
    let said = here(&["evidence", "add-signed", "letter.note"]).ends(0);
    assert!(said.contains("by Xiaomi, signed: entry"), "{said}");
    let said = here(&["evidence", "add-signed", "letter.note"]).ends(0);
    assert!(said.contains("signed (as before)"), "{said}");
    let listed = here(&["evidence", "keys"]).ends(0);
    assert!(
        listed.contains(&key) && listed.contains("in force"),
        "{listed}"
    );
    here(&["record", "verify"]).ends(0);
    let wrong = [
        "evidence",
        "introduce-key",
        "xiaomi",
        "--market",
        "us",
        "--party",
        "xiaomi",
    ];
    here(&wrong).fails(65, &["public key"]);
}

#[cfg(unix)]
#[test]
fn a_private_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::new();
    let said = program
        .call(&["sign", "key", "a.example", "--out", "a.key"])
        .ends(0);
    let file = program.home().join("a.key");
    let mode = std::fs::metadata(&file)
        .expect("is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let private = std::fs::read_to_string(&file).expect("reads");
    assert!(private.starts_with("PRIVATE+KEY+a.example+"));
    assert!(!said.contains("PRIVATE"));
}

#[test]
fn a_document_is_kept_with_what_it_says() {
    let program = Program::new();
    program.call(&["demo", "--once", "--quiet"]).ends(0);
    let data = program.home().join(".local/share/passband-demo");
    let data = data.display().to_string();
    let letter = program.file("letter.toml", LETTER);
    let document = program.file("letter.eml", "From: legal@xiaomi.example\r\n\r\nNo.");
    let add = [
        "evidence",
        "add",
        &letter,
        "--document",
        &document,
        "--data",
        &data,
    ];
    program.call(&add).ends(0);
    let gone = [
        "evidence",
        "add",
        &letter,
        "--document",
        "no.pdf",
        "--data",
        &data,
    ];
    program.call(&gone).fails(66, &["no.pdf"]);
}
