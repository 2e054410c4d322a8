//! How fast is the atlas, how large, and how many type allocation codes does it resolve?
//!
//! `cargo run --release -p passband-trade --example bench_atlas -- FOLDER DATA`. The first argument is where a
//! bench may write: a house is made there and every list of devices and networks below `DATA` is imported.
//! `DATA` is a folder of source data that is not part of this tree. Expected before it was written: 60,000 codes
//! at 3 µs and 18,000 distinct fits at 5 µs are 0.3 s. Prints Markdown tables.

use std::collections::HashMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Watch;

use domain::evidence::{Authority, Sourced};
use domain::policy::Service;
use domain::radio::Radio;
use domain::{Instant, number::Tac};
use gate::fit::{Grade, fit};
use trade::atlas::{Atlas, Basis, TacOutcome};
use trade::bulk::{CHUNK_ROWS, Question, Unsaid};
use trade::check::CheckRequest;
use trade::clock::SystemClock;
use trade::data_sets::{Input, kind_of_file};
use trade::{House, HouseOptions};

const RUNS: usize = 5;
const ASKINGS: usize = 5_000;
const LOOK_UPS: usize = 1_000_000;
const FITS: usize = 20_000;
const CHUNKS: usize = 200;
/// Where lists of devices and networks are; other copies of the same rows are left out.
const FOLDERS: [&str; 6] = [
    "gms-certified",
    "device-specs",
    "model-codes",
    "tac",
    "stolen-register",
    "networks",
];
const COPIES: &str = "_raw_";
/// The hosts of US Mobile.
const HOSTS: [&str; 3] = ["T-Mobile US", "AT&T", "Verizon"];
const AT: &str = "2026-11-24";

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn files(data: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(data.join(folder))? {
            let path = entry?.path();
            let is_copy = path.to_string_lossy().contains(COPIES);
            if path.is_file() && !is_copy && matches!(kind_of_file(&path), Ok(Some(_))) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Resident memory of this process, in KiB, as Linux counts it.
fn resident_kib() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(number.ok_or("no VmRSS")?.parse()?)
}

fn print(what: &str, unit: &str, mut figures: Vec<f64>) {
    figures.sort_by(f64::total_cmp);
    let (median, least, most) = (
        figures[figures.len() / 2],
        figures[0],
        figures[figures.len() - 1],
    );
    println!("| {what} | {median:.0} | {least:.0} | {most:.0} | {unit} |");
}

fn timed(what: &str, unit: &str, per: f64, mut work: impl FnMut()) {
    let runs = (0..RUNS).map(|_| {
        let watch = Watch::now();
        work();
        watch.elapsed().as_secs_f64() * per
    });
    print(what, unit, runs.collect());
}

#[derive(Default)]
struct Coverage {
    counts: Vec<(&'static str, u64)>,
}

impl Coverage {
    fn count(&mut self, what: &'static str) {
        match self.counts.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((what, 1)),
        }
    }

    fn of(&self, what: &str) -> u64 {
        let found = self.counts.iter().find(|(known, _)| *known == what);
        found.map_or(0, |(_, count)| *count)
    }
}

/// Voice and data on one host.
type Grades = (&'static str, &'static str);

fn grades(device: &[Sourced<Radio>], host: &[Sourced<Radio>], at: Instant) -> Grades {
    let fit = fit(device, host, at);
    let of = |service| match fit.service(service).map(|fit| fit.grade) {
        Some(Grade::AtLeast(level)) => match level.name() {
            "partial" => "partial or more",
            "fallback only" => "fallback only or more",
            other => other,
        },
        Some(grade) => grade.name(),
        None => "unknown",
    };
    (of(Service::Voice), of(Service::Data))
}

/// Every code on every host: answered for each distinct device once.
fn every_code(
    atlas: &Atlas,
    hosts: &[Vec<Sourced<Radio>>],
    at: Instant,
) -> (usize, Vec<HashMap<Grades, u64>>) {
    let mut known: HashMap<Vec<u32>, Vec<Grades>> = HashMap::new();
    let mut counts: Vec<HashMap<Grades, u64>> = vec![HashMap::new(); hosts.len()];
    for tac in atlas.tacs() {
        let rows = match atlas.find_tac(*tac) {
            trade::atlas::Answer::Device(device) => atlas.rows_with_bands(&device),
            _ => continue,
        };
        let graded = known.entry(rows).or_insert_with_key(|rows| {
            let radios = atlas.radios_of(rows);
            hosts.iter().map(|host| grades(&radios, host, at)).collect()
        });
        for (counts, graded) in counts.iter_mut().zip(graded) {
            *counts.entry(*graded).or_default() += 1;
        }
    }
    (known.len(), counts)
}

fn coverage(atlas: &Atlas) -> Coverage {
    let mut coverage = Coverage::default();
    for tac in atlas.tacs() {
        let answer = atlas.tac(*tac);
        let is_listed = answer.claims.iter().any(|claim| !claim.is_free_text);
        coverage.count(if is_listed {
            "in a list"
        } else {
            "in free texts only"
        });
        match &answer.outcome {
            TacOutcome::Device {
                basis,
                has_bands,
                is_named,
                codes_meant,
                ..
            } => {
                if *basis == Basis::FreeText {
                    coverage.count(if *has_bands {
                        "free text, bands known"
                    } else {
                        "free text, bands not known"
                    });
                    continue;
                }
                coverage.count(if *is_named {
                    "one model"
                } else {
                    "codes without a name"
                });
                if *basis == Basis::Followed {
                    coverage.count("followed");
                }
                if *codes_meant == Some(1) {
                    coverage.count("one variant");
                }
                if *has_bands {
                    coverage.count("bands known");
                }
            }
            TacOutcome::Variants(_) => {
                if is_listed {
                    coverage.count("one model");
                }
                coverage.count("variants");
            }
            TacOutcome::Names(_) => coverage.count("names"),
            TacOutcome::Contradicted(_) => coverage.count("contradicted"),
            TacOutcome::MadeUp | TacOutcome::Unknown => coverage.count("nothing"),
        }
    }
    coverage
}

fn print_coverage(coverage: &Coverage, made_up: u64, lost: u64) {
    println!("\nWhat becomes of the type allocation codes.\n");
    println!("| codes | count |");
    println!("|---|---:|");
    for (what, key) in [
        ("in a list", "in a list"),
        ("of those: one model", "one model"),
        ("of those: one variant", "one variant"),
        (
            "of those: found by following codes and other names",
            "followed",
        ),
        ("of those: bands known", "bands known"),
        (
            "of those: model codes that no list names",
            "codes without a name",
        ),
        (
            "of those: one model, its variants have different bands",
            "variants",
        ),
        ("of those: one of several names", "names"),
        ("of those: lists contradict each other", "contradicted"),
        ("in free texts only", "in free texts only"),
        (
            "of those: the text leads to bands",
            "free text, bands known",
        ),
        ("of those: it does not", "free text, bands not known"),
    ] {
        println!("| {what} | {} |", coverage.of(key));
    }
    println!("| rows set aside: made up | {made_up} |");
    println!("| rows set aside: digits lost | {lost} |");
}

fn print_grades(counts: &[HashMap<Grades, u64>]) {
    println!("\nGrades of the codes that mean one device, on {AT}, bands known or not.\n");
    println!("| host | voice | data | codes |");
    println!("|---|---|---|---:|");
    for (host, counts) in HOSTS.iter().zip(counts) {
        let mut rows: Vec<(&Grades, &u64)> = counts.iter().collect();
        rows.sort_by_key(|(grades, count)| (std::cmp::Reverse(**count), **grades));
        for ((voice, data), count) in rows {
            println!("| {host} | {voice} | {data} | {count} |");
        }
    }
}

async fn import(house: &House, data: &Path) -> Outcome<(u64, u64)> {
    let (mut made_up, mut lost) = (0, 0);
    for file in files(data)? {
        let imported = house
            .import(Input::Path(file), None, Authority::PublicList, |_| {})
            .await?;
        for fault in &imported.faults {
            made_up += u64::from(fault.rule == "tac.made_up");
            lost += u64::from(fault.rule == "tac.digits_lost");
        }
    }
    Ok((made_up, lost))
}

async fn hosts(house: &House, at: Instant) -> Outcome<Vec<Vec<Sourced<Radio>>>> {
    let mut hosts = Vec::new();
    for network in HOSTS {
        let request = CheckRequest {
            device: "2015015".to_owned(),
            network: network.to_owned(),
            country: "US".parse()?,
            at,
        };
        hosts.push(house.check(request).await?.network_facts);
    }
    Ok(hosts)
}

fn time_look_ups(atlas: &Atlas) {
    let tacs = atlas.tacs();
    let tac = |n: usize| tacs[n * 7_919 % tacs.len()];
    timed(
        "rows on a type allocation code",
        "ns",
        1e9 / LOOK_UPS as f64,
        || {
            for n in 0..LOOK_UPS {
                black_box(atlas.rows_of_tac(black_box(tac(n))));
            }
        },
    );
    timed(
        "what a type allocation code means",
        "ns",
        1e9 / tacs.len() as f64,
        || {
            for tac in tacs {
                black_box(atlas.find_tac(*tac));
            }
        },
    );
    let names: Vec<String> = (0..ASKINGS).map(|n| atlas.name(n * 7_919)).collect();
    timed("what a name means", "ns", 1e9 / names.len() as f64, || {
        for name in &names {
            black_box(atlas.find(name)).ok();
        }
    });
    // On the way to a name: less and more of it, every third time with an error.
    let typed = names.iter().zip(0..).map(|(name, n): (_, usize)| {
        let mut letters: Vec<char> = name.chars().take(1 + n % 17).collect();
        if n.is_multiple_of(3) && letters.len() > 2 {
            let at = n % (letters.len() - 1);
            letters.swap(at, at + 1);
        }
        letters.into_iter().collect::<String>()
    });
    let typed: Vec<String> = typed.collect();
    let (mut middle, mut late) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let mut times: Vec<f64> = typed
            .iter()
            .map(|typed| {
                let watch = Watch::now();
                black_box(atlas.suggestions(typed));
                watch.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        middle.push(times[times.len() / 2]);
        late.push(times[times.len() * 99 / 100]);
    }
    print("suggestions, middle", "µs", middle);
    print("suggestions, 99th percentile", "µs", late);
}

fn time_fits(atlas: &Atlas, hosts: &[Vec<Sourced<Radio>>], at: Instant) {
    let mut devices: Vec<Vec<Sourced<Radio>>> = Vec::new();
    for tac in atlas.tacs() {
        if let trade::atlas::Answer::Device(device) = atlas.find_tac(*tac) {
            let radios = atlas.radios(&device);
            if !radios.is_empty() && !devices.contains(&radios) {
                devices.push(radios);
            }
        }
        if devices.len() == 1_000 {
            break;
        }
    }
    let sources: usize = devices.iter().map(Vec::len).sum();
    let what = format!(
        "one fit with reasons, sources of a device {:.1}, of a host {:.1}",
        sources as f64 / devices.len() as f64,
        hosts.iter().map(Vec::len).sum::<usize>() as f64 / hosts.len() as f64
    );
    timed(&what, "ns", 1e9 / FITS as f64, || {
        for n in 0..FITS {
            let (device, host) = (&devices[n % devices.len()], &hosts[n % hosts.len()]);
            black_box(fit(black_box(device), host, at));
        }
    });
}

async fn time_bulk(house: &House, atlas: &Atlas) -> Outcome<()> {
    let unsaid = Unsaid {
        network: Some("T-Mobile US".to_owned()),
        country: Some("US".parse()?),
        at: Some(AT.parse()?),
    };
    let chunk = |chunk: usize| -> Vec<Question> {
        let row = |n: usize| Question {
            line: n as u64,
            device: atlas.name((chunk * CHUNK_ROWS + n) * 7_919),
            ..Question::default()
        };
        (0..CHUNK_ROWS).map(row).collect()
    };
    let mut rates = Vec::new();
    for _ in 0..RUNS {
        let watch = Watch::now();
        for n in 0..CHUNKS {
            black_box(house.answer(chunk(n), &unsaid).await);
        }
        rates.push((CHUNKS * CHUNK_ROWS) as f64 / watch.elapsed().as_secs_f64());
    }
    print("checks in bulk, by name", "rows/s", rates);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, data] = arguments.as_slice() else {
        return Err("give a folder to write in, and the folder of the data".into());
    };
    let at: Instant = AT.parse()?;
    let folder = Path::new(folder).join("atlas");
    let house = House::open(HouseOptions::new(&folder, Arc::new(SystemClock))).await?;
    let (made_up, lost) = import(&house, Path::new(data)).await?;
    let hosts = hosts(&house, at).await?;
    let before = resident_kib()?;
    let watch = Watch::now();
    let atlas = house.atlas().await?;
    let read_in = watch.elapsed().as_secs_f64();
    let resident = resident_kib()?.saturating_sub(before);

    println!("Every list of devices and networks of the source data.\n");
    println!("| the atlas | |\n|---|---:|");
    println!("| rows | {} |", atlas.rows_count());
    println!("| names of devices | {} |", atlas.names_count());
    println!("| type allocation codes | {} |", atlas.tacs().len());
    println!(
        "| MiB in resident memory more than before | {} |",
        resident / 1024
    );
    println!(
        "| MiB counted, without suggestions | {} |",
        atlas.bytes() / 1024 / 1024
    );
    println!(
        "| bytes a name, counted | {} |",
        atlas.bytes() / atlas.names_count().max(1)
    );
    println!("| ms to read it | {:.0} |", read_in * 1e3);
    let watch = Watch::now();
    let bytes = house.titles_bytes().await?;
    println!(
        "| MiB counted, names for titles | {} |",
        bytes / 1024 / 1024
    );
    let read_in = watch.elapsed().as_secs_f64();
    println!("| ms to read the names for titles | {:.0} |", read_in * 1e3);

    println!("\n| what | median | least | most | unit |");
    println!("|---|---:|---:|---:|---|");
    let mut counted = (0, Vec::new());
    let what = format!(
        "every code on {} hosts, codes: {}",
        HOSTS.len(),
        atlas.tacs().len()
    );
    timed(&what, "ms", 1e3, || {
        counted = every_code(&atlas, &hosts, at)
    });
    time_fits(&atlas, &hosts, at);
    time_look_ups(&atlas);
    time_bulk(&house, &atlas).await?;
    println!("\nDistinct devices among the codes: {}.", counted.0);
    print_coverage(&coverage(&atlas), made_up, lost);
    print_grades(&counted.1);
    let known: [Tac; 3] = [
        "86763402".parse()?,
        "35647100".parse()?,
        "22222222".parse()?,
    ];
    println!("\n| known answer | what it means |\n|---|---|");
    for tac in known {
        println!("| {tac} | {} |", said(&atlas, tac));
    }
    house.close().await;
    Ok(())
}

fn said(atlas: &Atlas, tac: Tac) -> String {
    match atlas.tac(tac).outcome {
        TacOutcome::Device { name, .. } => name,
        TacOutcome::Variants(of) | TacOutcome::Names(of) | TacOutcome::Contradicted(of) => {
            let names: Vec<String> = of.iter().map(ToString::to_string).collect();
            format!("not settled: {}", names.join(", or "))
        }
        TacOutcome::MadeUp => "made up".to_owned(),
        TacOutcome::Unknown => "in no list".to_owned(),
    }
}
