//! Is a damaged record found, by the entry that was damaged, even when it can no longer be read?

use std::path::{Path, PathBuf};

use store::db::{Db, Migration, OpenOptions, Target};

use crate::program::Program;

/// A house with thirty entries on its record, and where it is.
fn played() -> (Program, PathBuf) {
    let program = Program::new();
    program.call(&["demo", "--once", "--quiet"]).ends(0);
    let folder = program.home().join(".local/share/passband-demo");
    (program, folder)
}

/// Replaces bytes in the body of an entry, in the database's own file.
fn damage(program: &Program, folder: &Path, position: u64, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let data = folder.display().to_string();
    let from_position = position.to_string();
    let args = [
        "record",
        "show",
        "--json",
        "--limit",
        "1",
        "--data",
        &data,
        "--from",
        &from_position,
    ];
    let shown = program.call(&args).json();
    let body = shown["entries"][0]["body"]
        .as_str()
        .expect("a body")
        .to_owned();
    let file = folder.join("passband.db");
    let mut bytes = std::fs::read(&file).expect("reads");
    let at = find(&bytes, body.as_bytes()).expect("the body is in the file");
    let inside = find(body.as_bytes(), from.as_bytes()).expect("the words are in the body");
    bytes[at + inside..at + inside + to.len()].copy_from_slice(to.as_bytes());
    std::fs::write(&file, bytes).expect("writes");
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn check(from: &str, to: &str) {
    let (program, folder) = played();
    let data = folder.display().to_string();
    damage(&program, &folder, 27, from, to);
    let out = program.call(&["record", "verify", "--data", &data]).ends(1);
    assert!(
        out.contains("The record does not hold. The first bad entry is 27."),
        "{out}"
    );
    let said = program.call(&["record", "verify", "--json", "--data", &data]);
    let answer = said.json();
    assert_eq!(answer["is_clean"], false);
    assert_eq!(answer["first_bad_entry"], 27);
    said.ends(1);
    let out = program.call(&["doctor", "--data", &data]).ends(1);
    assert!(out.contains("fail  record"), "{out}");
}

#[test]
fn one_changed_word_is_found() {
    check("tmobile-us", "tmobile-uk");
}

#[test]
fn an_entry_that_no_longer_reads_is_found() {
    check("{\"", "#\"");
}

#[test]
fn an_unharmed_record_holds() {
    let (program, folder) = played();
    let data = folder.display().to_string();
    let out = program.call(&["record", "verify", "--data", &data]).ends(0);
    assert!(out.contains("The record holds."), "{out}");
    assert!(out.contains("30, 30 of them signed"), "{out}");
    let shown = program.call(&[
        "record", "show", "--from", "3", "--limit", "2", "--json", "--data", &data,
    ]);
    let entries = shown.json()["entries"].as_array().expect("a list").clone();
    let positions: Vec<_> = entries.iter().map(|one| one["position"].as_u64()).collect();
    assert_eq!(positions, [Some(3), Some(4)]);
}

#[test]
fn a_backup_that_was_restored_is_noticed_by_whoever_goes_on_with_it() {
    let (program, folder) = played();
    let data = folder.display().to_string();
    let on = |args: &[&str]| program.call(&[args, &["--data", &data]].concat());
    let file = folder.join("passband.db");
    let backup = std::fs::read(&file).expect("reads");
    let withdraw = |evidence: &str| {
        let args = [
            "withdraw", evidence, "--manner", "suspend", "--issuer", "fcc", "--title", "x",
        ];
        on(&args)
    };
    let said = withdraw("story-certification");
    assert_eq!(said.err, "", "what was recorded is signed at once");
    said.ends(0);
    assert!(
        on(&["record", "verify"])
            .ends(0)
            .contains("31, 31 of them signed")
    );
    std::fs::write(&file, backup).expect("writes");
    // The suspension is forgotten, and something else is recorded in its place.
    let said = withdraw("story-certification");
    assert!(
        said.err
            .contains("warning: the record is not the one that was signed"),
        "{}",
        said.err
    );
    said.ends(0);
    let out = on(&["record", "verify"]).ends(1);
    assert!(out.contains("The record does not hold."), "{out}");
    let server = program.serve(&["serve", "--data", &data]);
    assert_eq!(server.stop("TERM"), 0);
}

#[test]
fn an_export_is_checked_without_the_house_and_what_was_changed_in_it_is_found() {
    let (program, folder) = played();
    let data = folder.display().to_string();
    let out = program
        .call(&["record", "export", "copy", "--data", &data])
        .ends(0);
    assert!(out.contains("4 files in"), "{out}");
    let copy = program.home().join("copy");
    let key = std::fs::read_to_string(copy.join("key")).expect("reads");
    std::fs::remove_dir_all(&folder).expect("removes");
    let check = ["record", "verify", "--export", "copy", "--key", key.trim()];
    let out = program.call(&check).ends(0);
    assert!(out.contains("30, 30 of them signed"), "{out}");

    let bundle = copy.join("tile/entries/000.p/30");
    let mut bytes = std::fs::read(&bundle).expect("reads");
    let at = find(&bytes, b"story-certification").expect("entry 27");
    bytes[at] ^= 1;
    std::fs::write(&bundle, bytes).expect("writes");
    let out = program.call(&check).ends(1);
    assert!(out.contains("The first bad entry is 27."), "{out}");
    program
        .call(&["record", "verify", "--export", "copy", "--key", "nonsense"])
        .fails(65, &["key does not read"]);
    program
        .call(&["record", "verify", "--export", "copy"])
        .fails(64, &["--key"]);
    let none = ["record", "verify", "--export", "none", "--key", key.trim()];
    program.call(&none).fails(66, &["none"]);
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let program = Program::new();
    program.call(&["user", "add", "you@example.com"]).ends(0);
    let later = Migration {
        version: 999,
        name: "later",
        sql: "CREATE TABLE later (id TEXT)",
    };
    let migrations: Vec<Migration> = store::MIGRATIONS.iter().copied().chain([later]).collect();
    let clock = std::sync::Arc::new(trade::clock::SystemClock);
    let options = OpenOptions::new(clock, Box::leak(migrations.into_boxed_slice()));
    let target = Target::Sqlite(program.data().join("passband.db"));
    Db::open(&target, options)
        .await
        .expect("opens")
        .close()
        .await;
    for args in [
        &["listing", "list", "us"][..],
        &["serve"],
        &["record", "verify"],
    ] {
        program
            .call(args)
            .fails(69, &["newer Passband", "999", "install that version"]);
    }
}
