//! How long a question takes, and what a million listings cost.
//!
//! `cargo run --release -p passband-gate --example bench_gate`. Prints Markdown tables: times of one thread unless a
//! row says otherwise, then what there is with a million listings. Judges no figure.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant as Watch;

use domain::evidence::{Authority, Claim, FactRef, Source, Sourced};
use domain::id::EvidenceId;
use domain::listing::Offer;
use domain::radio::{AccessTechnology, Band, BandClaim, BandList, Radio};
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::Moment;
use gate::{Judgement, Question, Seat, Snapshot};

use measure::{RUNS, Span, print, resident, time};
use world::{AUTHORISATIONS_EACH, BRANDS, CERTIFICATIONS_EACH, NETWORKS, Outcome, World};

mod measure;
mod world;

const QUESTIONS: usize = 65_536;
const LISTINGS: usize = 1_000_000;
const COPIES: u32 = 1_000;
const FITS: u32 = 20_000;
const CHANGES: usize = 500;
const THREADS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

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
        let sources = devices + networks;
        let what = format!(
            "fit with working, {sources} sources: {devices} of the device, {networks} of the network"
        );
        time(&what, FITS as usize, || {
            for _ in 0..FITS {
                black_box(gate::fit::fit(
                    black_box(&device),
                    black_box(&network),
                    Instant::MAX,
                ));
            }
        })?;
    }
    Ok(())
}

/// What of a judgement is looked at: every reason's code, network and how many facts it rests on.
fn look(judgement: &Judgement<'_>) -> (bool, usize) {
    let briefs = judgement.briefs();
    let seen = briefs.map(|one| one.code as usize + usize::from(one.facts));
    (judgement.is_sellable(), seen.sum())
}

/// The facts of every reason besides.
fn look_at_facts(judgement: &Judgement<'_>) -> usize {
    let because = judgement.because();
    let facts = because.reasons().flat_map(|reason| &reason.facts);
    facts
        .map(|fact| match fact {
            FactRef::Evidence(id) => id.as_str().len(),
            FactRef::Row { row, .. } => *row as usize,
        })
        .sum()
}

fn time_questions(hosts: usize, offers: &[Offer]) -> Outcome<()> {
    let world = world::world(hosts)?;
    let snapshot = &world.snapshot;
    let facts = snapshot.next_position();
    let now = Moment::at(Instant::MAX);
    let seats: Vec<Seat> = offers.iter().map(|offer| snapshot.seat(offer)).collect();
    let sellable = seats
        .iter()
        .filter(|seat| snapshot.is_sellable(seat, now.at))
        .count();
    let about =
        format!("{facts} facts, host networks: {hosts}, sellable: {sellable} of {QUESTIONS}");
    time(&format!("yes or no, {about}"), QUESTIONS, || {
        for seat in &seats {
            black_box(snapshot.is_sellable(black_box(seat), now.at));
        }
    })?;
    time(&format!("verdict with reasons, {about}"), QUESTIONS, || {
        for seat in &seats {
            black_box(look(&snapshot.judge(black_box(seat), now)));
        }
    })?;
    time(
        &format!("the same, each reason's facts read, {about}"),
        QUESTIONS,
        || {
            for seat in &seats {
                black_box(look_at_facts(&snapshot.judge(black_box(seat), now)));
            }
        },
    )?;
    time(
        &format!("the same as a text, from ids, {about}"),
        QUESTIONS,
        || {
            for offer in offers {
                let question = Question { offer, moment: now };
                black_box(snapshot.verdict(black_box(&question)));
            }
        },
    )?;
    time(
        &format!("the same worked out anew, {about}"),
        QUESTIONS,
        || {
            for offer in offers {
                let question = Question { offer, moment: now };
                black_box(snapshot.verdict_anew(black_box(&question)));
            }
        },
    )?;
    time(
        &format!("copy of the snapshot, {facts} facts"),
        COPIES as usize,
        || {
            for _ in 0..COPIES {
                black_box(snapshot.clone());
            }
        },
    )?;
    Ok(())
}

fn judge_all(snapshot: &Snapshot, seats: &[Seat], at: Instant) -> usize {
    let told = snapshot.judge_all(seats, Moment::at(at), THREADS, look);
    told.into_iter()
        .filter(|(is_sellable, _)| *is_sellable)
        .count()
}

fn time_a_million() -> Outcome<()> {
    let span = Span::begin()?;
    let mut world = world::world(1)?;
    let facts = world.snapshot.next_position();
    let about = format!("{LISTINGS} listings, {facts} facts");
    print_span(
        &format!("{about}: all facts taken in"),
        vec![span.so_far()?],
    );
    let before = resident()?;
    let mut seats = Vec::with_capacity(LISTINGS);
    for n in 0..LISTINGS {
        seats.push(world.snapshot.seat(&world::offer(n)?));
    }
    print_span(
        &format!("{about}: and all listings made and seated"),
        vec![span.so_far()?],
    );
    let now = world.snapshot.last_at();
    let sellable = judge_all(&world.snapshot, &seats, now);
    print_span(
        &format!("{about}: and each judged once, {THREADS} threads, sellable: {sellable}"),
        vec![span.so_far()?],
    );
    let bytes = (resident()? - before) / LISTINGS;
    print(
        &format!("{about}: memory a listing, seat included"),
        vec![bytes as f64],
        "bytes",
    );
    for what in ["anew after a new policy", "again"] {
        let mut times = Vec::new();
        for _ in 0..RUNS {
            if what != "again" {
                let claim = Claim::Policy(world::policy(1)?);
                let policy = world.next(Scope::Market("us".parse()?), claim)?;
                world.snapshot.apply(policy)?;
            }
            let span = Span::begin()?;
            black_box(judge_all(&world.snapshot, &seats, world.snapshot.last_at()));
            times.push(span.so_far()?);
        }
        let what = format!("{about}: all judged {what}, with reasons, {THREADS} threads");
        print_span(&what, times);
    }
    time_changes(&mut world, &seats, &about)
}

fn print_span(what: &str, times: Vec<(f64, f64)>) {
    let (elapsed, spent) = times.into_iter().unzip();
    print(what, elapsed, "ms");
    print(&format!("{what}: on processors"), spent, "ms");
}

/// From a change at hand to the answer that heeds it, with the snapshot before it kept for others.
fn time_changes(world: &mut World, seats: &[Seat], about: &str) -> Outcome<()> {
    let first_authorisation = 1 + NETWORKS;
    let first_of_variant = first_authorisation + BRANDS * AUTHORISATIONS_EACH;
    for what in ["an authorisation", "a certification", "a policy"] {
        let mut times = Vec::new();
        for (n, seat) in seats.iter().enumerate().take(CHANGES) {
            let offer = world::offer(n)?;
            let variant = n * 7_919 % world::VARIANTS;
            let (scope, claim) = match what {
                "an authorisation" => {
                    let place = variant % BRANDS * AUTHORISATIONS_EACH + world::seller_of(n);
                    let id: EvidenceId = format!("ev-{}", first_authorisation + place).parse()?;
                    (Scope::Brand(offer.brand.clone()), world::withdrawal(id))
                }
                "a certification" => {
                    let place = variant * (CERTIFICATIONS_EACH + 1) + 1;
                    let id: EvidenceId = format!("ev-{}", first_of_variant + place).parse()?;
                    (Scope::Variant(offer.variant.clone()), world::withdrawal(id))
                }
                _ => (
                    Scope::Market(offer.market.clone()),
                    Claim::Policy(world::policy(1)?),
                ),
            };
            let change = world.next(scope, claim)?;
            let watch = Watch::now();
            let mut next = world.snapshot.clone();
            next.apply(change)?;
            let is_sellable = next.is_sellable(seat, next.last_at());
            times.push(watch.elapsed().as_secs_f64() * 1e6);
            if is_sellable && what != "a policy" {
                return Err(format!("listing {n} is sold without {what}").into());
            }
            world.snapshot = next;
        }
        print(
            &format!("{about}: a change of {what} seen by the next question"),
            times,
            "us",
        );
    }
    Ok(())
}

fn main() -> Outcome<()> {
    measure::begin_table();
    time_fits()?;
    let offers: Outcome<Vec<Offer>> = (0..QUESTIONS).map(world::offer).collect();
    let offers = offers?;
    for hosts in [1, 3] {
        time_questions(hosts, &offers)?;
    }
    time_a_million()
}
