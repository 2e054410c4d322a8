//! Random evidence: the gate's verdict is the oracle's, at any moment, with any knowledge, however it came in.

use acceptance::dice::{each_seed, repeat};
use acceptance::oracle;
use acceptance::shop::{authorization_only, id};
use acceptance::world::{HOUR_MS, World};
use domain::evidence::{Claim, SalesAuthorization, Standing};
use domain::listing::{Condition, Offer};
use domain::policy::Requirement;
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::Moment;
use gate::{Outcome, Question, Requirements, Snapshot, Verdict};

/// Fact sets a run, unless said otherwise; the night run has 1,000,000.
const FACT_SETS: u64 = 100_000;
/// Windows of validity a run.
const WINDOWS: u64 = 10_000;
const MOMENTS: u64 = 4;

fn offer() -> Offer {
    Offer {
        market: id("us"),
        seller: id("s1"),
        brand: id("b1"),
        model: id("m1"),
        variant: id("v1"),
        category: id("smartphone"),
        condition: Condition::New,
        build: None,
        listing: Some(id("l1")),
    }
}

fn ask(snapshot: &Snapshot, moment: Moment) -> Verdict {
    let offer = offer();
    snapshot.verdict(&Question {
        offer: &offer,
        moment,
    })
}

/// A verdict without the instant at which it was asked.
fn substance(verdict: &Verdict) -> (Outcome, Vec<(String, Outcome)>, Vec<gate::ReasonCode>) {
    let networks = verdict
        .networks
        .iter()
        .map(|(network, outcome)| (network.to_string(), *outcome));
    let codes = verdict.reasons.iter().map(|reason| reason.code);
    (verdict.outcome, networks.collect(), codes.collect())
}

#[test]
fn every_verdict_is_the_oracles() {
    let test = "facts::every_verdict_is_the_oracles";
    let outcomes = std::cell::Cell::new([0_u64; 3]);
    each_seed(test, FACT_SETS, |seed| {
        let mut world = World::of(seed);
        world.fill();
        let snapshot = world.snapshot(world.recorded.len());
        for _ in 0..MOMENTS {
            let offer = world.offer();
            let at = world.instant();
            let known_at = if world.dice.chance(1, 2) {
                Instant::MAX
            } else {
                world.instant()
            };
            let moment = Moment { at, known_at };
            let verdict = snapshot.verdict(&Question {
                offer: &offer,
                moment,
            });
            let expected = oracle::told(&world.known(), &offer, at, known_at);
            let failing: Requirements = verdict.blocking().map(|one| one.requirement).collect();
            let failing: Vec<&str> = failing.iter().map(Requirement::name).collect();
            assert_eq!(
                (verdict.outcome.name(), failing),
                (expected.answer.word(), expected.failing),
                "{offer:?} at {at}, known at {known_at}: {verdict:#?}\n{:#?}\n{}",
                world.recorded,
                repeat(test, seed)
            );
            let is_explained = verdict.is_sellable()
                || verdict.blocking().next().is_some()
                || verdict.networks.is_empty();
            assert!(is_explained, "nothing blocks it: {}", repeat(test, seed));
            let mut counted = outcomes.get();
            counted[expected.answer as usize] += 1;
            outcomes.set(counted);
        }
    });
    let [sellable, unknown, refused] = outcomes.get();
    println!("{sellable} sellable, {unknown} unknown, {refused} refused");
}

/// A verdict says until when it holds: until then nothing of it changes, future pieces included.
#[test]
fn a_verdict_holds_for_as_long_as_it_says() {
    let test = "facts::a_verdict_holds_for_as_long_as_it_says";
    each_seed(test, FACT_SETS / 10, |seed| {
        let mut world = World::of(seed);
        world.fill();
        let snapshot = world.snapshot(world.recorded.len());
        let at = world.instant();
        let verdict = ask(&snapshot, Moment::at(at));
        let end = verdict.holds_until.unwrap_or(at.plus_ms(10 * HOUR_MS));
        assert!(end > at, "{}", repeat(test, seed));
        let mut later: Vec<Instant> = (0..4).map(|_| world.instant()).collect();
        later.extend([end.plus_ms(-1), at.plus_ms(1)]);
        for then in later.into_iter().filter(|then| at <= *then && *then < end) {
            let same = ask(&snapshot, Moment::at(then));
            assert_eq!(
                substance(&same),
                substance(&verdict),
                "asked at {at}, holds until {end}, at {then}:\n{:#?}\n{:?}\n{}",
                world.recorded,
                world.listed,
                repeat(test, seed)
            );
        }
    });
}

/// One after the other, from a clone, or only what stands under the offer's scopes: the verdict is the same.
#[test]
fn it_does_not_matter_how_the_evidence_came_in() {
    let test = "facts::it_does_not_matter_how_the_evidence_came_in";
    each_seed(test, FACT_SETS / 20, |seed| {
        let mut world = World::of(seed);
        world.fill();
        let all = world.recorded.len();
        let whole = world.snapshot(all);
        let moment = Moment::at(world.instant());
        let expected = ask(&whole, moment);
        let first = world.dice.index(all + 1);
        let early = world.snapshot(first);
        let mut grown = early.clone();
        for one in &world.recorded[first..] {
            let before = grown.clone();
            grown.apply(one.clone()).expect("in order");
            assert!(grown.apply(one.clone()).is_err(), "not twice");
            drop(before);
        }
        assert_eq!(ask(&grown, moment), expected, "{}", repeat(test, seed));
        // As the door does: only what came under the scopes of the offer, the rest left out.
        let policy = whole.policy(&id("us"), moment);
        let hosts = policy.map_or(&[][..], |(policy, _)| &policy.hosts);
        let scopes = Scope::of(&offer(), hosts);
        let later = world
            .recorded
            .iter()
            .filter(|one| scopes.contains(&one.evidence.scope));
        let partial = early.with_later(later.cloned());
        assert_eq!(ask(&partial, moment), expected, "{}", repeat(test, seed));
        // The snapshot that it grew from knows nothing of it.
        assert_eq!(ask(&early, moment), ask(&world.snapshot(first), moment));
    });
}

/// One authorisation with one window: exact to the millisecond at both ends.
#[test]
fn windows_of_validity_are_exact() {
    let test = "facts::windows_of_validity_are_exact";
    each_seed(test, WINDOWS, |seed| {
        let mut world = World::of(seed);
        let policy = Claim::Policy(authorization_only());
        world.record(Scope::Market(id("us")), policy, Period::ALWAYS);
        let valid = world.period();
        let says = SalesAuthorization::of_everything(Standing::Yes, id("b1"));
        world.record(
            Scope::Brand(id("b1")),
            Claim::SalesAuthorization(says),
            valid,
        );
        let snapshot = world.snapshot(2);
        for edge in [valid.from, valid.until]
            .into_iter()
            .flatten()
            .chain([world.day])
        {
            for distance in [-HOUR_MS, -1, 0, 1, HOUR_MS] {
                let at = edge.plus_ms(distance);
                let has_begun = valid
                    .from
                    .is_none_or(|from| at.epoch_ms() >= from.epoch_ms());
                let is_over = valid
                    .until
                    .is_some_and(|until| at.epoch_ms() >= until.epoch_ms());
                let verdict = ask(&snapshot, Moment::at(at));
                assert_eq!(
                    verdict.is_sellable(),
                    has_begun && !is_over,
                    "{valid:?} at {at}; {}",
                    repeat(test, seed)
                );
            }
        }
    });
}
