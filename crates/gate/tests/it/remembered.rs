//! What was worked out before answers what it was worked out for, and is left behind when anything under it changes.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use domain::certification::CertificationResult;
use domain::evidence::{Claim, FactRef, Reach, Recorded, Source, Sourced, Standing};
use domain::listing::Offer;
use domain::policy::{Demand, Requirement};
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::{DataSetFacts, Moment, PlatformListing};
use gate::{Question, Snapshot};

use crate::corners::{MINUTE_MS, authorization, brand, ends, is_sold, piece, policy, snapshot};
use crate::stand::{Fact, Says};
use crate::stand::{
    activates_list, certifies, demands, first_sold, has_radio, id, must, network_has, now, offer,
    radio, recorded, stops, vouches,
};

/// Asked of a snapshot and of the one that grows from it, before and after each fact, a market that demands
/// everything comes to the same as if nothing had been asked before.
#[test]
fn a_change_under_any_scope_leaves_behind_what_rests_on_it() {
    use Standing::{No, Yes};
    let everything = demands(&Requirement::ALL.map(|one| (one, Demand::Must)));
    let mut reselling = everything.clone();
    reselling.categories[0].first_sale = Reach::All;
    let market = || Scope::Market(id("us"));
    let yes = CertificationResult::Certified;
    let facts: Vec<Fact> = vec![
        Says(market(), Claim::Policy(everything)),
        crate::stand::authorizes(Yes),
        certifies("tmobile-us", yes),
        has_radio(radio(&["LTE B2"], true)),
        network_has("tmobile-us", radio(&["LTE B2"], true)),
        crate::stand::platform(Yes),
        crate::stand::approves("FCC", "US", Yes),
        first_sold(Yes, &["CN"]),
        Says(market(), Claim::Policy(reselling)),
        network_has("tmobile-us", radio(&["LTE B3"], true)),
        vouches(No),
        activates_list(),
        crate::stand::authorizes(No),
        stops(Scope::Model(id("xiaomi.mi-4i"))),
        stops(Scope::Listing(id("li-1"))),
        stops(Scope::Seller(id("omni"))),
        stops(Scope::HostNetwork(id("tmobile-us"))),
        stops(market()),
    ];
    let (mut snapshot, offer) = (Snapshot::new(), offer());
    let mut outcomes = HashMap::new();
    for (at, fact) in facts.into_iter().enumerate() {
        let Says(scope, claim) = fact else {
            panic!("it says something");
        };
        let next = recorded(&snapshot, &format!("ev-{at}"), scope, claim);
        let before = snapshot.clone();
        let told = outcome(&before, &offer);
        snapshot.apply(next).expect("in order");
        *outcomes.entry(outcome(&snapshot, &offer)).or_insert(0) += 1;
        assert_eq!(outcome(&before, &offer), told, "{at}: the one before");
    }
    assert_eq!(outcomes.len(), 4, "each outcome was met: {outcomes:?}");
}

/// What the offer comes to, asked in each way there is, twice.
fn outcome(snapshot: &Snapshot, offer: &Offer) -> gate::Outcome {
    let moment = Moment::at(now());
    let question = Question { offer, moment };
    let anew = snapshot.verdict_anew(&question);
    let seat = snapshot.seat(offer);
    for _ in 0..2 {
        assert_eq!(snapshot.verdict(&question), anew);
        let judgement = snapshot.judge(&seat, moment);
        assert_eq!(judgement.outcome, anew.outcome);
        assert_eq!(judgement.holds_until(), anew.holds_until);
        assert_eq!(snapshot.is_sellable(&seat, now()), anew.is_sellable());
    }
    anew.outcome
}

#[test]
fn rows_that_become_known_later_are_heard() {
    let row = |name: &str| {
        let row = Sourced {
            value: PlatformListing {
                platform: "Google".to_owned(),
                builds: Vec::new(),
            },
            source: Source::own(name, "2016"),
            valid: Period::ALWAYS,
            fact: FactRef::Row {
                data_set: id("late"),
                row: 1,
            },
        };
        let mut facts = DataSetFacts::default();
        facts.platform.insert(id("xiaomi.2015015"), vec![row]);
        facts
    };
    let claim = Claim::DataSetActivation {
        data_set: id("late"),
        sha256: String::new(),
    };
    let facts = [Says(Scope::Market(id("us")), claim)];
    let policy = must(Requirement::PlatformFit);
    let mut known = crate::stand::snapshot(Some(&policy), &facts);
    assert_eq!(outcome(&known, &offer()), gate::Outcome::Unknown);
    known.put_data_set(id("late"), Arc::new(row("late")));
    assert_eq!(outcome(&known, &offer()), gate::Outcome::Sellable);
}

fn minute(minutes: i64) -> Instant {
    now().plus_ms(minutes * MINUTE_MS)
}

fn for_a_while(position: u64, from: i64, until: i64) -> Recorded {
    let valid = Period::between(minute(from), minute(until));
    piece(position, brand(), authorization(|_| {}), valid)
}

#[test]
fn what_was_asked_for_later_first_answers_nothing_before_it() {
    let known = snapshot(&[policy(), for_a_while(1, 10, 20)]);
    for (at, is_expected) in [
        (15, true),
        (15, true),
        (5, false),
        (25, false),
        (15, true),
        (9, false),
        (10, true),
        (19, true),
        (20, false),
        (5, false),
    ] {
        assert_eq!(is_sold(&known, &offer(), at, None), is_expected, "at {at}");
    }
}

#[test]
fn an_answer_ends_when_a_withdrawal_that_is_to_come_begins() {
    let yes = piece(1, brand(), authorization(|_| {}), Period::ALWAYS);
    let later = piece(2, brand(), ends(1), Period::since(minute(10)));
    let known = snapshot(&[policy(), yes, later]);
    for (at, is_expected) in [(3, true), (9, true), (10, false), (9, true), (30, false)] {
        assert_eq!(is_sold(&known, &offer(), at, None), is_expected, "at {at}");
    }
    // One without a date begins when it was recorded, also where that is asked from before.
    let yes = piece(1, brand(), authorization(|_| {}), Period::ALWAYS);
    let known = snapshot(&[policy(), yes, piece(2, brand(), ends(1), Period::ALWAYS)]);
    let moment = Moment::at(minute(1));
    let offer = offer();
    let verdict = known.verdict(&Question {
        offer: &offer,
        moment,
    });
    assert!(verdict.is_sellable());
    assert_eq!(verdict.holds_until, Some(minute(2)));
}

#[test]
fn more_changes_ahead_than_are_followed_are_worked_out_each_time() {
    let pieces = (1..30).map(|number| {
        let from = i64::try_from(number).expect("small") * 10;
        for_a_while(number, from, from + 5)
    });
    let all: Vec<Recorded> = std::iter::once(policy()).chain(pieces).collect();
    let known = snapshot(&all);
    for _ in 0..2 {
        for at in [294, 296, 45, 47, 40, 120, 126] {
            let is_expected = at % 10 < 5;
            assert_eq!(is_sold(&known, &offer(), at, None), is_expected, "at {at}");
        }
    }
}

#[test]
fn more_answers_than_are_kept_in_one_place_are_worked_out_each_time() {
    let mut policy = must(Requirement::SalesAuthorization);
    let names: Vec<String> = (0..40).map(|number| format!("kind-{number}")).collect();
    let kind = policy.categories[0].clone();
    policy.categories = names
        .iter()
        .map(|name| domain::policy::CategoryPolicy {
            category: id(name),
            ..kind.clone()
        })
        .collect();
    let even = names.iter().step_by(2).map(|name| id(name)).collect();
    let says = authorization(|says| says.categories = Reach::Only(even));
    let scope = Scope::Market(id("us"));
    let policy = piece(0, scope, Claim::Policy(policy), Period::ALWAYS);
    let known = snapshot(&[policy, piece(1, brand(), says, Period::ALWAYS)]);
    for _ in 0..2 {
        for (number, name) in names.iter().enumerate() {
            let mut other = offer();
            other.category = id(name);
            let is_expected = number % 2 == 0;
            assert_eq!(is_sold(&known, &other, 5, None), is_expected, "{name}");
        }
    }
}

#[test]
fn of_models_that_are_named_one_by_one_each_has_an_answer_of_its_own() {
    let says = authorization(|says| says.models = Reach::Only(vec![id("xiaomi.mi-5")]));
    let known = snapshot(&[policy(), piece(1, brand(), says, Period::ALWAYS)]);
    for _ in 0..2 {
        for (model, is_expected) in [
            ("xiaomi.mi-4i", false),
            ("xiaomi.mi-5", true),
            ("xiaomi.mi-6", false),
        ] {
            let mut other = offer();
            other.model = id(model);
            assert_eq!(is_sold(&known, &other, 5, None), is_expected, "{model}");
        }
    }
}

#[test]
fn what_was_known_then_is_not_answered_from_what_is_known_now() {
    let yes = piece(1, brand(), authorization(|_| {}), Period::ALWAYS);
    let known = snapshot(&[policy(), yes, piece(2, brand(), ends(1), Period::ALWAYS)]);
    for (known_at, is_expected) in [
        (None, false),
        (Some(1), true),
        (Some(2), false),
        (Some(1), true),
    ] {
        assert_eq!(
            is_sold(&known, &offer(), 5, known_at),
            is_expected,
            "known at {known_at:?}"
        );
    }
}

#[test]
fn many_facts_are_counted_in_brief_up_to_what_a_number_holds() {
    for (count, expected) in [(3, 3), (254, 254), (255, 255), (300, 255)] {
        let pieces =
            (1..=count).map(|number| piece(number, brand(), authorization(|_| {}), Period::ALWAYS));
        let all: Vec<Recorded> = std::iter::once(policy()).chain(pieces).collect();
        let known = snapshot(&all);
        let seat = known.seat(&offer());
        let judgement = known.judge(&seat, Moment::at(known.last_at()));
        let facts = judgement.briefs().map(|brief| brief.facts).max();
        assert_eq!(facts, Some(expected), "{count}");
    }
}

#[test]
fn a_stop_sale_stops_for_as_long_as_it_says_under_each_scope() {
    for scope in [
        Scope::Market(id("us")),
        brand(),
        Scope::Seller(id("omni")),
        Scope::HostNetwork(id("tmobile-us")),
        Scope::Model(id("xiaomi.mi-4i")),
        Scope::Variant(id("xiaomi.2015015")),
        Scope::Listing(id("li-1")),
    ] {
        let cause = "recall".to_owned();
        let valid = Period::between(minute(10), minute(20));
        let stop = piece(2, scope.clone(), Claim::StopSale { cause }, valid);
        let yes = piece(1, brand(), authorization(|_| {}), Period::ALWAYS);
        let known = snapshot(&[policy(), yes, stop]);
        for at in [5, 9, 10, 19, 20, 9, 15, 5] {
            let is_expected = !(10..20).contains(&at);
            assert_eq!(
                is_sold(&known, &offer(), at, None),
                is_expected,
                "{scope} {at}"
            );
        }
    }
}

#[test]
fn many_offers_are_judged_in_their_order_by_any_number_of_threads() {
    let says = authorization(|says| says.sellers = Reach::Only(vec![id("s-1"), id("s-4")]));
    let known = snapshot(&[policy(), piece(1, brand(), says, Period::ALWAYS)]);
    let seats: Vec<gate::Seat> = (0..7)
        .map(|number| {
            let mut other = offer();
            other.seller = id(&format!("s-{number}"));
            known.seat(&other)
        })
        .collect();
    let expected = [false, true, false, false, true, false, false];
    for threads in [1, 2, 3, 20] {
        let threads = NonZeroUsize::new(threads).expect("some");
        let moment = Moment::at(now().plus_ms(5 * MINUTE_MS));
        let told = known.judge_all(&seats, moment, threads, |one| one.is_sellable());
        assert_eq!(told, expected, "{threads}");
    }
    let none = known.judge_all(&[], Moment::at(now()), NonZeroUsize::MIN, |_| ());
    assert!(none.is_empty());
}
