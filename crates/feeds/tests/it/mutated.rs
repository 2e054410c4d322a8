//! Rows spoilt in many ways among good ones, in files of every kind: nothing panics, what is good is kept, what is
//! bad is told at its line, and twice the same file is twice the same rows.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use feeds::{Fact, Kind};

use crate::chance::{Chance, setting, spoil};
use crate::collect::{Read, faults, read};
use crate::samples::{Sample, samples};

/// Rows that are spoilt in a run.
const ROWS: u64 = 100_000;

/// What a row says, without its place. T-Mobile's list is one fact, joined of all its rows.
fn said(read: &Read, row: usize) -> Option<&[Fact]> {
    let said = read.rows.get(row)?.outcome.as_deref().ok()?;
    let is_joined = read.origin.kind == Kind::TmobileBands;
    Some(if is_joined { &[] } else { said })
}

/// One spoilt file.
struct Case {
    bytes: Vec<u8>,
    rows: Vec<Spot>,
}

/// Where a row stands, and whether it was spoilt.
struct Spot {
    lines: RangeInclusive<u64>,
    is_spoilt: bool,
    has_quote: bool,
}

fn case(sample: &Sample, chance: &mut Chance) -> Case {
    let line_ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let mut spoilt = sample.clone();
    let mut line = 1 + line_ends(&sample.head);
    let mut rows = Vec::new();
    for (number, row) in spoilt.rows.iter_mut().enumerate() {
        // The first tells some kinds apart, and of the last the loss would show.
        let is_spoilt = (1..sample.rows.len() - 1).contains(&number) && chance.is_one_in(3);
        if is_spoilt {
            // A row's own end stays: without it, it and the next are one row.
            let end = row.pop();
            for _ in 0..=chance.below(3) {
                spoil(row, chance);
            }
            row.extend(end);
        }
        let next = line + line_ends(row);
        rows.push(Spot {
            lines: line..=next.max(line + 1) - 1,
            is_spoilt,
            has_quote: row.contains(&b'"'),
        });
        line = next;
    }
    Case {
        bytes: spoilt.bytes(),
        rows,
    }
}

/// A table of ours in TOML, where one fault in the notation is of all of it.
fn is_read_whole(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::KnownDevices | Kind::KnownNetworks | Kind::KnownBands
    )
}

/// Rules that say that rows right after the fault may be lost with it: an end that is missing makes those that
/// follow a part of the row, and after a document type nothing is read.
fn may_hide_rows(rule: &str) -> bool {
    matches!(
        rule,
        "xml.unclosed_tag"
            | "xml.unclosed_section"
            | "xml.unclosed_item"
            | "xml.malformed"
            | "xml.doctype"
    ) || rule.starts_with("json.")
}

/// Rules by which an untouched row is at fault: a spoilt one before it has taken its key.
fn is_of_twins(rule: &str) -> bool {
    matches!(
        rule,
        "id.repeated" | "imei.repeated" | "approval.repeated" | "approval.contradicted"
    )
}

/// Whether a row that was not touched may be lost.
fn may_be_lost(sample: &Sample, case: &Case, read: &Read, lost: &[usize], number: usize) -> bool {
    let is_told = |lines: &RangeInclusive<u64>, is_it: fn(&str) -> bool| {
        let rows = read.rows.iter().filter(|row| lines.contains(&row.line));
        let mut told = rows.flat_map(|row| faults(row).iter().chain(&row.notes));
        told.any(|fault| is_it(fault.rule))
    };
    if is_read_whole(sample.kind) {
        return is_told(&(0..=u64::MAX), |rule| {
            matches!(rule, "toml.malformed" | "text.not_utf8")
        });
    }
    let rows = &case.rows;
    let is_gone = |at: &usize| rows[*at].is_spoilt || lost.contains(at);
    let mut before = (0..number).rev().take_while(is_gone);
    let has_quote = |spot: &Spot| spot.is_spoilt && spot.has_quote;
    // A spoilt line of the tree may be a country's, under which the rest stands then.
    sample.kind == Kind::StdnumNetworks
        || is_told(&rows[number].lines, is_of_twins)
        || before.any(|at| is_told(&rows[at].lines, may_hide_rows))
        // Two quotes that were put in make one cell of a table of what is between them.
        || sample.head.contains(&b',')
            && rows[..number].iter().any(has_quote)
            && rows[number..].iter().any(has_quote)
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
    tally.spoilt += case.rows.iter().filter(|spot| spot.is_spoilt).count() as u64;
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
    for (number, _) in case
        .rows
        .iter()
        .enumerate()
        .filter(|(_, spot)| !spot.is_spoilt)
    {
        tally.good += 1;
        let wanted = said(whole, number);
        match (from..spoilt.rows.len()).find(|at| said(&spoilt, *at) == wanted) {
            Some(at) => from = at + 1,
            None => lost.push(number),
        }
    }
    tally.lost += lost.len() as u64;
    for number in &lost {
        assert!(
            may_be_lost(sample, &case, &spoilt, &lost, *number),
            "row {number} of {lost:?} is lost and nothing says so:\n{}\n{:?}",
            String::from_utf8_lossy(&case.bytes),
            spoilt.remarks()
        );
    }
    // Every row with a fault begins in lines that were spoilt or in those of a row that is lost. Or it stands after
    // the last: the end of the whole was lost with a row, or the file is cut off.
    let last = case.rows.last().map_or(0, |spot| *spot.lines.end());
    for row in spoilt.rows.iter().filter(|row| row.outcome.is_err()) {
        let is_inside = case.rows.iter().enumerate().any(|(at, spot)| {
            spot.lines.contains(&row.line) && (spot.is_spoilt || lost.contains(&at))
        });
        assert!(
            is_inside || row.line > last,
            "a fault where nothing was spoilt: {row:?}\n{}",
            String::from_utf8_lossy(&case.bytes)
        );
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
            let asked = sample.kind.is_never_told().then_some(sample.kind);
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
