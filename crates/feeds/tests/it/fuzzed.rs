//! Whole files spoilt anywhere, heads, packing and archives included, and pieces of one kind in another: no reader
//! panics, and what it counts adds up (which `read` checks of every file).
//!
//! Chance chooses; what the code does with it is not looked at, so this is no coverage-guided fuzzing.

use feeds::Kind;

use crate::chance::{Chance, setting, spoil};
use crate::collect::read;
use crate::samples::{Sample, samples};

/// Files a run for each family of readers.
const FILES: u64 = 400;

struct Named {
    family: &'static str,
    seed: u64,
}

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { family, seed } = self;
            println!(
                "{family}, seed {seed}; repeat it with: PASSBAND_TEST_SEED={seed} cargo test -p passband-feeds --test it -- \
                 fuzzed::{family}"
            );
        }
    }
}

/// A file of one of the samples, spoilt before and after it is packed.
fn file(
    samples: &[&Sample],
    all: &[Sample],
    is_packed: bool,
    chance: &mut Chance,
) -> (Kind, Vec<u8>) {
    let sample = *chance.one(samples);
    let mut bytes = sample.bytes();
    for _ in 0..chance.below(6) {
        spoil(&mut bytes, chance);
    }
    if chance.is_one_in(8) {
        let other = chance.one(all).bytes();
        let (from, at) = (chance.below(other.len()), chance.below(bytes.len() + 1));
        bytes.splice(at..at, other[from..].iter().copied());
    }
    let mut bytes = sample.shipped(bytes);
    if sample.member.is_some() || chance.is_one_in(6) {
        spoil(&mut bytes, chance);
    }
    if is_packed {
        bytes = zstd::encode_all(&bytes[..], 1).expect("packs");
        for _ in 0..chance.below(3) {
            spoil(&mut bytes, chance);
        }
    }
    (sample.kind, bytes)
}

fn check(family: &'static str, is_packed: bool, of: impl Fn(&Sample) -> bool) {
    let all = samples();
    let chosen: Vec<&Sample> = all.iter().filter(|sample| of(sample)).collect();
    assert!(!chosen.is_empty(), "{family}");
    let only = setting("PASSBAND_TEST_SEED");
    let files = setting("PASSBAND_TEST_CASES").unwrap_or(FILES);
    let seeds = only.map_or(0..files, |seed| seed..seed + 1);
    let (mut read_whole, mut refused) = (0_u64, 0_u64);
    for seed in seeds {
        let named = Named { family, seed };
        let (kind, bytes) = file(&chosen, &all, is_packed, &mut Chance::of(seed));
        // As what it was, and as what it looks like.
        for kind in [Some(kind), None] {
            match read("f", &bytes, kind) {
                Ok(_) => read_whole += 1,
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    refused += 1;
                }
            }
        }
        drop(named);
    }
    println!("{family}: {read_whole} read, {refused} refused as a whole");
}

fn head_has(sample: &Sample, sign: u8) -> bool {
    sample.member.is_none() && sample.head.contains(&sign)
}

#[test]
fn csv() {
    check("csv", false, |sample| {
        head_has(sample, b',') && !head_has(sample, b'{')
    });
}

#[test]
fn tsv() {
    check("tsv", false, |sample| head_has(sample, b'\t'));
}

#[test]
fn xml() {
    check("xml", false, |sample| head_has(sample, b'<'));
}

#[test]
fn json() {
    check("json", false, |sample| {
        head_has(sample, b'[') || head_has(sample, b'{')
    });
}

#[test]
fn jsonl() {
    check("jsonl", false, |sample| {
        sample.head.is_empty() && sample.rows[0].starts_with(b"{")
    });
}

#[test]
fn toml() {
    check("toml", false, |sample| sample.rows[0].starts_with(b"[["));
}

#[test]
fn textpb() {
    check("textpb", false, |sample| {
        sample.kind == Kind::AospCarrierList
    });
}

#[test]
fn tree() {
    check("tree", false, |sample| sample.kind == Kind::StdnumNetworks);
}

#[test]
fn tar() {
    check("tar", false, |sample| sample.member.is_some());
}

#[test]
fn zst() {
    check("zst", true, |_| true);
}

/// Cells that list bands, in every notation that is read.
#[test]
fn bands() {
    check("bands", false, |sample| {
        matches!(
            sample.kind,
            Kind::CarrierBands
                | Kind::XiaomiSpecs
                | Kind::GsmarenaSheets
                | Kind::WikipediaNetworks
                | Kind::BandTable
        )
    });
}
