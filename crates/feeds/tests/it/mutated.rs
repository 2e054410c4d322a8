//! Rows spoilt in many ways among good ones, in files of every kind: nothing panics, what is good is kept, what is
//! bad is told at its line, and twice the same file is twice the same rows.

use std::collections::BTreeMap;

use domain::fault::Fault;
use feeds::{Fact, Kind};

use crate::chance::{Chance, setting, spoil};
use crate::collect::{Read, faults, read};
use crate::samples::{Sample, samples};

/// Rows that are spoilt in a run.
const ROWS: u64 = 20_000;

/// What a row says, without its place. T-Mobile's list is one fact, joined of all its rows.
fn said(read: &Read, row: usize) -> Option<&[Fact]> {
    let said = read.rows.get(row)?.outcome.as_deref().ok()?;
    let is_joined = read.origin.kind == Kind::TmobileBands;
    Some(if is_joined { &[] } else { said })
}

/// One spoilt file.
struct Case {
    bytes: Vec<u8>,
    /// Rows that were not touched.
    good: Vec<usize>,
    spoilt: u64,
    /// First and last line of each row that was spoilt.
    lines: Vec<(u64, u64)>,
}

fn case(sample: &Sample, chance: &mut Chance) -> Case {
    let line_ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let mut spoilt = sample.clone();
    let mut line = 1 + line_ends(&sample.head);
    let mut case = Case {
        bytes: Vec::new(),
        good: Vec::new(),
        spoilt: 0,
        lines: Vec::new(),
    };
    for (number, row) in spoilt.rows.iter_mut().enumerate() {
        // The first tells some kinds apart, and of the last the loss would show.
        if (1..sample.rows.len() - 1).contains(&number) && chance.is_one_in(3) {
            // A row's own end stays: without it, it and the next are one row.
            let end = row.pop();
            for _ in 0..=chance.below(3) {
                spoil(row, chance);
            }
            row.extend(end);
            case.spoilt += 1;
            case.lines.push((line, line + line_ends(row).max(1) - 1));
        } else {
            case.good.push(number);
        }
        line += line_ends(row);
    }
    case.bytes = spoilt.bytes();
    case
}

/// A table of ours in TOML, where one fault in the notation is of all of it.
fn is_read_whole(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::KnownDevices | Kind::KnownNetworks | Kind::KnownBands
    )
}

/// Rules that say that rows after the fault may be lost with it: a comment or a section without its end, an array
/// given up. A written-down table is read whole.
fn may_hide_rows(kind: Kind, fault: &Fault) -> bool {
    // A spoilt line of the tree may be a country's, under which the rest stands then.
    if kind == Kind::StdnumNetworks {
        return true;
    }
    matches!(
        fault.rule,
        "xml.unclosed_tag"
            | "xml.unclosed_section"
            | "xml.unclosed_item"
            | "xml.cut_off"
            | "xml.doctype"
            | "xml.item_too_long"
            // A spoilt row has taken a good one's key.
            | "id.repeated"
            | "imei.repeated"
            // Networks under a broken country's line have none.
            | "mcc.not_a_code"
            | "mcc.missing"
    ) || fault.rule.starts_with("json.")
        || is_read_whole(kind) && matches!(fault.rule, "toml.malformed" | "text.not_utf8")
}

#[derive(Default)]
struct Tally {
    spoilt: u64,
    told: u64,
    good: u64,
    lost: u64,
}

fn try_case(sample: &Sample, whole: &Read, seed: u64, tally: &mut Tally) {
    let mut chance = Chance::of(seed);
    let case = case(sample, &mut chance);
    let name = "f";
    let bytes = sample.shipped(case.bytes.clone());
    let spoilt = read(name, &bytes, Some(sample.kind)).expect("the head is whole");
    tally.spoilt += case.spoilt;
    tally.told += spoilt.summary.rows_with_faults;

    // The same file again, packed, or marked as UTF-8, says the same.
    let other = match chance.below(8) {
        0 => Some(zstd::encode_all(&bytes[..], 1).expect("packs")),
        1 if sample.member.is_none() => Some([b"\xef\xbb\xbf", &bytes[..]].concat()),
        2 => Some(bytes),
        _ => None,
    };
    if let Some(other) = other {
        let again = read(name, &other, Some(sample.kind)).expect("the head is whole");
        assert_eq!(spoilt.rows, again.rows, "twice the same");
    }

    // In order, each row that was not touched is there with all that it says.
    let mut from = 0;
    let mut lost = Vec::new();
    for number in &case.good {
        let wanted = said(whole, *number);
        match (from..spoilt.rows.len()).find(|at| said(&spoilt, *at) == wanted) {
            Some(at) => from = at + 1,
            None => lost.push(*number),
        }
    }
    tally.good += case.good.len() as u64;
    tally.lost += lost.len() as u64;
    let mut remarks = spoilt
        .rows
        .iter()
        .flat_map(|row| faults(row).iter().chain(&row.notes));
    let hidden = remarks.any(|fault| may_hide_rows(sample.kind, fault));
    assert!(
        lost.is_empty() || hidden,
        "rows {lost:?} are lost and nothing says so:\n{}\n{:?}",
        String::from_utf8_lossy(&case.bytes),
        spoilt.remarks()
    );
    // Every row with a fault begins in lines that were spoilt.
    if !hidden {
        for row in spoilt.rows.iter().filter(|row| row.outcome.is_err()) {
            let inside = |(first, last): &(u64, u64)| (*first..=*last).contains(&row.line);
            assert!(
                case.lines.iter().any(inside),
                "a fault where nothing was spoilt: {row:?}\n{}",
                String::from_utf8_lossy(&case.bytes)
            );
        }
    }
}

/// Prints how to repeat a case if it panics.
struct Named {
    kind: Kind,
    seed: u64,
}

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { kind, seed } = self;
            println!(
                "{kind}, seed {seed}; repeat it with: PASSBAND_TEST_SEED={seed} cargo test -p passband-feeds --test it -- \
                 mutated"
            );
        }
    }
}

#[test]
fn among_spoilt_rows_the_good_are_kept_and_the_bad_are_told() {
    let samples = samples();
    let whole: Vec<Read> = samples
        .iter()
        .map(|sample| {
            let bytes = sample.shipped(sample.bytes());
            // A list of units is read only when it is asked for.
            let asked = (sample.kind == Kind::BlockedDevices).then_some(sample.kind);
            let whole = read("f", &bytes, asked).expect("a good file");
            assert_eq!(whole.origin.kind, sample.kind);
            assert_eq!(
                whole.summary.rows,
                sample.rows.len() as u64,
                "{}",
                sample.kind
            );
            assert_eq!(whole.summary.rows_with_faults, 0, "{}", sample.kind);
            assert!(whole.summary.facts > 0, "{}", sample.kind);
            whole
        })
        .collect();
    let rows = setting("PASSBAND_TEST_CASES").unwrap_or(ROWS);
    let only = setting("PASSBAND_TEST_SEED");
    let mut tallies: BTreeMap<Kind, Tally> = BTreeMap::new();
    let mut spoilt = 0;
    let mut seed = only.unwrap_or(0);
    while spoilt < rows {
        for (sample, whole) in samples.iter().zip(&whole) {
            let kind = sample.kind;
            let tally = tallies.entry(kind).or_default();
            let before = tally.spoilt;
            let named = Named { kind, seed };
            try_case(sample, whole, seed, tally);
            drop(named);
            spoilt += tally.spoilt - before;
        }
        if only.is_some() {
            break;
        }
        seed += 1;
    }
    println!(
        "{spoilt} rows spoilt, seeds 0..{seed}; of each kind: spoilt, rows told, good, good ones lost"
    );
    for (kind, tally) in &tallies {
        let Tally {
            spoilt,
            told,
            good,
            lost,
        } = tally;
        println!("  {kind}: {spoilt} {told} {good} {lost}");
    }
    for (kind, tally) in &tallies {
        // What hides rows is rare, and hides few. A line of the tree that became another country's takes along
        // those under it.
        let parts = if *kind == Kind::StdnumNetworks { 5 } else { 10 };
        let is_few = tally.lost * parts <= tally.good;
        assert!(is_few || is_read_whole(*kind), "{kind}");
    }
    assert_eq!(tallies.len(), Kind::ALL.len(), "of every kind");
}
