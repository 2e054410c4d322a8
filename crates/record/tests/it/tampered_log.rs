//! Whatever is done to a signed log shows, and the first bad entry is named.

use record::checkpoint::{Checkpoint, sign};
use record::report::{LogFault, Report, Source};
use record::tree::leaf_hash;
use record::verify::{StoredEntry, verify_log};

use crate::{Seeded, bodies, checkpoint_of, key, name};

const ENTRIES: usize = 300;
const SIGNED: [usize; 8] = [1, 17, 64, 100, 101, 180, 256, ENTRIES];
const MUTATIONS: u64 = 1_600;

#[derive(Clone)]
struct Log {
    entries: Vec<StoredEntry>,
    notes: Vec<String>,
    witnessed: Option<String>,
}

/// What a check must say.
#[derive(Debug)]
enum Expected {
    /// This index, exactly.
    First(usize),
    /// The two checkpoints between which this index lies: bytes and leaf hash agree.
    Between(usize),
    /// This checkpoint, and no entry.
    Checkpoint(usize),
    /// Two roots at this size, and no entry.
    Fork(usize),
}

fn log() -> Log {
    let bodies = bodies(ENTRIES);
    let notes = SIGNED.map(|size| checkpoint_of(&bodies[..size])).to_vec();
    let stored = |(position, body): (usize, Vec<u8>)| StoredEntry {
        position: position as u64,
        leaf_hash: leaf_hash(&body).to_string(),
        body,
    };
    Log {
        entries: bodies.into_iter().enumerate().map(stored).collect(),
        witnessed: notes.last().cloned(),
        notes,
    }
}

fn renumber(entries: &mut [StoredEntry]) {
    for (entry, position) in entries.iter_mut().zip(0..) {
        entry.position = position;
    }
}

fn swap_rows(entries: &mut [StoredEntry], one: usize, other: usize) {
    entries.swap(one, other);
    renumber(entries);
}

/// Does one thing to the log.
fn tamper(log: &mut Log, kind: u64, seeded: &mut Seeded) -> Expected {
    let entries = &mut log.entries;
    let at = seeded.below(ENTRIES);
    let (one, other) = seeded.pair_below(ENTRIES);
    match kind {
        0 => {
            seeded.flip(&mut entries[at].body);
            Expected::First(at)
        }
        1 => {
            let mut text = entries[at].leaf_hash.clone().into_bytes();
            seeded.flip(&mut text);
            entries[at].leaf_hash = String::from_utf8(text).unwrap();
            Expected::First(at)
        }
        2 => {
            let which = seeded.below(SIGNED.len());
            let mut note = log.notes[which].clone().into_bytes();
            seeded.flip(&mut note);
            log.notes[which] = String::from_utf8_lossy(&note).into_owned();
            Expected::Checkpoint(which)
        }
        3 => {
            let body = std::mem::take(&mut entries[one].body);
            entries[one].body = std::mem::replace(&mut entries[other].body, body);
            Expected::First(one)
        }
        4 => {
            swap_rows(entries, one, other);
            Expected::Between(one)
        }
        5 => {
            entries.remove(at);
            Expected::First(at)
        }
        6 => {
            // Not the last: that would be a cut tail.
            let at = at.min(ENTRIES - 2);
            entries.remove(at);
            renumber(entries);
            Expected::Between(at)
        }
        7 => {
            entries.truncate(at);
            Expected::First(at)
        }
        8 => {
            let copy = entries[at].clone();
            entries.insert(at, copy);
            Expected::First(at)
        }
        9 => {
            // Not the last: its copy would be an entry not signed yet.
            let at = at.min(ENTRIES - 2);
            let copy = entries[at].clone();
            entries.insert(at, copy);
            renumber(entries);
            Expected::Between(at + 1)
        }
        10 => {
            seeded.flip(&mut entries[at].body);
            entries[at].leaf_hash = leaf_hash(&entries[at].body).to_string();
            Expected::Between(at)
        }
        11 => {
            // Cut off with its checkpoints: only the witness remembers.
            entries.truncate(at);
            log.notes
                .truncate(SIGNED.iter().filter(|size| **size <= at).count());
            Expected::First(at)
        }
        _ => {
            // The key's own holder signs another history.
            let size = SIGNED[seeded.below(SIGNED.len())];
            let checkpoint = Checkpoint {
                origin: name(),
                size: size as u64,
                root: leaf_hash(&seeded.next().to_be_bytes()),
            };
            log.notes.push(sign(&key(), &checkpoint));
            Expected::Fork(size)
        }
    }
}

fn check(log: Log) -> Report {
    let (notes, witnessed) = (&log.notes, log.witnessed.as_deref());
    verify_log(log.entries, notes, witnessed, &key().verifier(), &name())
}

/// Whether the report says what it must.
fn says(report: &Report, expected: &Expected) -> bool {
    let first = report.first_bad_index.map(|index| index as usize);
    match *expected {
        Expected::First(index) => first == Some(index),
        Expected::Between(index) => {
            let since = SIGNED.iter().rev().find(|size| **size <= index);
            let size = SIGNED.iter().find(|size| **size > index);
            let since = since.copied().unwrap_or(0) as u64;
            let size = *size.unwrap() as u64;
            report.faults.iter().any(|fault| match *fault {
                LogFault::OtherRoot {
                    since: s, size: n, ..
                } => (s, n) == (since, size) && report.first_bad_index == Some(since),
                // An entry taken out near the end, and the rest moved up: no root is left to compare.
                LogFault::Truncated {
                    since: s,
                    size: n,
                    end,
                    ..
                } => (s, n) == (since, size) && report.first_bad_index == Some(end),
                _ => false,
            })
        }
        Expected::Checkpoint(which) => {
            let is_it = |fault: &LogFault| {
                matches!(fault, LogFault::Checkpoint { checkpoint: Source::Stored(at), .. }
                    if *at == which)
            };
            first.is_none() && matches!(&report.faults[..], [fault] if is_it(fault))
        }
        Expected::Fork(size) => {
            let is_it = |fault: &LogFault| matches!(fault, LogFault::Fork { size: at, .. } if *at == size as u64);
            first.is_none() && report.faults.iter().all(is_it) && !report.is_clean()
        }
    }
}

#[test]
fn every_mutation_is_found_and_the_first_bad_entry_named() {
    let sound = log();
    let report = check(sound.clone());
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.checkpoints_checked, SIGNED.len() as u64 + 1);

    for seed in 0..MUTATIONS {
        let mut log = sound.clone();
        let expected = tamper(&mut log, seed % 13, &mut Seeded(seed));
        let report = check(log);
        assert!(
            says(&report, &expected),
            "seed {seed}: {expected:?}, but {report:#?}"
        );
    }
    println!("log: {MUTATIONS} mutations of 13 kinds, all found and named");
}
