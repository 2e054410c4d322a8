//! How long a question takes: one fit with its working, and verdicts with reasons over a hundred thousand facts,
//! on one thread.
//!
//! `cargo run --release -p passband-gate --example bench_gate`. Expected before it was written: about
//! 2 µs a verdict, most of it the reasons' own strings and lists, and a lookup a scope. Prints a Markdown
//! table.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant as Watch;

use domain::evidence::{
    Authority, CertificationResult, Claim, Evidence, FactRef, Reach, Recorded, SalesAuthorization,
    Source, Sourced, Standing, Vouching,
};
use domain::listing::Offer;
use domain::policy::{CategoryPolicy, Demand, HostRule, Level, Policy, Requirement, Service};
use domain::radio::{AccessTechnology, Band, BandClaim, BandList, Radio};
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::Moment;
use gate::{Question, Snapshot};

const BRANDS: usize = 200;
const AUTHORISATIONS_EACH: usize = 200;
const VARIANTS: usize = 10_000;
const CERTIFICATIONS_EACH: usize = 5;
const NETWORKS: usize = 20;
const QUESTIONS: usize = 65_536;
const RUNS: usize = 5;
const COPIES: u32 = 1_000;
const FITS: u32 = 20_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

struct World {
    snapshot: Snapshot,
    versions: std::collections::HashMap<Scope, u64>,
}

impl World {
    fn record(&mut self, scope: Scope, claim: Claim) -> Outcome<()> {
        let position = self.snapshot.next_position();
        let version = self.versions.entry(scope.clone()).or_default();
        *version += 1;
        let evidence = Evidence {
            id: format!("ev-{position}").parse()?,
            scope,
            issuer: "someone".parse()?,
            vouching: Vouching::Operator,
            claim,
            valid: Period::ALWAYS,
            source: Source {
                title: Arc::from("a letter"),
                dated: Arc::from("2016"),
                authority: Authority::Own,
                licence: None,
            },
        };
        self.snapshot.apply(Recorded {
            position,
            at: Instant::from_epoch_ms(1_454_284_800_000 + i64::try_from(position)?),
            scope_version: *version,
            evidence,
        })?;
        Ok(())
    }
}

fn radio(numbers: &[u16]) -> Radio {
    let claims = numbers
        .iter()
        .map(|number| BandClaim::Exact(Band::new(AccessTechnology::Lte, *number)))
        .collect();
    Radio::new(
        [BandList::new(AccessTechnology::Lte, claims, true)],
        Some(true),
    )
}

fn policy(hosts: usize) -> Outcome<Policy> {
    let hosts: Result<Vec<_>, _> = (0..hosts).map(|n| format!("net-{n}").parse()).collect();
    Ok(Policy {
        market: "us".parse()?,
        carrier: "operator".parse()?,
        country: "US".parse()?,
        currency: "USD".parse()?,
        hosts: hosts?,
        host_rule: HostRule::Any,
        refused_licences: Vec::new(),
        categories: vec![CategoryPolicy {
            category: "smartphone".parse()?,
            demands: vec![
                (Requirement::SalesAuthorization, Demand::Must),
                (Requirement::DeviceCertification, Demand::Must),
                (Requirement::RadioFit, Demand::Must),
            ],
            service_min: vec![(Service::Data, Level::Partial)],
            schemes: Vec::new(),
            conditions: Vec::new(),
        }],
    })
}

fn world(hosts: usize) -> Outcome<World> {
    let mut world = World {
        snapshot: Snapshot::new(),
        versions: std::collections::HashMap::new(),
    };
    world.record(Scope::Market("us".parse()?), Claim::Policy(policy(hosts)?))?;
    for network in 0..NETWORKS {
        let network: domain::id::HostNetworkId = format!("net-{network}").parse()?;
        let claim = Claim::NetworkDeclaration {
            network: network.clone(),
            radio: radio(&[2, 4, 12, 66, 71]),
        };
        world.record(Scope::HostNetwork(network), claim)?;
    }
    for brand in 0..BRANDS {
        for seller in 0..AUTHORISATIONS_EACH {
            let brand: domain::id::BrandId = format!("brand-{brand}").parse()?;
            let claim = Claim::SalesAuthorization(SalesAuthorization {
                standing: Standing::Yes,
                brand: brand.clone(),
                sellers: Reach::Only(vec![format!("seller-{seller}").parse()?]),
                categories: Reach::All,
                models: Reach::All,
                territory: Reach::Only(vec!["US".parse()?]),
                channels: Reach::All,
            });
            world.record(Scope::Brand(brand), claim)?;
        }
    }
    for variant in 0..VARIANTS {
        let id: domain::id::VariantId = format!("variant-{variant}").parse()?;
        let bands: &[u16] = if variant.is_multiple_of(3) {
            &[3, 7]
        } else {
            &[2, 4, 7]
        };
        let claim = Claim::RadioDeclaration {
            variant: id.clone(),
            radio: radio(bands),
        };
        world.record(Scope::Variant(id.clone()), claim)?;
        for network in 0..CERTIFICATIONS_EACH {
            let claim = Claim::DeviceCertification {
                variant: id.clone(),
                network: format!("net-{network}").parse()?,
                result: CertificationResult::Certified,
            };
            world.record(Scope::Variant(id.clone()), claim)?;
        }
    }
    Ok(world)
}

/// Offers spread over all brands, sellers and variants, by a fixed stride.
fn offers() -> Outcome<Vec<Offer>> {
    (0..QUESTIONS)
        .map(|n| {
            let variant = n * 7_919 % VARIANTS;
            Ok(Offer {
                market: "us".parse()?,
                seller: format!("seller-{}", n * 31 % (AUTHORISATIONS_EACH + 50)).parse()?,
                brand: format!("brand-{}", variant % BRANDS).parse()?,
                model: format!("model-{variant}").parse()?,
                variant: format!("variant-{variant}").parse()?,
                category: "smartphone".parse()?,
                listing: Some(format!("listing-{n}").parse()?),
            })
        })
        .collect()
}

/// What so many sources say, each of three technologies, of one device or network; every other one has a band less.
fn sources(count: usize) -> Outcome<Vec<Sourced<Radio>>> {
    let list = |technology, numbers: &[u16]| {
        let bands = numbers.iter().map(|number| Band::new(technology, *number));
        BandList::new(technology, bands.map(BandClaim::Exact).collect(), true)
    };
    (0..count)
        .map(|n| {
            let lte: &[u16] = &[2, 4, 12, 66, 71];
            let lists = [
                list(AccessTechnology::Gsm, &[850, 1900]),
                list(AccessTechnology::Umts, &[2, 4, 5]),
                list(AccessTechnology::Lte, &lte[n % 2..]),
            ];
            Ok(Sourced {
                value: Radio::new(lists, Some(true)),
                source: Source {
                    title: Arc::from(format!("list {n}")),
                    dated: Arc::from("2016"),
                    authority: Authority::PublicList,
                    licence: None,
                },
                valid: Period::ALWAYS,
                fact: FactRef::Evidence(format!("ev-{n}").parse()?),
            })
        })
        .collect()
}

fn time_fits() -> Outcome<()> {
    for (devices, networks) in [(1, 1), (2, 1), (2, 2)] {
        let (device, network) = (sources(devices)?, sources(networks)?);
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..RUNS {
            let watch = Watch::now();
            for _ in 0..FITS {
                black_box(gate::fit::fit(
                    black_box(&device),
                    black_box(&network),
                    Instant::MAX,
                ));
            }
            times.push(watch.elapsed().as_secs_f64() * 1e9 / f64::from(FITS));
        }
        let sources = devices + networks;
        print(
            &format!(
                "fit with working, {sources} sources: {devices} of the device, {networks} of the network"
            ),
            times,
        );
    }
    Ok(())
}

fn print(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let (median, least, most) = (times[RUNS / 2], times[0], times[RUNS - 1]);
    println!("| {what} | {median:.0} | {least:.0} | {most:.0} | ns |");
}

fn main() -> Outcome<()> {
    println!("| what | median | least | most | unit |");
    println!("|---|---:|---:|---:|---|");
    time_fits()?;
    let offers = offers()?;
    for hosts in [1, 3] {
        let world = world(hosts)?;
        let facts = world.snapshot.next_position();
        let mut sellable = 0;
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..RUNS {
            let watch = Watch::now();
            sellable = 0;
            for offer in &offers {
                let question = Question {
                    offer,
                    moment: Moment::at(Instant::MAX),
                };
                let verdict = black_box(world.snapshot.verdict(black_box(&question)));
                sellable += usize::from(verdict.is_sellable());
            }
            let nanoseconds = watch.elapsed().as_secs_f64() * 1e9;
            times.push(nanoseconds / offers.len() as f64);
        }
        print(
            &format!(
                "verdict with reasons, {facts} facts, host networks: {hosts}, sellable: {sellable} of {QUESTIONS}"
            ),
            times,
        );
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..RUNS {
            let watch = Watch::now();
            for _ in 0..COPIES {
                black_box(world.snapshot.clone());
            }
            times.push(watch.elapsed().as_secs_f64() * 1e9 / f64::from(COPIES));
        }
        print(&format!("copy of the snapshot, {facts} facts"), times);
    }
    Ok(())
}
