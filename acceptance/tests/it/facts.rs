//! Random evidence: the gate's verdict is the oracle's, at any moment, with any knowledge, however it came in.

use std::sync::Arc;

use acceptance::dice::{Dice, each_seed, repeat};
use acceptance::oracle::{self, ANSWERED, Known, Listed};
use acceptance::shop::{authorization_only, id};
use domain::evidence::{
    Authority, CertificationResult, Claim, Evidence, FactRef, Reach, Recorded, SalesAuthorization,
    Source, Sourced, Standing, Vouching, WithdrawalManner,
};
use domain::listing::{ListingState, Offer};
use domain::money::Currency;
use domain::place::Country;
use domain::policy::{CategoryPolicy, Demand, HostRule, Policy};
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::{DataSetFacts, Moment, PlatformListing};
use gate::{Outcome, Question, Snapshot, Verdict};

/// Fact sets a run, unless said otherwise; the night run has 1,000,000.
const FACT_SETS: u64 = 20_000;
/// Windows of validity a run.
const WINDOWS: u64 = 10_000;
const PIECES_MAX: u64 = 14;
const MOMENTS: u64 = 4;
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Days on which clocks somewhere are put forward or back, leap days and turns of years: all the same to instants.
const DAYS: [&str; 6] = [
    "2016-03-13T10:00:00Z",
    "2016-11-06T09:00:00Z",
    "2016-03-27T01:00:00Z",
    "2016-02-29T00:00:00Z",
    "2016-12-31T23:59:59.999Z",
    "2038-01-19T03:14:07Z",
];
/// Distances at which something may begin, end, be recorded or be asked.
const DISTANCES_MS: [i64; 9] = [
    -2 * HOUR_MS,
    -HOUR_MS,
    -1,
    0,
    1,
    2,
    HOUR_MS,
    HOUR_MS + 1,
    2 * HOUR_MS,
];

/// A world of facts being thrown.
struct World {
    dice: Dice,
    day: Instant,
    recorded: Vec<Recorded>,
    listed: Vec<Listed>,
}

impl World {
    fn of(seed: u64) -> Self {
        let mut dice = Dice::of(seed);
        let day = dice.one(&DAYS).parse().expect("a day");
        Self {
            dice,
            day,
            recorded: Vec::new(),
            listed: Vec::new(),
        }
    }

    fn one_id<K>(&mut self, names: &[&str]) -> domain::id::Id<K> {
        id(names[self.dice.index(names.len())])
    }

    fn instant(&mut self) -> Instant {
        let distance = *self.dice.one(&DISTANCES_MS);
        self.day.plus_ms(distance)
    }

    fn period(&mut self) -> Period {
        let from = self.dice.chance(1, 2).then(|| self.instant());
        let until = self.dice.chance(1, 2).then(|| self.instant());
        Period { from, until }
    }

    fn standing(&mut self) -> Standing {
        if self.dice.chance(3, 4) {
            Standing::Yes
        } else {
            Standing::No
        }
    }

    fn reach<K>(&mut self, names: &[&str]) -> Reach<domain::id::Id<K>> {
        if self.dice.chance(1, 2) {
            return Reach::All;
        }
        // An empty list names nobody.
        let named = names.iter().filter(|_| self.dice.chance(1, 2));
        Reach::Only(named.map(|name| id(name)).collect())
    }

    fn country(&mut self) -> Country {
        self.dice.one(&["US", "GB"]).parse().expect("a country")
    }

    fn policy(&mut self) -> Policy {
        let demands = ANSWERED.into_iter().map(|requirement| {
            let demand = *self
                .dice
                .one(&[Demand::Off, Demand::Disclose, Demand::Must]);
            (requirement, demand)
        });
        let demands = demands.collect();
        let some = |dice: &mut Dice, all: &[&str]| -> Vec<String> {
            let chosen = all.iter().filter(|_| dice.chance(1, 2));
            chosen.map(|one| (*one).to_owned()).collect()
        };
        let hosts = some(&mut self.dice, &["h1", "h2"]);
        let is_any = self.dice.chance(1, 2);
        Policy {
            market: id("us"),
            carrier: id("carrier"),
            country: Country::US,
            currency: Currency::USD,
            hosts: hosts.iter().map(|host| id(host)).collect(),
            host_rule: if is_any { HostRule::Any } else { HostRule::All },
            refused_licences: Vec::new(),
            categories: vec![CategoryPolicy {
                category: self.one_id(&["smartphone", "smartphone", "headphones"]),
                demands,
                service_min: Vec::new(),
                schemes: some(&mut self.dice, &["FCC", "CE"]),
                conditions: some(&mut self.dice, &["volte"]),
            }],
        }
    }

    fn authorization(&mut self) -> (Scope, Claim) {
        let brand = self.one_id(&["b1", "b1", "b2"]);
        let says = SalesAuthorization {
            standing: self.standing(),
            brand,
            sellers: self.reach(&["s1", "s2"]),
            categories: self.reach(&["smartphone", "headphones"]),
            models: self.reach(&["m1", "m2"]),
            territory: if self.dice.chance(1, 2) {
                Reach::All
            } else {
                Reach::Only(vec![self.country()])
            },
            channels: self.reach(&["us", "gb"]),
        };
        (
            Scope::Brand(says.brand.clone()),
            Claim::SalesAuthorization(says),
        )
    }

    fn on_variant(&mut self) -> (Scope, Claim) {
        let variant: domain::id::VariantId = self.one_id(&["v1", "v1", "v2"]);
        let scope = Scope::Variant(variant.clone());
        let claim = match self.dice.below(3) {
            0 => Claim::DeviceCertification {
                variant,
                network: self.one_id(&["h1", "h2"]),
                result: match self.dice.below(6) {
                    0 => CertificationResult::NotCertified,
                    1 => CertificationResult::Conditional("volte".to_owned()),
                    2 => CertificationResult::Conditional("other".to_owned()),
                    _ => CertificationResult::Certified,
                },
            },
            1 => Claim::PlatformCertification {
                variant,
                platform: "Google".to_owned(),
                standing: self.standing(),
            },
            _ => Claim::RegulatoryApproval {
                variant,
                scheme: (*self.dice.one(&["FCC", "CE"])).to_owned(),
                identifier: "ID".to_owned(),
                country: self.country(),
                standing: self.standing(),
            },
        };
        (scope, claim)
    }

    fn stop_sale(&mut self) -> (Scope, Claim) {
        let scope = match self.dice.below(8) {
            0 => Scope::Market(id("us")),
            1 => Scope::Brand(id("b1")),
            2 => Scope::Seller(id("s1")),
            3 => Scope::Model(id("m1")),
            4 => Scope::Variant(id("v1")),
            5 => Scope::Listing(id("l1")),
            6 => Scope::HostNetwork(id("h1")),
            _ => Scope::Brand(id("b2")),
        };
        let cause = "recall".to_owned();
        (scope, Claim::StopSale { cause })
    }

    fn withdrawal(&mut self) -> Option<(Scope, Claim)> {
        if self.recorded.is_empty() {
            return None;
        }
        let ended = self.dice.one(&self.recorded).evidence.clone();
        let manners = [
            WithdrawalManner::Suspend,
            WithdrawalManner::Revoke,
            WithdrawalManner::Correct,
        ];
        let manner = *self.dice.one(&manners);
        Some((
            ended.scope,
            Claim::Withdrawal {
                ends: ended.id,
                manner,
            },
        ))
    }

    fn claim(&mut self) -> (Scope, Claim) {
        let market = || Scope::Market(id("us"));
        match self.dice.below(12) {
            0 => (market(), Claim::Policy(self.policy())),
            1 | 2 => self.authorization(),
            3 | 4 => self.on_variant(),
            5 => self.stop_sale(),
            6 => {
                let claim = Claim::CustodyEvent {
                    seller: id("s1"),
                    variant: self.one_id(&["v1", "v2"]),
                    standing: self.standing(),
                };
                (Scope::Seller(id("s1")), claim)
            }
            7 => {
                let data_set = self.one_id(&["d1", "d2"]);
                let sha256 = String::new();
                (market(), Claim::DataSetActivation { data_set, sha256 })
            }
            8 => {
                let claim = Claim::ListingDecision {
                    listing: id("l1"),
                    state: ListingState::Offered,
                };
                (Scope::Listing(id("l1")), claim)
            }
            _ => self
                .withdrawal()
                .unwrap_or_else(|| (market(), Claim::Policy(self.policy()))),
        }
    }

    /// Records a piece of evidence, some time after the last.
    fn record(&mut self, scope: Scope, claim: Claim, valid: Period) {
        let last = self
            .recorded
            .last()
            .map_or(self.day.plus_ms(-2 * HOUR_MS), |one| one.at);
        let pause = *self.dice.one(&[0, 1, HOUR_MS / 2, HOUR_MS]);
        let position = self.recorded.len();
        let version = self
            .recorded
            .iter()
            .filter(|one| one.evidence.scope == scope)
            .count()
            + 1;
        self.recorded.push(Recorded {
            position: position as u64,
            at: last.plus_ms(pause),
            scope_version: version as u64,
            evidence: Evidence {
                id: id(&format!("e{position}")),
                scope,
                issuer: id("somebody"),
                vouching: Vouching::Operator,
                claim,
                valid,
                source: source("A document"),
            },
        });
    }

    fn fill(&mut self) {
        if self.dice.chance(9, 10) {
            let policy = Claim::Policy(self.policy());
            self.record(Scope::Market(id("us")), policy, Period::ALWAYS);
        }
        for _ in 0..self.dice.below(PIECES_MAX) {
            let (scope, claim) = self.claim();
            let valid = self.period();
            self.record(scope, claim, valid);
        }
        for _ in 0..self.dice.below(3) {
            let row = (
                self.one_id(&["d1", "d2"]),
                self.one_id(&["v1", "v2"]),
                self.period(),
            );
            self.listed.push(row);
        }
    }

    fn known(&self) -> Known<'_> {
        Known {
            recorded: &self.recorded,
            listed: &self.listed,
        }
    }

    /// The gate's snapshot of the first `length` pieces.
    fn snapshot(&self, length: usize) -> Snapshot {
        let mut snapshot = Snapshot::new();
        for set in ["d1", "d2"] {
            let set: domain::id::DataSetId = id(set);
            let mut facts = DataSetFacts::default();
            for (at, (of, variant, valid)) in self.listed.iter().enumerate() {
                if *of == set {
                    let row = Sourced {
                        value: PlatformListing {
                            platform: "Google".to_owned(),
                            builds: Vec::new(),
                        },
                        source: source("A list"),
                        valid: *valid,
                        fact: FactRef::Row {
                            data_set: set.clone(),
                            row: at as u64,
                        },
                    };
                    facts.platform.entry(variant.clone()).or_default().push(row);
                }
            }
            snapshot.put_data_set(set, Arc::new(facts));
        }
        for one in &self.recorded[..length] {
            snapshot.apply(one.clone()).expect("they come in order");
        }
        snapshot
    }
}

fn source(title: &str) -> Source {
    Source {
        title: title.into(),
        dated: "2016".into(),
        authority: Authority::Own,
        licence: None,
    }
}

fn offer() -> Offer {
    Offer {
        market: id("us"),
        seller: id("s1"),
        brand: id("b1"),
        model: id("m1"),
        variant: id("v1"),
        category: id("smartphone"),
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
    let outcomes = std::cell::Cell::new([0_u64; 4]);
    each_seed(test, FACT_SETS, |seed| {
        let mut world = World::of(seed);
        world.fill();
        let snapshot = world.snapshot(world.recorded.len());
        for _ in 0..MOMENTS {
            let at = world.instant();
            let known_at = if world.dice.chance(1, 2) {
                Instant::MAX
            } else {
                world.instant()
            };
            let verdict = ask(&snapshot, Moment { at, known_at });
            let expected = oracle::outcome(&world.known(), &offer(), at, known_at);
            assert_eq!(
                verdict.outcome,
                expected,
                "at {at}, known at {known_at}: {verdict:#?}\n{:#?}\n{}",
                world.recorded,
                repeat(test, seed)
            );
            let is_explained = verdict.is_sellable()
                || verdict.blocking().next().is_some()
                || verdict.networks.is_empty();
            assert!(is_explained, "nothing blocks it: {}", repeat(test, seed));
            let mut counted = outcomes.get();
            counted[expected as usize] += 1;
            outcomes.set(counted);
        }
    });
    let [sellable, unknown, _, refused] = outcomes.get();
    println!("{sellable} sellable, {unknown} unknown, {refused} refused");
}

/// A verdict says until when it holds: until then nothing of it changes, future pieces included.
#[test]
fn a_verdict_holds_for_as_long_as_it_says() {
    let test = "facts::a_verdict_holds_for_as_long_as_it_says";
    each_seed(test, FACT_SETS / 2, |seed| {
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
    each_seed(test, FACT_SETS / 4, |seed| {
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
        let says = SalesAuthorization {
            standing: Standing::Yes,
            brand: id("b1"),
            sellers: Reach::All,
            categories: Reach::All,
            models: Reach::All,
            territory: Reach::All,
            channels: Reach::All,
        };
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
