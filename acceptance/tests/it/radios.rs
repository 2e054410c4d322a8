//! Random radios: the gate's range of each service holds in every world that the sources allow, and is exact
//! where they leave no doubt.

use acceptance::dice::{Dice, each_seed, repeat};
use acceptance::possible;
use domain::Period;
use domain::evidence::{Authority, FactRef, Source, Sourced};
use domain::policy::Service;
use domain::radio::{AccessTechnology, BandClaim, BandList, Duplex, Radio};
use gate::fit::{Grade, fit};

/// Pairs of radios a run.
const PAIRS: u64 = 1_500;

fn at() -> domain::Instant {
    "2016-02-08".parse().expect("a date")
}

/// A radio, each technology spoken of by chance; sharp: all of them, as whole sets of bands.
fn radio(dice: &mut Dice, is_sharp: bool) -> Radio {
    let mut lists = Vec::new();
    for technology in AccessTechnology::ALL {
        if !is_sharp && dice.chance(1, 4) {
            continue;
        }
        let all = possible::bands(technology);
        let named = &all[..all.len() - 1];
        let mut claims: Vec<BandClaim> = named
            .iter()
            .filter(|_| dice.chance(1, 2))
            .map(|band| BandClaim::Exact(*band))
            .collect();
        if !is_sharp && technology == AccessTechnology::Lte && dice.chance(1, 3) {
            claims.push(BandClaim::frequency(technology, 1900, Duplex::Any));
        }
        let is_whole = is_sharp || dice.chance(1, 2);
        if is_whole || !claims.is_empty() {
            lists.push(BandList::new(technology, claims, is_whole));
        }
    }
    let volte = match dice.below(3) {
        0 if !is_sharp => None,
        0 | 1 => Some(true),
        _ => Some(false),
    };
    Radio::new(lists, volte)
}

fn sourced(radio: &Radio) -> [Sourced<Radio>; 1] {
    [Sourced {
        value: radio.clone(),
        source: Source {
            title: "A list".into(),
            dated: "2016".into(),
            authority: Authority::Own,
            licence: None,
        },
        valid: Period::ALWAYS,
        fact: FactRef::Evidence("ev".parse().expect("an id")),
    }]
}

#[test]
fn a_fit_holds_in_every_world_that_the_sources_allow() {
    let test = "radios::a_fit_holds_in_every_world_that_the_sources_allow";
    each_seed(test, PAIRS, |seed| {
        let mut dice = Dice::of(seed);
        let (device, network) = (radio(&mut dice, false), radio(&mut dice, false));
        let found = fit(&sourced(&device), &sourced(&network), at());
        for service in Service::ALL {
            let answered = found.service(service).expect("answered");
            let [world] = answered.worlds.as_slice() else {
                panic!("one choice of sources: {answered:?}");
            };
            let (least, most) = possible::range(service, &device, &network);
            assert!(
                world.range.0 <= least && most <= world.range.1,
                "{service:?}: the gate says {:?}, possible is {:?}\ndevice {device:#?}\nnetwork {network:#?}\n{}",
                world.range,
                (least, most),
                repeat(test, seed)
            );
        }
    });
}

#[test]
fn a_fit_is_exact_where_the_sources_leave_no_doubt() {
    let test = "radios::a_fit_is_exact_where_the_sources_leave_no_doubt";
    each_seed(test, PAIRS, |seed| {
        let mut dice = Dice::of(seed);
        let (device, network) = (radio(&mut dice, true), radio(&mut dice, true));
        let found = fit(&sourced(&device), &sourced(&network), at());
        for service in Service::ALL {
            let (least, most) = possible::range(service, &device, &network);
            let grade = found.service(service).expect("answered").grade;
            // Whether messages go over LTE without calls, and what goes over NR alone, no list says.
            let has_none = |technology: AccessTechnology| {
                let list = network.list(technology);
                list.is_some_and(|list| list.claims.is_empty())
            };
            let is_nr_alone = has_none(AccessTechnology::Lte) && !has_none(AccessTechnology::Nr);
            let is_call = matches!(service, Service::Voice | Service::EmergencyCall);
            let is_open = service == Service::Messages || (is_call && is_nr_alone);
            if !is_open || least == most {
                assert_eq!(
                    (grade, least),
                    (Grade::Known(most), most),
                    "{service:?}\ndevice {device:#?}\nnetwork {network:#?}\n{}",
                    repeat(test, seed)
                );
            }
        }
    });
}
