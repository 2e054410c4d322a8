//! One fault at a time, and how it is told from the others.

use super::*;
use crate::checkpoint::{Checkpoint, sign};
use crate::note::{SEED_BYTES, SigningKey};
use crate::report::{FAULTS_MAX, SHOWN_CHARS_MAX};
use crate::tree::root;

const SIZE: u64 = 40;

fn name() -> Name {
    "shop.example/log".parse().unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(name(), [7; SEED_BYTES])
}

fn body(position: u64) -> Vec<u8> {
    format!("entry {position}").into_bytes()
}

fn entries() -> Vec<StoredEntry> {
    let entry = |position| StoredEntry {
        position,
        body: body(position),
        leaf_hash: leaf_hash(&body(position)).to_string(),
    };
    (0..SIZE).map(entry).collect()
}

fn note(size: u64, root: Hash) -> String {
    let origin = name();
    sign(&key(), &Checkpoint { origin, size, root })
}

/// The log's own checkpoint at a size.
fn own(size: u64) -> String {
    let leaves: Vec<Hash> = (0..size).map(|at| leaf_hash(&body(at))).collect();
    note(size, root(&leaves))
}

fn check(entries: Vec<StoredEntry>, notes: &[String], witnessed: Option<&str>) -> Report {
    verify_log(entries, notes, witnessed, &key().verifier(), &name())
}

fn own_notes() -> Vec<String> {
    [0, 10, 20, 40].map(own).to_vec()
}

fn rewrite(entry: &mut StoredEntry) {
    entry.body = b"another".to_vec();
    entry.leaf_hash = leaf_hash(&entry.body).to_string();
}

#[test]
fn a_log_as_it_was_signed_is_clean() {
    let report = check(entries(), &own_notes(), Some(&own(40)));
    assert!(report.is_clean(), "{report:?}");
    assert_eq!((report.size, report.signed_size), (40, 40));
    assert_eq!(report.checkpoints_checked, 5);
    assert_eq!(report.first_bad_index, None);
    assert_eq!(note(40, report.root), own(40));
}

#[test]
fn what_is_not_signed_yet_is_said() {
    let report = check(entries(), &[own(10)], None);
    assert!(report.is_clean());
    assert_eq!((report.size, report.signed_size), (40, 10));
    let report = check(Vec::new(), &[own(0)], None);
    assert!(report.is_clean());
    assert_eq!(report.checkpoints_checked, 1);
}

#[test]
fn an_altered_body_is_the_only_fault_and_so_is_an_altered_leaf_hash() {
    let mut altered = entries();
    altered[13].body.push(b'!');
    let report = check(altered, &own_notes(), None);
    assert!(
        matches!(report.faults[..], [LogFault::LeafHash { position: 13, .. }]),
        "{report:?}"
    );

    for text in ["", "no hash", &leaf_hash(b"x").to_string()] {
        let mut altered = entries();
        altered[13].leaf_hash = text.to_owned();
        let report = check(altered, &own_notes(), None);
        assert!(
            matches!(report.faults[..], [LogFault::LeafHash { position: 13, .. }]),
            "{report:?}"
        );
    }
}

#[test]
fn a_body_altered_with_its_leaf_hash_lies_between_two_checkpoints() {
    let mut altered = entries();
    rewrite(&mut altered[13]);
    let report = check(altered, &own_notes(), None);
    assert_eq!(report.first_bad_index, Some(10));
    assert!(
        matches!(
            report.faults[..],
            [
                LogFault::OtherRoot {
                    since: 10,
                    size: 20,
                    ..
                },
                LogFault::OtherRoot {
                    since: 10,
                    size: 40,
                    ..
                },
            ]
        ),
        "{report:?}"
    );
    assert_eq!(report.signed_size, 10);
}

#[test]
fn a_gap_and_a_repetition_are_named_and_later_entries_still_checked() {
    let mut altered = entries();
    altered.drain(13..15);
    altered[20].body.clear();
    altered.insert(30, altered[29].clone());
    let report = check(altered, &own_notes(), None);
    assert!(
        matches!(
            report.faults[..],
            [
                LogFault::Gap {
                    position: 13,
                    found: 15
                },
                LogFault::LeafHash { position: 22, .. },
                LogFault::Repeated { position: 31 },
            ]
        ),
        "{report:?}"
    );
    assert_eq!((report.size, report.checkpoints_checked), (13, 2));
    assert_eq!(report.first_bad_index, Some(13));
}

#[test]
fn a_cut_tail_shows_even_if_only_the_witness_remembers() {
    let mut cut = entries();
    cut.truncate(25);
    let report = check(cut.clone(), &own_notes()[..3], None);
    assert!(report.is_clean());
    let report = check(cut, &own_notes()[..3], Some(&own(40)));
    let expected = LogFault::Truncated {
        checkpoint: Source::Witnessed,
        size: 40,
        since: 20,
        end: 25,
    };
    assert_eq!(report.faults, [expected]);
    assert_eq!(report.first_bad_index, Some(25));
}

#[test]
fn two_roots_for_one_size_are_a_fork() {
    let stray = note(20, leaf_hash(b"stray"));
    let is_fork = |report: &Report| {
        matches!(report.faults[..], [LogFault::Fork { size: 20, .. }])
            && report.first_bad_index.is_none()
    };
    // Beside the right one, and in place of it: a later checkpoint vouches for the entries.
    let report = check(entries(), &own_notes(), Some(&stray));
    assert!(is_fork(&report), "{report:?}");
    let report = check(entries(), &[own(10), stray.clone(), own(40)], None);
    assert!(is_fork(&report), "{report:?}");
    // With nothing later, it is the entries that do not fit.
    let report = check(entries(), &[own(10), stray], None);
    assert!(
        matches!(
            report.faults[..],
            [LogFault::OtherRoot {
                since: 10,
                size: 20,
                ..
            }]
        ),
        "{report:?}"
    );
}

#[test]
fn a_checkpoint_of_another_key_or_log_is_a_fault() {
    let origin: Name = "other.example/log".parse().unwrap();
    let root = leaf_hash(b"x");
    let checkpoint = Checkpoint {
        origin,
        size: 1,
        root,
    };
    let other_log = sign(&key(), &checkpoint);
    let other_key = sign(&SigningKey::from_seed(name(), [8; SEED_BYTES]), &checkpoint);
    let notes = [other_log, own(10), other_key, String::new()];
    let report = check(entries(), &notes, None);
    assert!(
        matches!(
            report.faults[..],
            [
                LogFault::OtherLog {
                    checkpoint: Source::Stored(0),
                    ..
                },
                LogFault::Checkpoint {
                    checkpoint: Source::Stored(2),
                    ..
                },
                LogFault::Checkpoint {
                    checkpoint: Source::Stored(3),
                    ..
                },
            ]
        ),
        "{report:?}"
    );
    assert_eq!((report.checkpoints_checked, report.signed_size), (1, 10));
}

#[test]
fn faults_are_bounded_and_the_rest_counted() {
    let many = (0..FAULTS_MAX as u64 + 5).map(|position| StoredEntry {
        position,
        body: Vec::new(),
        leaf_hash: "x".repeat(1_000),
    });
    let report = check(many.collect(), &[], None);
    assert_eq!(report.faults.len(), FAULTS_MAX);
    assert_eq!(report.faults_omitted, 5);
    assert_eq!(report.first_bad_index, Some(0));
    let LogFault::LeafHash { kept, .. } = &report.faults[0] else {
        panic!("{:?}", report.faults[0]);
    };
    assert_eq!(kept.len(), SHOWN_CHARS_MAX);
}

#[test]
fn one_fault_does_not_hide_another_and_the_least_index_is_the_first() {
    let mut altered = entries();
    altered[22].body.push(b'!');
    rewrite(&mut altered[13]);
    let report = check(altered, &own_notes(), None);
    assert!(
        matches!(
            report.faults[..],
            [
                LogFault::LeafHash { position: 22, .. },
                LogFault::OtherRoot {
                    since: 10,
                    size: 20,
                    ..
                },
                LogFault::OtherRoot {
                    since: 10,
                    size: 40,
                    ..
                },
            ]
        ),
        "{report:?}"
    );
    assert_eq!(report.first_bad_index, Some(10));
}
