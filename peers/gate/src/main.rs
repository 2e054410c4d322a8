//! The gate beside engines that decide by policies and facts: the same facts, the same questions, the same answers.
//!
//! `cargo xtask bench gate` runs it. Every engine is asked which of three requirements an offer fails (authorised by
//! the brand, certified by the network, a band in common with it); all must say the same of every offer before
//! anything is timed. Engines take turns, one thread each. Prints a Markdown table; judges no figure.

use std::hint::black_box;

use domain::Instant;
use domain::policy::Requirement;
use gate::snapshot::Moment;
use gate::{Seat, Snapshot};

use measure::{RUNS, one_run};
use world::Outcome;

mod cedar;
mod dense;
#[path = "../../../crates/gate/examples/bench_gate/measure.rs"]
#[expect(dead_code, reason = "the gate's own bench uses the rest")]
mod measure;
mod rego;
mod sqlite;
#[path = "../../../crates/gate/examples/bench_gate/world.rs"]
#[expect(dead_code, reason = "the gate's own bench uses the rest")]
mod world;

const QUESTIONS: usize = 16_384;

/// What an offer fails: a bit a requirement, in this order.
pub const REQUIREMENTS: [(Requirement, &str); 3] = [
    (Requirement::SalesAuthorization, "sales_authorization"),
    (Requirement::DeviceCertification, "device_certification"),
    (Requirement::RadioFit, "radio_fit"),
];

/// The bit of a requirement by its word.
pub fn bit(word: &str) -> u8 {
    let place = REQUIREMENTS.iter().position(|(_, name)| *name == word);
    place.map_or(0, |place| 1 << place)
}

/// The facts as words, for whoever has other tables.
pub struct Words {
    /// Brand and seller.
    pub authorised: Vec<(String, String)>,
    /// Variant and network.
    pub certified: Vec<(String, String)>,
    /// Variant and its bands.
    pub devices: Vec<(String, &'static [u16])>,
    /// Network and its bands.
    pub networks: Vec<(String, &'static [u16])>,
    /// The offers to be judged.
    pub offers: Vec<Asked>,
}

/// An offer as words.
pub struct Asked {
    pub brand: String,
    pub seller: String,
    pub variant: String,
}

/// The network that all are asked about.
pub const NETWORK: &str = "net-0";

impl Words {
    fn of_the_world() -> Outcome<Self> {
        let offers: Outcome<Vec<Asked>> = (0..QUESTIONS)
            .map(|n| {
                let offer = world::offer(n)?;
                Ok(Asked {
                    brand: offer.brand.to_string(),
                    seller: offer.seller.to_string(),
                    variant: offer.variant.to_string(),
                })
            })
            .collect();
        let authorised = (0..world::BRANDS).flat_map(|brand| {
            let sellers = 0..world::AUTHORISATIONS_EACH;
            sellers.map(move |seller| (format!("brand-{brand}"), format!("seller-{seller}")))
        });
        let certified = (0..world::VARIANTS).flat_map(|variant| {
            let networks = 0..world::CERTIFICATIONS_EACH;
            networks.map(move |network| (format!("variant-{variant}"), format!("net-{network}")))
        });
        let devices = (0..world::VARIANTS)
            .map(|variant| (format!("variant-{variant}"), world::bands_of(variant)));
        let networks = (0..world::NETWORKS)
            .map(|network| (format!("net-{network}"), &world::NETWORK_BANDS[..]));
        Ok(Self {
            authorised: authorised.collect(),
            certified: certified.collect(),
            devices: devices.collect(),
            networks: networks.collect(),
            offers: offers?,
        })
    }
}

/// An engine with its facts loaded and its questions prepared.
pub trait Engine {
    /// As it is called in the table.
    fn name(&self) -> String;
    /// What the offer of this number fails.
    fn failed(&mut self, offer: usize) -> Outcome<u8>;
}

struct Gate {
    snapshot: Snapshot,
    seats: Vec<Seat>,
}

impl Engine for Gate {
    fn name(&self) -> String {
        let facts = self.snapshot.next_position();
        format!("Passband's gate, {facts} facts, with all reasons in brief")
    }

    fn failed(&mut self, offer: usize) -> Outcome<u8> {
        let judgement = self
            .snapshot
            .judge(&self.seats[offer], Moment::at(Instant::MAX));
        let mut failed = 0;
        for brief in judgement.briefs() {
            if brief.code.outcome() != gate::Outcome::Sellable {
                let asked = brief.code.requirement();
                let place = REQUIREMENTS.iter().position(|(one, _)| *one == asked);
                failed |= place.map_or(0, |place| 1 << place);
            }
        }
        Ok(failed)
    }
}

fn gate() -> Outcome<Gate> {
    let snapshot = world::world(1)?.snapshot;
    let seats: Outcome<Vec<Seat>> = (0..QUESTIONS)
        .map(|n| Ok(snapshot.seat(&world::offer(n)?)))
        .collect();
    let seats = seats?;
    Ok(Gate { snapshot, seats })
}

fn main() -> Outcome<()> {
    let words = Words::of_the_world()?;
    let mut engines: Vec<Box<dyn Engine + '_>> = vec![
        Box::new(gate()?),
        Box::new(dense::Dense::of(&words)),
        Box::new(sqlite::Sqlite::of(&words)?),
        Box::new(rego::Rego::of(&words)?),
        Box::new(cedar::Cedar::of(&words)?),
    ];
    let (first, others) = engines.split_first_mut().ok_or("no engine")?;
    let mut counts = [0_usize; 4];
    for offer in 0..QUESTIONS {
        let expected = first.failed(offer)?;
        counts[expected.count_ones() as usize] += 1;
        for other in &mut *others {
            let found = other.failed(offer)?;
            if found != expected {
                let name = other.name();
                return Err(
                    format!("offer {offer}: {expected:b}, but {name} says {found:b}").into(),
                );
            }
        }
    }
    println!(
        "All engines name the same failed requirements for all {QUESTIONS} offers: {} fail none, {} one, {} two, {} three.\n",
        counts[0], counts[1], counts[2], counts[3]
    );
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); engines.len()];
    for _ in 0..RUNS {
        for (engine, times) in engines.iter_mut().zip(&mut times) {
            let mut fault = None;
            times.push(one_run(QUESTIONS, || {
                for offer in 0..QUESTIONS {
                    match engine.failed(black_box(offer)) {
                        Ok(failed) => _ = black_box(failed),
                        Err(error) => fault = Some(error),
                    }
                }
            })?);
            fault.map_or(Ok(()), Err)?;
        }
    }
    print(&engines, &times);
    Ok(())
}

fn print(engines: &[Box<dyn Engine + '_>], times: &[Vec<f64>]) {
    println!(
        "| engine | median, ns | least | most | decisions/s | times the gate's in the same round |"
    );
    println!("|---|---:|---:|---:|---:|---:|");
    for (engine, own) in engines.iter().zip(times) {
        let (median, least, most) = of_runs(own.clone());
        // What slows the machine for a while slows a whole round.
        let ratios = own.iter().zip(&times[0]).map(|(own, gate)| own / gate);
        let (ratio, ..) = of_runs(ratios.collect());
        println!(
            "| {} | {median:.0} | {least:.0} | {most:.0} | {:.0} | {ratio:.1} |",
            engine.name(),
            1e9 / median,
        );
    }
}

/// Median, least and most.
fn of_runs(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    (values[RUNS / 2], values[0], values[RUNS - 1])
}
