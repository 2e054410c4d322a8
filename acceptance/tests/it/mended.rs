//! What is told to mend a refusal mends it: the oracle says so too, of random evidence at any moment.

use std::cell::Cell;

use acceptance::dice::{each_seed, repeat};
use acceptance::oracle::{self, Answer, Known, Told};
use acceptance::shop::id;
use acceptance::world::World;
use domain::evidence::{Claim, Evidence, Recorded, Source, WithdrawalManner};
use domain::id::PartyId;
use domain::listing::Offer;
use domain::scope::Scope;
use domain::trust::Role;
use domain::{Instant, Period};
use gate::Question;
use gate::reason::Supplier;
use gate::remedy::{Issuers, Step};
use gate::snapshot::Moment;

/// Fact sets a run.
const FACT_SETS: u64 = 4_000;

struct Somebody;

impl Issuers for Somebody {
    fn of(&self, _: &Supplier) -> Vec<PartyId> {
        vec![id("somebody")]
    }

    fn roles(&self, _: &PartyId, _: &Scope, _: &Claim) -> Vec<Role> {
        Vec::new()
    }
}

/// The record with these steps taken, at an instant.
fn taken(recorded: &[Recorded], steps: &[Step], at: Instant, valid_from: Instant) -> Vec<Recorded> {
    let mut all = recorded.to_vec();
    for step in steps {
        let (scope, issuer, claim, valid) = match step.clone() {
            Step::Record {
                scope,
                issuer,
                claim,
            } => (scope, issuer, claim, Period::ALWAYS),
            Step::Withdraw {
                scope,
                issuer,
                ends,
                ..
            } => {
                let claim = Claim::Withdrawal {
                    ends,
                    manner: WithdrawalManner::Revoke,
                };
                (scope, issuer, claim, Period::since(valid_from))
            }
        };
        let position = all.len() as u64;
        let version = all.iter().filter(|one| one.evidence.scope == scope).count() as u64 + 1;
        all.push(Recorded {
            position,
            at,
            scope_version: version,
            evidence: Evidence {
                valid,
                ..Evidence::entered(
                    id(&format!("step{position}")),
                    scope,
                    issuer,
                    claim,
                    Source::own("A step", ""),
                )
            },
        });
    }
    all
}

fn told_after(world: &World, offer: &Offer, moment: Moment, steps: &[Step]) -> Told {
    let recorded = taken(
        &world.recorded,
        steps,
        moment.at.min(moment.known_at),
        moment.at,
    );
    let known = Known {
        recorded: &recorded,
        listed: &world.listed,
        delivered: &world.delivered,
    };
    oracle::told(&known, offer, moment.at, moment.known_at)
}

#[test]
fn each_way_that_is_told_mends_what_it_is_told_for() {
    let test = "mended::each_way_that_is_told_mends_what_it_is_told_for";
    let (mended, ways) = (Cell::new(0_u64), Cell::new(0_u64));
    each_seed(test, FACT_SETS, |seed| {
        let mut world = World::of(seed);
        world.fill();
        let snapshot = world.snapshot(world.recorded.len());
        let offer = world.offer();
        let at = world.instant();
        let known_at = if world.dice.chance(3, 4) {
            Instant::MAX
        } else {
            world.instant()
        };
        let moment = Moment { at, known_at };
        let question = Question {
            offer: &offer,
            moment,
        };
        let why = snapshot.why_not(&question, &Somebody);
        assert_eq!(why.verdict, snapshot.verdict_anew(&question));
        if let Some(steps) = &why.together {
            mended.set(mended.get() + 1);
            let told = told_after(&world, &offer, moment, steps);
            assert_eq!(
                told.answer,
                Answer::Sellable,
                "{steps:#?}\n{told:?}\n{}",
                repeat(test, seed)
            );
        }
        for remedy in why.remedies.iter().filter(|one| one.network.is_none()) {
            let same = why.remedies.iter();
            let is_alone = same
                .filter(|one| one.requirement == remedy.requirement)
                .count()
                == 1;
            for way in remedy.ways.iter().filter(|_| is_alone) {
                ways.set(ways.get() + 1);
                let told = told_after(&world, &offer, moment, way);
                assert!(
                    !told.failing.contains(&remedy.requirement.name()),
                    "{way:#?}\n{told:?}\n{}",
                    repeat(test, seed)
                );
            }
        }
    });
    println!("{} mended together, {} ways", mended.get(), ways.get());
    assert!(
        mended.get() > 0 && ways.get() > 0,
        "nothing was there to mend"
    );
}
