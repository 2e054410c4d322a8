//! How fast, and how right, are titles, suggestions and type allocation codes?
//!
//! `cargo run --release -p passband-catalogue --example bench_catalogue -- FOLDER [DATA [errors]]`. The first
//! argument is where a bench may write, and this one writes nothing. `DATA` is a folder
//! of source data that is not part of this tree; with it titles are judged by the answers of a price
//! comparison, and `errors` lists where reading and answer differ. Without it everything runs on generated
//! names, and the table says so. Expected before it was written: 10 µs a title, most of it look-ups of
//! neighbouring words. Prints a Markdown table.

mod judge;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant as Watch;

use catalogue::suggest::Suggest;
use catalogue::tac::TacTable;
use catalogue::title::features::storage_gb as storage;
use catalogue::title::{Matcher, Named};
use catalogue::words::Words;
use domain::number::Tac;
use judge::{Offer, judge};

const RUNS: usize = 5;
const GENERATED_NAMES: usize = 45_000;
const TITLES: usize = 20_000;
const ASKINGS: usize = 5_000;
const CODES: u32 = 100_000;
const LOOK_UPS: usize = 1_000_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[derive(Default)]
struct Name {
    brand: String,
    name: String,
    code: String,
    storage_gb: Vec<u32>,
    sims: Vec<u8>,
    year: Option<u16>,
}

impl Name {
    fn named(&self) -> Named<'_> {
        Named {
            brand: &self.brand,
            name: &self.name,
            code: &self.code,
            storage_gb: &self.storage_gb,
            sims: &self.sims,
            year: self.year,
        }
    }
}

/// `Single SIM (Nano-SIM) or Dual SIM`: the numbers of cards.
fn sims(cell: &str) -> Vec<u8> {
    let cell = cell.to_lowercase();
    let is_single = cell.contains("single") || (!cell.contains("dual") && cell.contains("sim"));
    [(is_single, 1), (cell.contains("dual"), 2)]
        .into_iter()
        .filter_map(|(is, number)| is.then_some(number))
        .collect()
}

/// `64GB 4GB RAM, 256GB 4GB RAM`: the sizes, without the memory.
fn storage_gb(cell: &str) -> Vec<u32> {
    cell.split([',', '/'])
        .filter_map(|part| storage(&Words::new(part)))
        .collect()
}

fn text(path: &Path) -> Outcome<String> {
    let bytes = zstd::decode_all(fs::File::open(path)?)?;
    let utf16 = bytes.starts_with(&[0xff, 0xfe]);
    Ok(if utf16 {
        encoding_rs::UTF_16LE.decode(&bytes).0.into_owned()
    } else {
        String::from_utf8(bytes)?
    })
}

fn names_of_data(data: &Path) -> Outcome<Vec<Name>> {
    let mut names = Vec::new();
    let specs = text(&data.join("device-specs/gsmarena_2021-02_decoded.jsonl.zst"))?;
    for line in specs.lines() {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        names.push(Name {
            brand: field("Brand"),
            name: field("Model Name"),
            code: String::new(),
            storage_gb: storage_gb(&field("Internal")),
            sims: sims(&field("SIM")),
            year: field("Announced")
                .get(..4)
                .and_then(|year| year.parse().ok()),
        });
    }
    let google = text(&data.join("gms-certified/supported_devices_2025-01-20.csv.zst"))?;
    for row in csv::Reader::from_reader(google.as_bytes()).records() {
        let row = row?;
        names.push(Name {
            brand: row[0].to_owned(),
            name: row[1].to_owned(),
            code: row[3].to_owned(),
            ..Name::default()
        });
    }
    let codes = text(&data.join("device-specs/gsmarena_2024-09_device_model_codes.json.zst"))?;
    let codes: serde_json::Value = serde_json::from_str(&codes)?;
    for row in codes["data"].as_array().into_iter().flatten() {
        let key = row["key"].as_str().unwrap_or_default();
        let brand = key.split('_').next().unwrap_or_default();
        for code in row["models"].as_array().into_iter().flatten() {
            names.push(Name {
                brand: brand.to_owned(),
                name: row["device_name"].as_str().unwrap_or_default().to_owned(),
                code: code.as_str().unwrap_or_default().to_owned(),
                ..Name::default()
            });
        }
    }
    Ok(names)
}

fn offers(data: &Path) -> Outcome<Vec<Offer>> {
    let rows = text(&data.join("offers/pricerunner_aggregate.csv.zst"))?;
    let mut offers = Vec::new();
    for row in csv::Reader::from_reader(rows.as_bytes()).records() {
        let row = row?;
        if &row[6] == "Mobile Phones" {
            offers.push(Offer {
                title: row[1].to_owned(),
                cluster: row[3].parse()?,
            });
        }
    }
    Ok(offers)
}

/// Names of the shape of real ones: 300 brands, five families each, numbers and a few variants.
fn generated_names() -> Vec<Name> {
    const SYLLABLES: [&str; 20] = [
        "ba", "do", "fi", "gu", "ka", "le", "mi", "no", "pa", "ri", "so", "ta", "ve", "xi", "zo",
        "he", "ju", "ny", "qua", "wi",
    ];
    const VARIANTS: [&str; 6] = ["", " Plus", " Lite", " Pro", " Max", " (2018)"];
    let word = |n: usize| {
        [n % 20, n / 20 % 20, n * 7 % 19]
            .map(|at| SYLLABLES[at])
            .concat()
    };
    (0..GENERATED_NAMES)
        .map(|n| Name {
            brand: word(n % 300),
            name: format!(
                "{} {}{}",
                word(n % 300 + n % 5 * 61),
                n / 300,
                VARIANTS[n % 6]
            ),
            code: format!(
                "{}-{:04}{}",
                &word(n % 300)[..2],
                n / 7,
                ["F", "DS", "U"][n % 3]
            ),
            ..Name::default()
        })
        .collect()
}

/// Matcher as shops write them, about every so many of the names.
fn generated_titles(names: &[Name]) -> Vec<String> {
    (0..TITLES)
        .map(|n| {
            let Name {
                brand, name, code, ..
            } = &names[n * 7_919 % names.len()];
            match n % 4 {
                0 => format!("{brand} {name} 64gb 5.5 12mp sim free smartphone in gold"),
                1 => format!("sim free {name} dual sim 32 gb 4gb ram midnight black unlocked"),
                2 => format!("{brand} {code} {name} 4g black"),
                _ => format!("leather case for {brand} {name} with stand"),
            }
        })
        .collect()
}

/// What somebody types on the way to a name: less and more of it, every third time with an error.
fn typed(names: &[Name]) -> Vec<String> {
    (0..ASKINGS)
        .map(|n| {
            let Name { brand, name, .. } = &names[n * 7_919 % names.len()];
            let mut letters: Vec<char> =
                format!("{brand} {name}").chars().take(1 + n % 17).collect();
            if n.is_multiple_of(3) && letters.len() > 2 {
                let at = n % (letters.len() - 1);
                letters.swap(at, at + 1);
            }
            letters.into_iter().collect()
        })
        .collect()
}

fn print(what: &str, unit: &str, mut figures: Vec<f64>) {
    figures.sort_by(f64::total_cmp);
    let (median, least, most) = (figures[RUNS / 2], figures[0], figures[RUNS - 1]);
    println!("| {what} | {median:.0} | {least:.0} | {most:.0} | {unit} |");
}

fn time_titles(titles: &Matcher, texts: &[String]) {
    let rates = (0..RUNS).map(|_| {
        let watch = Watch::now();
        for text in texts {
            black_box(titles.variant(&titles.read(black_box(text))));
        }
        texts.len() as f64 / watch.elapsed().as_secs_f64()
    });
    let what = format!("titles read, devices: {}", titles.devices_count());
    print(&what, "titles/s", rates.collect());
}

fn time_suggestions(names: &[Name]) {
    let full: Vec<String> = names
        .iter()
        .map(|n| format!("{} {}", n.brand, n.name))
        .collect();
    let suggest = Suggest::new(full.iter().map(String::as_str));
    let typed = typed(names);
    let (mut middle, mut late) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let mut times: Vec<f64> = typed
            .iter()
            .map(|typed| {
                let watch = Watch::now();
                black_box(suggest.of(black_box(typed)));
                watch.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        middle.push(times[times.len() / 2]);
        late.push(times[times.len() * 99 / 100]);
    }
    let what = format!("suggestions, rows of names: {}", names.len());
    print(&format!("{what}, middle"), "µs", middle);
    print(&format!("{what}, 99th percentile"), "µs", late);
}

fn time_codes() -> Outcome<()> {
    let codes: Result<Vec<Tac>, _> = (0..CODES)
        .map(|n| format!("{:08}", n * 911).parse())
        .collect();
    let codes = codes?;
    let rows = (0..CODES).zip(0..codes.len());
    let table = TacTable::new(rows.map(|(row, n)| (codes[n * 3 / 4], row)));
    let times = (0..RUNS).map(|_| {
        let watch = Watch::now();
        for n in 0..LOOK_UPS {
            black_box(table.rows(black_box(codes[n * 7_919 % codes.len()])));
        }
        watch.elapsed().as_secs_f64() * 1e9 / LOOK_UPS as f64
    });
    print(
        &format!("rows on a code, codes: {}", table.codes().len()),
        "ns",
        times.collect(),
    );
    Ok(())
}

fn main() -> Outcome<()> {
    let folder = std::env::args().nth(2);
    let data = folder.as_deref().map(Path::new);
    let names = match data {
        Some(data) => names_of_data(data)?,
        None => generated_names(),
    };
    let offers = data.map(offers).transpose()?.unwrap_or_default();
    let texts = match data {
        Some(_) => offers.iter().map(|offer| offer.title.clone()).collect(),
        None => generated_titles(&names),
    };
    let titles = Matcher::new(names.iter().map(Name::named));
    println!(
        "Names and titles: {}.\n",
        if data.is_some() {
            "real lists"
        } else {
            "generated"
        }
    );
    println!("| what | median | least | most | unit |");
    println!("|---|---:|---:|---:|---|");
    time_titles(&titles, &texts);
    time_suggestions(&names);
    time_codes()?;
    if data.is_some() {
        let is_listing = std::env::args().nth(3).as_deref() == Some("errors");
        judge(&titles, &offers, is_listing);
    }
    Ok(())
}
