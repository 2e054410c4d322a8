//! Gathering: whatever is missing is in exactly one request to whoever can supply it, or told as not asked.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::dice::{Dice, each_seed};
use acceptance::shop::{self, id};
use domain::evidence::{Claim, Standing};
use domain::id::PartyId;
use domain::scope::Scope;
use gate::Outcome;
use gate::remedy::{Step, WhyNot};
use gate::snapshot::Moment;
use gate::{Question, Snapshot};
use trade::directory::{Directory, Party};
use trade::requests::{ITEMS_MAX, Missing, NotAsked, draft};

const CASES: u64 = 300;

/// Of each party its role; the last is in no directory.
const PARTIES: [(&str, Option<&str>); 5] = [
    ("operator", Some("operator")),
    ("brand-0", Some("brand")),
    ("tower", Some("host")),
    ("omni", Some("seller")),
    ("regulator", None),
];

fn directory() -> Directory {
    let parties = PARTIES.into_iter();
    let parties = parties.filter_map(|(name, role)| {
        Some(Party {
            id: id(name),
            role: role?.to_owned(),
            name: name.to_owned(),
        })
    });
    Directory {
        parties: parties.collect(),
        ..Directory::default()
    }
}

fn step(dice: &mut Dice) -> Step {
    let (party, _) = *dice.one(&PARTIES);
    let issuer: PartyId = id(party);
    let brand = shop::brand(dice.index(ITEMS_MAX));
    let scope = Scope::Brand(brand.clone());
    if dice.chance(1, 4) {
        return Step::Withdraw {
            issuer,
            scope,
            ends: id(&format!("ev-{}", dice.below(4))),
            claim: shop::authorization(&brand, Standing::No),
        };
    }
    let claim = match dice.chance(1, 3) {
        true => Claim::Statement {
            role: format!("role {}", dice.below(5)),
        },
        false => shop::authorization(&brand, Standing::Yes),
    };
    Step::Record {
        issuer,
        scope,
        claim,
    }
}

/// What the gate says of an offer in an empty house, with these steps to mend it.
fn missing(name: String, together: Option<Vec<Step>>) -> Missing {
    let offer = shop::offer(0, 0);
    let moment = Moment::at(domain::Instant::from_epoch_ms(0));
    let question = Question {
        offer: &offer,
        moment,
    };
    let verdict = Snapshot::new().verdict(&question);
    assert_eq!(verdict.outcome, Outcome::Refused);
    let why_not = WhyNot {
        verdict,
        remedies: Vec::new(),
        together,
    };
    Missing { name, why_not }
}

fn issuer(step: &Step) -> &PartyId {
    match step {
        Step::Record { issuer, .. } | Step::Withdraw { issuer, .. } => issuer,
    }
}

#[test]
fn every_step_is_asked_once_of_its_issuer_or_told_as_not_asked() {
    let directory = directory();
    each_seed(
        "asked_gathered::every_step_is_asked_once_of_its_issuer_or_told_as_not_asked",
        CASES,
        |seed| {
            let mut dice = Dice::of(seed);
            let offers = 1 + dice.index(60);
            let all: Vec<Vec<Step>> = (0..offers)
                .map(|_| (0..1 + dice.index(6)).map(|_| step(&mut dice)).collect())
                .collect();
            let missing: Vec<Missing> = (0..)
                .zip(&all)
                .map(|(number, steps)| missing(format!("Offer {number}"), Some(steps.clone())))
                .collect();
            let gathered = draft(&missing, &directory, web::claim_sentence);

            let mut asked: BTreeSet<&PartyId> = BTreeSet::new();
            let mut seen: Vec<&Step> = Vec::new();
            for request in &gathered.drafts {
                assert!(
                    asked.insert(&request.party),
                    "two requests to {}",
                    request.party
                );
                assert!((1..=ITEMS_MAX).contains(&request.items.len()));
                for item in &request.items {
                    assert_eq!(issuer(&item.step), &request.party);
                    assert!(!seen.contains(&&item.step), "asked twice");
                    assert!(request.text.contains(&item.sentence), "{}", request.text);
                    let times = all.iter().flatten().filter(|step| **step == item.step);
                    assert_eq!(item.offers as usize, times.count());
                    seen.push(&item.step);
                }
            }
            // Each distinct step is in a request or among what nobody is asked for, by its issuer's reason.
            let mut unasked: BTreeMap<&'static str, usize> = BTreeMap::new();
            let mut distinct: Vec<&Step> = Vec::new();
            for step in all.iter().flatten() {
                if distinct.contains(&step) {
                    continue;
                }
                distinct.push(step);
                let why = match issuer(step).as_str() {
                    "operator" => NotAsked::Ours,
                    "regulator" => NotAsked::NobodyKnown,
                    _ if seen.contains(&step) => continue,
                    _ => NotAsked::NextTime,
                };
                assert!(!seen.contains(&step), "{step:?}");
                *unasked.entry(why.name()).or_default() += 1;
            }
            let mut told: BTreeMap<&'static str, usize> = BTreeMap::new();
            for one in &gathered.unasked {
                *told.entry(one.why.name()).or_default() += 1;
            }
            assert_eq!(told, unasked);
            if told.contains_key("next_time") {
                let is_full =
                    |request: &trade::requests::DraftRequest| request.items.len() == ITEMS_MAX;
                assert!(
                    gathered.drafts.iter().any(is_full),
                    "nothing waits while there is room"
                );
            }
        },
    );
}

#[test]
fn nobody_is_asked_for_an_offer_that_nothing_mends() {
    let gathered = draft(
        &[missing("Offer".to_owned(), None)],
        &directory(),
        web::claim_sentence,
    );
    assert_eq!(gathered.drafts, []);
}
